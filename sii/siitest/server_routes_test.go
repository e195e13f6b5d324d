package siitest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/sii/siitest"
)

// On a plain port there is one host for all services.
func TestHandlerServesUnderEveryHost(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer()
	defer srv.Close()
	handler := srv.Handler()
	serve := func(path string, body []byte) *httptest.ResponseRecorder {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8080"+path, bytes.NewReader(body))
		req.Header["Soapaction"] = []string{`""`}
		req.Header.Set("Content-Type", "text/xml")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, req)
		return answer
	}
	assert.Contains(t, serve("/DTEWS/CrSeed.jws", []byte(seedRequest)).Body.String(), "SEMILLA")
	assert.Empty(t, rules(srv))

	login := serve("/consdcvinternetui/services/data/facadeService/getResumen", []byte("{}"))
	assert.Equal(t, http.StatusFound, login.Code)
	target := login.Header().Get("Location")
	assert.Equal(t, "/AUT2000/InicioAutenticacion/IngresoRutClave.html?https://www4.sii.cl/consdcvinternetui/", target, "at the same port")
	path, _, _ := strings.Cut(target, "?")
	assert.Contains(t, serve(path, nil).Body.String(), "rutcntr")

	assert.Equal(t, http.StatusNotFound, serve("/favicon.ico", nil).Code)
	assert.NotContains(t, rules(srv), "path", "browsers ask for it by themselves")

	large := serve("/DTEWS/CrSeed.jws", bytes.Repeat([]byte(" "), 8<<20+1))
	assert.Equal(t, http.StatusBadRequest, large.Code)
	assert.Contains(t, rules(srv), "body")
}
