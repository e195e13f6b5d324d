package siitest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// got is the result of a call, as on the wire.
type got struct {
	status int
	header http.Header
	body   string
	err    error
	took   time.Duration
}

// answered makes a call of an operation to which a fault happens.
func answered(t *testing.T, op siitest.Op, symptom siitest.Fault) (g got) {
	t.Helper()
	r := newRaw(t, siitest.WithoutNetwork())
	defer r.srv.Close()
	defer r.hc.CloseIdleConnections()
	document := purchase(1)
	document.Name = "Ñandú SpA"
	r.srv.AddPurchases(owner, october, document)
	r.srv.SetUpload(owner, "1", siitest.Upload{Estado: "EPR", Glosa: "Envío Procesado"})
	token := r.token()
	r.hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var req *http.Request
	switch op {
	case siitest.OpSeed:
		req = request(t)
	case siitest.OpUpload:
		req = request(t)
		req.URL.Path = "/DTEWS/QueryEstUp.jws"
		body := `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` + uploadQuery("76192083", "9", "1", token) + `</e:Body></e:Envelope>`
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	case siitest.OpBoletaDocument:
		b := &boletas{sender: &sender{raw: r}}
		b.token = b.boletaToken()
		document := "boleta.electronica/76192083-9-39-1/estado?rut_receptor=66666666&dv_receptor=6&monto=1&fechaEmision=03-11-2026"
		req = b.request(http.MethodGet, "api.sii.cl", document, nil, nil)
	case siitest.OpSend:
		req = (&sender{raw: r, token: token}).uploadRequest([]byte("<EnvioDTE/>"), nil)
	case siitest.OpToken:
		signed := r.signedSeed(r.seed())
		r.srv.Fail(op, symptom)
		g.body = r.exchange(signed)
		return g
	default:
		req = r.facadeRequest("getDetalleCompra", token, func(_ *http.Request, _, data map[string]any) {
			data["codTipoDoc"], data["accionRecaptcha"] = "33", "RCV_DETC"
		})
	}
	r.srv.Fail(op, symptom)
	began := time.Now()
	resp, err := r.hc.Do(req)
	if err == nil {
		var body []byte
		body, err = io.ReadAll(resp.Body)
		g.status, g.header, g.body = resp.StatusCode, resp.Header, string(body)
		_ = resp.Body.Close()
	}
	g.err, g.took = err, time.Since(began)
	return g
}

func contains(status int, texts ...string) func(*testing.T, got) {
	return func(t *testing.T, g got) {
		t.Helper()
		require.NoError(t, g.err)
		assert.Equal(t, status, g.status)
		for _, text := range texts {
			assert.Contains(t, g.body, text)
		}
	}
}

func leadsTo(status int, location string) func(*testing.T, got) {
	return func(t *testing.T, g got) {
		t.Helper()
		assert.Equal(t, status, g.status)
		assert.Equal(t, location, g.header.Get("Location"))
	}
}

func fails(target error) func(*testing.T, got) {
	return func(t *testing.T, g got) { t.Helper(); require.ErrorIs(t, g.err, target) }
}

const mebibyte = 1 << 20

