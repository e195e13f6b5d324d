package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siihttp/siipage"
)

// TestBehindAProxy has a path in front that the service knows nothing of, and a
// login that sets who asks.
func TestBehindAProxy(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"/finanzas/api/v1/sii", "../../api/v1/sii"} {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			october := chile.MustParsePeriod("2026-10")
			s.generated(october, october)
			page, err := siipage.New(siipage.Settings{API: api})
			require.NoError(t, err)
			mux := http.NewServeMux()
			mux.Handle("/integraciones/sii/", http.StripPrefix("/integraciones/sii", page))
			mux.Handle("/integraciones/sii", http.StripPrefix("/integraciones/sii", page))
			mux.Handle("/api/v1/sii/", http.StripPrefix("/api/v1/sii", s.portal.api))
			inner := httptest.NewServer(mux)
			t.Cleanup(inner.Close)
			target, err := url.Parse(inner.URL)
			require.NoError(t, err)
			proxy := &httputil.ReverseProxy{FlushInterval: -1, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(target)
				r.Out.Header.Set("Authorization", "Bearer "+s.people.keys[finanzas])
			}}
			outer := httptest.NewServer(http.StripPrefix("/finanzas", proxy))
			t.Cleanup(outer.Close)
			t.Cleanup(outer.CloseClientConnections) // the streams of events; the tab is closed before

			b := openTab(t, 1280, 900, "light")
			b.open(outer.URL + "/finanzas/integraciones/sii?empresa=76192083-9&desde=2026-10")
			assert.Equal(t, "/finanzas/integraciones/sii/", valueOf[string](b, `location.pathname`))
			b.click("#importar")
			b.wait(`document.querySelector('#mensajes').innerText.includes('Importación terminada')`)
			assert.Equal(t, "conectados", b.text("#conexion"))
			assert.Positive(t, valueOf[int](b, `said.length`))
		})
	}
}
