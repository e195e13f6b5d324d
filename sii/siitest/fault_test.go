package siitest_test

import (
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
)

func (r *raw) get(t *testing.T) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://palena.sii.cl/DTEWS/CrSeed.jws", strings.NewReader(
		`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><getSeed/></e:Body></e:Envelope>`))
	require.NoError(t, err)
	return r.hc.Do(req)
}

func TestFaultsHappenAsScripted(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.Fail(siitest.OpSeed, siitest.Fault{After: 1, Times: 2, HTTPStatus: 503})
	var statuses []int
	for range 4 {
		resp, err := r.get(t)
		require.NoError(t, err)
		statuses = append(statuses, resp.StatusCode)
		require.NoError(t, resp.Body.Close())
	}
	assert.Equal(t, []int{200, 503, 503, 200}, statuses)
	assert.Equal(t, 4, r.srv.Count(siitest.OpSeed))

	r.srv.Fail(siitest.OpSeed, siitest.Fault{Times: 1, Drop: true})
	_, err := r.get(t)
	require.Error(t, err)

	r.srv.Fail(siitest.OpSeed, siitest.Fault{Body: "Error 500", ContentType: "text/plain"})
	_, _, body := r.do(request(t))
	assert.Equal(t, "Error 500", body)
	r.srv.ClearFaults()
	_, _, body = r.do(request(t))
	assert.Contains(t, body, "SEMILLA")
}

func request(t *testing.T) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://palena.sii.cl/DTEWS/CrSeed.jws", strings.NewReader(
		`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><getSeed/></e:Body></e:Envelope>`))
	require.NoError(t, err)
	return req
}

func TestAnswersAreCutOff(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.AddPurchases(owner, october, purchase(1))
	token := r.token()
	r.srv.Fail(siitest.OpSeed, siitest.Fault{Times: 1, Cut: 100})
	resp, err := r.get(t)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Len(t, body, 100)
	require.NoError(t, resp.Body.Close())

	r.srv.Fail(siitest.OpSummary, siitest.Fault{Times: 1, Cut: 1 << 20})
	status, _, whole := r.facade("getResumen", token, nil)
	assert.Equal(t, 200, status)
	assert.Contains(t, whole, `"codRespuesta":0`, "nothing is left to cut off")
}

func TestTokensEndAtACall(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	token := r.token()
	r.srv.Fail(siitest.OpSummary, siitest.Fault{After: 1, Times: 1, Revoke: true})
	var statuses []int
	for range 3 {
		status, _, _ := r.facade("getResumen", token, nil)
		statuses = append(statuses, status)
	}
	assert.Equal(t, []int{200, 302, 302}, statuses)
	token = r.token()
	status, _, _ := r.facade("getResumen", token, nil)
	assert.Equal(t, 200, status)
	r.srv.RevokeTokens()
	status, _, _ = r.facade("getResumen", token, nil)
	assert.Equal(t, 302, status)
}

func TestVerdictsAreScripted(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	token := r.token()
	r.srv.Fail(siitest.OpUpload, siitest.Fault{Estado: "-2", Glosa: "ERROR RETORNO"})
	answer := r.soap("QueryEstUp.jws", uploadQuery("76192083", "9", "1", token))
	assert.Equal(t, "-2", estado(t, answer))
	assert.Contains(t, answer, "<GLOSA>ERROR RETORNO</GLOSA>")
	r.srv.Fail(siitest.OpSummary, siitest.Fault{Estado: "98", Glosa: "Error inesperado"})
	got := r.ask("getResumen", token, nil)
	assert.Equal(t, 98, got.Status.Code)
	assert.Equal(t, "Error inesperado", *got.Status.Message)
}

// If several faults match, the oldest happens; a fault of one operation does not
// affect another.
func TestFaultsHappenInOrder(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.Fail(siitest.OpSeed, siitest.Fault{Times: 1, HTTPStatus: 503})
	r.srv.Fail(siitest.OpSeed, siitest.Fault{Times: 1, HTTPStatus: 429, Body: "espere", ContentType: "text/plain"})
	r.srv.Fail(siitest.OpToken, siitest.Fault{HTTPStatus: 500})
	status, header, body := r.do(request(t))
	assert.Equal(t, 503, status)
	assert.Equal(t, "text/html", header.Get("Content-Type"))
	assert.Contains(t, body, "503 Service Unavailable")
	status, header, body = r.do(request(t))
	assert.Equal(t, 429, status)
	assert.Equal(t, "text/plain", header.Get("Content-Type"))
	assert.Equal(t, "espere", body)
	status, _, _ = r.do(request(t))
	assert.Equal(t, 200, status)
}

