package siipage_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp/siipage"
)

func serve(t *testing.T, config siipage.Settings) http.Handler {
	t.Helper()
	page, err := siipage.New(config)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/integraciones/sii", http.StripPrefix("/integraciones/sii", page))
	mux.Handle("/integraciones/sii/", http.StripPrefix("/integraciones/sii", page))
	return mux
}

func ask(handler http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, http.NoBody)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func TestEveryFileIsServedAsWhatItIs(t *testing.T) {
	t.Parallel()
	handler := serve(t, siipage.Settings{})
	types := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	served := 0
	require.NoError(t, fs.WalkDir(os.DirFS("static"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == "index.html" {
			return err
		}
		answer := ask(handler, http.MethodGet, "/integraciones/sii/"+name)
		assert.Equal(t, http.StatusOK, answer.Code, name)
		assert.Equal(t, types[path.Ext(name)], answer.Header().Get("Content-Type"), name)
		assert.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"), name)
		served++
		return nil
	}))
	assert.Greater(t, served, 10)
	index := ask(handler, http.MethodGet, "/integraciones/sii/")
	assert.Equal(t, "text/html; charset=utf-8", index.Header().Get("Content-Type"))
	assert.Contains(t, index.Body.String(), `<html lang="es-CL">`)
}

// TestNothingIsFetchedFromElsewhere follows every address in the files.
func TestNothingIsFetchedFromElsewhere(t *testing.T) {
	t.Parallel()
	handler := serve(t, siipage.Settings{})
	addresses := regexp.MustCompile(`(?:\b(?:src|href)="|\bfrom '\./|\bimport '\./|url\()([^"'#)]+)`)
	names := []string{""}
	for seen := map[string]bool{}; len(names) > 0; {
		name := names[0]
		names = names[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		answer := ask(handler, http.MethodGet, "/integraciones/sii/"+name)
		require.Equal(t, http.StatusOK, answer.Code, name)
		for _, match := range addresses.FindAllStringSubmatch(answer.Body.String(), -1) {
			names = append(names, match[1])
		}
	}
}

// TestTheFilesKeepThePolicy finds code that a browser would refuse to run, and
// markup made from text.
func TestTheFilesKeepThePolicy(t *testing.T) {
	t.Parallel()
	index := ask(serve(t, siipage.Settings{}), http.MethodGet, "/integraciones/sii/").Body.String()
	assert.NotRegexp(t, `<style|\sstyle=|\son[a-z]+=|javascript:`, index)
	assert.NotRegexp(t, `<script[^>]*>[^<]`, index)
	scripts, err := fs.Glob(os.DirFS("static"), "*.js")
	require.NoError(t, err)
	for _, name := range scripts {
		body, err := os.ReadFile(path.Join("static", name))
		require.NoError(t, err)
		assert.NotRegexp(t, `innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\('(?:on|style)`, string(body), name)
		assert.Less(t, strings.Count(string(body), "\n"), 200, name)
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ api, connect, meta string }{
		{"", "connect-src 'self';", `content="/api/v1/sii"`},
		{"/finanzas/api/v1/sii/", "connect-src 'self';", `content="/finanzas/api/v1/sii"`},
		{"../../api/v1/sii", "connect-src 'self';", `content="../../api/v1/sii"`},
		{"https://api.example.cl:8443/sii", "connect-src https://api.example.cl:8443;", `content="https://api.example.cl:8443/sii"`},
		{`/a"><script>alert(1)</script>`, "connect-src 'self';", `content="/a&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"`},
	} {
		t.Run(tt.api, func(t *testing.T) {
			t.Parallel()
			answer := ask(serve(t, siipage.Settings{API: tt.api}), http.MethodGet, "/integraciones/sii/")
			policy := answer.Header().Get("Content-Security-Policy")
			for _, part := range []string{
				"default-src 'none';", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none';",
				"base-uri 'none';", "form-action 'none';", "require-trusted-types-for 'script';", "trusted-types 'none'", tt.connect,
			} {
				assert.Contains(t, policy, part)
			}
			assert.NotContains(t, policy, "unsafe")
			assert.Contains(t, answer.Body.String(), tt.meta)
		})
	}
}

func TestSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	for _, api := range []string{
		"ftp://example.cl/sii", "javascript:alert(1)", "https:///sii", "https://user:clave@example.cl/sii", "/sii?a=b", "/sii#a",
		"https://example.cl; script-src */sii", "https://*.example.cl/", "//example.cl/sii", "http://[::1", "%zz",
	} {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			_, err := siipage.New(siipage.Settings{API: api})
			require.ErrorContains(t, err, "siipage: Settings.API")
			assert.NotContains(t, err.Error(), "clave")
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	handler := serve(t, siipage.Settings{})
	first := ask(handler, http.MethodGet, "/integraciones/sii/app.js")
	etag := first.Header().Get("ETag")
	require.NotEmpty(t, etag)
	assert.Equal(t, "no-cache", first.Header().Get("Cache-Control"))
	again := ask(handler, http.MethodGet, "/integraciones/sii/app.js", "If-None-Match", etag)
	assert.Equal(t, http.StatusNotModified, again.Code)
	assert.Empty(t, again.Body.Bytes())
	head := ask(handler, http.MethodHead, "/integraciones/sii/")
	assert.Equal(t, http.StatusOK, head.Code)
	assert.Empty(t, head.Body.Bytes())
	post := ask(handler, http.MethodPost, "/integraciones/sii/")
	assert.Equal(t, http.StatusMethodNotAllowed, post.Code)
	assert.Equal(t, "GET, HEAD", post.Header().Get("Allow"))
	for _, name := range []string{"none.js", "index.html", "static/app.js", "../page.go", "."} {
		answer := httptest.NewRecorder()
		page, err := siipage.New(siipage.Settings{})
		require.NoError(t, err)
		request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		request.URL.Path = "/" + name
		page.ServeHTTP(answer, request)
		assert.Equal(t, http.StatusNotFound, answer.Code, name)
		assert.NotEmpty(t, answer.Header().Get("Content-Security-Policy"))
	}
}

// TestWithoutItsSlash is redirected to the files, even behind a proxy that adds an
// unknown path.
func TestWithoutItsSlash(t *testing.T) {
	t.Parallel()
	answer := ask(serve(t, siipage.Settings{}), http.MethodGet, "/integraciones/sii?empresa=76192083-9")
	assert.Equal(t, http.StatusMovedPermanently, answer.Code)
	assert.Equal(t, "./sii/?empresa=76192083-9", answer.Header().Get("Location"))
}