// Every symptom has its documented form on the wire.
func TestSymptomsAreAsDocumented(t *testing.T) {
	t.Parallel()
	forms := map[string]func(*testing.T, got){
		"maintenance":  contains(503, "<title>503 Service Temporarily Unavailable", "maintenance downtime or capacity problems"),
		"overloaded":   contains(200, "<html>", "int\xe9ntelo m\xe1s tarde"),
		"error page":   contains(200, "<html>", "Ha ocurrido un error"),
		"Error 500":    contains(200, "Error 500"),
		"status 500":   contains(500, "<html>"),
		"status 502":   contains(502, "<html>"),
		"status 504":   contains(504, "<html>"),
		"SOAP fault":   contains(500, "<soapenv:Fault>", "<faultstring>Error interno</faultstring>"),
		"cut off":      func(t *testing.T, g got) { assert.Len(t, g.body, 120); fails(io.ErrUnexpectedEOF)(t, g) },
		"slow":         func(t *testing.T, g got) { assert.InDelta(t, float64(len(g.body))/200, g.took.Seconds(), 1) },
		"dropped":      fails(io.EOF),
		"reset":        fails(syscall.ECONNRESET),
		"silent":       func(t *testing.T, g got) { fails(io.EOF)(t, g); assert.GreaterOrEqual(t, g.took, 20*time.Second) },
		"answer lost":  fails(io.EOF),
		"empty":        func(t *testing.T, g got) { contains(200)(t, g); assert.Empty(t, g.body) },
		"damaged text": func(t *testing.T, g got) { contains(200, "\uFFFD")(t, g); assert.NotContains(t, g.body, "ñ") },
		"wrong charset": func(t *testing.T, g got) {
			contains(200)(t, g)
			assert.Contains(t, strings.ToLower(g.header.Get("Content-Type")), "charset=utf-8")
			assert.True(t, strings.Contains(g.body, "\xd1and\xfa") || strings.Contains(g.body, "Env\xedo"), "%q", g.body)
		},
		"gzip bomb": func(t *testing.T, g got) {
			contains(200)(t, g)
			assert.Greater(t, len(g.body), mebibyte)
			assert.Empty(t, strings.TrimSpace(g.body[:mebibyte]))
		},
		"oversized":                  func(t *testing.T, g got) { contains(200)(t, g); assert.Greater(t, len(g.body), mebibyte) },
		"unknown XML":                contains(200, "<?xml", "<respuesta"),
		"unknown JSON":               contains(200, `"resultado"`),
		"redirected to another host": leadsTo(307, "https://www.example.com/"),
		"redirected to plain http":   leadsTo(307, "http://www4.sii.cl/"),
		"status 429": func(t *testing.T, g got) {
			contains(429, "support ID")(t, g)
			assert.Empty(t, g.header.Get("Retry-After"))
		},
		"status 429, Retry-After":     func(t *testing.T, g got) { contains(429)(t, g); assert.Equal(t, "30", g.header.Get("Retry-After")) },
		"consultas recurrentes, page": contains(200, "<html>", "consultas recurrentes"),
		"consultas recurrentes":       contains(200, `"msgeRespuesta":"Se han detectado consultas recurrentes"`),
		"tokens revoked":              refused,
		"redirected to the login":     leadsTo(302, "https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html?https://www4.sii.cl/consdcvinternetui/"),
		"login shown":                 contains(200, `name="clave"`),
		"NO ESTA AUTENTICADO":         contains(200, "NO ESTA AUTENTICADO"),
		"Acceso no autorizado":        contains(200, `{"errorMsg":"Acceso no autorizado!"}`),
		"Problema con el Token":       contains(200, "Problema con el Token: NO Existen Datos"),
		"status 401":                  contains(401),
		"status 403":                  contains(403),
		"session limit":               contains(200, "m\xe1ximo de sesiones", "01.01.217.500.720.27"),
		"session over":                contains(200, "01.01.217.500.720.28"),
		"clock ahead by 3m0s":         func(*testing.T, got) {}, // seeds are old to it: see TestClocksThatDiffer
		"clock ahead by 2h0m0s":       refused,
		"RCV 2":                       contains(200, `"codRespuesta":2`, "Error inesperado"),
		"page of the upload":          contains(200, "<title>Error 501", "HA OCURRIDO UN ERROR EN EL UPLOAD"),
		"page of the upload, taken":   contains(200, "<title>Error 501"),
		"late answer": func(t *testing.T, g got) {
			contains(200, "<STATUS>7<")(t, g)
			assert.GreaterOrEqual(t, g.took, 20*time.Second)
		},
		"STATUS 9":    contains(200, "<STATUS>9</STATUS>"),
		"STATUS 106":  contains(200, "<STATUS>106</STATUS>"),
		"boletas 400": contains(400, "No trae TOKEN"),
		"boletas 401": contains(401, "NO ESTA AUTENTICADO"),
		"boletas 404": contains(404, "No encontrado"),
		"boletas 500": contains(500, "Error interno"),
		"text for JSON": func(t *testing.T, g got) {
			contains(200, "falta monto")(t, g)
			assert.Equal(t, "application/json", g.header.Get("Content-Type"))
		},
		"RCV 98": contains(200, `"codRespuesta":98`),
	}
	names := map[string]bool{}
	for _, symptom := range fault.Symptoms() {
		require.NotEmpty(t, symptom.Name)
		require.False(t, names[symptom.Name], "%s twice", symptom.Name)
		names[symptom.Name] = true
		form := forms[symptom.Name]
		if form == nil { // a code of a SOAP service
			require.NotEmpty(t, symptom.Estado, symptom.Name)
			form = func(t *testing.T, g got) { assert.Equal(t, symptom.Estado, estado(t, g.unescaped())) }
		}
		if symptom.Pad > 2*mebibyte {
			symptom.Pad = 2 * mebibyte
		}
		shown := 0
		for _, op := range []siitest.Op{siitest.OpSeed, siitest.OpToken, siitest.OpUpload, siitest.OpDetail, siitest.OpSend, siitest.OpBoletaDocument} {
			if !symptom.ShownBy(op) || op == siitest.OpToken && symptom.ShownBy(siitest.OpUpload) {
				continue
			}
			shown++
			if (strings.HasSuffix(symptom.Name, "text") || symptom.Name == "wrong charset") && (op == siitest.OpSeed || op == siitest.OpSend || op == siitest.OpBoletaDocument) {
				continue // there are no accents in a seed, nor in a receipt
			}
			if symptom.Cut > 0 && op == siitest.OpBoletaDocument {
				continue // its answer is shorter
			}
			t.Run(fmt.Sprintf("%s/%s", symptom.Name, op), func(t *testing.T) {
				t.Parallel()
				bubbletest.Run(t, func(t *testing.T) { form(t, answered(t, op, symptom)) })
			})
		}
		assert.Positive(t, shown, "%s is shown by something", symptom.Name)
	}
	for name := range forms {
		assert.True(t, names[name], name)
	}
}

