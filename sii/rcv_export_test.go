package sii_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// documentsOf reads a file.
func documentsOf(t *testing.T, csv []byte, opts *rcv.CSVOptions) (docs []rcv.Document) {
	t.Helper()
	file, err := rcv.OpenCSV(bytes.NewReader(csv), opts)
	require.NoError(t, err)
	for doc, err := range file.Documents() {
		require.NoError(t, err)
		docs = append(docs, doc)
	}
	return docs
}

func TestNegativeBoundsOfReading(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	client := newClient(t, srv)
	docs, errs := read(t, client, bought, &sii.RCVOptions{DeferredFrom: -1})
	assert.Empty(t, docs)
	require.Len(t, errs, 1)
	_, err := client.RCV.Export(t.Context(), io.Discard, bought, rcv.Registro, &sii.ExportOptions{DeferredFrom: -1})
	for _, err := range append(errs, err) {
		require.ErrorIs(t, err, sii.ErrInvalidRequest)
		require.ErrorIs(t, err, chile.ErrRange)
	}
	assert.Zero(t, srv.Count(siitest.OpSummary), "nothing was asked")
}

func TestExportHasTheTaxes(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	p := purchase(1, rcv.Registro)
	p.OtherTaxes = []rcv.OtherTax{{Code: 27, Amount: 100, Rate: "10"}, {Code: 271, Amount: 180, Rate: "18"}}
	p.OtherTaxTotal, p.Total = 280, p.Total+280
	srv.AddPurchases(owner, october, p)
	client := newClient(t, srv)
	for typ, state := range map[chile.DocType]rcv.State{0: "", 33: rcv.Registro} {
		var csv bytes.Buffer
		result, err := client.RCV.Export(t.Context(), &csv, bought, rcv.Registro, &sii.ExportOptions{Type: typ})
		require.NoError(t, err)
		assert.Equal(t, &sii.ExportResult{Name: "RCV_COMPRA_REGISTRO_76192083-9_202610.csv", Documents: 1}, result)
		docs := documentsOf(t, csv.Bytes(), &rcv.CSVOptions{Type: typ, State: state})
		require.Len(t, docs, 1)
		assert.Equal(t, p.OtherTaxes, docs[0].OtherTaxes)
	}
	assert.Empty(t, srv.Violations())
}

func TestExportIsProved(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "getResumen") {
			resp.Body = rewrite(t, resp.Body, `"rsmnMntTotal":2380`, `"rsmnMntTotal":2381`)
			resp.ContentLength = -1
		}
		return resp, err
	})
	client := newClient(t, srv, sii.WithHTTPClient(hc))
	_, err := client.RCV.Export(t.Context(), io.Discard, bought, rcv.Registro, nil)
	var incomplete *sii.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	assert.Equal(t, []rcv.Mismatch{{State: rcv.Registro, Type: 33, Field: "rsmnMntTotal", Promised: 2381, Got: 2380}}, incomplete.Mismatches)
	_, errs := read(t, client, bought, &sii.RCVOptions{Way: sii.AsCSV})
	require.Len(t, errs, 1)
	require.ErrorAs(t, errs[0], &incomplete)
}

func TestExportOfNothing(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	client := newClient(t, srv)
	var csv bytes.Buffer
	result, err := client.RCV.Export(t.Context(), &csv, bought, rcv.Reclamado, nil)
	require.NoError(t, err)
	assert.Zero(t, result.Documents)
	assert.Empty(t, csv.String())
	lines, err := client.RCV.ExportSummary(t.Context(), bought, rcv.Registro)
	require.NoError(t, err)
	assert.Empty(t, lines)
	assert.Zero(t, srv.Count(siitest.OpExport))
}

func TestExportToAWriterThatFails(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro))
	full := errors.New("no space left")
	_, err := newClient(t, srv).RCV.Export(t.Context(), failingWriter{full}, bought, rcv.Registro, nil)
	require.ErrorIs(t, err, full)
	require.NotErrorIs(t, err, sii.ErrUnavailable, "the SII is not to blame")
}

func TestExportWithRowsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "getDetalleCompraExport") {
			resp.Body = rewrite(t, resp.Body, `;12345678-5;`, `;12345678-4;`)
			resp.ContentLength = -1
		}
		return resp, err
	})
	client := newClient(t, srv, sii.WithHTTPClient(hc))
	_, err := client.RCV.Export(t.Context(), io.Discard, bought, rcv.Registro, nil)
	require.ErrorIs(t, err, sii.ErrProtocol)
	var row *rcv.RowError
	require.ErrorAs(t, err, &row)
	_, errs := read(t, client, bought, &sii.RCVOptions{Way: sii.AsCSV})
	require.Len(t, errs, 3, "each row, and the count")
	require.ErrorIs(t, errs[2], sii.ErrIncomplete)
	assert.Zero(t, srv.Count(siitest.OpDefer), "rows that cannot be read are not missing")
}

// Read as JSON, as CSV and from deferred exports, a month is the same.
func TestWaysAgree(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	month := siitest.Generate(11, owner, october, 150)
	srv.Load(owner, october, month)
	waits := newWaits()
	client := newClient(t, srv, waits.options()...)
	for _, key := range []rcv.Key{bought, sold} {
		byWay := map[string]map[chile.DocumentID]rcv.Document{}
		for name, opts := range map[string]*sii.RCVOptions{
			"JSON": nil, "CSV": {Way: sii.AsCSV}, "deferred": {Way: sii.AsCSV, DeferredFrom: 1}, "lines deferred": {DeferredFrom: 1},
		} {
			docs, errs := read(t, client, key, opts)
			require.Empty(t, errs, name)
			byWay[name] = map[chile.DocumentID]rcv.Document{}
			for _, doc := range docs {
				byWay[name][doc.ID(key)] = doc
			}
			assert.Len(t, byWay[name], len(docs))
		}
		for name, docs := range byWay {
			assert.Len(t, docs, len(byWay["JSON"]))
			for id, doc := range docs {
				for other := range byWay {
					before := byWay[other][id]
					assert.Empty(t, rcv.Diff(&before, &doc), "%v: %s after %s", id, name, other)
				}
			}
		}
	}
	assert.Empty(t, srv.Violations())
}

func TestSummaryExport(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.Load(owner, october, siitest.Generate(5, owner, october, 200))
	client := newClient(t, srv)
	for _, key := range []rcv.Key{bought, sold} {
		for _, state := range key.Book.States() {
			summary, err := client.RCV.Summary(t.Context(), key, state)
			require.NoError(t, err)
			lines, err := client.RCV.ExportSummary(t.Context(), key, state)
			require.NoError(t, err)
			require.Len(t, lines, len(summary.Lines))
			for i, line := range summary.Lines {
				assert.Equal(t, []any{line.Type, line.Documents, line.Exempt, line.Net, line.VAT, line.CommonUseVAT, line.NonRecoverableVAT, line.Total, line.HasDetail},
					[]any{lines[i].Type, lines[i].Documents, lines[i].Exempt, lines[i].Net, lines[i].VAT, lines[i].CommonUseVAT, lines[i].NonRecoverableVAT, lines[i].Total, lines[i].HasDetail})
			}
		}
	}
	_, err := client.RCV.ExportSummary(t.Context(), sold, rcv.Pendiente)
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
	assert.Empty(t, srv.Violations())
}

// Rows that the SII holds back are taken from where it has them.
func TestRowsThatAreHeldBack(t *testing.T) {
	t.Parallel()
	for form, name := range []string{"refused", "empty", "header"} {
		for _, limited := range []string{"detail", "export", "both"} {
			t.Run(name+" "+limited, func(t *testing.T) {
				t.Parallel()
				opts := []siitest.Option{siitest.WithLimitForm(siitest.LimitForm(form))}
				if limited != "export" {
					opts = append(opts, siitest.WithDetailLimit(1))
				}
				if limited != "detail" {
					opts = append(opts, siitest.WithExportLimit(1))
				}
				srv := newFake(t, opts...)
				srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro), purchase(3, rcv.Pendiente))
				waits := newWaits()
				client := newClient(t, srv, waits.options()...)
				for _, way := range []sii.Way{sii.AsJSON, sii.AsCSV} {
					docs, errs := read(t, client, bought, &sii.RCVOptions{Way: way})
					require.Empty(t, errs)
					assert.Len(t, docs, 3)
				}
				var csv bytes.Buffer
				result, err := client.RCV.Export(t.Context(), &csv, bought, rcv.Registro, nil)
				require.NoError(t, err)
				assert.EqualValues(t, 2, result.Documents)
				assert.Equal(t, "RCV_COMPRA_REGISTRO_76192083-9_202610.csv", result.Name)
				assert.Len(t, documentsOf(t, csv.Bytes(), nil), 2)
				assert.Equal(t, 1, strings.Count(csv.String(), "Nro;"), "one header")
				if limited == "detail" {
					assert.Zero(t, srv.Count(siitest.OpDefer))
				} else {
					assert.Positive(t, srv.Count(siitest.OpDefer))
				}
				assert.Empty(t, srv.Violations())

				if limited != "both" {
					return
				}
				_, errs := read(t, client, bought, &sii.RCVOptions{Undeferred: true})
				require.Len(t, errs, 1)
				if form == int(siitest.LimitRefusal) {
					require.ErrorIs(t, errs[0], sii.ErrDeferred)
				} else {
					require.ErrorIs(t, errs[0], sii.ErrIncomplete)
				}
			})
		}
	}
}