func TestViolationsReadAsALine(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	_, _, _ = r.do(request(t))
	require.Len(t, r.srv.Violations(), 2)
	assert.Equal(t, "getSeed: SOAPAction: the header is missing; it may be empty", r.srv.Violations()[0].String())
}

// Everything at once, for the race detector.
func TestManyClientsAtOnce(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.Load(owner, october, siitest.Generate(5, owner, october, 40))
	token := r.token()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			status, _, _ := r.facade("getResumen", token, nil)
			assert.Equal(t, 200, status)
			other := chile.MustParseRUT("22222222-2")
			mine := &raw{t, r.srv, r.hc, r.srv.NewIdentity(other)}
			r.srv.Authorize(other, owner)
			r.srv.SetUpload(owner, strconv.Itoa(i+1), siitest.Upload{Estado: "REC"})
			assert.Equal(t, "REC", estado(t, mine.soap("QueryEstUp.jws", uploadQuery("76192083", "9", strconv.Itoa(i+1), mine.token()))))
			r.srv.AddSummaryLine(rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, rcv.SummaryLine{Type: chile.BoletaElectronica, Documents: 1})
			r.srv.Change(rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, func(docs []rcv.Document) []rcv.Document { return docs })
			r.srv.Fail(siitest.OpExport, siitest.Fault{Times: 1, HTTPStatus: 503})
			r.srv.SetDocument(chile.DocumentID{Issuer: owner, Type: chile.FacturaElectronica, Folio: chile.Folio(i + 1)}, siitest.Document{Estado: "DOK"})
			r.srv.SetDeferred(siitest.Deferred{Looks: i})
			r.srv.AddUser(other, siitest.User{Clave: "x"})
			r.srv.AddListed(other, october, siitest.Received, siitest.Listing{})
			r.srv.AddHonoraria(other, october, siitest.Received, siitest.Honorarium{})
			r.srv.AddBoletas(other, october, chile.BoletaElectronica)
			r.srv.NameCompany(owner, "Una SpA")
			r.srv.WantRecaptcha(nil)
			assert.Zero(t, r.srv.Sessions(other)+r.srv.Exports())
			assert.NotEmpty(t, siitest.Measure(r.srv.Requests(), time.Minute))
			assert.NotEmpty(t, r.srv.Secrets())
		})
	}
	wg.Wait()
	assert.Equal(t, 20, r.srv.Count(siitest.OpSummary))
	assert.Equal(t, 21, r.srv.Count(siitest.OpToken))
	assert.Empty(t, r.srv.Violations())
}

// Close also ends connections that clients left open.
func TestCloseEndsWhatNewServerBegan(t *testing.T) {
	// Not parallel: goroutines are counted.
	before := runtime.NumGoroutine()
	for range 5 {
		srv := siitest.NewServer()
		r := &raw{t: t, srv: srv, hc: srv.Client()}
		resp, err := r.get(t)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		srv.Close()
		srv.Close() // twice is once
		_, err = r.get(t)
		require.Error(t, err)
		r.hc.CloseIdleConnections()
	}
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 10*time.Second, 5*time.Millisecond, // and the one that asks
		"of %d goroutines before", before)
}

func TestFilesWithBadRowsAreRefused(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer()
	defer srv.Close()
	key := rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
	const header = "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Monto Exento;Monto Neto;Monto IVA Recuperable;" +
		"Monto Iva No Recuperable;Codigo IVA No Rec.;Monto Total;Monto Neto Activo Fijo;IVA Activo Fijo;IVA uso Comun;Impto. Sin Derecho a Credito;IVA No Retenido;" +
		"NCE o NDE sobre Fact. de Compra;Codigo Otro Impuesto;Valor Otro Impuesto;Tasa Otro Impuesto\r\n"
	err := srv.LoadCSV(key, "x.csv", strings.NewReader(header+"1;33;Del Giro;12345678-9;X;1;01/10/2026;01/10/2026 10:00:00;0;1;0;;;1;;;;;0;0;;;;\r\n"))
	var row *rcv.RowError
	require.ErrorAs(t, err, &row)
	assert.Equal(t, "RUT Proveedor", row.Heading)
	require.Error(t, srv.LoadCSV(rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, "x.csv", strings.NewReader(header)), "of the other book")
}
