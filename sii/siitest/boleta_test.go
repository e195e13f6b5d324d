package siitest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/sii/siitest"
)

// boletas talks to the boleta service as its notes say.
type boletas struct {
	*sender
	token string // of this service
}

func newBoletas(t *testing.T, opts ...siitest.Option) *boletas {
	t.Helper()
	b := &boletas{sender: newSenderWith(t, opts, 39, 41)}
	b.token = b.boletaToken()
	return b
}

// request is a request to the service, which may be changed.
func (b *boletas) request(method, host, path string, body []byte, change func(*http.Request)) *http.Request {
	b.raw.t.Helper()
	req, err := http.NewRequestWithContext(b.raw.t.Context(), method, "https://"+host+"/recursos/v1/"+path, bytes.NewReader(body))
	require.NoError(b.raw.t, err)
	req.Header.Set("User-Agent", "Mozilla/4.0 ( compatible; PROG 1.0; Windows NT)")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Cookie", "TOKEN="+b.token)
	if change != nil {
		change(req)
	}
	return req
}

func (b *boletas) boletaToken() string {
	ask := func(method, path, body string) string {
		req := b.request(method, "api.sii.cl", "boleta.electronica."+path, []byte(body), func(r *http.Request) {
			r.Header.Set("Accept", "application/xml")
			r.Header.Set("Content-Type", "application/xml")
			r.Header.Del("Cookie")
		})
		_, _, answer := b.do(req)
		return answer
	}
	seed := between(b.raw.t, ask(http.MethodGet, "semilla", ""), "<SEMILLA>", "</SEMILLA>")
	return between(b.raw.t, ask(http.MethodPost, "token", b.signedSeed(seed)), "<TOKEN>", "</TOKEN>")
}

// sendRequest is an upload.
func (b *boletas) sendRequest(content []byte, change func(*http.Request)) *http.Request {
	return b.request(http.MethodPost, "rahue.sii.cl", "boleta.electronica.envio", formBody(holder, owner, "envio.xml", content), func(r *http.Request) {
		r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
		if change != nil {
			change(r)
		}
	})
}

// send sends an upload that is accepted, and returns its track id.
func (b *boletas) send(content []byte) (trackID string) {
	b.raw.t.Helper()
	status, header, body := b.do(b.sendRequest(content, nil))
	require.Equal(b.raw.t, http.StatusOK, status, body)
	require.Equal(b.raw.t, "application/json", header.Get("Content-Type"))
	trackID = between(b.raw.t, body, `"trackid":`, ",")
	require.Len(b.raw.t, trackID, 15)
	return trackID
}

// get sends a query to the service.
func (b *boletas) get(path string) (status int, contentType, body string) {
	b.raw.t.Helper()
	status, header, body := b.do(b.request(http.MethodGet, "api.sii.cl", path, nil, nil))
	return status, header.Get("Content-Type"), body
}

// upload requests the state of an upload.
func (b *boletas) upload(trackID string) (object map[string]any, body string) {
	b.raw.t.Helper()
	status, _, body := b.get("boleta.electronica.envio/76192083-9-" + trackID)
	require.Equal(b.raw.t, http.StatusOK, status, body)
	text := body
	if !utf8.ValidString(text) {
		text = fromLatin1(text)
	}
	require.NoError(b.raw.t, json.Unmarshal([]byte(text), &object), body)
	return object, body
}

func fromLatin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// state requests the state of a boleta.
func (b *boletas) state(l line) string {
	b.raw.t.Helper()
	number, dv, _ := strings.Cut(l.customer(), "-")
	status, _, body := b.get(fmt.Sprintf("boleta.electronica/76192083-9-%d-%d/estado?rut_receptor=%s&dv_receptor=%s&monto=%d&fechaEmision=%s",
		l.of, l.folio, number, dv, l.total(), b.at.Format("02-01-2006")))
	require.Equal(b.raw.t, http.StatusOK, status, body)
	return between(b.raw.t, body, `"codigo":"`, `"`)
}

