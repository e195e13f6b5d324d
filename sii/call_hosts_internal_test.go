package sii

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Addresses of services that cannot work are refused, each for its reason.
func TestEnvironmentsAreChecked(t *testing.T) {
	t.Parallel()
	for address, says := range map[string]string{
		"https://maullin.sii.cl": "", "https://maullin.sii.cl/DTEWS": "", "http://localhost:80": "", "http://127.0.0.1:1": "", "http://[::1]:1": "",
		"": "without name or SOAP", "%zz": "not a base URL", "https:///DTEWS": "not a base URL", "https://u@sii.cl": "not a base URL", "https://sii.cl/?a=b": "not a base URL", "https://sii.cl/#a": "not a base URL",
		"http://sii.cl": "plain http", "ftp://localhost": "plain http",
	} {
		err := Environment{Name: "x", SOAP: address}.check()
		if says == "" {
			require.NoError(t, err, address)
			continue
		}
		require.ErrorContains(t, err, says, address)
	}
	require.ErrorContains(t, Environment{SOAP: "https://sii.cl"}.check(), "without name")
	for _, env := range []Environment{{RCV: "http://sii.cl"}, {Boleta: "http://sii.cl"}, {Portal: "http://sii.cl"}} {
		env.Name, env.SOAP = "x", "https://sii.cl"
		require.ErrorContains(t, env.check(), "plain http")
	}
}

// Redirections are followed to hosts of the environment, and one to the login is
// known as such.
func TestHostsThatAreKnown(t *testing.T) {
	t.Parallel()
	env := Environment{Name: "x", SOAP: "https://palena.sii.cl", RCV: "https://www4.sii.cl/consdcv", Portal: "https://zeusr.sii.cl"}
	for address, want := range map[string][2]bool{
		"https://www4.sii.cl/x": {true, false}, "https://WWW4.sii.cl:443/x": {true, false}, "http://www4.sii.cl/x": {false, false}, "https://www4.sii.cl:444/": {false, false},
		"https://zeusr.sii.cl/x": {true, true}, "https://example.com/": {false, false}, "https://example.com/AUT2000/a": {false, true}, "https://example.com/cgi_AUT2000/a": {false, true}, "https:///": {false, false},
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		assert.Equal(t, want, [2]bool{env.knows(u), env.isLogin(u)}, address)
	}
	u, err := url.Parse("https://www4.sii.cl/")
	require.NoError(t, err)
	same := env
	same.Portal = env.RCV
	assert.False(t, same.isLogin(u), "a fake has both at one host")
	assert.False(t, Environment{Portal: "%zz"}.isLogin(u))
}

// How long the SII asks to be left alone, where it says how many calls are left.
func TestRateLimitIsRead(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		left, reset string
		want        time.Duration
	}{
		{"0", "30", 30 * time.Second},
		{" 0 ", " 30 ", 30 * time.Second},
		{"0", "1793707260", time.Minute},
		{"-1", "30", 30 * time.Second},
		{"1", "30", 0},
		{"", "30", 0},
		{"x", "30", 0},
		{"0", "", 0},
		{"0", "x", 0},
		{"0", "-1", 0},
		{"0", "0", 0},
		{"0", "1000000000", 1_000_000_000 * time.Second},
	} {
		header := http.Header{"X-Ratelimit-Remaining": {c.left}, "X-Ratelimit-Reset": {c.reset}}
		assert.Equal(t, c.want, rateLimit(header, now), "%q %q", c.left, c.reset)
	}
	assert.Zero(t, rateLimit(http.Header{}, now))
}

// A page is a login by what its form has, not by its words.
func TestLoginPagesByTheirForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`<form action="/cgi_aut2000/cautinicio.cgi">`: true, `<input name="rutcntr">`: true, `<input type="password">`: true, "<title>autenticacion</title>": true,
		"el login estara en mantencion": false, "": false,
	} {
		assert.Equal(t, want, isLoginPage(text), text)
	}
}
