package sii_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// read returns the rows of a register and the errors on the way.
func read(t *testing.T, client *sii.Client, key rcv.Key, opts *sii.RCVOptions) (docs []rcv.Document, errs []error) {
	t.Helper()
	for doc, err := range client.RCV.Documents(t.Context(), key, opts) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		docs = append(docs, doc)
	}
	return docs, errs
}

func TestPurchasesOfAllStates(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	for i, state := range rcv.Purchases.States() {
		srv.AddPurchases(owner, october, purchase(chile.Folio(i+1), state))
	}
	client := newClient(t, srv)
	got := map[rcv.State]chile.Folio{}
	for p, err := range client.RCV.Purchases(t.Context(), rcv.Key{Owner: owner, Period: october}, nil) {
		require.NoError(t, err)
		got[p.State] = p.Folio
		assert.Equal(t, "12345678-5", p.Supplier().String())
		assert.Equal(t, "Proveedor Uno SpA", p.Name)
	}
	assert.Equal(t, map[rcv.State]chile.Folio{rcv.Registro: 1, rcv.Pendiente: 2, rcv.NoIncluir: 3, rcv.Reclamado: 4}, got)
	assert.Equal(t, 4, srv.Count(siitest.OpSummary))
	assert.Equal(t, 4, srv.Count(siitest.OpDetail))
	assert.Empty(t, srv.Violations())
}

func TestVariantsOfRows(t *testing.T) {
	t.Parallel()
	srv := newFake(t, siitest.WithNullTypes(), siitest.WithTextNumbers(), siitest.WithLoginPage(siitest.LoginHTML))
	month := siitest.Generate(3, owner, october, 80)
	srv.Load(owner, october, month)
	docs, errs := read(t, newClient(t, srv), bought, nil)
	require.Empty(t, errs)
	assert.Len(t, docs, len(month.Purchases))
	sales, errs := read(t, newClient(t, srv), sold, nil)
	require.Empty(t, errs)
	assert.Len(t, sales, len(month.Sales))
	assert.Empty(t, srv.Violations())
}

func TestAnswersAreHashedAndSummariesTold(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	var bodies [][]byte
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "getDetalleCompra") {
			resp.Body, bodies = keep(t, resp.Body, bodies)
		}
		return resp, err
	})
	var answers []sii.Answer
	var kept []*bytes.Buffer
	var promised int64
	_, errs := read(t, newClient(t, srv, sii.WithHTTPClient(hc)), bought, &sii.RCVOptions{
		OnAnswer: func(a sii.Answer) { answers = append(answers, a) },
		KeepAnswer: func(name string) io.Writer {
			assert.Equal(t, "getDetalleCompra COMPRA REGISTRO 33", name)
			kept = append(kept, &bytes.Buffer{})
			return kept[len(kept)-1]
		},
		OnSummary: func(_ rcv.State, s *rcv.Summary) {
			for _, line := range s.Lines {
				promised += line.Documents
			}
		},
	})
	require.Empty(t, errs)
	require.Len(t, answers, 1)
	require.Len(t, bodies, 1)
	require.Len(t, kept, 1)
	bodies[0] = withoutConversation(t, bodies[0])
	assert.Equal(t, string(bodies[0]), kept[0].String())
	sum := sha256.Sum256(bodies[0])
	assert.Equal(t, hex.EncodeToString(sum[:]), answers[0].SHA256)
	assert.EqualValues(t, len(bodies[0]), answers[0].Bytes)
	assert.Equal(t, "getDetalleCompra COMPRA REGISTRO 33", answers[0].Name)
	assert.EqualValues(t, 2, promised)
}

func TestIncompleteRegisterSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "getResumen") {
			resp.Body = rewrite(t, resp.Body, `"rsmnTotDoc":2`, `"rsmnTotDoc":3`)
			resp.ContentLength = -1
		}
		return resp, err
	})
	docs, errs := read(t, newClient(t, srv, sii.WithHTTPClient(hc)), bought, nil)
	assert.Len(t, docs, 2)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], sii.ErrIncomplete)
	var incomplete *sii.IncompleteError
	require.ErrorAs(t, errs[0], &incomplete)
	assert.Equal(t, []rcv.Mismatch{{State: rcv.Registro, Type: 33, Field: "rsmnTotDoc", Promised: 3, Got: 2}}, incomplete.Mismatches)
	assert.Equal(t, 2, srv.Count(siitest.OpSummary), "asked once more")
}

