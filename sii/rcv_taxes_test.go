package sii_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
)

// taxed is a purchase with two additional taxes.
func taxed(folio chile.Folio, first, second chile.CLP) rcv.Purchase {
	p := purchase(folio, rcv.Registro)
	p.OtherTaxes = []rcv.OtherTax{{Code: 27, Amount: first, Rate: "10"}, {Code: 271, Amount: second, Rate: "18"}}
	p.OtherTaxTotal = first + second
	p.Total += p.OtherTaxTotal
	return p
}

// rewriting has the answers of a method changed on their way.
func rewriting(t *testing.T, srv *siitest.Server, method string, pairs ...string) sii.Option {
	t.Helper()
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "/"+method) {
			for i := 0; i < len(pairs); i += 2 {
				resp.Body = rewrite(t, resp.Body, pairs[i], pairs[i+1])
			}
			resp.ContentLength = -1
		}
		return resp, err
	})
	return sii.WithHTTPClient(hc)
}

// order is the order of the calls for rows.
func order(srv *siitest.Server) (ops []siitest.Op) {
	for _, r := range srv.Requests() {
		if r.Op == siitest.OpDetail || r.Op == siitest.OpExport {
			ops = append(ops, r.Op)
		}
	}
	return ops
}

func TestBreakdownJoinsTheRows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		docs  []rcv.Purchase
		order []siitest.Op
	}{
		"the summary tells":         {[]rcv.Purchase{taxed(1, 100, 180), purchase(2, rcv.Registro)}, []siitest.Op{siitest.OpExport, siitest.OpDetail}},
		"the summary does not tell": {[]rcv.Purchase{taxed(1, 100, 180), taxed(2, -100, -180), purchase(3, rcv.Registro)}, []siitest.Op{siitest.OpDetail, siitest.OpExport}},
		"there are none":            {[]rcv.Purchase{purchase(1, rcv.Registro)}, []siitest.Op{siitest.OpDetail}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			srv.AddPurchases(owner, october, test.docs...)
			// A pacer lets one call at a time: one within another would wait for ever.
			now := newWaits()
			pacer, err := siisync.NewPacer(siisync.PacerSettings{Now: now.Now, Sleep: now.sleep})
			require.NoError(t, err)
			hc := srv.Client()
			hc.Transport = pacer.Transport("holder", hc.Transport)
			client := newClient(t, srv, sii.WithHTTPClient(hc))
			var answers []string
			docs, errs := read(t, client, bought, &sii.RCVOptions{
				States:   []rcv.State{rcv.Registro},
				OnTaxes:  func(f sii.TaxFinding) { t.Errorf("%v", f) },
				OnAnswer: func(a sii.Answer) { answers = append(answers, a.Name) },
			})
			require.Empty(t, errs)
			require.Len(t, docs, len(test.docs))
			byFolio := map[chile.Folio]rcv.Document{}
			for _, doc := range docs {
				byFolio[doc.Folio] = doc
			}
			for _, want := range test.docs {
				assert.Equal(t, want.OtherTaxes, byFolio[want.Folio].OtherTaxes)
				assert.Equal(t, want.OtherTaxTotal, byFolio[want.Folio].OtherTaxTotal)
				assert.NotZero(t, byFolio[want.Folio].DetailID, "a row of JSON")
			}
			assert.Equal(t, test.order, order(srv))
			assert.Len(t, answers, len(test.order))
			assert.Empty(t, srv.Violations())
		})
	}
}

func TestBreakdownIsASetting(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, taxed(1, 100, 180))
	docs, errs := read(t, newClient(t, srv), bought, &sii.RCVOptions{Taxes: sii.TaxesNever})
	require.Empty(t, errs)
	require.Len(t, docs, 1)
	assert.Empty(t, docs[0].OtherTaxes)
	assert.EqualValues(t, 280, docs[0].OtherTaxTotal)
	assert.Zero(t, srv.Count(siitest.OpExport))
}

