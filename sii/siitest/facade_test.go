package siitest_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
)

func purchase(folio chile.Folio) rcv.Purchase {
	return rcv.Purchase{Document: rcv.Document{
		State: rcv.Registro, Type: chile.FacturaElectronica, Folio: folio, Issued: october.First(), Received: october.First().Time(),
		Counterparty: chile.MustParseRUT("12345678-5"), Name: "Proveedor Uno SpA", Net: 1000, VAT: 190, Total: 1190,
	}}
}

type change = func(req *http.Request, meta, data map[string]any)

func TestFacadeIsAsStrictAsNoted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change change
		status int
		body   string
		rule   string
	}{
		"as it should be":     {nil, 200, `"codRespuesta":0`, ""},
		"GET":                 {func(r *http.Request, _, _ map[string]any) { r.Method = http.MethodGet }, 405, "", "POST"},
		"Accept JSON alone":   {func(r *http.Request, _, _ map[string]any) { r.Header.Set("Accept", "application/json") }, 500, "RESTEASY001530", "Accept"},
		"no cookie":           {func(r *http.Request, _, _ map[string]any) { r.Header.Del("Cookie") }, 302, "", ""},
		"unknown token":       {func(r *http.Request, _, _ map[string]any) { r.Header.Set("Cookie", "TOKEN=X") }, 302, "", ""},
		"unknown key":         {func(_ *http.Request, _, data map[string]any) { data["otro"] = 1 }, 400, "UnrecognizedPropertyException", "data"},
		"no namespace":        {func(_ *http.Request, meta, _ map[string]any) { delete(meta, "namespace") }, 200, `"errorMsg":"Acceso no autorizado!"`, "envelope"},
		"no conversationId":   {func(_ *http.Request, meta, _ map[string]any) { delete(meta, "conversationId") }, 200, `"errorMsg":"Acceso no autorizado!"`, "envelope"},
		"random conversation": {func(_ *http.Request, meta, _ map[string]any) { meta["conversationId"] = "x" }, 200, "Problema con el Token", "conversationId"},
		"company of others":   {func(_ *http.Request, _, data map[string]any) { data["rutEmisor"], data["dvEmisor"] = "77222222", "K" }, 200, "Usuario no autorizado", ""},
		"old period":          {func(_ *http.Request, _, data map[string]any) { data["ptributario"] = "201704" }, 200, "debe ser mayor igual a 201705", ""},
		"period with hyphen":  {func(_ *http.Request, _, data map[string]any) { data["ptributario"] = "2026-10" }, 200, "Formato incorrecto", "data"},
		"month without rows":  {func(_ *http.Request, _, data map[string]any) { data["ptributario"] = "202609" }, 200, `"codRespuesta":3`, ""},
		"lower-case k":        {func(_ *http.Request, _, data map[string]any) { data["rutEmisor"], data["dvEmisor"] = "77222222", "k" }, 200, "Formato incorrecto", "data"},
		"no browser":          {func(r *http.Request, _, _ map[string]any) { r.Header.Set("User-Agent", "curl") }, 200, `"codRespuesta":0`, "User-Agent"},
		"wrong action":        {func(_ *http.Request, _, data map[string]any) { data["accionRecaptcha"] = "RCV_DETC" }, 200, `"codRespuesta":0`, "accionRecaptcha"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRaw(t)
			r.t = t
			r.srv.AddPurchases(owner, october, purchase(1))
			status, _, body := r.facade("getResumen", r.token(), test.change)
			assert.Equal(t, test.status, status)
			assert.Contains(t, body, test.body)
			if test.rule == "" {
				assert.Empty(t, rules(r.srv))
			} else {
				assert.Equal(t, []string{test.rule}, rules(r.srv))
			}
		})
	}
}

func TestFacadeWithoutSession(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	_, header, _ := r.facade("getResumen", "X", nil)
	assert.Equal(t, "https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html?https://www4.sii.cl/consdcvinternetui/", header.Get("Location"))
	page := newRaw(t, siitest.WithLoginPage(siitest.LoginHTML))
	status, _, body := page.facade("getResumen", "X", nil)
	assert.Equal(t, 200, status)
	assert.Contains(t, body, "rutcntr")
}

// detailKeys are the names of a row, as notes on the facade list them.
var detailKeys = []string{
	"dhdrCodigo", "dcvCodigo", "dcvEstadoContab", "detCodigo", "detTipoDoc", "detRutDoc", "detDvDoc", "detRznSoc", "detNroDoc", "detFchDoc", "detFecAcuse",
	"detFecReclamado", "detFecRecepcion", "detMntExe", "detMntNeto", "detMntActFijo", "detMntIVAActFijo", "detMntIVANoRec", "detMntCodNoRec", "detMntSinCredito",
	"detMntIVA", "detMntTotal", "detTasaImp", "detAnulado", "detIVARetTotal", "detIVARetParcial", "detIVANoRetenido", "detIVAPropio", "detIVATerceros", "detIVAUsoComun",
	"detLiqRutEmisor", "detLiqDvEmisor", "detLiqValComNeto", "detLiqValComExe", "detLiqValComIVA", "detIVAFueraPlazo", "detTipoDocRef", "detFolioDocRef", "detExpNumId",
	"detExpNacionalidad", "detCredEc", "detLey18211", "detDepEnvase", "detIndSinCosto", "detIndServicio", "detMntNoFact", "detMntPeriodo", "detPsjNac", "detPsjInt",
	"detNumInt", "detCdgSIISucur", "detEmisorNota", "detTabPuros", "detTabCigarrillos", "detTabElaborado", "detImpVehiculo", "detTpoImp", "detTipoTransaccion",
	"detEventoReceptor", "detEventoReceptorLeyenda", "cambiarTipoTran", "detPcarga", "descTipoTransaccion", "totalDtoiMontoImp", "totalDinrMontoIVANoR", "emisorAgresivo",
	"fechaActivacionAnotacion",
}

func TestDetailHasEveryName(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.AddPurchases(owner, october, purchase(1))
	_, _, body := r.facade("getDetalleCompra", r.token(), func(_ *http.Request, _, data map[string]any) {
		data["codTipoDoc"], data["accionRecaptcha"], data["tokenRecaptcha"] = "33", "RCV_DETC", "t-o-k-e-n-web"
	})
	var answer struct {
		Data     []map[string]any `json:"data"`
		MetaData map[string]any   `json:"metaData"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	require.Len(t, answer.Data, 1)
	for _, key := range detailKeys {
		assert.Contains(t, answer.Data[0], key)
	}
	assert.Len(t, answer.Data[0], len(detailKeys))
	assert.Equal(t, " Proveedor Uno SpA  ", answer.Data[0]["detRznSoc"], "padded, as at the SII")
	assert.Equal(t, "t-1", answer.MetaData["transactionId"])
	assert.Empty(t, rules(r.srv))
}

func TestServicesHaveTheirHosts(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	for _, url := range []string{
		"https://www4.sii.cl/DTEWS/CrSeed.jws", "https://palena.sii.cl/consdcvinternetui/services/data/facadeService/getResumen",
		"https://palena.sii.cl/DTEWS/Nada.jws", "https://palena.sii.cl/",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, http.NoBody)
		require.NoError(t, err)
		status, _, _ := r.do(req)
		assert.Equal(t, http.StatusNotFound, status, url)
	}
	assert.Len(t, rules(r.srv), 4)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com/", http.NoBody)
	require.NoError(t, err)
	_, err = r.hc.Do(req)
	require.ErrorContains(t, err, "no host of the SII")
}
