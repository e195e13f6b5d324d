package siitest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/sii/siitest"
)

// A hundred thousand documents fit in memory, also with their rows.
func TestVeryManyDocuments(t *testing.T) { //nolint:paralleltest // it measures memory
	clock := newClock()
	srv := siitest.NewServer(siitest.WithClock(clock.Now), siitest.WithoutNetwork())
	defer srv.Close()
	const n = 100_000
	before := heap()
	srv.Keep(owner, november3, n)
	each := (heap() - before) / n
	t.Logf("%d bytes a document", each)
	assert.Less(t, each, int64(2_000))
	assert.Len(t, srv.UploadedDocuments(), n)
	d, ok := srv.UploadedDocument(chile.DocumentID{Issuer: owner, Type: 33, Folio: n})
	assert.True(t, ok)
	assert.Equal(t, "100000", d.Total.String())
}

// What was accepted is in the sales of its issuer from the end of its upload on.
func TestUploadedDocumentsInRegister(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33, 34, 61)
	listed := func(of int) string {
		_, _, body := s.facade("getDetalleVenta", s.token, func(_ *http.Request, _, data map[string]any) {
			data["operacion"], data["ptributario"], data["codTipoDoc"], data["accionRecaptcha"] = "VENTA", "202611", fmt.Sprint(of), "RCV_DETV"
		})
		return body
	}
	s.taken(s.envelope(nil, line{of: 33, folio: 1, amount: 10_000}, line{of: 33, folio: 2, amount: 100, change: replaced("107100", "107200")}, line{of: 34, folio: 7, amount: 500}))
	assert.NotContains(t, listed(33), `"detNroDoc":1`)
	s.processed()
	body := listed(33)
	assert.Contains(t, body, `"detNroDoc":1,`)
	assert.Contains(t, body, `"detMntNeto":10000`)
	assert.Contains(t, body, `"detMntIVA":1900`)
	assert.Contains(t, body, `"detMntTotal":11900`)
	assert.Contains(t, body, `"detRutDoc":77222222`)
	assert.NotContains(t, body, `"detNroDoc":2,`, "it was rejected")
	assert.Contains(t, listed(34), `"detMntExe":500`)

	s.taken(s.envelope(nil, line{of: 61, folio: 3, amount: 10_000, refs: reference(33, 1, s.at, "1")}))
	require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{Unregistered: true}))
	s.taken(s.envelope(nil, line{of: 33, folio: 5, amount: 10_000}))
	s.processed()
	note := listed(61)
	assert.Contains(t, note, `"detTipoDocRef":33`)
	assert.Contains(t, note, `"detFolioDocRef":"1"`)
	assert.NotContains(t, listed(33), `"detNroDoc":5,`)
	assert.False(t, strings.Contains(note, "\ufffd"))
}

// BenchmarkUpload takes an upload of fifty boletas, which are new every time.
func BenchmarkUpload(b *testing.B) {
	clock := newClock()
	srv := siitest.NewServer(siitest.WithClock(clock.Now))
	defer srv.Close()
	srv.Authorize(holder, owner)
	srv.AddIssuer(owner, judge.Company{})
	if err := srv.SetUploads(siitest.UploadSettings{World: func(w *judge.World) {
		w.Folio, w.Uploaded = func(chile.DocumentID) judge.Folio { return judge.FolioFree }, nil
	}}); err != nil {
		b.Fatal(err)
	}
	id := srv.NewIdentity(holder)
	builder := newBuilder(b, srv, id, clock.Now(), 39)
	var lines []line
	for i := range 50 {
		lines = append(lines, line{of: 39, folio: i + 1, amount: 119})
	}
	envelope := builder.envelope(nil, lines...)
	b.SetBytes(int64(len(envelope)))
	for b.Loop() {
		if status := srv.Take(holder, owner, envelope); status != 0 {
			b.Fatal(status)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/50, "µs/document")
}
