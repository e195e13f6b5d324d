package sii_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
)

// authority is who signs certificates, with its own.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// issue signs a certificate; nil signs itself.
func issue(t *testing.T, by *authority, name string, isCA bool) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: isCA, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if isCA {
		template.KeyUsage |= x509.KeyUsageCertSign
	} else {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	if by == nil {
		by = &authority{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, &key.PublicKey, by.key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &authority{certificate, key}
}

func pool(certificates ...*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certificates {
		p.AddCert(c)
	}
	return p
}

// overTLS starts a SII that sends its own certificate and no other.
func overTLS(t *testing.T, leaf *authority) string {
	t.Helper()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(noMovements)) }))
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.certificate.Raw}, PrivateKey: leaf.key}}, MinVersion: tls.VersionTLS12}
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestIncompleteChainsAreCompleted(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "root", true)
	between := issue(t, root, "between", true)
	leaf := issue(t, between, "leaf", false)
	stranger := issue(t, issue(t, nil, "another root", true), "stranger", true)
	address := overTLS(t, leaf)
	try := func(opts ...sii.Option) error {
		client, err := sii.NewClient(sii.At(address), append([]sii.Option{freshTokens(), once()}, opts...)...)
		if err != nil {
			return err
		}
		return summarize(t.Context(), client)
	}
	roots := sii.WithRootCAs(pool(root.certificate))
	require.NoError(t, try(roots, sii.WithIntermediates(between.certificate)))
	require.NoError(t, try(sii.WithTLSConfig(&tls.Config{RootCAs: pool(root.certificate), MinVersion: tls.VersionTLS12}), sii.WithIntermediates(between.certificate)))
	for name, err := range map[string]error{
		"incomplete":   try(roots),
		"unknown root": try(),
	} {
		require.ErrorIs(t, err, sii.ErrProtocol, name)
		var e *sii.Error
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, "TLS", e.Code().Code, name)
		assert.Contains(t, e.Advice().EN, "WithIntermediates", name)
	}
	for name, err := range map[string]error{
		"of another root": try(roots, sii.WithIntermediates(stranger.certificate)),
		"no authority":    try(roots, sii.WithIntermediates(leaf.certificate)),
		"unknown root":    try(sii.WithIntermediates(between.certificate)),
		"none":            try(roots, sii.WithIntermediates(nil)),
	} {
		require.ErrorContains(t, err, "WithIntermediates", name)
		assert.NotErrorIs(t, err, sii.ErrProtocol, "no client is made")
	}
}

func TestCertificatesAreVerified(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]*tls.Config{
		"nil":          nil,
		"not verified": {InsecureSkipVerify: true},
		"old":          {MinVersion: tls.VersionTLS10},
		"old at most":  {MaxVersion: tls.VersionTLS11},
	} {
		_, err := sii.NewClient(sii.Production(), freshTokens(), sii.WithTLSConfig(settings))
		require.ErrorContains(t, err, "WithTLSConfig", name)
	}
}

// The host's certificate is for another name.
func TestHostIsVerified(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "root", true)
	address := overTLS(t, issue(t, root, "leaf", false))
	u, err := url.Parse(address)
	require.NoError(t, err)
	client, err := sii.NewClient(sii.At("https://localhost:"+u.Port()), freshTokens(), once(), sii.WithRootCAs(pool(root.certificate)))
	require.NoError(t, err)
	require.ErrorIs(t, summarize(t.Context(), client), sii.ErrProtocol)
}

func TestOptionsOfTheNetworkAreNotForAnotherClient(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]sii.Option{
		"roots":         sii.WithRootCAs(x509.NewCertPool()),
		"intermediates": sii.WithIntermediates(&x509.Certificate{}),
		"tls":           sii.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12}),
		"proxy":         sii.WithProxy(func(*http.Request) (*url.URL, error) { return nil, nil }), //nolint:nilnil // no proxy
	} {
		_, err := sii.NewClient(sii.Production(), freshTokens(), option, sii.WithHTTPClient(&http.Client{}))
		require.Error(t, err, name)
	}
}

func TestProxy(t *testing.T) {
	t.Parallel()
	var seen atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.URL.String())
		_, _ = w.Write([]byte(noMovements))
	}))
	t.Cleanup(proxy.Close)
	at, err := url.Parse(proxy.URL)
	require.NoError(t, err)
	client, err := sii.NewClient(sii.At("http://localhost:1"), freshTokens(), sii.WithProxy(http.ProxyURL(at)))
	require.NoError(t, err)
	require.NoError(t, summarize(t.Context(), client))
	assert.Equal(t, "http://localhost:1/consdcvinternetui/services/data/facadeService/getResumen", seen.Load())
}

// What goes around the transport sees every attempt, the last that was given
// first.
func TestRoundTrippersGoAroundEachOther(t *testing.T) {
	t.Parallel()
	var order []string
	around := func(name string) sii.Option {
		return sii.WithRoundTripper(func(base http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				order = append(order, name)
				return base.RoundTrip(r)
			})
		})
	}
	calls := 0
	client := at(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write([]byte(noMovements))
	}, around("inner"), around("outer"))
	require.NoError(t, summarize(t.Context(), client))
	assert.Equal(t, []string{"outer", "inner", "outer", "inner"}, order)
}

// Redirections that are no session that was lost.
func TestOtherRedirections(t *testing.T) {
	t.Parallel()
	for location, kind := range map[string]error{
		"":                                      sii.ErrProtocol,
		"https://sii.queue-it.net/?c=sii&e=f29": sii.ErrUnavailable,
		"https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html":             sii.ErrUnauthorized,
		"https://www4.sii.cl.example.com/AUT2000x/InicioAutenticacion/IngresoRutClave.html": sii.ErrProtocol,
		"https://127.0.0.1:1/consdcvinternetui/":                                            sii.ErrProtocol,
	} {
		client := at(t, func(w http.ResponseWriter, _ *http.Request) {
			if location != "" {
				w.Header().Set("Location", location)
			}
			w.WriteHeader(http.StatusFound)
		}, once())
		for way, err := range ask(t.Context(), client) {
			require.ErrorIs(t, err, kind, "%s: %s", way, location)
		}
	}
}
