package sii_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage/memory"
)

// An option that cannot be followed is refused when the client is made, by name.
func TestOptionsThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	identity, cache := sii.WithIdentity(srv.NewIdentity(holder)), sii.WithTokenCache(memory.New())
	nothing := func(error) {}
	other := chile.MustParseRUT("12345678-5")
	for name, test := range map[string]struct {
		says string
		opts []sii.Option
	}{
		"nobody":                      {"needs WithIdentity or WithTokenSource", nil},
		"a cache alone":               {"needs WithIdentity or WithTokenSource", []sii.Option{cache}},
		"nil option":                  {"nil option", []sii.Option{freshTokens(), nil}},
		"source and identity":         {"WithTokenSource and WithIdentity", []sii.Option{freshTokens(), identity}},
		"identity and source":         {"WithTokenSource and WithIdentity", []sii.Option{identity, freshTokens()}},
		"source and cache":            {"WithTokenSource and WithTokenCache", []sii.Option{freshTokens(), cache}},
		"holder of another":           {"WithHolder", []sii.Option{identity, sii.WithHolder(other)}},
		"holder of another, first":    {"WithHolder", []sii.Option{sii.WithHolder(other), identity}},
		"nil identity":                {"WithIdentity", []sii.Option{sii.WithIdentity(nil)}},
		"nil source":                  {"WithTokenSource", []sii.Option{sii.WithTokenSource(nil)}},
		"nil function as source":      {"WithTokenSource", []sii.Option{sii.WithTokenSource(sii.TokenFunc(nil))}},
		"nil reused source":           {"WithTokenSource", []sii.Option{sii.WithTokenSource((*sii.ReusedTokenSource)(nil))}},
		"nil cache":                   {"WithTokenCache", []sii.Option{identity, sii.WithTokenCache(nil)}},
		"two functions to report to":  {"WithTokenCache", []sii.Option{identity, sii.WithTokenCache(memory.New(), nothing, nothing)}},
		"no holder":                   {"WithHolder", []sii.Option{freshTokens(), sii.WithHolder(chile.RUT{})}},
		"nil clock":                   {"WithClock", []sii.Option{freshTokens(), sii.WithClock(nil)}},
		"nil sleep":                   {"WithSleep", []sii.Option{freshTokens(), sii.WithSleep(nil)}},
		"nil client":                  {"WithHTTPClient", []sii.Option{freshTokens(), sii.WithHTTPClient(nil)}},
		"nil round tripper":           {"WithRoundTripper", []sii.Option{freshTokens(), sii.WithRoundTripper(nil)}},
		"nothing around":              {"WithRoundTripper", []sii.Option{freshTokens(), sii.WithRoundTripper(func(http.RoundTripper) http.RoundTripper { return nil })}},
		"nil proxy":                   {"WithProxy", []sii.Option{freshTokens(), sii.WithProxy(nil)}},
		"nil roots":                   {"WithRootCAs", []sii.Option{freshTokens(), sii.WithRootCAs(nil)}},
		"connect of another's client": {"WithTimeouts", []sii.Option{freshTokens(), sii.WithTimeouts(sii.Timeouts{Connect: time.Second}), sii.WithHTTPClient(&http.Client{})}},
		"answer of another's client":  {"WithTimeouts", []sii.Option{freshTokens(), sii.WithHTTPClient(&http.Client{}), sii.WithTimeouts(sii.Timeouts{Answer: time.Second})}},
		"negative connect":            {"WithTimeouts", []sii.Option{freshTokens(), sii.WithTimeouts(sii.Timeouts{Connect: -1})}},
		"negative answer":             {"WithTimeouts", []sii.Option{freshTokens(), sii.WithTimeouts(sii.Timeouts{Answer: -1})}},
		"negative still":              {"WithTimeouts", []sii.Option{freshTokens(), sii.WithTimeouts(sii.Timeouts{Still: -1})}},
		"roots twice": {"WithRootCAs", []sii.Option{
			freshTokens(), sii.WithRootCAs(x509.NewCertPool()), sii.WithTLSConfig(&tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}),
		}},
		"no version":               {"WithTLSConfig", []sii.Option{freshTokens(), sii.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS12})}},
		"negative attempts":        {"WithRetry", []sii.Option{freshTokens(), sii.WithRetry(sii.RetrySettings{Attempts: -1})}},
		"negative base":            {"WithRetry", []sii.Option{freshTokens(), sii.WithRetry(sii.RetrySettings{Base: -1})}},
		"negative max":             {"WithRetry", []sii.Option{freshTokens(), sii.WithRetry(sii.RetrySettings{Max: -1})}},
		"negative budget":          {"WithRetry", []sii.Option{freshTokens(), sii.WithRetry(sii.RetrySettings{Budget: -1})}},
		"max below base":           {"WithRetry", []sii.Option{freshTokens(), sii.WithRetry(sii.RetrySettings{Base: 2, Max: 1})}},
		"negative failures":        {"WithCircuit", []sii.Option{freshTokens(), sii.WithCircuit(sii.CircuitSettings{Failures: -1})}},
		"negative open":            {"WithCircuit", []sii.Option{freshTokens(), sii.WithCircuit(sii.CircuitSettings{Open: -1})}},
		"negative max open":        {"WithCircuit", []sii.Option{freshTokens(), sii.WithCircuit(sii.CircuitSettings{MaxOpen: -1})}},
		"max open below open":      {"WithCircuit", []sii.Option{freshTokens(), sii.WithCircuit(sii.CircuitSettings{Open: 2, MaxOpen: 1})}},
		"negative interval":        {"WithDeferred", []sii.Option{freshTokens(), sii.WithDeferred(sii.DeferredSettings{Interval: -1})}},
		"negative max interval":    {"WithDeferred", []sii.Option{freshTokens(), sii.WithDeferred(sii.DeferredSettings{MaxInterval: -1})}},
		"negative timeout":         {"WithDeferred", []sii.Option{freshTokens(), sii.WithDeferred(sii.DeferredSettings{Timeout: -1})}},
		"negative age":             {"WithDeferred", []sii.Option{freshTokens(), sii.WithDeferred(sii.DeferredSettings{Fresh: -1})}},
		"max interval below it":    {"WithDeferred", []sii.Option{freshTokens(), sii.WithDeferred(sii.DeferredSettings{Interval: 2, MaxInterval: 1})}},
		"user agent of two lines":  {"WithWire: UserAgent", []sii.Option{freshTokens(), sii.WithWire(sii.Wire{UserAgent: "a\r\nCookie: b"})}},
		"a blank namespace":        {"is not a namespace", []sii.Option{freshTokens(), sii.WithWire(sii.Wire{SOAPNamespace: " "})}},
		"a layout in words":        {"day, month and year", []sii.Option{freshTokens(), sii.WithWire(sii.Wire{QueryDateLayout: "DDMMAAAA"})}},
		"a layout without a day":   {"day, month and year", []sii.Option{freshTokens(), sii.WithWire(sii.Wire{QueryDateLayout: "012006"})}},
		"a layout without a month": {"day, month and year", []sii.Option{freshTokens(), sii.WithWire(sii.Wire{QueryDateLayout: "022006"})}},
		"a layout without a year":  {"day, month and year", []sii.Option{freshTokens(), sii.WithWire(sii.Wire{QueryDateLayout: "0201"})}},
		"negative answers":         {"WithMaxAnswer", []sii.Option{freshTokens(), sii.WithMaxAnswer(-1)}},
	} {
		client, err := sii.NewClient(sii.Production(), test.opts...)
		require.ErrorContains(t, err, test.says, name)
		assert.Equal(t, strings.HasPrefix(name, "negative"), errors.Is(err, chile.ErrRange), name)
		assert.Nil(t, client, name)
	}
}