// What ends a sequence is never taken for the error of a row, behind which there
// would be others.
func TestSummaryThatCannotBeReadEndsTheSequence(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string][]string{
		"summary":  {"getResumen", `"rsmnTotDoc":2`, `"rsmnTotDoc":"dos"`},
		"deferred": {"getCtrlAsync", `"caEstado":"`, `"caX":"`},
		"export":   {"getDetalleCompraExport", `"data":["`, `"data":[7,"`},
	} {
		srv := newFake(t)
		srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
		client := newClient(t, srv, append(newWaits().options(), rewriting(t, srv, broken[0], broken[1:]...))...)
		opts := map[string]*sii.RCVOptions{"deferred": {DeferredFrom: 1}, "export": {Way: sii.AsCSV}}[name]
		docs, errs := read(t, client, bought, opts)
		assert.Empty(t, docs, name)
		require.Len(t, errs, 1, name)
		require.ErrorIs(t, errs[0], sii.ErrProtocol, name)
		var row *rcv.RowError
		assert.NotErrorAs(t, errs[0], &row, name)
	}
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro))
	_, err := newClient(t, srv, rewriting(t, srv, "getResumen", `"rsmnTotDoc":1`, `"rsmnTotDoc":"uno"`)).RCV.Summary(t.Context(), bought, rcv.Registro)
	require.ErrorIs(t, err, sii.ErrProtocol)
	var row *rcv.RowError
	require.ErrorAs(t, err, &row, "of one that was asked for by itself the line is told")
}

func TestRegisterThatMovedAgreesTheSecondTime(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro))
	hc := srv.Client()
	inner := hc.Transport
	first := true
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if first && strings.HasSuffix(r.URL.Path, "getDetalleCompra") {
			first = false
			srv.AddPurchases(owner, october, purchase(2, rcv.Registro)) // arrives after the summary
		}
		return inner.RoundTrip(r)
	})
	docs, errs := read(t, newClient(t, srv, sii.WithHTTPClient(hc)), bought, nil)
	require.Empty(t, errs)
	assert.Len(t, docs, 2)
}

func TestRowThatCannotBeReadIsNotHidden(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "getDetalleCompra") {
			resp.Body = rewrite(t, resp.Body, `"detNroDoc":1`, `"detNroDoc":"x1"`)
			resp.ContentLength = -1
		}
		return resp, err
	})
	docs, errs := read(t, newClient(t, srv, sii.WithHTTPClient(hc)), bought, nil)
	assert.Len(t, docs, 1)
	require.Len(t, errs, 2)
	var row *rcv.RowError
	require.ErrorAs(t, errs[0], &row)
	assert.Equal(t, "detNroDoc", row.Heading)
	require.ErrorIs(t, errs[1], sii.ErrIncomplete, "the row is missing from the count")
}

