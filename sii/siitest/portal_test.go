package siitest_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest"
)

// browser visits a portal and keeps cookies.
type browser struct {
	t    *testing.T
	hc   *http.Client
	base string // of a port that serves all hosts; empty for the SII's hosts
}

func newBrowser(t *testing.T, hc *http.Client, base string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t, &http.Client{Transport: hc.Transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, base}
}

// visit requests a page, with GET if there is no form.
func (b *browser) visit(host, path string, form url.Values) (status int, header http.Header, body string) {
	b.t.Helper()
	address := b.base + path
	if b.base == "" {
		address = "https://" + host + path
	}
	method, content := http.MethodGet, ""
	if form != nil {
		method, content = http.MethodPost, form.Encode()
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(content))
	require.NoError(b.t, err)
	req.Header.Set("User-Agent", "Mozilla/5.0")
	req.Header.Set("Accept", "*/*")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.do(req)
}

func (b *browser) do(req *http.Request) (status int, header http.Header, body string) {
	b.t.Helper()
	resp, err := b.hc.Do(req)
	require.NoError(b.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(b.t, err)
	return resp.StatusCode, resp.Header, string(text)
}

func (b *browser) post(host, path, body string) (status int, answer string) {
	b.t.Helper()
	address := b.base + path
	if b.base == "" {
		address = "https://" + host + path
	}
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, address, strings.NewReader(body))
	require.NoError(b.t, err)
	req.Header.Set("User-Agent", "Mozilla/5.0")
	req.Header.Set("Content-Type", "application/json")
	status, _, answer = b.do(req)
	return status, answer
}

func (b *browser) login(clave string) (http.Header, string) {
	b.t.Helper()
	number, dv, _ := strings.Cut(holder.String(), "-")
	status, header, body := b.visit("zeusr.sii.cl", "/cgi_AUT2000/CAutInicio.cgi", url.Values{
		"rut": {number}, "dv": {dv}, "rutcntr": {holder.String()}, "clave": {clave}, "411": {""}, "referencia": {"https://misiir.sii.cl/cgi_misii/siihome.cgi"},
	})
	require.Equal(b.t, http.StatusOK, status)
	return header, body
}

// ports runs a test at the SII's hosts, and at one port that serves them all.
func ports(t *testing.T, test func(t *testing.T, srv *siitest.Server, b *browser)) {
	t.Helper()
	for _, plain := range []bool{false, true} {
		t.Run(map[bool]string{false: "hosts of the SII", true: "one port"}[plain], func(t *testing.T) {
			t.Parallel()
			srv := siitest.NewServer()
			t.Cleanup(srv.Close)
			srv.Authorize(holder, owner)
			srv.AddUser(holder, siitest.User{Clave: "secreta01"})
			base := ""
			hc := srv.Client()
			if plain {
				port := httptest.NewServer(srv.Handler())
				t.Cleanup(port.Close)
				base, hc = port.URL, port.Client()
			}
			test(t, srv, newBrowser(t, hc, base))
		})
	}
}

func TestPortal(t *testing.T) {
	t.Parallel()
	ports(t, func(t *testing.T, srv *siitest.Server, b *browser) {
		t.Helper()
		srv.AddHonoraria(holder, chile.MustParsePeriod("2026-09"), siitest.Received, siitest.Honorarium{Folio: 9, Counterparty: owner})
		srv.AddHonoraria(holder, october, siitest.Received, siitest.Honorarium{Folio: 17, Counterparty: owner, Gross: 1000, Withheld: 150, Net: 850})
		number, dv, _ := strings.Cut(holder.String(), "-")
		const home, report = "/cgi_misii/siihome.cgi", "/cgi_IMT/TMBCOC_InformeMensualBheRec.cgi"

		status, header, _ := b.visit("misiir.sii.cl", home, nil)
		assert.Equal(t, http.StatusFound, status)
		login, destination, _ := strings.Cut(header.Get("Location"), "?")
		assert.True(t, strings.HasSuffix(login, "/AUT2000/InicioAutenticacion/IngresoRutClave.html"), login)
		assert.Equal(t, b.base == "", strings.HasPrefix(login, "https://zeusr.sii.cl/"), "another host has all pages")
		assert.True(t, strings.HasSuffix(destination, home), destination)

		_, _, hostile := b.visit("zeusr.sii.cl", "/cgi_AUT2000/CAutInicio.cgi", url.Values{
			"rut": {number}, "dv": {dv}, "rutcntr": {""}, "clave": {"secreta01"}, "411": {""}, "referencia": {`/');alert("x")</script>`},
		})
		assert.Contains(t, hostile, "location.replace('/%27);alert(%22x%22)%3C/script%3E')", "it stays an address")
		srv.RevokeTokens()
		_, refusal := b.login("otra")
		assert.Contains(t, refusal, "500.720.20")
		_, _, body := b.visit("misiir.sii.cl", home, nil)
		assert.Empty(t, body)
		_, bridge := b.login("secreta01")
		assert.Contains(t, bridge, "location.replace('https://misiir.sii.cl/cgi_misii/siihome.cgi')")
		_, _, body = b.visit("misiir.sii.cl", home, nil)
		assert.Contains(t, body, `"rut":"`+number+`"`)

		form := url.Values{
			"rut_arrastre": {number}, "dv_arrastre": {dv}, "cbanoinformemensual": {"2026"}, "cbmesinformemensual": {"10"}, "pagina_solicitada": {"0"},
		}
		_, _, byPost := b.visit("loa.sii.cl", report, form)
		_, _, byGet := b.visit("loa.sii.cl", report+"?"+form.Encode(), nil)
		assert.Contains(t, byPost, `arr_informe_mensual['nroboleta_1'] = "17"`)
		assert.Equal(t, byPost, byGet)
		form.Set("cbmesinformemensual", "9")
		_, _, september := b.visit("loa.sii.cl", report+"?"+form.Encode(), nil)
		assert.Contains(t, september, `['nroboleta_1'] = "9"`)
		form.Set("cbmesinformemensual", "10")
		assert.Empty(t, srv.Violations())

		form.Set("rut_arrastre", "22222222")
		_, _, foreign := b.visit("loa.sii.cl", report+"?"+form.Encode(), nil)
		assert.NotContains(t, foreign, "nroboleta", "of somebody else")
		form.Set("rut_arrastre", number)
		form.Set("pagina_solicitada", "-1")
		_, _, negative := b.visit("loa.sii.cl", report+"?"+form.Encode(), nil)
		assert.NotContains(t, negative, "nroboleta_1")
		assert.Equal(t, []string{"form", "form"}, rules(srv))
	})
}

