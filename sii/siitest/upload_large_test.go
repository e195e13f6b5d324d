package siitest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/rcv"
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

// A factura de compra is a purchase of its issuer, an export is in pesos, and boletas
// and guías have no row.
func TestRowsOfDocuments(t *testing.T) {
	t.Parallel()
	peso := func(of chile.DocType) *dte.DTE {
		d := &dte.Document{}
		d.Header.Identification = dte.Identification{Type: of, Folio: 7, IssueDate: november3}
		d.Header.Issuer.RUT, d.Header.Receiver.RUT, d.Header.Totals.Total = owner, holder, 119
		d.Header.Totals.OtherTaxes = []dte.OtherTax{{Code: 27, Amount: 10}, {Code: 15, Amount: 5}}
		return &dte.DTE{Document: d}
	}
	for of, book := range map[chile.DocType]rcv.Book{33: rcv.Sales, 61: rcv.Sales, 46: rcv.Purchases} {
		key, row, ok := siitest.RowOf(peso(of))
		require.True(t, ok, "%d", of)
		assert.Equal(t, rcv.Key{Owner: owner, Period: november3.Period(), Book: book}, key)
		assert.Equal(t, holder, row.Counterparty)
		assert.EqualValues(t, 119, row.Total)
		assert.EqualValues(t, 15, row.OtherTaxTotal)
		assert.Len(t, row.OtherTaxes, 2)
	}
	for _, of := range []chile.DocType{39, 41, 52} {
		_, _, ok := siitest.RowOf(peso(of))
		assert.False(t, ok, "%d", of)
	}
	export := func(currency string, digits int64, places int) (rcv.Document, bool) {
		d := &dte.Export{}
		d.Header.Identification = dte.Identification{Type: 110, Folio: 7, IssueDate: november3}
		d.Header.Issuer.RUT, d.Header.Receiver.RUT = owner, holder
		total, err := dte.NewDecimal(digits, places)
		require.NoError(t, err)
		d.Header.OtherCurrency = &dte.CurrencyTotals{Currency: currency, Exempt: total, Total: total}
		_, row, ok := siitest.RowOf(&dte.DTE{Export: d})
		return row, ok
	}
	row, ok := export("PESO CL", 95000, 0)
	assert.True(t, ok && row.Total == 95000 && row.Exempt == 95000)
	_, ok = export("EURO", 95000, 0)
	assert.False(t, ok)
	_, ok = export("PESO CL", 950005, 1)
	assert.False(t, ok, "half a peso")
}

// Documents that are added later are found as well.
func TestRegistersGrow(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer(siitest.WithoutNetwork())
	defer srv.Close()
	for folio := chile.Folio(1); folio < 4; folio++ {
		sale := rcv.Sale{Document: purchase(folio).Document}
		srv.AddSales(owner, october, sale)
		_, ok := srv.Find(chile.DocumentID{Issuer: owner, Type: 33, Folio: folio}, sale.Counterparty)
		assert.True(t, ok, "%d", folio)
	}
	srv.Change(rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, func(docs []rcv.Document) []rcv.Document { return docs[:1] })
	_, ok := srv.Find(chile.DocumentID{Issuer: owner, Type: 33, Folio: 2}, holder)
	assert.False(t, ok)
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