// A breakdown that cannot be had, or that is not of the row's sum, is told; the
// row keeps its sum.
func TestBreakdownsThatAreTold(t *testing.T) {
	t.Parallel()
	few := []rcv.OtherTax{{Code: 27, Amount: 100, Rate: "10"}, {Code: 271, Amount: 179, Rate: "18"}}
	for name, test := range map[string]struct {
		change  func(t *testing.T, srv *siitest.Server) []sii.Option
		found   []rcv.OtherTax
		err     error
		message string
	}{
		"another sum": {
			func(t *testing.T, srv *siitest.Server) []sii.Option {
				t.Helper()
				return []sii.Option{rewriting(t, srv, "getDetalleCompraExport", ";271;180;", ";271;179;")}
			}, few, nil, "76192083-9 2026-10 COMPRA 12345678-5/33/1: additional taxes of 280, in the export 27: 100, 271: 179",
		},
		"none in the export": {
			func(t *testing.T, srv *siitest.Server) []sii.Option {
				t.Helper()
				return []sii.Option{rewriting(t, srv, "getDetalleCompraExport", ";27;100;10;", ";;;;", ";271;180;18;", ";;;;")}
			}, nil, nil, "76192083-9 2026-10 COMPRA 12345678-5/33/1: additional taxes of 280 that the export does not have",
		},
		"a row of the export that cannot be read": {
			func(t *testing.T, srv *siitest.Server) []sii.Option {
				t.Helper()
				return []sii.Option{rewriting(t, srv, "getDetalleCompraExport", ";12345678-5;", ";12345678-4;")}
			}, nil, nil, "",
		},
		"an export in a form that nobody knows": {
			func(_ *testing.T, srv *siitest.Server) []sii.Option {
				srv.Fail(siitest.OpExport, siitest.Fault{Body: `{"otra":1}`, ContentType: "application/json"})
				return nil
			}, nil, sii.ErrProtocol, "",
		},
		"a recaptcha that the export alone wants": {
			func(_ *testing.T, srv *siitest.Server) []sii.Option {
				srv.WantRecaptcha(func(action, _ string) bool { return action != "RCV_DDETC" })
				return nil
			}, nil, sii.ErrRecaptcha, "recaptcha not accepted",
		},
		"a deferred export that fails": {
			func(_ *testing.T, srv *siitest.Server) []sii.Option {
				srv.Fail(siitest.OpExport, siitest.Fault{Estado: "99", Glosa: "descarga diferida"})
				srv.SetDeferred(siitest.Deferred{Failure: "Error"})
				return newWaits().options()
			}, nil, sii.ErrUnavailable, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, docs := range [][]rcv.Purchase{{taxed(1, 100, 180)}, {taxed(1, 100, 180), taxed(2, -100, -180)}} {
				srv := newFake(t)
				srv.AddPurchases(owner, october, docs...)
				client := newClient(t, srv, test.change(t, srv)...)
				var told []sii.TaxFinding
				got, errs := read(t, client, bought, &sii.RCVOptions{
					States: []rcv.State{rcv.Registro}, OnTaxes: func(f sii.TaxFinding) { told = append(told, f) },
				})
				require.Empty(t, errs)
				require.Len(t, got, len(docs))
				assert.Empty(t, got[0].OtherTaxes)
				assert.EqualValues(t, 280, got[0].OtherTaxTotal)
				require.NotEmpty(t, told)
				first := told[0]
				assert.Equal(t, got[0].ID(bought), first.Document)
				assert.EqualValues(t, 280, first.Total)
				assert.Equal(t, test.found, first.Found)
				if test.err == nil {
					require.NoError(t, first.Err)
				} else {
					require.ErrorIs(t, first.Err, test.err)
				}
				assert.Contains(t, first.String(), test.message)
			}
		})
	}
}

// What another attempt may have is not given up: the sequence ends, as it does
// when rows cannot be had.
func TestBreakdownThatAnotherAttemptMayHave(t *testing.T) {
	t.Parallel()
	for _, docs := range [][]rcv.Purchase{{taxed(1, 100, 180)}, {taxed(1, 100, 180), taxed(2, -100, -180)}} {
		srv := newFake(t)
		srv.AddPurchases(owner, october, docs...)
		srv.Fail(siitest.OpExport, siitest.Fault{HTTPStatus: 503, Times: 10})
		_, errs := read(t, newClient(t, srv, newWaits().options()...), bought, nil)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], sii.ErrUnavailable)
	}
}

func TestBreakdownFromADeferredExport(t *testing.T) {
	t.Parallel()
	for _, docs := range [][]rcv.Purchase{{taxed(1, 100, 180), purchase(3, rcv.Registro)}, {taxed(1, 100, 180), taxed(2, -100, -180)}} {
		srv := newFake(t, siitest.WithExportLimit(1))
		srv.AddPurchases(owner, october, docs...)
		got, errs := read(t, newClient(t, srv, newWaits().options()...), bought, nil)
		require.Empty(t, errs)
		require.Len(t, got, 2)
		assert.Equal(t, docs[0].OtherTaxes, got[0].OtherTaxes)
		assert.NotZero(t, got[0].DetailID)
		assert.Equal(t, 1, srv.Count(siitest.OpDefer))
	}
}