// An export that has only some of the documents is completed without doubling
// any.
func TestExportThatIsCut(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"getDetalleCompra", "getDetalleCompraExport"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			for i := range 20 {
				srv.AddPurchases(owner, october, purchase(chile.Folio(i+1), rcv.Registro))
			}
			full := srv.Client()
			hc := srv.Client()
			hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				if !strings.HasSuffix(r.URL.Path, "/"+method) {
					return full.Transport.RoundTrip(r)
				}
				var all []rcv.Document
				srv.Change(bought, func(docs []rcv.Document) []rcv.Document { all = slices.Clone(docs); return docs[:7] })
				defer srv.Change(bought, func([]rcv.Document) []rcv.Document { return all })
				return full.Transport.RoundTrip(r)
			})
			waits := newWaits()
			client := newClient(t, srv, append(waits.options(), sii.WithHTTPClient(hc))...)
			way := sii.AsJSON
			if method != "getDetalleCompra" {
				way = sii.AsCSV
			}
			docs, errs := read(t, client, bought, &sii.RCVOptions{Way: way})
			require.Empty(t, errs)
			assert.Len(t, docs, 20)
			folios := map[chile.Folio]bool{}
			for _, doc := range docs {
				folios[doc.Folio] = true
			}
			assert.Len(t, folios, 20)

			_, err := client.RCV.Export(t.Context(), io.Discard, bought, rcv.Registro, nil)
			if way == sii.AsCSV {
				require.ErrorIs(t, err, sii.ErrIncomplete, "what was written cannot be taken back")
			} else {
				require.NoError(t, err)
			}
		})
	}
}

// The file that an accountant downloads from the portal.
func ExampleRCVService_Export() {
	client, stop := exampleClient()
	defer stop()
	key := rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	result, err := client.RCV.Export(context.Background(), os.Stderr, key, rcv.Registro, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Name, result.Documents)
	// Output: RCV_COMPRA_REGISTRO_76192083-9_202610.csv 0
}

func ExampleRCVService_ExportSummary() {
	client, stop := exampleClient()
	defer stop()
	key := rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	lines, err := client.RCV.ExportSummary(context.Background(), key, rcv.Pendiente)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range lines {
		fmt.Println(line.TypeName, line.Documents, line.Total.Format())
	}
	// Output: Factura electrónica 1 1.190.000
}

// Columns that the SII leaves out, adds or names anew are told, of every way in
// which an export is read.
func TestExportWithOtherColumns(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, taxed(1, 100, 180))
	client := newClient(t, srv, rewriting(t, srv, "getDetalleCompraExport", ";IVA uso Comun;", ";IVA de Uso;"))
	for name, opts := range map[string]sii.RCVOptions{"export": {Way: sii.AsCSV}, "breakdown": {}} {
		var told []sii.ColumnFinding
		opts.OnColumns = func(f sii.ColumnFinding) { told = append(told, f) }
		docs, errs := read(t, client, bought, &opts)
		require.Empty(t, errs, name)
		require.Len(t, docs, 1, name)
		require.Len(t, told, 1, name)
		assert.Equal(t, bought, told[0].Key)
		assert.Equal(t, rcv.Registro, told[0].State)
		assert.Equal(t, []string{"IVA uso Comun"}, told[0].Missing, name)
		assert.Equal(t, []string{"IVA de Uso"}, told[0].Unknown, name)
	}
	_, errs := read(t, newClient(t, srv), bought, &sii.RCVOptions{Way: sii.AsCSV, OnColumns: func(f sii.ColumnFinding) {
		t.Errorf("told of columns as they should be: %v", f)
	}})
	require.Empty(t, errs)
	_, errs = read(t, client, bought, &sii.RCVOptions{Way: sii.AsCSV})
	require.Empty(t, errs, "nobody need listen")
}