// What one setting leaves open follows the other.
func TestOptionsThatGoTogether(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	identity := sii.WithIdentity(srv.NewIdentity(holder))
	for name, opts := range map[string][]sii.Option{
		"holder of the certificate":   {identity, sii.WithHolder(holder)},
		"still of another's client":   {freshTokens(), sii.WithHTTPClient(&http.Client{}), sii.WithTimeouts(sii.Timeouts{Still: time.Second})},
		"base beyond the default max": {freshTokens(), sii.WithRetry(sii.RetrySettings{Base: time.Hour})},
		"open beyond the default max": {freshTokens(), sii.WithCircuit(sii.CircuitSettings{Open: time.Hour})},
		"answers of the default size": {freshTokens(), sii.WithMaxAnswer(0)},
		"no circuit":                  {freshTokens(), sii.WithCircuit(sii.CircuitSettings{Off: true})},
		"a date with points":          {freshTokens(), sii.WithWire(sii.Wire{QueryDateLayout: "02.01.06"})},
		"the default of the wire":     {freshTokens(), sii.WithWire(sii.Wire{})},
		"nobody to report to":         {identity, sii.WithTokenCache(memory.New(), nil)},
		"a challenge":                 {freshTokens(), sii.WithWire(sii.Wire{Recaptcha: func(context.Context, string) (string, error) { return "", nil }})},
	} {
		_, err := sii.NewClient(sii.Production(), opts...)
		require.NoError(t, err, name)
	}
}
