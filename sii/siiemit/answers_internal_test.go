package siiemit

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// Of a stock that shrinks there is one alert a day.
func TestStockIsToldOnceADay(t *testing.T) {
	t.Parallel()
	day := dayOf("2026-11-20")
	first, second := alertStock(33, day, "stock", "quedan 5 folios"), alertStock(33, day, "stock", "quedan 4 folios")
	assert.Equal(t, first.Key, second.Key)
	assert.NotEqual(t, first.Key, alertStock(33, day.AddDays(1), "stock", "quedan 4 folios").Key)
	assert.NotEqual(t, first.Key, alertStock(33, day, "last-day", "hay folios que vencen").Key)
	assert.NotEqual(t, first.Key, alertStock(34, day, "stock", "quedan 5 folios").Key)
}

// An export whose data do not match is taken for accepted only when an upload of it was
// processed.
func TestMismatchOfAnExport(t *testing.T) {
	t.Parallel()
	doc := &storage.IssuedDocument{Document: chile.DocumentID{Issuer: companyRUT, Type: 110, Folio: 1}}
	f := &following{lost: true}
	assert.Equal(t, storage.VerdictNone, f.verdict(doc, look{is: other}))
	f.tracks = []*sii.UploadStatus{{Processed: true}}
	assert.Equal(t, storage.VerdictAccepted, f.verdict(doc, look{is: other}))
	doc.Document.Type = 33
	assert.Equal(t, storage.VerdictNone, f.verdict(doc, look{is: other}))
}

// cutting is a service that ends the context while it answers nothing.
type cutting struct {
	Service
	stop context.CancelFunc
}

func (s *cutting) SignedStatus(context.Context, sii.SignedQuery) (*sii.SignedStatus, error) {
	s.stop()
	return &sii.SignedStatus{}, nil
}

// A context that ends within a look-up is an error, and no answer.
func TestLookThatEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc, err := w.Prepare(t.Context(), "1", invoice(t, 1), nil)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ch := &dteChannel{service: &cutting{stop: stop}, company: companyRUT}
	_, err = ch.look(ctx, &storage.IssuedDocument{Document: doc.ID, XML: doc.XML})
	require.ErrorIs(t, err, context.Canceled)
}