func TestBoletasOnTheWay(t *testing.T) {
	t.Parallel()
	b := newBoletas(t)
	sold := []line{{of: 39, folio: 1, amount: 11_900}, {of: 41, folio: 5, amount: 1_000}, {of: 39, folio: 2, amount: 119}}
	_, _, body := b.do(b.sendRequest(b.envelope(nil, sold...), nil))
	assert.Equal(t, `{"rut_emisor":"76192083-9","rut_envia":"11111111-1","trackid":100000000001014,"fecha_recepcion":"2026-11-03 09:00:00","estado":"REC","file":"envio.xml"}`+"\n", body)
	for _, want := range []string{"REC", "SOK", "CRT", "FOK", "PDR"} {
		object, _ := b.upload("100000000001014")
		assert.Equal(t, want, object["estado"])
		assert.Equal(t, "FAU", b.state(sold[0]))
		b.clock.Add(100 * time.Millisecond)
	}
	for range siitest.BoletaForms() {
		object, body := b.upload("100000000001014")
		assert.Equal(t, "EPR", object["estado"])
		assert.Contains(t, body, `"trackid":100000000001014`)
		assert.Equal(t, []any{
			map[string]any{"tipo": 39.0, "informados": 2.0, "aceptados": 2.0, "rechazados": 0.0, "reparos": 0.0},
			map[string]any{"tipo": 41.0, "informados": 1.0, "aceptados": 1.0, "rechazados": 0.0, "reparos": 0.0},
		}, object["estadistica"])
	}
	assert.Equal(t, "DOK", b.state(sold[1]))
	assert.Equal(t, "DNK", b.state(line{of: 39, folio: 1, amount: 1}), "with generic data: it is there")
	assert.Equal(t, "FAU", b.state(line{of: 39, folio: 3, amount: 1}))
	assert.Equal(t, "FNA", b.state(line{of: 39, folio: 1001, amount: 1}))
	assert.Empty(t, b.srv.Violations())
	came := b.srv.Uploads()
	require.Len(t, came, 1)
	assert.True(t, came[0].Boleta)
	assert.Equal(t, "-11", estado(t, b.soap("QueryEstUp.jws", uploadQuery("76192083", "9", "100000000001014", b.sender.token))), "the other services do not know it")
}

// The answers have all seen forms, with the same content.
func TestBoletaForms(t *testing.T) {
	t.Parallel()
	for i, form := range siitest.BoletaForms() {
		t.Run(form.Name, func(t *testing.T) {
			t.Parallel()
			b := newBoletas(t, siitest.WithBoletaForms(form))
			trackID := b.send(b.envelope(nil, line{of: 39, folio: 1, amount: 119}, line{of: 39, folio: 2, amount: 119, change: replaced("<MontoItem>119<", "<MontoItem>120<")}))
			object, _ := b.upload(trackID)
			list, ok := object["detalle_rep_rech"]
			switch i {
			case 0:
				assert.Equal(t, []any{}, list)
			case 1:
				assert.True(t, ok && list == nil)
			default:
				assert.False(t, ok)
			}
			assert.Equal(t, map[bool]string{false: "03/11/2026 09:00:00", true: "2026-11-03 09:00:00"}[i == 2], object["fecha_recepcion"])
			b.processed()
			object, body := b.upload(trackID)
			reviews, _ := object["detalle_rep_rech"].([]any)
			require.Len(t, reviews, 1)
			review, _ := reviews[0].(map[string]any)
			assert.EqualValues(t, 2, review["folio"])
			assert.Contains(t, []any{"RPR", "RLV", "RCH"}, review["estado"])
			found, _ := review["error"].([]any)
			require.NotEmpty(t, found)
			first, _ := found[0].(map[string]any)
			assert.Equal(t, "HED", first["seccion"])
			assert.EqualValues(t, 100, first["codigo"])
			assert.Contains(t, first["detalle"], "120")
			assert.Equal(t, i != 1, utf8.ValidString(body), "%q", body)
		})
	}
}

// An upload refused as a whole has neither type nor folio in its list.
func TestBoletaUploadRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		envelope func(*boletas) []byte
		state    string
		words    string
	}{
		"schema": {func(b *boletas) []byte {
			return b.envelope(replaced("<NroResol>80</NroResol>", ""), line{of: 39, folio: 1, amount: 119})
		}, "RSC", "LSX-"},
		"no XML": {func(*boletas) []byte { return []byte("<EnvioBOLETA>") }, "RSC", "LPX"},
		"carátula": {func(b *boletas) []byte {
			return b.envelope(replaced(">80<", ">81<"), line{of: 39, folio: 1, amount: 119})
		}, "RCT", ""},
		"signature": {func(b *boletas) []byte {
			return bytes.Replace(b.envelope(nil, line{of: 39, folio: 1, amount: 119}), []byte("T09:00:00</TmstFirmaEnv>"), []byte("T09:00:01</TmstFirmaEnv>"), 1)
		}, "RFR", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBoletas(t, siitest.WithBoletaForms(siitest.BoletaForms()[1]))
			trackID := b.send(test.envelope(b))
			b.processed()
			object, body := b.upload(trackID)
			assert.Equal(t, test.state, object["estado"])
			assert.Nil(t, object["estadistica"])
			assert.Contains(t, body, test.words)
			reviews, _ := object["detalle_rep_rech"].([]any)
			require.Len(t, reviews, 1, body)
			review, _ := reviews[0].(map[string]any)
			assert.Nil(t, review["folio"])
			assert.Nil(t, review["tipo"])
			assert.Equal(t, test.state, review["estado"])
			assert.Equal(t, "FAU", b.state(line{of: 39, folio: 1, amount: 119}))
		})
	}
}

