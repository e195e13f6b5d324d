package sii_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// waits is a clock that waits by going on.
type waits struct {
	clock
	mu  sync.Mutex
	all []time.Duration
}

func newWaits() *waits {
	w := &waits{}
	w.clock.now = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	return w
}

func (w *waits) sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, d)
	w.Add(d)
	return nil
}

func (w *waits) options(opts ...sii.Option) []sii.Option {
	return append([]sii.Option{sii.WithClock(w.Now), sii.WithSleep(w.sleep)}, opts...)
}

// newDeferred returns a fake with two purchases, whose clock is that of the
// client.
func newDeferred(t *testing.T, opts ...sii.Option) (*siitest.Server, *sii.Client, *waits) {
	t.Helper()
	w := newWaits()
	srv := newFake(t, siitest.WithClock(w.Now))
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	return srv, newClient(t, srv, w.options(opts...)...), w
}

var deferredOnly = &sii.RCVOptions{States: []rcv.State{rcv.Registro}, DeferredFrom: 1}

func TestDeferredExportIsWaitedFor(t *testing.T) {
	t.Parallel()
	srv, client, w := newDeferred(t)
	var seen []string
	var answers []sii.Answer
	var kept bytes.Buffer
	docs, errs := read(t, client, bought, &sii.RCVOptions{
		States: []rcv.State{rcv.Registro}, DeferredFrom: 1,
		OnDeferred: func(e rcv.DeferredExport) { seen = append(seen, e.Progress) },
		OnAnswer:   func(a sii.Answer) { answers = append(answers, a) },
		KeepAnswer: func(string) io.Writer { return &kept },
	})
	require.Empty(t, errs)
	assert.Len(t, docs, 2)
	assert.Equal(t, []string{"CREADO", "CREADO", "EN PROCESO", "TERMINADO"}, seen)
	assert.Equal(t, []time.Duration{2 * time.Second, 3 * time.Second, 4500 * time.Millisecond}, w.all, "ever longer")
	assert.Equal(t, 1, srv.Count(siitest.OpDefer))
	assert.Equal(t, 4, srv.Count(siitest.OpDeferred), "one look before it is asked for")
	require.Len(t, answers, 1)
	assert.Equal(t, "obtenerArchivoBLOB COMPRA REGISTRO 33 123456", answers[0].Name)
	assert.EqualValues(t, kept.Len(), answers[0].Bytes)
	zip, err := gzip.NewReader(&kept)
	require.NoError(t, err)
	csv, err := io.ReadAll(zip)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(csv), "Nro;Tipo Compra;"), "of one type")
	assert.Empty(t, srv.Violations())
}

func TestForms(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]siitest.Deferred{
		"ISO-8859-1": {Latin1: true}, "not compressed": {Plain: true}, "other names": {OtherNames: true}, "slow": {Looks: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client, _ := newDeferred(t)
			srv.SetDeferred(how)
			srv.Change(bought, func(docs []rcv.Document) []rcv.Document {
				docs[0].Name = "Peñaflor y Cía. Ñandú"
				return docs
			})
			for _, way := range []sii.Way{sii.AsJSON, sii.AsCSV} {
				docs, errs := read(t, client, bought, &sii.RCVOptions{Way: way, DeferredFrom: 1})
				require.Empty(t, errs)
				require.Len(t, docs, 2)
				assert.Equal(t, "Peñaflor y Cía. Ñandú", docs[0].Name)
			}
			assert.Empty(t, srv.Violations())
		})
	}
}

func TestFreshExportIsUsedAgain(t *testing.T) {
	t.Parallel()
	srv, client, w := newDeferred(t)
	read2 := func() int {
		docs, errs := read(t, client, bought, deferredOnly)
		require.Empty(t, errs)
		assert.Len(t, docs, len(docs))
		return srv.Count(siitest.OpDefer)
	}
	assert.Equal(t, 1, read2())
	assert.Equal(t, 1, read2(), "a fresh one is there")
	srv.AddPurchases(owner, october, purchase(3, rcv.Registro))
	assert.Equal(t, 2, read2(), "it has fewer documents than the summary")
	assert.Equal(t, 2, read2())
	w.Add(31 * time.Minute)
	assert.Equal(t, 3, read2(), "it is too old")
	assert.Empty(t, srv.Violations())
}

