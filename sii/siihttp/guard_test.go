package siihttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp"
)

const importBody = `{"year":2026,"month":10,"rut":"76192083-9"}`

func TestCrossSiteRequestsAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for name, header := range map[string][2]string{
		"by the browser's word": {"Sec-Fetch-Site", "cross-site"},
		"by their origin":       {"Origin", "https://evil.example"},
		"of a sibling":          {"Sec-Fetch-Site", "same-site"},
	} {
		r := s.request("ana", http.MethodPost, "/rcv/import", importBody)
		r.Header.Set(header[0], header[1])
		got := s.do(r)
		assert.Equal(t, http.StatusForbidden, got.status, name)
		assert.Equal(t, "cross_site", got.problem().Kind, name)
	}
	image := s.request("ana", http.MethodGet, "/token?rut=76192083-9", "")
	image.Header.Set("Sec-Fetch-Site", "cross-site")
	image.Header.Set("Sec-Fetch-Mode", "no-cors")
	assert.Equal(t, "cross_site", s.do(image).problem().Kind)
	link := s.request("ana", http.MethodGet, purchases+"&formato=csv", "")
	link.Header.Set("Sec-Fetch-Site", "cross-site")
	link.Header.Set("Sec-Fetch-Mode", "navigate")
	assert.Equal(t, http.StatusOK, s.do(link).status)
	r := s.request("ana", http.MethodPost, "/rcv/import", importBody)
	r.Header.Set("Content-Type", "text/plain") // as a form of another site may
	got := s.do(r)
	assert.Equal(t, http.StatusUnsupportedMediaType, got.status)
	assert.Equal(t, "media_type", got.problem().Kind)
	assert.Empty(t, s.fake.Requests())
	r = s.request("ana", http.MethodPost, "/rcv/import", importBody)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	assert.Equal(t, http.StatusOK, s.do(r).status)
}

func TestPagesOfOtherOrigins(t *testing.T) {
	t.Parallel()
	const portal = "https://portal.example.cl"
	s := start(t, func(c *siihttp.Settings) { c.Origins = []string{portal} })
	preflight := func(origin string) answer {
		r := s.request("", http.MethodOptions, "/rcv/import", "")
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "POST")
		return s.do(r)
	}
	got := preflight(portal)
	assert.Equal(t, http.StatusNoContent, got.status)
	assert.Equal(t, portal, got.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "true", got.header.Get("Access-Control-Allow-Credentials"))
	assert.Contains(t, got.header.Get("Access-Control-Allow-Headers"), "Content-Type")
	assert.Contains(t, got.header.Values("Vary"), "Origin")
	other := preflight("https://evil.example")
	assert.Empty(t, other.header.Get("Access-Control-Allow-Origin"))
	assert.Empty(t, other.header.Get("Access-Control-Allow-Methods"))
	r := s.request("ana", http.MethodPost, "/rcv/import", importBody)
	r.Header.Set("Origin", portal)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	got = s.do(r)
	assert.Equal(t, http.StatusOK, got.status, got.body)
	assert.Equal(t, portal, got.header.Get("Access-Control-Allow-Origin"))
}

func TestOriginsAreChecked(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, origin := range []string{"*", "null", "https://*.example.cl", "https://portal.example.cl/", "portal.example.cl", "ftp://x", ""} {
		_, err := siihttp.New(siihttp.Settings{
			Authorize: authorize, Store: s.store, Clients: siihttp.OneClient(s.client()), Companies: siihttp.FixedCompanies(),
			Origins: []string{origin},
		})
		assert.Error(t, err, origin)
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, path := range []string{"/empresas", "/nada", "/events?x=1", "/rcv/compras?rut=76192083-9&periodo=2026-10&formato=csv"} {
		header := s.get("ana", path).header
		assert.Equal(t, "no-store", header.Get("Cache-Control"), path)
		assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"), path)
		assert.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'", path)
		assert.NotContains(t, header.Get("Content-Type"), "html", path)
	}
}

func TestBodiesAreBoundedAndStrict(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Limits.Body = 200 })
	got := s.post("ana", "/rcv/import", `{"year":2026,"month":10,"rut":"76192083-9","x":"`+strings.Repeat("x", 300)+`"}`)
	assert.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	assert.Equal(t, "too_large", got.problem().Kind)
	for body, status := range map[string]int{
		`{"year":2026,"month":10,"rut":"76192083-9","hata":{}}`: http.StatusBadRequest,
		`{"year":"2026","month":10,"rut":"76192083-9"}`:         http.StatusBadRequest,
		`{"year":2026,"month":10,"rut":"76192083-9"} {}`:        http.StatusBadRequest,
		`[]`: http.StatusBadRequest,
		``:   http.StatusBadRequest,
		`{"year":2026,"month":13,"rut":"76192083-9"}`:                                http.StatusUnprocessableEntity,
		`{"year":2026,"month":12,"rut":"76192083-9"}`:                                http.StatusUnprocessableEntity, // not begun
		`{"year":2026,"month":10}`:                                                   http.StatusUnprocessableEntity, // of two companies
		`{"year":2026,"month":10,"rut":"76192083-9","hasta":{"year":2026}}`:          http.StatusUnprocessableEntity,
		`{"year":1990,"month":1,"rut":"76192083-9","hasta":{"year":2026,"month":1}}`: http.StatusUnprocessableEntity,
	} {
		got := s.post("ana", "/rcv/import", body)
		assert.Equal(t, status, got.status, "%s: %s", body, got.body)
		got.problem()
	}
	assert.Empty(t, s.fake.Requests())
}

func TestParametersThatDoNotExistAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for path, status := range map[string]int{
		"/empresas?x=1": 400,
		"/rcv/compras?rut=76192083-9&periodo=2026-10&periodo=2026-09": 400,
		"/rcv/compras?rut=76192083-9":                                 422,
		"/rcv/libros?rut=76192083-9&periodo=2026-10":                  422,
		"/rcv/compras?rut=76192083-9&periodo=2026-10&estado=X":        422,
		"/rcv/compras?rut=76192083-9&periodo=2026-10&tipo=X":          422,
		"/rcv/compras?rut=76192083-9&periodo=2026-10&limite=0":        422,
		"/rcv/compras?rut=76192083-9&periodo=2026-10&cursor=!":        422,
		"/rcv/compras?rut=76192083-9&periodo=2026-10&formato=xls":     422,
		"/rcv/compras?periodo=2026-10":                                422,
		"/rcv/meses?rut=76192083-9&desde=2026-10&hasta=2026-01":       422,
		"/cambios?clase=otra":                                         422,
		"/cambios?cursor=-1":                                          422,
		"/cambios?desde=ayer":                                         422,
		"/jobs/" + strings.Repeat("x", 100):                           404,
		"/dte/estado/abc?rut=76192083-9":                              422,
		"/events?last_event_id=x":                                     422,
		"/conciliacion?rut=76192083-9&libro=compras&periodo=2026-10":  501,
		"/diagnostico": 501,
	} {
		got := s.get("ana", path)
		assert.Equal(t, status, got.status, "%s: %s", path, got.body)
		got.problem()
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ping   func(context.Context) error
		status int
	}{
		{nil, http.StatusOK},
		{func(context.Context) error { return nil }, http.StatusOK},
		{func(context.Context) error { return assert.AnError }, http.StatusServiceUnavailable},
	} {
		w := httptest.NewRecorder()
		siihttp.Health(tt.ping).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/health", nil))
		require.Equal(t, tt.status, w.Code)
		assert.NotContains(t, w.Body.String(), assert.AnError.Error())
	}
}