// Clients log out at three paths.
func TestLogouts(t *testing.T) {
	t.Parallel()
	ports(t, func(t *testing.T, srv *siitest.Server, b *browser) {
		t.Helper()
		for _, path := range []string{"/cgi_AUT2000/autTermino.cgi", "/cgi_AUT2000/CAutInwor498.cgi?https://www.sii.cl", "/cgi_AUT2000/autLogout.cgi"} {
			for _, host := range []string{"zeusr.sii.cl", "herculesr.sii.cl"} {
				b.login("secreta01")
				require.Equal(t, 1, srv.Sessions(holder))
				status, _, _ := b.visit(host, path, nil)
				assert.Equal(t, http.StatusOK, status)
				assert.Zero(t, srv.Sessions(holder), host+path)
				status, _, _ = b.visit("misiir.sii.cl", "/cgi_misii/siihome.cgi", nil)
				assert.Equal(t, http.StatusFound, status)
			}
		}
		assert.Empty(t, srv.Violations())
	})
}

// A browser loads pages, configuration and session before an application works.
func TestApplicationsBoot(t *testing.T) {
	t.Parallel()
	ports(t, func(t *testing.T, srv *siitest.Server, b *browser) {
		t.Helper()
		pages := map[string]string{
			"/consdcvinternetui/": "Registro de Compras y Ventas", "/complementoscvui/": "Complementos", "/consemitidosinternetui/": "Documentos Tributarios",
		}
		const session = "/common-1.0/services/aaSessionService/load"
		for path := range pages {
			status, header, _ := b.visit("www4.sii.cl", path, nil)
			assert.Equal(t, http.StatusFound, status)
			assert.True(t, strings.HasSuffix(header.Get("Location"), path), header)
		}
		status, _, _ := b.visit("www4.sii.cl", session, nil)
		assert.Equal(t, http.StatusFound, status)
		const settings = "/consdcvinternetui/services/data/settingsService/consultarParametros"
		settingsRequest := `{"metaData":{"namespace":"cl.sii.sdi.lob.diii.consdcv.data.impl.SettingsApplicationService/consultarParametros","conversationId":"1","transactionId":"t"},"data":{}}`
		status, _ = b.post("www4.sii.cl", settings, settingsRequest)
		assert.Equal(t, http.StatusFound, status)

		b.login("secreta01")
		for path, title := range pages {
			status, _, body := b.visit("www4.sii.cl", path, nil)
			assert.Equal(t, http.StatusOK, status)
			assert.Contains(t, body, title)
		}
		_, _, body := b.visit("www4.sii.cl", session, nil)
		number, dv, _ := strings.Cut(holder.String(), "-")
		assert.Contains(t, body, `{"data":{"dv":"`+dv+`","rut":"`+number+`"}`)
		_, body = b.post("www4.sii.cl", settings, settingsRequest)
		assert.Contains(t, body, `"codRespuesta":0`)
		_, body = b.post("www4.sii.cl", "/common-1.0/services/autConfDataService/obtieneConf",
			`{"metaData":{"namespace":"cl.sii.sdi.ss.aa.api.interfaces.AutConfDataService/obtieneConf","conversationId":"1","transactionId":"t"},"data":{}}`)
		assert.Contains(t, body, `"codRespuesta":0`)
		assert.Empty(t, srv.Violations())
		_, body = b.post("www4.sii.cl", settings, `{"metaData":{}}`)
		assert.Contains(t, body, "Acceso no autorizado!")
		assert.Equal(t, []string{"envelope"}, rules(srv))
	})
}

// The login page has the names and ids that browser automation uses.
func TestLoginPage(t *testing.T) {
	t.Parallel()
	ports(t, func(t *testing.T, srv *siitest.Server, b *browser) {
		t.Helper()
		status, _, page := b.visit("zeusr.sii.cl", "/AUT2000/InicioAutenticacion/IngresoRutClave.html?https://misiir.sii.cl/cgi_misii/siihome.cgi", nil)
		assert.Equal(t, http.StatusOK, status)
		for _, part := range []string{
			`<form id="myform"`, `action="/cgi_AUT2000/CAutInicio.cgi" method="post"`, `id="code" name="411"`, `id="rutcntr" name="rutcntr" maxlength="12"`,
			`id="clave" name="clave"`, `id="bt_ingresar"`, `name="rut"`, `name="dv"`, `name="referencia"`,
			"Por favor, ingrese rut y clave.", "El RUT ingresado no es valido",
		} {
			assert.Contains(t, page, part)
		}
		_, _, page = b.visit("zeusr.sii.cl", "/AUT2000/InicioAutenticacion/IngresoCertificado.html?https://misiir.sii.cl/", nil)
		assert.Equal(t, b.base == "", strings.Contains(page, `action="https://herculesr.sii.cl/cgi_AUT2000/CAutInicio.cgi"`))
		assert.Empty(t, srv.Violations())
	})
}