// refused is an invalid token, as reported by a service.
func refused(t *testing.T, g got) {
	t.Helper()
	if g.status == http.StatusFound {
		leadsTo(302, "https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html?https://www4.sii.cl/consdcvinternetui/")(t, g)
		return
	}
	if g.status == http.StatusUnauthorized {
		assert.Equal(t, "NO ESTA AUTENTICADO", g.body)
		return
	}
	if strings.Contains(g.body, "<STATUS>") {
		assert.Contains(t, g.body, "<STATUS>5</STATUS>")
		return
	}
	assert.Equal(t, "001", estado(t, g.unescaped()))
}

func (g got) unescaped() string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&amp;", "&").Replace(g.body)
}

// The same over a real connection.
func TestConnectionsAreReset(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.Fail(siitest.OpSeed, fault.ResetConnection().Once())
	_, err := r.get(t)
	require.Error(t, err)
	assert.True(t, errors.Is(err, syscall.ECONNRESET), "%v", err)
	resp, err := r.get(t)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
}

// Without the fake's own connections, as behind a port, the connection ends.
func TestResetBehindAnotherListener(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.Fail(siitest.OpSeed, fault.ResetConnection())
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { r.srv.Handler().ServeHTTP(&plainWriter{header: http.Header{}}, request(t)) })
}

type plainWriter struct{ header http.Header }

func (w *plainWriter) Header() http.Header         { return w.header }
func (w *plainWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w *plainWriter) WriteHeader(int)             {}

// Operations show the faults of their service.
func TestOperationsShowWhatTheirServiceShows(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer(siitest.WithoutNetwork())
	defer srv.Close()
	soap, verdict, refusal := fault.SOAPFault("x"), fault.UnexpectedError(), fault.TokenRefusals()[0]
	require.NotEmpty(t, srv.SOAPOps())
	for op := range srv.SOAPOps() {
		assert.True(t, soap.ShownBy(op), op)
		assert.False(t, verdict.ShownBy(op), op)
		answersToken := op != siitest.OpSeed && op != siitest.OpToken && op != siitest.OpService
		assert.Equal(t, answersToken, refusal.ShownBy(op), op)
	}
	require.NotEmpty(t, srv.FacadeOps())
	for op := range srv.FacadeOps() {
		assert.True(t, verdict.ShownBy(op), op)
		assert.False(t, soap.ShownBy(op), op)
	}
	for _, op := range []siitest.Op{siitest.OpLogin, siitest.OpListed, siitest.OpFile, siitest.OpOther} {
		assert.False(t, verdict.ShownBy(op), op)
		assert.False(t, soap.ShownBy(op), op)
	}
}