// A process that ends while it waits leaves an export that the next one goes on
// with.
func TestExportOfAnotherProcess(t *testing.T) {
	t.Parallel()
	srv, client, w := newDeferred(t)
	srv.SetDeferred(siitest.Deferred{Looks: 100})
	_, errs := read(t, client, bought, deferredOnly)
	require.Len(t, errs, 1)
	var failed *sii.DeferredError
	require.ErrorAs(t, errs[0], &failed)
	require.ErrorIs(t, errs[0], sii.ErrUnavailable)
	assert.Equal(t, "CREADO", failed.Export.Progress)
	assert.LessOrEqual(t, failed.Waited, 10*time.Minute)
	assert.Greater(t, failed.Waited, 9*time.Minute)
	assert.ErrorContains(t, errs[0], "deferred export 123456 of 76192083-9 2026-10 COMPRA REGISTRO is CREADO after")
	for _, d := range w.all {
		assert.LessOrEqual(t, d, 30*time.Second)
	}
	another := newClient(t, srv, w.options(sii.WithDeferred(sii.DeferredSettings{Interval: time.Second, MaxInterval: time.Second}))...)
	docs, errs := read(t, another, bought, deferredOnly)
	require.Empty(t, errs)
	assert.Len(t, docs, 2)
	assert.Equal(t, 1, srv.Count(siitest.OpDefer))
}

// An export that was asked for and is in no answer yet is waited for as well.
func TestExportThatIsNotListedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWaits()
	srv := newFake(t, siitest.WithClock(w.Now))
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		asked, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(asked))
		resp, err := inner.RoundTrip(r)
		if err == nil && bytes.Contains(asked, []byte(`"generaCtrl":true`)) {
			answer, err := io.ReadAll(resp.Body)
			if err != nil {
				return nil, err
			}
			start := bytes.Index(answer, []byte(`"data":[`)) + len(`"data":[`)
			end := start + bytes.IndexByte(answer[start:], ']')
			resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(append(answer[:start:start], answer[end:]...))), -1
		}
		return resp, err
	})
	client := newClient(t, srv, w.options(sii.WithHTTPClient(hc))...)
	var seen []int64
	docs, errs := read(t, client, bought, &sii.RCVOptions{
		States: []rcv.State{rcv.Registro}, DeferredFrom: 1, OnDeferred: func(e rcv.DeferredExport) { seen = append(seen, e.ID) },
	})
	require.Empty(t, errs)
	assert.Len(t, docs, 2)
	require.NotEmpty(t, seen)
	assert.Zero(t, seen[0], "it has no number yet")
	assert.NotZero(t, seen[len(seen)-1])
	assert.Equal(t, 1, srv.Count(siitest.OpDefer), "it is asked for once")
}

// Of which state an export is the SII says of REGISTRO only. One of another state
// is not taken for it, and costs no more than a look.
func TestExportsOfOtherStates(t *testing.T) {
	t.Parallel()
	srv, client, _ := newDeferred(t)
	srv.AddPurchases(owner, october, purchase(3, rcv.Reclamado), purchase(4, rcv.Reclamado), purchase(5, rcv.Pendiente), purchase(6, rcv.Pendiente))
	for range 2 {
		docs, errs := read(t, client, bought, &sii.RCVOptions{DeferredFrom: 1})
		require.Empty(t, errs)
		states := map[rcv.State]int{}
		for _, doc := range docs {
			states[doc.State]++
		}
		assert.Equal(t, map[rcv.State]int{rcv.Registro: 2, rcv.Pendiente: 2, rcv.Reclamado: 2}, states)
	}
	var csv bytes.Buffer
	_, err := client.RCV.Export(t.Context(), &csv, bought, rcv.Pendiente, &sii.ExportOptions{Type: 33, DeferredFrom: 1})
	require.NoError(t, err)
	assert.Len(t, documentsOf(t, csv.Bytes(), &rcv.CSVOptions{Type: 33, State: rcv.Pendiente}), 2)
	assert.Equal(t, 3, srv.Count(siitest.OpDefer), "one of each")
	assert.Empty(t, srv.Violations())
}

func TestDeferredExportsThatFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		how  siitest.Deferred
		want string
	}{
		"with words":     {siitest.Deferred{Failure: "Error al generar el archivo"}, `failed: "Error al generar el archivo"`},
		"without a file": {siitest.Deferred{NoFile: true}, "is done without a file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client, _ := newDeferred(t)
			srv.SetDeferred(test.how)
			_, errs := read(t, client, bought, deferredOnly)
			require.Len(t, errs, 1)
			var failed *sii.DeferredError
			require.ErrorAs(t, errs[0], &failed)
			require.ErrorIs(t, errs[0], sii.ErrUnavailable)
			assert.Equal(t, test.how.Failure, failed.Export.Failure)
			assert.Equal(t, bought, failed.Key)
			assert.ErrorContains(t, errs[0], test.want)

			srv.SetDeferred(siitest.Deferred{})
			docs, errs := read(t, client, bought, deferredOnly)
			require.Empty(t, errs, "a failed one is not used again")
			assert.Len(t, docs, 2)
		})
	}
}

func TestFileWithAnotherNumberOfDocuments(t *testing.T) {
	t.Parallel()
	srv, client, _ := newDeferred(t)
	srv.SetDeferred(siitest.Deferred{Miscount: 1})
	_, errs := read(t, client, bought, deferredOnly)
	require.Len(t, errs, 1)
	var incomplete *sii.IncompleteError
	require.ErrorAs(t, errs[0], &incomplete)
	assert.Equal(t, []rcv.Mismatch{{State: rcv.Registro, Type: 33, Field: "caNumLineas", Promised: 3, Got: 2}}, incomplete.Mismatches)
}

// Documents are counted, not rows: a document with two additional taxes has two.
func TestDocumentsOfAFileAreCounted(t *testing.T) {
	t.Parallel()
	srv, client, _ := newDeferred(t)
	p := purchase(3, rcv.Registro)
	p.OtherTaxes = []rcv.OtherTax{{Code: 27, Amount: 100, Rate: "10"}, {Code: 271, Amount: 180, Rate: "18"}}
	p.OtherTaxTotal, p.Total = 280, p.Total+280
	srv.AddPurchases(owner, october, p)
	docs, errs := read(t, client, bought, deferredOnly)
	require.Empty(t, errs)
	require.Len(t, docs, 3)
	assert.Equal(t, p.OtherTaxes, docs[2].OtherTaxes)
}

