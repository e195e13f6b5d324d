package siitest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

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
		"as it should be":   {nil, 200, `"codRespuesta":0`, ""},
		"GET":               {func(r *http.Request, _, _ map[string]any) { r.Method = http.MethodGet }, 405, "", "POST"},
		"Accept JSON alone": {func(r *http.Request, _, _ map[string]any) { r.Header.Set("Accept", "application/json") }, 500, "RESTEASY001530", "Accept"},
		"no cookie":         {func(r *http.Request, _, _ map[string]any) { r.Header.Del("Cookie") }, 302, "", ""},
		"unknown token":     {func(r *http.Request, _, _ map[string]any) { r.Header.Set("Cookie", "TOKEN=X") }, 302, "", ""},
		"no parameters":     {func(_ *http.Request, _, data map[string]any) { clear(data) }, 200, "Formato incorrecto", "data"},
		"chunked":           {func(r *http.Request, _, _ map[string]any) { r.TransferEncoding = []string{"chunked"} }, 200, `"codRespuesta":0`, "Content-Length"},
		"no Accept":         {func(r *http.Request, _, _ map[string]any) { r.Header.Del("Accept") }, 200, `"codRespuesta":0`, "Accept"},
		"no JSON":           {func(r *http.Request, _, _ map[string]any) { r.Header.Set("Content-Type", "text/plain") }, 200, `"codRespuesta":0`, "Content-Type"},
		"namespace of another": {func(_ *http.Request, meta, _ map[string]any) {
			meta["namespace"] = "cl.sii.sdi.lob.diii.consdcv.data.api.interfaces.FacadeService/getDetalleCompra"
		}, 200, `"errorMsg":"Acceso no autorizado!"`, "envelope"},
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

type answer struct {
	Data     json.RawMessage `json:"data"`
	File     string          `json:"nombreArchivo"`
	Paper    *bool           `json:"esDocPapel"`
	MetaData map[string]any  `json:"metaData"`
	Status   struct {
		Code    int     `json:"codRespuesta"`
		Message *string `json:"msgeRespuesta"`
	} `json:"respEstado"`
}

// ask calls a method with changed data, and decodes its answer.
func (r *raw) ask(method, token string, data map[string]any) (a answer) {
	r.t.Helper()
	status, header, body := r.facade(method, token, func(_ *http.Request, _, all map[string]any) { maps.Copy(all, data) })
	require.Equal(r.t, http.StatusOK, status, body)
	assert.Equal(r.t, "application/json;charset=utf-8", header.Get("Content-Type"))
	require.NoError(r.t, json.Unmarshal([]byte(body), &a), body)
	return a
}

func TestMetaDataIsEchoed(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	token := r.token()
	assert.Equal(t, map[string]any{
		"conversationId": token, "transactionId": "t-1", "namespace": "cl.sii.sdi.lob.diii.consdcv.data.api.interfaces.FacadeService/getResumen",
		"info": nil, "errors": nil, "page": nil,
	}, r.ask("getResumen", token, nil).MetaData)
	status, _, _ := r.facade("getResumen", token, func(_ *http.Request, meta, _ map[string]any) { meta["conversationId"] = "" })
	assert.Equal(t, 200, status)
	assert.Empty(t, rules(r.srv), "an empty conversation is taken for the token")
}

func TestNoMovementsAreNulls(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	_, _, body := r.facade("getResumen", r.token(), nil)
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &got))
	for _, name := range []string{"data", "totDocRes", "dataCabecera"} {
		value, ok := got[name]
		assert.True(t, ok, name)
		assert.Nil(t, value, name)
	}
	assert.Equal(t, map[string]any{"codRespuesta": 3.0, "msgeRespuesta": nil, "codError": nil}, got["respEstado"])
}