func TestRefusalsOfTheRCV(t *testing.T) {
	t.Parallel()
	t.Run("company that has not authorised the holder", func(t *testing.T) {
		t.Parallel()
		srv := newFake(t)
		client := newClient(t, srv)
		_, err := client.RCV.Summary(t.Context(), rcv.Key{Owner: chile.MustParseRUT("77222222-K"), Period: october, Book: rcv.Purchases}, rcv.Registro)
		require.ErrorIs(t, err, sii.ErrForbidden)
		assert.ErrorContains(t, err, "Usuario no autorizado")
		assert.Equal(t, 1, srv.Count(siitest.OpToken), "no new token helps here")
	})
	t.Run("period before the register", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, newFake(t)).RCV.Summary(t.Context(), rcv.Key{Owner: owner, Period: chile.MustParsePeriod("2017-04"), Book: rcv.Sales}, rcv.Registro)
		require.ErrorIs(t, err, sii.ErrInvalidRequest)
		assert.ErrorContains(t, err, "debe ser mayor igual a 201705")
	})
	t.Run("month without movements", func(t *testing.T) {
		t.Parallel()
		docs, errs := read(t, newClient(t, newFake(t)), bought, nil)
		assert.Empty(t, errs)
		assert.Empty(t, docs)
	})
	t.Run("no RCV in the environment", func(t *testing.T) {
		t.Parallel()
		client, err := sii.NewClient(sii.Certification(), fixedToken("T"))
		require.NoError(t, err)
		_, err = client.RCV.Summary(t.Context(), bought, rcv.Registro)
		require.ErrorIs(t, err, sii.ErrNoRCV)
		_, errs := read(t, client, sold, nil)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], sii.ErrNoRCV)
	})
	t.Run("what is no register", func(t *testing.T) {
		t.Parallel()
		client := newClient(t, newFake(t))
		_, err := client.RCV.Summary(t.Context(), sold, rcv.Pendiente)
		require.ErrorIs(t, err, sii.ErrInvalidRequest)
		_, err = client.RCV.Export(t.Context(), io.Discard, rcv.Key{Owner: owner, Period: october}, rcv.Registro, nil)
		require.ErrorIs(t, err, sii.ErrInvalidRequest)
	})
}

func TestLostSessionIsRenewed(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]siitest.LoginPage{"redirection": siitest.LoginRedirect, "page": siitest.LoginHTML} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t, siitest.WithLoginPage(page))
			srv.AddPurchases(owner, october, purchase(1, rcv.Registro))
			client := newClient(t, srv)
			srv.Fail(siitest.OpDetail, siitest.Fault{Times: 1, Revoke: true})
			docs, errs := read(t, client, bought, nil)
			require.Empty(t, errs)
			assert.Len(t, docs, 1)
			assert.Equal(t, 2, srv.Count(siitest.OpToken))
		})
	}
}

func TestContextIsHonouredBetweenRows(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	for i := range 20 {
		srv.AddPurchases(owner, october, purchase(chile.Folio(i+1), rcv.Registro))
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	stop := errors.New("stop")
	rows := 0
	var last error
	for _, err := range newClient(t, srv).RCV.Documents(ctx, bought, nil) {
		if err != nil {
			last = err
			continue
		}
		if rows++; rows == 3 {
			cancel(stop)
		}
	}
	assert.Equal(t, 3, rows)
	require.ErrorIs(t, last, stop)
}

func TestLeavingEarlyIsNoError(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	seq := newClient(t, srv).RCV.Documents(t.Context(), bought, nil)
	for range 2 { // can be ranged again, which asks again
		for _, err := range seq {
			require.NoError(t, err)
			break
		}
	}
	assert.Equal(t, 2, srv.Count(siitest.OpDetail))
}

// The recorded answers of the portal, with the check digits that their
// anonymiser broke.
func TestRecordedAnswers(t *testing.T) {
	t.Parallel()
	empty, err := os.ReadFile(sharedtest.Path(t, "rcv-json", "rcv-detalle-vacio.json"))
	require.NoError(t, err)
	summary, err := os.ReadFile(sharedtest.Path(t, "rcv-json", "rcv-resumen-venta.json"))
	require.NoError(t, err)
	client := at(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "getResumen") {
			_, _ = w.Write(summary)
			return
		}
		_, _ = w.Write(empty)
	})
	of := rcv.Key{Owner: chile.MustParseRUT("22222222-2"), Period: chile.MustParsePeriod("2026-07"), Book: rcv.Sales}
	got, err := client.RCV.Summary(t.Context(), of, rcv.Registro)
	require.NoError(t, err)
	assert.Len(t, got.Lines, 4)
	assert.EqualValues(t, 415, got.Documents)
	_, errs := read(t, client, of, nil)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], sii.ErrInvalidRequest)
	assert.ErrorContains(t, errs[0], "Periodo consultado no válido")
}