func TestTroubleWhileWaiting(t *testing.T) {
	t.Parallel()
	t.Run("a look that fails", func(t *testing.T) {
		t.Parallel()
		srv, client, _ := newDeferred(t)
		srv.Fail(siitest.OpDeferred, siitest.Fault{After: 1, Times: 1, HTTPStatus: 503})
		srv.Fail(siitest.OpDeferred, siitest.Fault{After: 2, Times: 1, HTTPStatus: 429})
		docs, errs := read(t, client, bought, deferredOnly)
		require.Empty(t, errs)
		assert.Len(t, docs, 2)
	})
	t.Run("an answer that is lost", func(t *testing.T) {
		t.Parallel()
		srv, client, _ := newDeferred(t)
		srv.Fail(siitest.OpDefer, siitest.Fault{Times: 1, Lost: true})
		docs, errs := read(t, client, bought, deferredOnly)
		require.Empty(t, errs)
		assert.Len(t, docs, 2)
		assert.Equal(t, 1, srv.Count(siitest.OpDefer), "it was made all the same")
	})
	t.Run("a request that is lost", func(t *testing.T) {
		t.Parallel()
		srv, client, _ := newDeferred(t)
		srv.Fail(siitest.OpDefer, siitest.Fault{Times: 1, HTTPStatus: 503})
		_, errs := read(t, client, bought, deferredOnly)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], sii.ErrUnavailable)
		assert.Equal(t, 1, srv.Count(siitest.OpDefer), "nothing is asked for twice")
	})
	t.Run("a session that ends", func(t *testing.T) {
		t.Parallel()
		srv, client, _ := newDeferred(t)
		for _, op := range []siitest.Op{siitest.OpDefer, siitest.OpDeferred, siitest.OpFile} {
			srv.Fail(op, siitest.Fault{Times: 1, Revoke: true})
		}
		docs, errs := read(t, client, bought, deferredOnly)
		require.Empty(t, errs)
		assert.Len(t, docs, 2)
		assert.Equal(t, 2, srv.Count(siitest.OpDefer), "refused, and once more")
	})
	t.Run("a caller that leaves", func(t *testing.T) {
		t.Parallel()
		_, client, w := newDeferred(t)
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		opts := *deferredOnly
		opts.OnDeferred = func(rcv.DeferredExport) {
			if len(w.all) > 0 {
				cancel(stop)
			}
		}
		var last error
		for _, err := range client.RCV.Documents(ctx, bought, &opts) {
			last = err
		}
		require.ErrorIs(t, last, stop)
		require.NotErrorIs(t, last, sii.ErrUnavailable)
	})
	t.Run("a company that has not authorised the holder", func(t *testing.T) {
		t.Parallel()
		srv, client, _ := newDeferred(t)
		srv.Fail(siitest.OpDeferred, siitest.Fault{Estado: "4", Glosa: "Usuario no autorizado"})
		_, errs := read(t, client, bought, deferredOnly)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], sii.ErrForbidden)
	})
	t.Run("a recaptcha that is wanted", func(t *testing.T) {
		t.Parallel()
		srv, client, w := newDeferred(t)
		srv.WantRecaptcha(func(action, token string) bool { return token == "token de "+action })
		_, errs := read(t, client, bought, deferredOnly)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], sii.ErrRecaptcha)
		client = newClient(t, srv, w.options(sii.WithWire(sii.Wire{Recaptcha: func(_ context.Context, action string) (string, error) { return "token de " + action, nil }}))...)
		docs, errs := read(t, client, bought, deferredOnly)
		require.Empty(t, errs)
		assert.Len(t, docs, 2)
	})
}

// brokenFile has the file of a deferred export come as something else.
func brokenFile(t *testing.T, make func(packed []byte) []byte, opts ...sii.Option) error {
	t.Helper()
	w := newWaits()
	srv := newFake(t, siitest.WithClock(w.Now))
	for i := range 200 {
		srv.AddPurchases(owner, october, purchase(chile.Folio(i+1), rcv.Registro))
	}
	hc := srv.Client()
	inner := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.Contains(r.URL.Path, "obtenerArchivoBLOB") {
			body, readErr := io.ReadAll(resp.Body)
			require.NoError(t, readErr)
			resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(make(body))), -1
		}
		return resp, err
	})
	_, errs := read(t, newClient(t, srv, w.options(append(opts, sii.WithHTTPClient(hc))...)...), bought, deferredOnly)
	require.LessOrEqual(t, len(errs), 1)
	return errors.Join(errs...)
}

