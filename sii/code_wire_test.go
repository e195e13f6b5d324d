package sii_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
)

// soapAnswer is an answer of a service under /DTEWS, with those elements in its
// header.
func soapAnswer(operation, header, body string) string {
	inner := `<SII:RESPUESTA xmlns:SII="http://www.sii.cl/XMLSchema"><SII:RESP_HDR>` + header + `</SII:RESP_HDR><SII:RESP_BODY>` + body + `</SII:RESP_BODY></SII:RESPUESTA>`
	return `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><` + operation + `Response><` + operation + `Return>` +
		strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(inner) + `</` + operation + `Return></` + operation + `Response></e:Body></e:Envelope>`
}

func table(t *testing.T, name string) []sii.Code {
	t.Helper()
	for table := range sii.Catalogue() {
		if table.Name == name {
			return table.Codes
		}
	}
	t.Fatal("there is no table " + name)
	return nil
}

// once is a client that repeats nothing but for a token that is refused.
func once() sii.Option { return sii.WithRetry(sii.RetrySettings{Attempts: 1}) }

// requireEntry requires that an error is that of an entry of the catalogue.
func requireEntry(t *testing.T, c sii.Code, err error) *sii.Error {
	t.Helper()
	require.ErrorIs(t, err, c.Kind)
	var e *sii.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, c, e.Code())
	assert.Equal(t, c.Advice, e.Advice())
	assert.Equal(t, c.Retry == sii.RetryOnce || c.Retry == sii.RetrySoon || c.Retry == sii.RetryLater, e.Retryable())
	return e
}

func TestEachCodeOfADocument(t *testing.T) {
	t.Parallel()
	for _, c := range table(t, "dte.document") {
		client := at(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(soapAnswer("getEstDte", "<ESTADO>"+c.Code+"</ESTADO><GLOSA>las palabras</GLOSA>", "")))
		}, once())
		status, err := client.DTE.DocumentStatus(t.Context(), sii.DocumentQuery{
			Issuer: owner, Receiver: holder, Requester: holder, Type: chile.FacturaElectronica, Folio: 1, Issued: october.First(),
		})
		if c.Kind == nil {
			require.NoError(t, err, c.Code)
			assert.Equal(t, c.Verdict, status.Verdict, c.Code)
			assert.True(t, status.Known, c.Code)
			continue
		}
		e := requireEntry(t, c, err)
		assert.Equal(t, []string{c.Code, "las palabras"}, []string{e.Estado, e.Glosa}, "verbatim")
	}
}

func TestEachCodeOfAnUpload(t *testing.T) {
	t.Parallel()
	ask := func(header string) (*sii.UploadStatus, error) {
		client := at(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(soapAnswer("getEstUp", header, "")))
		}, once())
		return client.DTE.UploadStatus(t.Context(), owner, "1")
	}
	for _, c := range table(t, "dte.upload") {
		status, err := ask("<ESTADO>" + c.Code + "</ESTADO><GLOSA>las palabras</GLOSA>")
		switch {
		case c.Kind != nil:
			e := requireEntry(t, c, err)
			assert.Equal(t, []string{c.Code, "las palabras"}, []string{e.Estado, e.Glosa}, "verbatim")
		case c.Code == "-11":
			require.NoError(t, err)
			assert.Equal(t, sii.VerdictSent, status.Verdict)
		default:
			require.NoError(t, err, c.Code)
			assert.Equal(t, c.Verdict, status.Verdict, c.Code)
			assert.True(t, status.Known, c.Code)
			assert.Equal(t, c.Code == "EPR" || c.Verdict == sii.VerdictRejected || c.Verdict == sii.VerdictObserved, status.Processed, c.Code)
		}
	}
	for _, c := range table(t, "dte.server") {
		_, err := ask("<ESTADO>-11</ESTADO><SRV_CODE>" + c.Code + "</SRV_CODE>")
		if c.Kind == nil {
			require.NoError(t, err, c.Code)
			continue
		}
		requireEntry(t, c, err)
	}
	for _, c := range table(t, "dte.upload.err") {
		status, err := ask("<ESTADO>-11</ESTADO><ERR_CODE>" + c.Code + "</ERR_CODE>")
		if c.Kind != nil {
			requireEntry(t, c, err)
			continue
		}
		require.NoError(t, err, c.Code)
		assert.Equal(t, c.Verdict == sii.VerdictSent, status.NotFound, c.Code)
	}
}

