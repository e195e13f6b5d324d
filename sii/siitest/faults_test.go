package siitest_test

import (
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

func TestManyClientsAtOnce(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.Load(owner, october, siitest.Generate(5, owner, october, 40))
	token := r.token()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			status, _, _ := r.facade("getResumen", token, nil)
			assert.Equal(t, 200, status)
			r.srv.Change(rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, func(docs []rcv.Document) []rcv.Document { return docs })
		})
	}
	wg.Wait()
	assert.Equal(t, 20, r.srv.Count(siitest.OpSummary))
}

func TestCloseEndsWhatNewServerBegan(t *testing.T) {
	// Not parallel: goroutines are counted.
	before := runtime.NumGoroutine()
	for range 5 {
		siitest.NewServer().Close()
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
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
