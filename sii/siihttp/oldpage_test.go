package siihttp_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/storage"
)

const portalOrigin = "https://portal.example.cl"

// The rewrites of the guide, with two companies, a default and a login by cookie:
// the page's calls say no company and reach the service under another host name.
func TestOldPageBehindTheGuidesRewrites(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) {
		c.DefaultCompany = owner
		c.Origins = []string{portalOrigin}
		c.Authorize = byCookie
	})
	front := httptest.NewServer(rewrites(t, s.url))
	t.Cleanup(front.Close)
	t.Cleanup(front.CloseClientConnections) // the stream of events
	for name, fetchSite := range map[string]string{"browsers of today": "same-origin", "older ones": ""} {
		call := func(method, path, body string) *http.Response {
			return oldPageCall(t, front, fetchSite, method, path, body)
		}
		assert.Equal(t, http.StatusOK, call(http.MethodGet, "/sii/token", "").StatusCode, name)
		assert.Equal(t, http.StatusOK, call(http.MethodPost, "/sii/rcv/import", `{"year":2026,"month":10}`).StatusCode, name)
		events := call(http.MethodGet, "/sii/events", "")
		assert.Equal(t, http.StatusOK, events.StatusCode, name)
		first := make([]byte, 1)
		_, err := events.Body.Read(first)
		assert.NoError(t, err, "events are not held back")
	}
	for range s.store.Documents(t.Context(), storage.DocumentQuery{Owner: stranger}) {
		assert.Fail(t, "the import was of another company than the default")
	}
}

// rewrites is the front end of the guide: what it says of source and destination,
// and the host name of the destination, as Next.js has it.
func rewrites(t *testing.T, service string) http.Handler {
	t.Helper()
	guide, err := os.ReadFile("../../docs/migration.md")
	require.NoError(t, err)
	_, snippet, found := strings.Cut(string(guide), "<!-- rewrites -->")
	require.True(t, found)
	rule := regexp.MustCompile(`source: '([^']*):path\*', destination: '([^']*):path\*'`).FindStringSubmatch(snippet)
	require.NotNil(t, rule)
	destination, err := url.Parse(rule[2])
	require.NoError(t, err)
	target, err := url.Parse(service)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSuffix(destination.Path, "/"), target.Path, "the service is where the guide has it")
	target.Path = destination.Path
	proxy := &httputil.ReverseProxy{
		FlushInterval: -1, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0),
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
	}
	mux := http.NewServeMux()
	mux.Handle(rule[1], http.StripPrefix(strings.TrimSuffix(rule[1], "/"), proxy))
	return mux
}

// oldPageCall is a call of the old page through its own origin.
func oldPageCall(t *testing.T, front *httptest.Server, fetchSite, method, path, body string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, front.URL+"/api/v1"+path, strings.NewReader(body))
	require.NoError(t, err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", portalOrigin)
	}
	if fetchSite != "" {
		r.Header.Set("Sec-Fetch-Site", fetchSite)
		r.Header.Set("Sec-Fetch-Mode", "cors")
	}
	r.AddCookie(&http.Cookie{Name: "portal", Value: "ana"})
	response, err := front.Client().Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// byCookie is authorize, of people whom a cookie names.
func byCookie(r *http.Request, action siihttp.Action) error {
	cookie, err := r.Cookie("portal")
	if err != nil {
		return siihttp.ErrUnauthenticated
	}
	r = r.Clone(r.Context())
	r.Header.Set("X-User", cookie.Value)
	return authorize(r, action)
}

// A call from another origin without credentials is anonymous; with them it is
// answered, and the browser may show the answer.
func TestOldPageOfAnotherOrigin(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) {
		c.DefaultCompany = owner
		c.Origins = []string{portalOrigin}
		c.Authorize = byCookie
	})
	for cookie, want := range map[string]int{"": http.StatusUnauthorized, "ana": http.StatusOK} {
		r := s.request("", http.MethodPost, "/rcv/import", `{"year":2026,"month":10}`)
		r.Header.Set("Origin", portalOrigin)
		r.Header.Set("Sec-Fetch-Site", "same-site")
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: "portal", Value: cookie})
		}
		got := s.do(r)
		assert.Equal(t, want, got.status, got.body)
		assert.Equal(t, portalOrigin, got.header.Get("Access-Control-Allow-Origin"))
		assert.Equal(t, "true", got.header.Get("Access-Control-Allow-Credentials"))
	}
}

// The default is a company like any other: the caller must be allowed to act for
// it, and it must exist.
func TestDefaultCompany(t *testing.T) {
	t.Parallel()
	const october = `{"year":2026,"month":10}`
	without := start(t, nil)
	got := without.post("ana", "/rcv/import", october)
	assert.Equal(t, "which_company", got.problem().Kind)

	s := start(t, func(c *siihttp.Settings) { c.DefaultCompany = owner })
	assert.Equal(t, http.StatusOK, s.post("ana", "/rcv/import", october).status)
	assert.Equal(t, http.StatusForbidden, s.post("eva", "/rcv/import", october).status)
	assert.Equal(t, http.StatusOK, s.post("eva", "/rcv/import", `{"year":2026,"month":10,"rut":"77222222-K"}`).status, "a company that is named")

	unknown := start(t, func(c *siihttp.Settings) {
		c.DefaultCompany, c.Companies = outsider, siihttp.FixedCompanies(siihttp.Company{RUT: owner})
	})
	got = unknown.post("leo", "/rcv/import", october)
	assert.Equal(t, "no_company", got.problem().Kind, got.body)
}