// No source says what repeated bytes cause: the fake has three ways.
func TestBoletasAgain(t *testing.T) {
	t.Parallel()
	again := func(t *testing.T, how siitest.BoletaAgain) (b *boletas, first string, status int, body string) {
		b = newBoletas(t)
		require.NoError(t, b.srv.SetUploads(siitest.UploadSettings{Boletas: how}))
		envelope := b.envelope(nil, line{of: 39, folio: 1, amount: 119})
		first = b.send(envelope)
		b.clock.Add(time.Hour)
		status, _, body = b.do(b.sendRequest(envelope, nil))
		b.processed()
		assert.Equal(t, "DOK", b.state(line{of: 39, folio: 1, amount: 119}), "whatever comes after")
		return b, first, status, body
	}
	t.Run("taken", func(t *testing.T) {
		t.Parallel()
		b, first, status, body := again(t, siitest.BoletaTaken)
		assert.Equal(t, http.StatusOK, status)
		second := between(t, body, `"trackid":`, ",")
		assert.NotEqual(t, first, second)
		object, body := b.upload(second)
		assert.Equal(t, "EPR", object["estado"])
		assert.Contains(t, body, `"rechazados":1`)
		assert.Contains(t, body, `"codigo":101`)
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		_, first, status, body := again(t, siitest.BoletaRefused)
		assert.Equal(t, http.StatusBadRequest, status)
		assert.Contains(t, body, "Trackid "+first)
	})
	t.Run("same", func(t *testing.T) {
		t.Parallel()
		_, first, status, body := again(t, siitest.BoletaSame)
		assert.Equal(t, http.StatusOK, status)
		assert.Equal(t, first, between(t, body, `"trackid":`, ","))
		assert.Contains(t, body, `"fecha_recepcion":"2026-11-03 09:00:00"`)
	})
}

