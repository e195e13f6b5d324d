package session

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Addresses that a session may call.
func TestKnownAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://zeusr.sii.cl/x": true, "https://sii.cl": true, "https://www4.sii.cl:443/": true,
		"http://zeusr.sii.cl/": false, "https://zeusr.sii.cl:8443/": false, "https://a@zeusr.sii.cl/": false, "https://sii.cl.example.com/": false, "https://notsii.cl/": false,
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		assert.Equal(t, want, known(u), address)
	}
	for host, want := range map[string]bool{"queue-it.net": true, "sii.queue-it.net": true, "notqueue-it.net": false, "sii.cl": false} {
		assert.Equal(t, want, isWaitingRoom(host), host)
	}
	for address, want := range map[string]bool{
		"https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html": true, "https://zeusr.sii.cl/cgi_AUT2000/CAutInicio.cgi": true,
		"https://zeusr.sii.cl/cgi_AUT2000/autTermino.cgi": false, "https://www4.sii.cl/AUT2000/": false,
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		assert.Equal(t, want, atLogin(u), address)
	}
}

// A form is sent once, to one address, and nobody is led around for ever.
func TestRedirections(t *testing.T) {
	t.Parallel()
	get, err := http.NewRequestWithContext(t.Context(), http.MethodGet, homeURL, nil)
	require.NoError(t, err)
	require.NoError(t, checkRedirect(get, make([]*http.Request, maxRedirects-1)))
	require.ErrorContains(t, checkRedirect(get, make([]*http.Request, maxRedirects)), "more than 10 redirections")
	none, err := http.NewRequestWithContext(t.Context(), http.MethodGet, homeURL, http.NoBody)
	require.NoError(t, err)
	require.NoError(t, checkRedirect(none, nil))
	foreign, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com/", nil)
	require.NoError(t, err)
	require.ErrorIs(t, checkRedirect(foreign, nil), http.ErrUseLastResponse)
	form, err := http.NewRequestWithContext(t.Context(), http.MethodPost, homeURL, strings.NewReader("clave=x"))
	require.NoError(t, err)
	require.ErrorIs(t, checkRedirect(form, nil), http.ErrUseLastResponse)
}
