package sii_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// changedSummaries returns a client of the fake whose summaries are changed on the
// way, each after it was decoded.
func changedSummaries(t *testing.T, srv *siitest.Server, change func(answer map[string]any)) *sii.Client {
	t.Helper()
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "getResumen") {
			var answer map[string]any
			assert.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
			assert.NoError(t, resp.Body.Close())
			change(answer)
			body, err := json.Marshal(answer)
			assert.NoError(t, err)
			resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), -1
		}
		return resp, err
	})
	return newClient(t, srv, sii.WithHTTPClient(hc))
}

// linesOf returns the lines of a decoded summary.
func linesOf(answer map[string]any) (lines []map[string]any) {
	list, _ := answer["data"].([]any)
	for _, line := range list {
		lines = append(lines, line.(map[string]any))
	}
	return lines
}

func withoutLink(answer map[string]any) {
	for _, line := range linesOf(answer) {
		line["rsmnLink"] = false
	}
}

// A mark that came wrong does not let documents vanish.
func TestLinesWithoutLinkAreAskedForIfTheirTypeHasDocuments(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]sii.Way{"JSON": sii.AsJSON, "CSV": sii.AsCSV} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			var want []chile.DocType
			for i, typ := range []chile.DocType{30, 33, 34, 45, 46, 56, 60, 61, 914} {
				doc := purchase(chile.Folio(i+1), rcv.Registro)
				doc.Type = typ
				srv.AddPurchases(owner, october, doc)
				want = append(want, typ)
			}
			client := changedSummaries(t, srv, withoutLink)
			docs, errs := read(t, client, bought, &sii.RCVOptions{Way: way})
			assert.Empty(t, errs)
			var got []chile.DocType
			for _, doc := range docs {
				got = append(got, doc.Type)
			}
			assert.ElementsMatch(t, want, got)
			assert.Empty(t, srv.Violations())
		})
	}
}

func TestLinesWithoutLinkAndWithoutRows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		typ        chile.DocType
		asked      int
		incomplete bool
	}{
		{33, 1, true},
		{61, 1, true},
		{30, 1, true},
		{110, 1, true},
		{39, 0, false},
		{41, 0, false},
		{35, 0, false},
		{48, 0, false},
		{919, 0, false}, // never have rows
		{777, 1, false},
		{906, 1, false},
		{500, 1, false}, // it is not known
	} {
		for name, way := range map[string]sii.Way{"JSON": sii.AsJSON, "CSV": sii.AsCSV} {
			t.Run(test.typ.String()+" "+name, func(t *testing.T) {
				t.Parallel()
				srv := newFake(t)
				srv.AddSummaryLine(sold, rcv.SummaryLine{Type: test.typ, Documents: 3, Net: 3000, VAT: 570, Total: 3570})
				docs, errs := read(t, newClient(t, srv), sold, &sii.RCVOptions{Way: way, Undeferred: true})
				assert.Empty(t, docs)
				op := siitest.OpDetail
				if way == sii.AsCSV {
					op = siitest.OpExport
				}
				assert.Equal(t, test.asked, srv.Count(op))
				if !test.incomplete {
					assert.Empty(t, errs)
					return
				}
				require.Len(t, errs, 1)
				require.ErrorIs(t, errs[0], sii.ErrIncomplete)
			})
		}
	}
}

// A type of which it is not known whether it has rows must have all of them, if
// it has one.
func TestUnknownTypeWithoutLinkHasAllItsRowsOrNone(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	doc := purchase(1, rcv.Registro)
	doc.Type = 777
	srv.AddSales(owner, october, rcv.Sale(doc))
	docs, errs := read(t, changedSummaries(t, srv, withoutLink), sold, nil)
	assert.Empty(t, errs)
	assert.Len(t, docs, 1)

	client := changedSummaries(t, srv, func(answer map[string]any) {
		withoutLink(answer)
		for _, line := range linesOf(answer) {
			line["rsmnTotDoc"] = 2
		}
	})
	_, errs = read(t, client, sold, &sii.RCVOptions{Undeferred: true})
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], sii.ErrIncomplete)
}