// The summary covers the documents of the requested state, with credit notes as
// positive amounts.
func TestSummaryIsComputed(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	note, pending := purchase(3), purchase(4)
	note.Type, pending.State = chile.NotaCreditoElectronica, rcv.Pendiente
	r.srv.AddPurchases(owner, october, purchase(1), purchase(2), note, pending)
	_, _, body := r.facade("getResumen", r.token(), nil)
	var got struct {
		Data []struct {
			Type      int   `json:"rsmnTipoDocInteger"`
			Documents int   `json:"rsmnTotDoc"`
			Net       int64 `json:"rsmnMntNeto"`
			VAT       int64 `json:"rsmnMntIVA"`
			Total     int64 `json:"rsmnMntTotal"`
			Link      bool  `json:"rsmnLink"`
		}
		Documents int `json:"totDocRes"`
		Header    struct {
			Factor  string `json:"dcvFctProp"`
			Created string `json:"dcvFecCreacion"`
		} `json:"dataCabecera"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &got))
	require.Len(t, got.Data, 2)
	assert.Equal(t, 3, got.Documents)
	assert.Equal(t, []int64{33, 2, 2000, 380, 2380}, []int64{int64(got.Data[0].Type), int64(got.Data[0].Documents), got.Data[0].Net, got.Data[0].VAT, got.Data[0].Total})
	assert.Equal(t, []int64{61, 1, 1000, 190, 1190}, []int64{int64(got.Data[1].Type), int64(got.Data[1].Documents), got.Data[1].Net, got.Data[1].VAT, got.Data[1].Total})
	assert.True(t, got.Data[0].Link)
	assert.Equal(t, " 1,0000", got.Header.Factor)
	assert.Regexp(t, `^\d\d/10/2026 \d\d:\d\d:\d\d$`, got.Header.Created)
}

// The month's total of boletas is a line without detail.
func TestLinesWithoutDetail(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.AddSales(owner, october, rcv.Sale{Document: purchase(1).Document})
	r.srv.AddSummaryLine(rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, rcv.SummaryLine{
		Type: chile.BoletaElectronica, Documents: 17, Total: 1700, HasDetail: true,
	})
	got := r.ask("getResumen", r.token(), map[string]any{"operacion": "VENTA", "estadoContab": ""})
	var lines []map[string]any
	require.NoError(t, json.Unmarshal(got.Data, &lines))
	require.Len(t, lines, 2)
	links := map[any]any{}
	for _, line := range lines {
		links[line["rsmnTipoDocInteger"]] = line["rsmnLink"]
	}
	assert.Equal(t, map[any]any{33.0: true, 39.0: false}, links)
}

func TestDetailOfOneType(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	note := purchase(2)
	note.Type = chile.NotaCreditoElectronica
	r.srv.AddPurchases(owner, october, purchase(1), note)
	token := r.token()
	detail := func(typ any) answer {
		return r.ask("getDetalleCompra", token, map[string]any{"codTipoDoc": typ, "accionRecaptcha": "RCV_DETC", "tokenRecaptcha": "t-o-k-e-n-web"})
	}
	for _, typ := range []any{61, "61"} {
		got := detail(typ)
		var rows []map[string]any
		require.NoError(t, json.Unmarshal(got.Data, &rows))
		require.Len(t, rows, 1)
		assert.InDelta(t, 2, rows[0]["detNroDoc"], 0)
		assert.Equal(t, "01/10/2026", rows[0]["detFchDoc"])
		assert.InDelta(t, 1190, rows[0]["detMntTotal"], 0, "credit notes are positive")
		assert.False(t, *got.Paper)
	}
	none := detail("34")
	assert.Equal(t, "null", string(none.Data))
	assert.Equal(t, 3, none.Status.Code)
	assert.Empty(t, rules(r.srv))

	assert.Equal(t, 2, detail("0").Status.Code, "detail has no 0 for all types")
	assert.Equal(t, []string{"data"}, rules(r.srv))
}

// A row of sales has no code for the kind of transaction, and null for fields of
// purchases.
func TestDetailOfSales(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	sale := rcv.Sale{Document: purchase(1).Document}
	sale.Kind, sale.KindText = 1, "Del Giro"
	r.srv.AddSales(owner, october, sale)
	got := r.ask("getDetalleVenta", r.token(), map[string]any{"codTipoDoc": "33", "operacion": "VENTA", "accionRecaptcha": "RCV_DETV"})
	var rows []map[string]any
	require.NoError(t, json.Unmarshal(got.Data, &rows))
	require.Len(t, rows, 1)
	assert.Len(t, rows[0], len(detailKeys))
	for _, name := range []string{"detTipoTransaccion", "detMntActFijo", "detMntIVAActFijo", "detMntIVANoRec", "detIVAUsoComun", "detTabPuros"} {
		assert.Nil(t, rows[0][name], name)
	}
	assert.InDelta(t, 0, rows[0]["detIVARetTotal"], 0)
	assert.Empty(t, rules(r.srv))
}

func TestVariantsOfRows(t *testing.T) {
	t.Parallel()
	r := newRaw(t, siitest.WithNullTypes(), siitest.WithTextNumbers())
	r.srv.AddPurchases(owner, october, purchase(1))
	got := r.ask("getDetalleCompra", r.token(), map[string]any{"codTipoDoc": "33", "accionRecaptcha": "RCV_DETC"})
	var rows []map[string]any
	require.NoError(t, json.Unmarshal(got.Data, &rows))
	assert.Nil(t, rows[0]["detTipoDoc"])
	assert.Equal(t, "1190", rows[0]["detMntTotal"])
	assert.Equal(t, "1", rows[0]["detNroDoc"])
}

func TestExports(t *testing.T) {
	t.Parallel()
	r := newRaw(t, siitest.WithExportLimit(2))
	note := purchase(2)
	note.Type = chile.NotaCreditoElectronica
	r.srv.AddPurchases(owner, october, purchase(1), note)
	token := r.token()
	export := func(typ any) (answer, []string) {
		got := r.ask("getDetalleCompraExport", token, map[string]any{"codTipoDoc": typ, "accionRecaptcha": "RCV_DDETC", "tokenRecaptcha": "t-o-k-e-n-web"})
		var lines []string
		require.NoError(t, json.Unmarshal(got.Data, &lines))
		return got, lines
	}
	got, all := export(0)
	assert.Equal(t, "RCV_COMPRA_REGISTRO_76192083-9_202610.csv", got.File)
	require.Len(t, all, 3)
	assert.True(t, strings.HasPrefix(all[0], "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;"), all[0])
	assert.True(t, strings.HasPrefix(all[2], "2;61;"), all[2])

	_, one := export("61")
	require.Len(t, one, 2)
	assert.True(t, strings.HasPrefix(one[0], "Nro;Tipo Compra;RUT Proveedor;"), one[0])
	assert.Equal(t, strings.Count(all[0], ";")-1, strings.Count(one[0], ";"), "a column less")
	assert.Contains(t, one[1], ";12345678-5;")

	none, _ := export("34")
	assert.Equal(t, 3, none.Status.Code)

	r.srv.AddPurchases(owner, october, purchase(3))
	many, lines := export(0)
	assert.Empty(t, lines)
	assert.Equal(t, 99, many.Status.Code)
	assert.Contains(t, *many.Status.Message, "diferida")
	assert.Empty(t, rules(r.srv))
}

func TestMethodsHaveTheirBook(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	token := r.token()
	got := r.ask("getDetalleVenta", token, map[string]any{"codTipoDoc": "33", "operacion": "COMPRA", "accionRecaptcha": "RCV_DETV"})
	assert.Equal(t, 2, got.Status.Code)
	status, _, _ := r.facade("getResumenCompra", token, nil)
	assert.Equal(t, 404, status)
	assert.Equal(t, []string{"data", "method"}, rules(r.srv))
}

// A session of the RCV is the token of the SOAP services: each use of it counts.
func TestFacadeProlongsTheToken(t *testing.T) {
	t.Parallel()
	clock := newClock()
	r := newRaw(t, siitest.WithClock(clock.Now))
	token := r.token()
	for range 3 {
		clock.Add(59 * time.Minute)
		assert.Equal(t, 3, r.ask("getResumen", token, nil).Status.Code)
	}
	clock.Add(61 * time.Minute)
	status, _, _ := r.facade("getResumen", token, nil)
	assert.Equal(t, 302, status)
}

func TestCatalogsAreStrict(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"getDatosInicio", "getDcvEmpresasAutorizadas", "getEventosDoc"} {
		r := newRaw(t)
		token := r.token()
		status, _, body := r.facade(method, token, func(_ *http.Request, _, data map[string]any) { clear(data) })
		assert.Equal(t, http.StatusOK, status)
		assert.Contains(t, body, `"codRespuesta":0`)
		assert.Empty(t, rules(r.srv))
		status, _, _ = r.facade(method, token, nil)
		assert.Equal(t, http.StatusBadRequest, status, "parameters of another method")
		assert.Equal(t, []string{"data"}, rules(r.srv))
	}
}

func TestBoletasAreStrict(t *testing.T) {
	t.Parallel()
	good := map[string]any{"rut": "76192083", "dv": "9", "periodo": "202610", "tipoDocumento": "39"}
	for name, test := range map[string]struct {
		key  string
		to   any
		want string
		rule []string
	}{
		"as it should be": {"", nil, `"totalDocumentos":3`, nil},
		"another type":    {"tipoDocumento", "33", "Formato incorrecto", []string{"data"}},
		"number":          {"tipoDocumento", 39, "UnrecognizedPropertyException", []string{"data"}},
		"company":         {"rut", "76192083-9", "Formato incorrecto", []string{"data"}},
		"unknown key":     {"operacion", "VENTA", "UnrecognizedPropertyException", []string{"data"}},
		"old period":      {"periodo", "201704", "201705", nil},
		"no rows":         {"page", nil, `"totalDocumentos":3`, []string{"page"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRaw(t)
			r.t = t
			r.srv.AddBoletas(owner, october, chile.BoletaElectronica, rcv.BoletaDay{Date: october.First(), BoletaSums: rcv.BoletaSums{Documents: 3, Net: 100, VAT: 19, Total: 119}})
			_, _, body := r.do(r.pageRequest("/complementoscvui/services/data/facadeServiceBoletasDiarias/",
				"cl.sii.sdi.lob.diii.dcv.data.impl.boletasdiarias.FacadeSettingApplicationService/", "obtieneListaBoletasMes", r.token(),
				func(_ *http.Request, meta, data map[string]any) {
					clear(data)
					maps.Copy(data, good)
					meta["page"] = map[string]any{"pageSize": 10, "pageIndex": 1}
					switch test.key {
					case "":
					case "page":
						delete(meta, "page")
					default:
						data[test.key] = test.to
					}
				}))
			assert.Contains(t, body, test.want)
			assert.Equal(t, test.rule, rules(r.srv))
		})
	}
}
