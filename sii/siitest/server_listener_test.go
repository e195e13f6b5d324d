package siitest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siitest"
)

// Programs without knowledge of this project find the SII at a listener, if their
// system resolves its names and they trust the authority.
func TestListenerUnderTheNamesOfTheSII(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := siitest.NewServer(siitest.WithListener(listener))
	t.Cleanup(srv.Close)
	srv.Authorize(holder, owner)
	srv.AddUser(holder, siitest.User{Clave: "secreta01"})
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(srv.CA()))
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, listener.Addr().String())
		},
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}
	t.Cleanup(transport.CloseIdleConnections)
	for _, address := range []string{
		"https://palena.sii.cl/DTEWS/CrSeed.jws", "https://maullin.sii.cl:8443/DTEWS/CrSeed.jws", "https://" + listener.Addr().String() + "/DTEWS/CrSeed.jws",
		"https://localhost/DTEWS/CrSeed.jws",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(seedRequest))
		require.NoError(t, err)
		req.Header["Soapaction"] = []string{`""`}
		req.Header.Set("Content-Type", "text/xml")
		resp, err := transport.RoundTrip(req)
		require.NoError(t, err, address)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		resp.Body.Close()
		assert.Contains(t, string(body), "SEMILLA", address)
	}
	b := newBrowser(t, &http.Client{Transport: transport}, "")
	b.login("secreta01")
	assert.Equal(t, 1, srv.Sessions(holder))
	_, header, _ := newBrowser(t, &http.Client{Transport: transport}, "https://misiir.sii.cl:8443").visit("", "/cgi_misii/siihome.cgi", nil)
	assert.True(t, strings.HasPrefix(header.Get("Location"), "https://zeusr.sii.cl:8443/AUT2000/"), "at the same port: %s", header.Get("Location"))

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://www.example.com/", http.NoBody)
	require.NoError(t, err)
	_, err = transport.RoundTrip(req)
	var unknown x509.HostnameError
	require.ErrorAs(t, err, &unknown, "it is nobody else")
	assert.Empty(t, srv.Violations())
}
