package siitest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

func mustDate(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := http.ParseTime(text)
	require.NoError(t, err)
	return at
}

func TestRequestsAreNoted(t *testing.T) {
	t.Parallel()
	now := sleeper{newClock()}
	r := newRaw(t, siitest.WithClock(now.Now), siitest.WithSleep(now.Sleep), siitest.WithLatency(time.Second))
	began := now.Now()
	token := r.token()
	r.srv.Fail(siitest.OpSummary, fault.Maintenance().Later(1).Once())
	for range 3 {
		_, _, _ = r.facade("getResumen", token, nil)
	}
	r.srv.RevokeTokens()
	_, _, _ = r.facade("getResumen", token, nil)

	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	assert.Equal(t, []siitest.Request{
		{Op: siitest.OpSeed, Host: "palena.sii.cl", Begin: at(0), End: at(1)},
		{Op: siitest.OpToken, Host: "palena.sii.cl", Holder: holder, Begin: at(1), End: at(2)},
		{Op: siitest.OpSummary, Host: "www4.sii.cl", Holder: holder, Begin: at(2), End: at(3)},
		{Op: siitest.OpSummary, Host: "www4.sii.cl", Holder: holder, Begin: at(3), End: at(4), Fault: "maintenance"},
		{Op: siitest.OpSummary, Host: "www4.sii.cl", Holder: holder, Begin: at(4), End: at(5)},
		{Op: siitest.OpSummary, Host: "www4.sii.cl", Begin: at(5), End: at(6)},
	}, r.srv.Requests())
	secrets := r.srv.Secrets()
	require.Len(t, secrets, 2)
	assert.Equal(t, token, secrets[1])
	assert.NotContains(t, fmt.Sprintf("%+v", r.srv.Requests()), token)
	r.srv.ForgetRequests()
	assert.Empty(t, r.srv.Requests())
	assert.Equal(t, 4, r.srv.Count(siitest.OpSummary))
}

func TestUsageIsMeasured(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Date(2026, 11, 3, 12, 0, s, 0, time.UTC) }
	call := func(begin, end int) siitest.Request {
		return siitest.Request{Op: siitest.OpSummary, Host: "www4.sii.cl", Holder: holder, Begin: at(begin), End: at(end)}
	}
	failed := call(40, 41)
	failed.Fault = "maintenance"
	lasting := call(50, 0)
	lasting.End = time.Time{}
	other := chile.MustParseRUT("22222222-2")
	usage := siitest.Measure([]siitest.Request{
		call(10, 12), call(0, 5), call(3, 4), call(5, 6), failed, lasting, call(51, 51),
		{Op: siitest.OpToken, Host: "palena.sii.cl", Holder: other, Begin: at(1), End: at(2)},
		{Op: siitest.OpToken, Host: "palena.sii.cl", Begin: at(3), End: at(4)},
	}, 10*time.Second)
	assert.Equal(t, map[siitest.Credential]siitest.Usage{
		{Holder: holder, Host: "www4.sii.cl"}:  {Calls: 7, Faults: 1, Parallel: 2, Busiest: 3, Gap: time.Second},
		{Holder: other, Host: "palena.sii.cl"}: {Calls: 1, Tokens: 1, Parallel: 1, Busiest: 1},
		{Host: "palena.sii.cl"}:                {Calls: 1, Parallel: 1, Busiest: 1},
	}, usage)
	at0 := siitest.Measure([]siitest.Request{call(1, 1), call(1, 1)}, time.Second)
	assert.Equal(t, siitest.Usage{Calls: 2, Parallel: 1, Busiest: 2}, at0[siitest.Credential{Holder: holder, Host: "www4.sii.cl"}])
}

func TestSessionsAreLimited(t *testing.T) {
	t.Parallel()
	now := newClock()
	r := newRaw(t, siitest.WithClock(now.Now), siitest.WithSessionLimit(2))
	first := r.token()
	now.Add(40 * time.Minute)
	r.token()
	assert.Contains(t, r.exchangeAnswer(r.signedSeed(r.seed())), "01.01.217.500.720.27")
	other := &raw{t, r.srv, r.hc, r.srv.NewIdentity(chile.MustParseRUT("22222222-2"))}
	other.token()
	now.Add(21 * time.Minute) // an hour after the last use of the first
	r.token()
	status, _, _ := r.facade("getResumen", first, nil)
	assert.Equal(t, 302, status)
}

// Without a network, the fake is part of a bubble, where a day passes at once.
func TestFakeInABubble(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		began := time.Now()
		srv := siitest.NewServer(siitest.WithoutNetwork(), siitest.WithLatency(300*time.Millisecond))
		defer srv.Close()
		srv.Authorize(holder, owner)
		hc := srv.Client()
		defer hc.CloseIdleConnections()
		client, err := sii.NewClient(srv.Environment(), sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(hc))
		require.NoError(t, err)
		for range 24 {
			_, err := client.RCV.Summary(t.Context(), rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, rcv.Registro)
			require.NoError(t, err)
			<-time.NewTimer(time.Hour).C
		}
		assert.Equal(t, 24, srv.Count(siitest.OpSummary))
		assert.Equal(t, 24*time.Hour+time.Duration(srv.Count(siitest.OpAny))*300*time.Millisecond, time.Since(began))
		srv.Close()
		_, err = client.RCV.Summary(t.Context(), rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, rcv.Registro)
		require.ErrorIs(t, err, sii.ErrUnavailable)
	})
}

// The SII's hosts have only TLS at the usual port.
func TestClientReachesTheHostsAlone(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://www4.sii.cl/", "https://www4.sii.cl:8443/", "https://www.example.com/"} {
		srv := siitest.NewServer()
		t.Cleanup(srv.Close)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		require.NoError(t, err)
		_, err = srv.Client().Do(req)
		require.ErrorContains(t, err, "no host of the SII")
		assert.Equal(t, []string{"host"}, rules(srv))
	}
}
