package siiemit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siidoctor"
)

func TestStats(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	s, err := w.Stats(t.Context())
	require.NoError(t, err)
	assert.True(t, s.Oldest.IsZero())
	w.sii.then(dropBefore, malformed, notSent)
	w.issue("unknown", 1)
	w.clock.Pass(time.Second)
	w.issue("held", 2)
	w.clock.Pass(time.Second)
	w.issue("pending", 3)
	_, err = w.Issue(t.Context(), "note", annulment(t, 33, 1, 1), nil)
	require.NoError(t, err)
	m := &mortal{Store: w.store, service: w.sii, at: 1, after: true}
	_, err = w.emitter(m).Prepare(t.Context(), "reserved", invoice(t, 5), nil)
	require.ErrorIs(t, err, errDead)
	s, err = w.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, [7]int64{1, 0, 1, 1, 1, 0, 1}, [7]int64{s.Pending, s.Sending, s.Unknown, s.Unsent, s.Held, s.Orphans, s.Reserved})
	assert.True(t, s.Oldest.Equal(noon), "%s", s.Oldest)
	require.Len(t, s.Stock, 2)
	assert.Equal(t, int64(996), s.Stock[0].Free)

	i, err := w.Diagnosis(t.Context())
	require.NoError(t, err)
	assert.Equal(t, companyRUT, i.Company)
	assert.Equal(t, 80, i.ResolutionNumber)
	assert.Equal(t, siidoctor.Folios{
		Type: 33, Left: 996, Authorized: dayOf("2026-10-01"), LastDay: dayOf("2027-04-01"), KeyID: 999, Recent: 4,
	}, i.Folios[0])
}