// signIn returns what the client makes of a code of the seed or of the token, and
// how often it asked for a seed.
func signIn(t *testing.T, seed, token string) (seeds int, err error) {
	t.Helper()
	id := newFake(t).NewIdentity(holder)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := soapAnswer("getToken", "<ESTADO>"+token+"</ESTADO><GLOSA>las palabras</GLOSA>", "<TOKEN>A1B2C3D4E5F6G</TOKEN>")
		if strings.HasSuffix(r.URL.Path, "CrSeed.jws") {
			seeds++
			body = soapAnswer("getSeed", "<ESTADO>"+seed+"</ESTADO><GLOSA>las palabras</GLOSA>", "<SEMILLA>000000000001</SEMILLA>")
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(srv.Close)
	client, err := sii.NewClient(sii.At(srv.URL), sii.WithIdentity(id), once())
	require.NoError(t, err)
	_, err = client.Token(t.Context())
	return seeds, err
}

func TestEachCodeOfSigningIn(t *testing.T) {
	t.Parallel()
	for _, c := range table(t, "seed") {
		_, err := signIn(t, c.Code, "00")
		if c.Kind == nil {
			require.NoError(t, err, c.Code)
			continue
		}
		e := requireEntry(t, c, err)
		assert.Equal(t, []string{"seed", c.Code, "las palabras"}, []string{e.Op, e.Estado, e.Glosa})
	}
	for _, c := range table(t, "token") {
		seeds, err := signIn(t, "00", c.Code)
		if c.Kind == nil {
			require.NoError(t, err, c.Code)
			continue
		}
		e := requireEntry(t, c, err)
		assert.Equal(t, []string{"token", c.Code, "las palabras"}, []string{e.Op, e.Estado, e.Glosa})
		want := 1
		if c.Retry == sii.RetryOnce {
			want = 2 // with a seed of its own
		}
		assert.Equal(t, want, seeds, c.Code)
	}
}

// Unknown codes are told from known ones, and are no success.
func TestUnknownCodes(t *testing.T) {
	t.Parallel()
	_, err := signIn(t, "77", "00")
	require.ErrorIs(t, err, sii.ErrPortalChanged)
	require.ErrorIs(t, err, sii.ErrProtocol)
	_, err = signIn(t, "00", "77")
	require.ErrorIs(t, err, sii.ErrPortalChanged)
	var e *sii.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "77", e.Estado)
	assert.NotContains(t, e.Evidence.Text+e.Sample(), "A1B2C3D4E5F6G", "the token that came with it")
}

func TestEachStatus(t *testing.T) {
	t.Parallel()
	for _, c := range table(t, "http") {
		if c.Kind == nil {
			continue
		}
		status := 0
		if _, err := fmt.Sscan(strings.NewReplacer("3xx", "304", "4xx", "418", "5xx", "507").Replace(c.Code), &status); err != nil {
			t.Fatal(err)
		}
		client := at(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }, once())
		for way, err := range ask(t.Context(), client) {
			e := requireEntry(t, c, err)
			assert.Equal(t, status, e.HTTPStatus, way)
		}
	}
}

// Each page is told by its words or its code wherever it comes.
func TestEachPage(t *testing.T) {
	t.Parallel()
	ask := func(t *testing.T, body string) map[string]error {
		return ask(t.Context(), at(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(body))
		}, once()))
	}
	for _, c := range table(t, "page") {
		if c.Words == "" {
			continue
		}
		for _, text := range []string{c.Words, strings.ToUpper(c.Words)} {
			for _, err := range ask(t, "<html><head><title>SII</title></head><body>"+text+"</body></html>") {
				requireEntry(t, c, err)
			}
		}
	}
	for _, c := range table(t, "portal") {
		code := "01.01.217.500.720." + c.Code
		if c.Code == "otro" {
			code = "01.01.217.500.720.99"
		}
		for _, before := range []string{"código", "c&oacute;digo", "c\xf3digo", "CÓDIGO"} {
			for _, err := range ask(t, "<html><body><p>Las palabras</p><p>El "+before+" de este mensaje es "+code+"</p></body></html>") {
				e := requireEntry(t, c, err)
				assert.Equal(t, code, e.Estado, "verbatim")
				assert.Equal(t, c.Wait, e.RetryAfter)
			}
		}
	}
}

// A login that speaks of maintenance is a login; a page of maintenance that links
// to the login is maintenance.
func TestLoginAndMaintenance(t *testing.T) {
	t.Parallel()
	for body, kind := range map[string]error{
		`<html><p>Habrá mantención el domingo</p><form action="/cgi_AUT2000/CAutInicio.cgi"><input name="clave" type="password"></form></html>`: sii.ErrUnauthorized,
		`<html><title>Autenticaci&oacute;n</title><p>Servicio no disponible</p></html>`:                                                         sii.ErrUnauthorized,
		`<html><a href="https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html">Ingresar</a><p>Estamos en mantenci&oacute;n</p>`: sii.ErrUnavailable,
		`<html><script>location.replace("https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html")</script></html>`:               sii.ErrUnauthorized,
	} {
		client := at(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }, once())
		for way, err := range ask(t.Context(), client) {
			require.ErrorIs(t, err, kind, "%s: %s", way, body)
		}
	}
}

// An error without an entry has that of its kind.
func TestErrorWithoutEntry(t *testing.T) {
	t.Parallel()
	for kind := range kindTitles {
		c := (&sii.Error{Op: "x", Kind: kind}).Code()
		assert.Equal(t, kind, c.Kind)
		assert.NotEmpty(t, c.Meaning.ES)
		assert.NotEmpty(t, c.Retry)
	}
	other := &sii.Error{Op: "x", Kind: errors.New("another")}
	assert.Equal(t, sii.RetryNever, other.Code().Retry)
	assert.False(t, other.Retryable())
	assert.False(t, (&sii.Error{Op: "x"}).Retryable())
	assert.Equal(t, "sii: x: asked too often", (&sii.Error{Op: "x", Kind: sii.ErrThrottled, RetryAfter: time.Second}).Error())
}
