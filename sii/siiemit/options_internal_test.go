package siiemit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/xmlsig"
)

// What cannot be followed is refused when an Emitter is made, by name.
func TestEmittersThatCannotWork(t *testing.T) {
	t.Parallel()
	store, service, company := memory.New(), newAuthority(&clock{now: noon}), Company{RUT: companyRUT}
	for says, opts := range map[string][]Option{
		"nil client":     nil,
		"nil option":     {nil},
		"WithService":    {WithService(nil)},
		"WithWitness":    {WithWitness(nil)},
		"WithAlerts":     {WithAlerts(nil)},
		"WithCAFKeys":    {WithCAFKeys(nil)},
		"WithRegisters":  {WithRegisters(nil)},
		"producción":     {WithEnvironment("producción")},
		"more than 2000": {WithSettings(Settings{MaxDocuments: 2001})},
		"-1ns":           {WithSettings(Settings{AfterCrash: -1})},
		"-7":             {WithSettings(Settings{Margin: -7})},
		"FollowUp":       {WithSettings(Settings{Follow: siisync.FollowUp{First: 2 * time.Hour, Longest: time.Hour}})},
	} {
		_, err := New(nil, store, anaOnce(), company, opts...)
		require.ErrorContains(t, err, says)
	}
	_, err := New(nil, store, anaOnce(), company, WithService(service), WithSettings(Settings{Block: -1}))
	require.ErrorIs(t, err, storage.ErrInvalid)
	_, err = New(nil, nil, anaOnce(), company, WithService(service))
	require.ErrorContains(t, err, "nil store")
	_, err = New(nil, store, nil, company, WithService(service))
	require.ErrorContains(t, err, "nil identity")
	_, err = New(nil, store, anaOnce(), Company{}, WithService(service))
	require.ErrorContains(t, err, "RUT")
	nameless, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Nadie", Serial: 7, Signer: testkeys.Key(1), NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(1, 0, 0),
	})
	require.NoError(t, err)
	id, err := xmlsig.NewIdentity(testkeys.Key(1), nameless)
	require.NoError(t, err)
	_, err = New(nil, store, id, company, WithService(service))
	require.ErrorContains(t, err, "New")
}

// Drafts are judged as WithDrafting says; the day is the Emitter's.
func TestWithDrafting(t *testing.T) {
	t.Parallel()
	policy := &issue.Policy{Activities: []int{1}}
	w := newWorld(t, Settings{}, WithDrafting(issue.Options{Policy: policy}))
	_, err := w.Issue(t.Context(), "1", invoice(t, 1000), nil)
	require.ErrorIs(t, err, ErrRefused)
	require.ErrorContains(t, err, "HED-3-861")
	assert.True(t, policy.Today.IsZero(), "the caller's policy stays")

	policy.Activities = []int{523930}
	late := invoice(t, 1000)
	late.Identification.IssueDate = dayOf("2026-11-10")
	doc, err := w.Issue(t.Context(), "1", late, nil)
	require.NoError(t, err)
	require.NotEmpty(t, doc.Foreseen, "the judge expects an objection")
	assert.Equal(t, "DTE-1-650", doc.Foreseen[0].Code)
	assert.Empty(t, doc.Codes, "which the SII has not said")
	assert.False(t, doc.CodesKnown)
}

func TestAddCAFRefuses(t *testing.T) {
	t.Parallel()
	w := bareWorld(t, Settings{})
	first, err := w.AddCAF(t.Context(), cafFile(t, 33, 1, 10, "2026-10-01"), nil)
	require.NoError(t, err)
	again, err := w.AddCAF(t.Context(), cafFile(t, 33, 1, 10, "2026-10-01"), &CAFOptions{FirstFree: 4})
	require.NoError(t, err, "the same file again is no error")
	assert.Equal(t, first.ID, again.ID)
	assert.Equal(t, chile.Folio(4), again.Next)
	assert.Equal(t, chile.Folio(4), w.issue("1", 1).ID.Folio)

	_, err = w.AddCAF(t.Context(), cafFile(t, 33, 5, 20, "2026-10-01"), nil)
	require.ErrorIs(t, err, storage.ErrCAFOverlap)
	_, err = w.AddCAF(t.Context(), cafFile(t, 33, 100, 110, "2026-01-01"), nil)
	require.ErrorIs(t, err, dte.ErrCAFExpired)
	_, err = w.AddCAF(t.Context(), []byte("<x/>"), nil)
	require.ErrorIs(t, err, dte.ErrKind)
	_, err = w.AddCAF(t.Context(), cafFile(t, 33, 200, 210, "2026-11-21"), nil)
	require.NoError(t, err, "one of tomorrow is used from tomorrow on")

	stranger, err := New(nil, w.store, anaOnce(), Company{RUT: chile.MustParseRUT("77222222-K")}, w.opts...)
	require.NoError(t, err)
	_, err = stranger.AddCAF(t.Context(), cafFile(t, 33, 300, 310, "2026-10-01"), nil)
	require.ErrorIs(t, err, ErrCompany)
	unknown, err := New(nil, memory.New(), anaOnce(), Company{RUT: companyRUT}, WithService(w.sii))
	require.NoError(t, err)
	_, err = unknown.AddCAF(t.Context(), cafFile(t, 33, 1, 10, "2026-10-01"), nil)
	require.ErrorIs(t, err, dte.ErrUnknownCAFKey)
}