// Rows that leave out their sum get it where the total proves it.
func TestRowsWithoutTheirSum(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, taxed(1, 100, 180))
	client := newClient(t, srv, rewriting(t, srv, "getDetalleCompra", `"totalDtoiMontoImp":280`, `"totalDtoiMontoImp":null`))
	docs, errs := read(t, client, bought, nil)
	require.Empty(t, errs)
	require.Len(t, docs, 1)
	assert.EqualValues(t, 280, docs[0].OtherTaxTotal)
	assert.Len(t, docs[0].OtherTaxes, 2)

	var told []sii.TaxFinding
	client = newClient(t, srv, rewriting(t, srv, "getDetalleCompra", `"totalDtoiMontoImp":280`, `"totalDtoiMontoImp":null`, `"detMntIVA":190`, `"detMntIVA":191`))
	docs, errs = read(t, client, bought, &sii.RCVOptions{OnTaxes: func(f sii.TaxFinding) { told = append(told, f) }})
	require.Len(t, errs, 1, "the sums of the state do not agree")
	require.Len(t, docs, 1)
	assert.Zero(t, docs[0].OtherTaxTotal)
	require.Len(t, told, 1)
	assert.Len(t, told[0].Found, 2)
}

// Rows that are refused behind others come once, from the export.
func TestHeldRowsAreNotLost(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, taxed(1, 100, 180), taxed(2, -100, -180), purchase(3, rcv.Registro))
	client := newClient(t, srv, rewriting(t, srv, "getDetalleCompra", `"codRespuesta":0,"msgeRespuesta":null`, `"codRespuesta":99,"msgeRespuesta":"descarga diferida"`))
	docs, errs := read(t, client, bought, nil)
	require.Empty(t, errs)
	require.Len(t, docs, 3)
	for _, doc := range docs {
		assert.Equal(t, doc.Folio != 3, len(doc.OtherTaxes) == 2)
	}
}

func TestHeldRowsAreBounded(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	const n = 10_002
	docs := make([]rcv.Purchase, n)
	for i := range docs {
		docs[i] = taxed(chile.Folio(i+1), 100, -100+chile.CLP(2*(i%2)-1)) // of 1 and -1, which cancel
	}
	srv.AddPurchases(owner, october, docs...)
	told := 0
	without, with := 0, 0
	for doc, err := range newClient(t, srv).RCV.Documents(t.Context(), bought, &sii.RCVOptions{OnTaxes: func(f sii.TaxFinding) {
		assert.ErrorContains(t, f.Err, "too many rows wait")
		told++
	}}) {
		require.NoError(t, err)
		if len(doc.OtherTaxes) == 0 {
			without++
		} else {
			with++
		}
	}
	assert.Equal(t, []int{10_000, 2, 2}, []int{with, without, told})
}

func TestLeavingWhileRowsAreHeld(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, taxed(1, 100, 180), taxed(2, -100, -180))
	seen := 0
	for _, err := range newClient(t, srv).RCV.Documents(t.Context(), bought, &sii.RCVOptions{States: []rcv.State{rcv.Registro}}) {
		require.NoError(t, err)
		seen++
		break
	}
	assert.Equal(t, 1, seen)
}

// Rows come with the breakdown of their additional taxes.
func ExampleTaxFinding() {
	fake := siitest.NewServer()
	defer fake.Close()
	holder, owner, october := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	fake.Authorize(holder, owner)
	fake.Load(owner, october, siitest.Generate(1, owner, october, 60))
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()))
	if err != nil {
		fmt.Println(err)
		return
	}
	taxes := map[int]chile.CLP{}
	for sale, err := range client.RCV.Sales(context.Background(), rcv.Key{Owner: owner, Period: october}, &sii.RCVOptions{
		OnTaxes:    func(finding sii.TaxFinding) { fmt.Println(finding) },
		KeepAnswer: func(string) io.Writer { return io.Discard },
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, tax := range sale.OtherTaxes {
			taxes[tax.Code] += tax.Amount
		}
	}
	fmt.Println(len(taxes), "kinds of additional tax")
	// Output: 2 kinds of additional tax
}