func TestSeveralLinesOfOneTypeAddUp(t *testing.T) {
	t.Parallel()
	split := func(answer map[string]any) {
		var lines []any
		for _, line := range linesOf(answer) {
			first := map[string]any{"rsmnTotDoc": 1, "rsmnMntNeto": 400, "rsmnMntIVA": 0, "rsmnMntExe": 0, "rsmnMntTotal": 500, "rsmnMntIVANoRec": 0, "rsmnIVAUsoComun": 0}
			second := map[string]any{}
			for name, value := range line {
				second[name] = value
				if part, ok := first[name]; ok {
					second[name] = value.(float64) - float64(part.(int))
				} else {
					first[name] = value
				}
			}
			lines = append(lines, first, second)
		}
		answer["data"] = lines
	}
	for name, way := range map[string]sii.Way{"JSON": sii.AsJSON, "CSV": sii.AsCSV} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro), purchase(3, rcv.Registro))
			docs, errs := read(t, changedSummaries(t, srv, split), bought, &sii.RCVOptions{Way: way})
			assert.Empty(t, errs)
			assert.Len(t, docs, 3)
		})
	}
}

func TestBoletasOfSeveralLines(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	for day := range 2 { // each call adds a line
		srv.AddBoletas(owner, october, chile.BoletaElectronica, rcv.BoletaDay{
			Date: october.First().AddDays(day), BoletaSums: rcv.BoletaSums{Documents: 2, Net: 1000, VAT: 190, Total: 1190},
		})
		srv.AddBoletas(owner, october, chile.ComprobantePagoElectronico, rcv.BoletaDay{
			Date: october.First().AddDays(day), BoletaSums: rcv.BoletaSums{Documents: 1, Net: 500, VAT: 95, Total: 595},
		})
	}
	client := newClient(t, srv)
	summary, err := client.RCV.Summary(t.Context(), sold, rcv.Registro)
	require.NoError(t, err)
	require.Len(t, summary.Lines, 4)
	month, err := client.RCV.Boletas(t.Context(), rcv.Key{Owner: owner, Period: october}, chile.BoletaElectronica)
	require.NoError(t, err)
	assert.Len(t, month.Days, 2)
}

func TestSummaryOfAnotherRegister(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change map[string]any
		field  string // that is refused
	}{
		"another company":           {map[string]any{"dcvRutEmisor": 12345678, "dcvDvEmisor": "5"}, "dcvRutEmisor"},
		"another month":             {map[string]any{"dcvPtributario": 202609}, "dcvPtributario"},
		"another book":              {map[string]any{"dcvOperacion": "VENTA"}, "dcvOperacion"},
		"a RUT that cannot be read": {map[string]any{"dcvRutEmisor": 12345678, "dcvDvEmisor": "9"}, ""},
		"a word that is not known":  {map[string]any{"dcvOperacion": "OTRA"}, ""},
		"none":                      {map[string]any{"dcvRutEmisor": nil, "dcvPtributario": nil, "dcvOperacion": nil}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			srv.AddPurchases(owner, october, purchase(1, rcv.Registro))
			client := changedSummaries(t, srv, func(answer map[string]any) {
				if header, ok := answer["dataCabecera"].(map[string]any); ok {
					maps.Copy(header, test.change)
				}
			})
			docs, errs := read(t, client, bought, nil)
			if test.field == "" {
				assert.Empty(t, errs)
				assert.Len(t, docs, 1)
				return
			}
			assert.Empty(t, docs)
			require.Len(t, errs, 1)
			require.ErrorIs(t, errs[0], sii.ErrProtocol)
			assert.ErrorContains(t, errs[0], test.field)
		})
	}
}
