package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Every refusal says which it is through two wraps, is no other one, and names what
// it is about.
func TestRefusalsOfIssuing(t *testing.T) {
	t.Parallel()
	issuer := chile.MustParseRUT("76192083-9")
	day, err := chile.NewDate(2026, time.October, 31)
	require.NoError(t, err)
	document := chile.DocumentID{Issuer: issuer, Type: chile.FacturaElectronica, Folio: 1234}
	caf := storage.CAF{ID: 7, Issuer: issuer, Type: 33, First: 1, Last: 50, Bound: 40, Open: 30, Held: "the store is old"}
	all := map[error]struct {
		err  error
		text []string
	}{
		storage.ErrCAFOverlap:  {&storage.CAFError{Kind: storage.ErrCAFOverlap, Stored: caf}, []string{"CAF 7", "76192083-9", "1 to 50"}},
		storage.ErrForeignCAF:  {&storage.CAFError{Kind: storage.ErrForeignCAF, Stored: caf}, []string{"CAF 7"}},
		storage.ErrFoliosHeld:  {&storage.CAFError{Kind: storage.ErrFoliosHeld, Stored: caf}, []string{"CAF 7", "the store is old"}},
		storage.ErrKeyReused:   {&storage.KeyReusedError{Kind: storage.ErrKeyReused, Key: "order-1", Document: document, State: storage.FolioSent}, []string{"order-1", "76192083-9/33/1234", "sent"}},
		storage.ErrReplaced:    {&storage.KeyReusedError{Kind: storage.ErrReplaced, Key: "order-2", Document: document}, []string{"order-2"}},
		storage.ErrNoFolios:    {&storage.NoFoliosError{Issuer: issuer, Missing: []storage.MissingFolios{{Type: 33, Day: day, Wanted: 3, Found: 1, Idle: 9}}}, []string{"type 33", "2026-10-31", "3 wanted, 1 found", "9 of other days"}},
		storage.ErrAboveBound:  {&storage.BoundError{CAF: caf, Through: 41}, []string{"folio 41", "up to 30", "bound 40"}},
		storage.ErrFolioState:  {&storage.FolioStateError{Kind: storage.ErrFolioState, Document: document, State: storage.FolioSkipped}, []string{"1234 is skipped"}},
		storage.ErrHandedOut:   {&storage.FolioStateError{Kind: storage.ErrHandedOut, Document: document}, []string{"1234 was not taken"}},
		storage.ErrInEnvelope:  {&storage.InEnvelopeError{Document: document, Envelope: 5, State: storage.EnvelopeUnknown}, []string{"1234", "envelope 5", "unknown"}},
		storage.ErrOvertaken:   {&storage.OvertakenError{Envelope: 5, State: storage.EnvelopeSending, Fence: 9}, []string{"envelope 5", "sending", "fence 9"}},
		storage.ErrOtherBytes:  {storage.ErrOtherBytes, nil},
		storage.ErrAccepted:    {storage.ErrAccepted, nil},
		storage.ErrNoKey:       {storage.ErrNoKey, nil},
		storage.ErrBusy:        {storage.ErrBusy, nil},
		storage.ErrEnvironment: {&storage.EnvironmentError{Store: chile.Production, Other: chile.Certification}, nil},
	}
	for sentinel, refusal := range all {
		wrapped := fmt.Errorf("twice: %w", fmt.Errorf("once: %w", refusal.err))
		for other := range all {
			assert.Equal(t, other == sentinel, errors.Is(wrapped, other), "%v is %v", refusal.err, other) //nolint:errorlint // the sentinels themselves
		}
		for _, text := range refusal.text {
			assert.ErrorContains(t, wrapped, text)
		}
	}
}

// What may follow what: no envelope that has left is to be sent as if it had not, and
// a rejected one stays.
func TestStatesOfEnvelopes(t *testing.T) {
	t.Parallel()
	states := []storage.EnvelopeState{
		storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeSent, storage.EnvelopeUnknown, storage.EnvelopeRejected, storage.EnvelopeHeld,
	}
	allowed := map[storage.EnvelopeState]string{
		storage.EnvelopePending:  "pending sending held ",
		storage.EnvelopeSending:  "pending sent unknown rejected held ",
		storage.EnvelopeSent:     "sent rejected ",
		storage.EnvelopeUnknown:  "sending sent unknown rejected held ",
		storage.EnvelopeRejected: "",
		storage.EnvelopeHeld:     "pending sent rejected held ",
	}
	for _, from := range states {
		text := ""
		for _, to := range states {
			if from.CanBecome(to) {
				text += string(to) + " "
			}
		}
		assert.Equal(t, allowed[from], text, "from %s", from)
		assert.Equal(t, from != storage.EnvelopeRejected && from != storage.EnvelopeHeld, from.Live())
	}
	assert.False(t, storage.EnvelopeState("").CanBecome(storage.EnvelopePending))
}

// A stock that nobody uses lasts for ever, which is no number of days.
func TestDaysOfStock(t *testing.T) {
	t.Parallel()
	day, err := chile.NewDate(2026, time.April, 1)
	require.NoError(t, err)
	stock := storage.Stock{Free: 100, Recent: 60, LastDay: day.AddDays(8)} // over the end of summer time
	days, ok := stock.DaysOfStock()
	assert.True(t, ok)
	assert.Equal(t, int64(50), days)
	left, ok := stock.DaysLeft(day)
	assert.True(t, ok)
	assert.Equal(t, 8, left)
	left, ok = stock.DaysLeft(stock.LastDay)
	assert.True(t, ok)
	assert.Zero(t, left)
	_, ok = (&storage.Stock{Free: 100}).DaysOfStock()
	assert.False(t, ok)
	_, ok = (&storage.Stock{Free: 100}).DaysLeft(day)
	assert.False(t, ok)
	assert.Equal(t, "2026-03-03", storage.RecentSince(day).String())
}