func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	pack := func(content string) []byte {
		var b bytes.Buffer
		zip := gzip.NewWriter(&b)
		_, _ = zip.Write([]byte(content))
		_ = zip.Close()
		return b.Bytes()
	}
	for name, test := range map[string]struct {
		make func([]byte) []byte
		kind error
	}{
		"packed twice":   {func(b []byte) []byte { return pack(string(b)) }, nil},
		"cut":            {func(b []byte) []byte { return b[:len(b)/2] }, sii.ErrUnavailable},
		"cut at its sum": {func(b []byte) []byte { return b[:len(b)-3] }, sii.ErrUnavailable},
		"damaged":        {func(b []byte) []byte { b[len(b)-6] ^= 1; return b }, sii.ErrUnavailable},
		"nothing":        {func([]byte) []byte { return nil }, sii.ErrProtocol},
		"empty file":     {func([]byte) []byte { return pack("") }, sii.ErrProtocol},
		"page":           {func([]byte) []byte { return []byte("<html>login</html>") }, sii.ErrThrottled},
		"packed page":    {func([]byte) []byte { return pack("<html>") }, sii.ErrProtocol},
		"refusal": {func([]byte) []byte {
			return []byte(`{"data":null,"respEstado":{"codRespuesta":4,"msgeRespuesta":"Usuario no autorizado"}}`)
		}, sii.ErrForbidden},
		"other headings": {func([]byte) []byte { return pack("Nro;Folio\r\n1;2\r\n") }, sii.ErrProtocol},
		"header alone": {func([]byte) []byte {
			return pack("Nro;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Fecha Acuse;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Iva No Recuperable;Codigo IVA No Rec.;Monto Total;Monto Neto Activo Fijo;IVA Activo Fijo;IVA uso Comun;Impto. Sin Derecho a Credito;IVA No Retenido;Tabacos Puros;Tabacos Cigarrillos;Tabacos Elaborados;NCE o NDE sobre Fact. de Compra;Codigo Otro Impuesto;Valor Otro Impuesto;Tasa Otro Impuesto\r\n")
		}, sii.ErrIncomplete},
		"bomb": {func([]byte) []byte { return pack(strings.Repeat("Nro;Folio;", 1<<20)) }, sii.ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := brokenFile(t, test.make)
			if test.kind == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, test.kind)
		})
	}
	t.Run("larger than the limit, unpacked", func(t *testing.T) {
		t.Parallel()
		require.ErrorIs(t, brokenFile(t, func(b []byte) []byte { return b }, sii.WithMaxAnswer(8<<10)), sii.ErrProtocol)
	})
}

// With a token from elsewhere the client does not know who signed in.
func TestWhoSignedInForAFile(t *testing.T) {
	t.Parallel()
	srv, signedIn, w := newDeferred(t)
	token, err := signedIn.Token(t.Context())
	require.NoError(t, err)
	client := func(opts ...sii.Option) *sii.Client {
		c, err := sii.NewClient(srv.Environment(), append(w.options(opts...), fixedToken(token.Value), sii.WithHTTPClient(srv.Client()))...)
		require.NoError(t, err)
		return c
	}
	docs, errs := read(t, client(sii.WithHolder(holder)), bought, deferredOnly)
	require.Empty(t, errs)
	assert.Len(t, docs, 2)
	assert.Empty(t, srv.Violations())
	_, errs = read(t, client(), bought, deferredOnly)
	require.Empty(t, errs)
	require.Len(t, srv.Violations(), 1, "the owner is taken to have signed in")
	assert.Equal(t, siitest.OpFile, srv.Violations()[0].Op)
}

func TestDeferredSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for _, option := range []sii.Option{
		sii.WithDeferred(sii.DeferredSettings{Timeout: -1}), sii.WithSleep(nil), sii.WithHolder(chile.RUT{}),
	} {
		_, err := sii.NewClient(sii.Production(), fixedToken("T"), option)
		require.Error(t, err)
	}
}

// A month that is too large for an answer comes from a file that the SII makes
// first, without more ado.
func ExampleDeferredSettings() {
	fake := siitest.NewServer(siitest.WithDetailLimit(1), siitest.WithExportLimit(1))
	defer fake.Close()
	holder, owner := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	fake.Authorize(holder, owner)
	fake.Load(owner, chile.MustParsePeriod("2026-10"), siitest.Generate(1, owner, chile.MustParsePeriod("2026-10"), 100))
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()),
		sii.WithDeferred(sii.DeferredSettings{Interval: time.Minute, Timeout: time.Hour}),
		sii.WithSleep(func(context.Context, time.Duration) error { return nil })) // a day for the fake
	if err != nil {
		fmt.Println(err)
		return
	}
	sales := 0
	for _, err := range client.RCV.Sales(context.Background(), rcv.Key{Owner: owner, Period: chile.MustParsePeriod("2026-10")}, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		sales++
	}
	fmt.Println(sales, "sales")
	// Output: 25 sales
}
