package siihttp_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ofitec/chile/sii/siihttp"
)

// judgeAnswer fails if an answer is not one of the interface: no JSON, or an
// internal failure caused by the request.
func judgeAnswer(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code == http.StatusInternalServerError {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	media := w.Header().Get("Content-Type")
	if strings.Contains(media, "json") && !json.Valid(w.Body.Bytes()) {
		t.Fatalf("%s: %s", media, w.Body)
	}
	if w.Code >= http.StatusBadRequest && media != "application/problem+json" {
		t.Fatalf("%d %s", w.Code, media)
	}
}

// FuzzQuery sends arbitrary queries.
func FuzzQuery(f *testing.F) {
	for _, call := range calls {
		if path, query, ok := strings.Cut(call.path, "?"); ok && call.method == http.MethodGet {
			f.Add(path, query)
		}
	}
	f.Add("/rcv/compras", "periodo=2026-10&rut=76192083-9&q=%00&estado=PENDIENTE&tipo=33&cursor=MzMvNzYxOTIwODMtOS8x&limite=5")
	f.Add("/cambios", "clase=amounts&cursor=5&desde=2026-10-01&libro=ventas")
	s := start(f, func(c *siihttp.Settings) { c.Audit = nil })
	s.importMonth("ana")
	f.Fuzz(func(t *testing.T, path, query string) {
		if strings.HasPrefix(path, "/events") || strings.HasPrefix(path, "/token") || strings.HasPrefix(path, "/dte") {
			return // they do not end, or ask the SII
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.URL = &url.URL{Path: path, RawQuery: query}
		r.RequestURI = "/fuzz"
		r.Header.Set("X-User", "ana")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		judgeAnswer(t, w)
	})
}

// FuzzBody posts arbitrary bodies.
func FuzzBody(f *testing.F) {
	for _, call := range calls {
		if call.method == http.MethodPost {
			f.Add(call.path, call.body)
		}
	}
	f.Add("/session/start", `{"username":"11111111-1","password":"\ud800","rut":"76192083-9"}`)
	f.Add("/rcv/import", `{"year":2026,"month":10,"rut":"76192083-9","hasta":null}`)
	s := start(f, func(c *siihttp.Settings) {
		c.Audit = nil
		c.Companies = siihttp.FixedCompanies() // what is right goes no further
	})
	f.Fuzz(func(t *testing.T, path, body string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.URL = &url.URL{Path: path}
		r.RequestURI = "/fuzz"
		r.Header.Set("X-User", "ana")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		judgeAnswer(t, w)
		if w.Code == http.StatusOK {
			t.Fatalf("%s was answered: %s", path, w.Body)
		}
	})
}