// Errors are texts, with an error status or with the content type of JSON.
func TestBoletaErrors(t *testing.T) {
	t.Parallel()
	b := newBoletas(t)
	envelope := b.envelope(nil, line{of: 39, folio: 1, amount: 119})
	invoice := newBuilder(t, b.srv, b.raw.id, b.clock.Now(), 33).envelope(nil, line{of: 33, folio: 1, amount: 100})
	const upload, state = "boleta.electronica.envio/76192083-9-1", "boleta.electronica/76192083-9-39-1/estado"
	const all = "?rut_receptor=66666666&dv_receptor=6&monto=119&fechaEmision=03-11-2026"
	noToken := func(r *http.Request) { r.Header.Del("Cookie") }
	otherToken := func(r *http.Request) { r.Header.Set("Cookie", "TOKEN="+b.sender.token) }
	for name, test := range map[string]struct {
		req    *http.Request
		status int
		body   string
		rule   string
	}{
		"no token":             {b.sendRequest(envelope, noToken), 400, "No trae TOKEN", ""},
		"the other token":      {b.sendRequest(envelope, otherToken), 401, "NO ESTA AUTENTICADO", ""},
		"User-Agent":           {b.sendRequest(envelope, func(r *http.Request) { r.Header.Set("User-Agent", "Mozilla/5.0") }), 401, "NO ESTA AUTENTICADO", "User-Agent"},
		"Accept":               {b.sendRequest(envelope[:100], func(r *http.Request) { r.Header.Del("Accept") }), 200, "REC", "Accept"},
		"chunks":               {b.sendRequest(envelope, func(r *http.Request) { r.ContentLength = -1 }), 400, "LPX-00007", "Content-Length"},
		"an invoice":           {b.sendRequest(invoice, nil), 400, "SCH-00001", "archivo"},
		"at the wrong host":    {b.sendRequest(envelope, func(r *http.Request) { r.URL.Host, r.Host = "api.sii.cl", "api.sii.cl" }), 500, "Acceso Denegado (from client)", "host"},
		"tables":               {b.request(http.MethodGet, "apicert.sii.cl", "globales/boleta.electronica.estado", nil, nil), 500, "Acceso Denegado", "host"},
		"a query there":        {b.request(http.MethodGet, "pangal.sii.cl", upload, nil, nil), 404, "", "host"},
		"GET":                  {b.request(http.MethodGet, "pangal.sii.cl", "boleta.electronica.envio", nil, nil), 405, "", "POST"},
		"too large":            {b.sendRequest(nil, func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(io.LimitReader(zeros{}, 65<<20)), 65<<20 }), 400, "demasiado grande", ""},
		"query without token":  {b.request(http.MethodGet, "api.sii.cl", upload, nil, noToken), 401, "NO ESTA AUTENTICADO", ""},
		"unknown upload":       {b.request(http.MethodGet, "api.sii.cl", upload, nil, nil), 404, "no encontrado", ""},
		"another company":      {b.request(http.MethodGet, "api.sii.cl", "boleta.electronica.envio/77222222-K-1", nil, nil), 401, "", ""},
		"no RUT":               {b.request(http.MethodGet, "api.sii.cl", "boleta.electronica.envio/76192083-8-1", nil, nil), 400, "", ""},
		"no such path":         {b.request(http.MethodGet, "api.sii.cl", "boleta.electronica.envio/1", nil, nil), 404, "", "path"},
		"no such path either":  {b.request(http.MethodGet, "api.sii.cl", "boleta.electronica/76192083-9-39-1", nil, nil), 404, "", "path"},
		"no parameters":        {b.request(http.MethodGet, "api.sii.cl", state, nil, nil), 200, "falta rut_receptor", "rut_receptor"},
		"no amount":            {b.request(http.MethodGet, "api.sii.cl", state+strings.Replace(all, "monto=119&", "", 1), nil, nil), 200, "falta monto", "monto"},
		"no date":              {b.request(http.MethodGet, "api.sii.cl", state+strings.Replace(all, "&fechaEmision=03-11-2026", "", 1), nil, nil), 200, "falta fechaEmision", "fechaEmision"},
		"another date":         {b.request(http.MethodGet, "api.sii.cl", state+strings.Replace(all, "03-11-2026", "2026-11-03", 1), nil, nil), 200, `"codigo":"FAU"`, "fechaEmision"},
		"no amount in letters": {b.request(http.MethodGet, "api.sii.cl", state+strings.Replace(all, "119", "mil", 1), nil, nil), 400, "", ""},
		"state without token":  {b.request(http.MethodGet, "api.sii.cl", state+all, nil, noToken), 401, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(b.srv.Violations())
			status, header, body := b.do(test.req)
			assert.Equal(t, test.status, status, body)
			assert.Contains(t, body, test.body)
			if strings.HasPrefix(test.body, "falta") {
				assert.Equal(t, "application/json", header.Get("Content-Type"))
				assert.Equal(t, test.body, body)
			}
			if found := rules(b.srv)[before:]; test.rule == "" {
				assert.Empty(t, found)
			} else {
				assert.Contains(t, found, test.rule)
			}
		})
	}
}

// Faults of this service work like those of the others.
func TestBoletaFaults(t *testing.T) {
	t.Parallel()
	b := newBoletas(t)
	envelope := b.envelope(nil, line{of: 39, folio: 1, amount: 119})
	b.srv.Fail(siitest.OpBoletaSend, siitest.Fault{Lost: true, Times: 1})
	resp, err := b.hc.Do(b.sendRequest(envelope, nil))
	if err == nil {
		resp.Body.Close()
	}
	require.Error(t, err)
	b.processed()
	assert.Equal(t, "DOK", b.state(line{of: 39, folio: 1, amount: 119}), "it was taken all the same")
	d, ok := b.srv.UploadedDocument(chile.DocumentID{Issuer: owner, Type: 39, Folio: 1})
	assert.True(t, ok && d.State == judge.DOK && d.Times == 1)
	assert.Equal(t, 1, b.srv.Count(siitest.OpBoletaSend))
	assert.Equal(t, 1, b.srv.Count(siitest.OpBoletaDocument))
}
