package siidoctor_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// database is a database whose answers a test sets.
type database struct {
	ping, read       error
	pending, unknown []string
}

func (d *database) Ping(context.Context) error { return d.ping }

func (d *database) MigrationState(context.Context) (pending, unknown []string, err error) {
	return d.pending, d.unknown, d.read
}

// codes returns the findings as lines of status, title and code.
func codes(d *siidoctor.Diagnosis) (lines []string) {
	for _, f := range d.Findings {
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprint(f.Status, " ", f.Check, " ", f.Host, " ", f.Code)), " "))
	}
	return lines
}

// of returns the finding of a check.
func of(t *testing.T, d *siidoctor.Diagnosis, check, host string) siidoctor.Finding {
	t.Helper()
	for _, f := range d.Findings {
		if f.Check == check && f.Host == host {
			return f
		}
	}
	require.Failf(t, "no finding", "%s %s", check, host)
	return siidoctor.Finding{}
}

func TestDiagnoseHealthy(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	options := &siidoctor.Options{Owner: owner, Database: &database{}}
	d := siidoctor.Diagnose(t.Context(), srv.Environment(), options, sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()))
	assert.Equal(t, []string{
		"ok settings settings_good",
		"ok certificate certificate_read",
		"ok certificate.dates certificate_valid",
		"ok certificate.rut rut_named",
		"ok certificate.key key_signs",
		"ok certificate.chain chain_complete",
		"ok clock.zone zone_current",
		"skipped dns palena.sii.cl dns_not_looked_up",
		"ok tls palena.sii.cl tls_trusted",
		"skipped dns www4.sii.cl dns_not_looked_up",
		"ok tls www4.sii.cl tls_trusted",
		"skipped dns api.sii.cl dns_not_looked_up",
		"ok tls api.sii.cl tls_trusted",
		"skipped dns rahue.sii.cl dns_not_looked_up",
		"ok tls rahue.sii.cl tls_trusted",
		"skipped dns zeusr.sii.cl dns_not_looked_up",
		"ok tls zeusr.sii.cl tls_trusted",
		"ok clock clock_right",
		"ok seed seed_given",
		"ok token token_given",
		"ok rcv rcv_answered",
		"ok database database_reached",
		"ok migrations migrations_applied",
	}, codes(d), "%s", d)
	assert.True(t, d.OK())
	assert.Equal(t, 3, srv.Count(siitest.OpAny), "one seed, one token, one summary")
	assert.Empty(t, srv.Violations())

	text, err := json.Marshal(d)
	require.NoError(t, err)
	var again siidoctor.Diagnosis
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, *d, again)
	options.Language = siidoctor.Spanish
	spanish := siidoctor.Diagnose(t.Context(), srv.Environment(), options, sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()))
	assert.Equal(t, codes(d), codes(spanish))
	for _, shown := range []string{d.String(), string(text), spanish.String()} {
		assertNoSecret(t, srv, shown)
		assert.NotContains(t, shown, "***", "nothing that a healthy diagnosis says is taken for a secret")
		assert.NotContains(t, shown, "%!")
	}
	assert.Contains(t, spanish.String(), "El SII entregó una semilla")
	assert.Contains(t, d.String(), "…083-9", "the company is known by its end")
}

// assertNoSecret: neither a secret of the fake nor the holder.
func assertNoSecret(t *testing.T, srv *siitest.Server, text string) {
	t.Helper()
	for _, secret := range append(srv.Secrets(), "Titular de prueba", holder.String(), owner.String(), "hunter2") {
		assert.NotContains(t, text, secret)
	}
}

// Each failure is reported correctly, and checks that need it are skipped.
func TestDiagnoseFaults(t *testing.T) {
	t.Parallel()
	skipped := func(checks ...string) (lines []string) {
		for _, check := range checks {
			lines = append(lines, "skipped "+check+" skipped")
		}
		return lines
	}
	for name, tt := range map[string]struct {
		op    siitest.Op
		fault siitest.Fault
		want  []string
		calls int
	}{
		"seed -2":            {siitest.OpSeed, fault.SeedErrors()[1], append([]string{"fail seed seed_unavailable"}, skipped("token", "rcv")...), 1},
		"seed maintenance":   {siitest.OpSeed, fault.Maintenance(), append([]string{"fail seed seed_unavailable"}, skipped("token", "rcv")...), 1},
		"seed unknown":       {siitest.OpSeed, fault.UnknownXML(), append([]string{"fail seed seed_portal_changed"}, skipped("token", "rcv")...), 1},
		"token 10":           {siitest.OpToken, exchangeError(t, "10"), append([]string{"ok seed seed_given", "fail token token_rejected"}, skipped("rcv")...), 2},
		"token -07":          {siitest.OpToken, exchangeError(t, "-07"), append([]string{"ok seed seed_given", "fail token token_forbidden"}, skipped("rcv")...), 2},
		"token 08":           {siitest.OpToken, exchangeError(t, "08"), append([]string{"ok seed seed_given", "fail token token_unavailable"}, skipped("rcv")...), 2},
		"token limit":        {siitest.OpToken, fault.SessionLimit(), append([]string{"ok seed seed_given", "fail token token_throttled"}, skipped("rcv")...), 2},
		"rcv revoked":        {siitest.OpSummary, fault.TokensRevoked(), []string{"ok token token_given", "fail rcv rcv_unauthorized"}, 3},
		"rcv throttled":      {siitest.OpSummary, fault.RecurrentMessage(), []string{"ok token token_given", "fail rcv rcv_throttled"}, 3},
		"rcv out of order":   {siitest.OpSummary, fault.Status(502), []string{"ok token token_given", "fail rcv rcv_unavailable"}, 3},
		"rcv wants a person": {siitest.OpSummary, fault.RecaptchaWanted(), []string{"ok token token_given", "fail rcv rcv_recaptcha"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			srv.Fail(tt.op, tt.fault)
			d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{Owner: owner},
				sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()))
			assert.Subset(t, codes(d), tt.want, "%s", d)
			assert.False(t, d.OK())
			assert.Equal(t, tt.calls, srv.Count(siitest.OpAny), "nothing is repeated")
			assertNoSecret(t, srv, d.String())
			for _, f := range d.Findings {
				assert.Equal(t, f.Status == siidoctor.CheckFail, f.Advice != "", "%s: who fails is told what to do", f.Code)
			}
		})
	}
}

func exchangeError(t *testing.T, estado string) siitest.Fault {
	t.Helper()
	for _, f := range fault.ExchangeErrors() {
		if f.Estado == estado {
			return f
		}
	}
	require.Fail(t, "no such code", estado)
	return siitest.Fault{}
}

// A company that has not authorised the holder, and no company.
func TestDiagnoseOwner(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	opts := []sii.Option{sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client())}
	stranger := chile.MustParseRUT("77222222-K")
	d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{Owner: stranger}, opts...)
	f := of(t, d, "rcv", "")
	assert.Equal(t, "rcv_forbidden", f.Code, "%s", d)
	assert.Equal(t, "rcv_answered", of(t, siidoctor.Diagnose(t.Context(), srv.Environment(), nil, opts...), "rcv", "").Code, "one's own")

	cert := siidoctor.Diagnose(t.Context(), srv.Environment().WithRCV(""), nil, opts...)
	assert.Equal(t, "rcv_none", of(t, cert, "rcv", "").Code)
}

// Each check has its own deadline: a silent host does not use that of another.
func TestDiagnoseDeadline(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		srv := siitest.NewServer(siitest.WithoutNetwork())
		defer srv.Close()
		client := srv.Client()
		defer client.CloseIdleConnections()
		srv.Authorize(holder, owner)
		srv.Fail(siitest.OpToken, fault.Silent(time.Hour))
		began := time.Now()
		d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{Owner: owner, Deadline: 3 * time.Second, Database: &database{}},
			sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(client))
		assert.Equal(t, 3*time.Second, time.Since(began))
		f := of(t, d, "token", "")
		assert.Equal(t, "token_deadline", f.Code, "%s", d)
		assert.Equal(t, int64(3000), f.Milliseconds)
		assert.Equal(t, "database_reached", of(t, d, "database", "").Code)

		ended, cancel := context.WithCancel(t.Context())
		cancel()
		skipped := siidoctor.Diagnose(ended, srv.Environment(), nil, sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(client))
		for _, f := range skipped.Findings {
			assert.Equal(t, siidoctor.CheckSkipped, f.Status)
		}
		assert.Equal(t, siidoctor.CheckSkipped, skipped.Worst())
		assert.False(t, skipped.OK(), "nothing was checked")
	})
}

// The worst status is that of the checks made; an unknown one is not good.
func TestDiagnosisWorst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		statuses []siidoctor.CheckStatus
		worst    siidoctor.CheckStatus
		ok       bool
	}{
		{nil, siidoctor.CheckSkipped, false},
		{[]siidoctor.CheckStatus{siidoctor.CheckSkipped, siidoctor.CheckSkipped}, siidoctor.CheckSkipped, false},
		{[]siidoctor.CheckStatus{siidoctor.CheckOK, siidoctor.CheckSkipped}, siidoctor.CheckOK, true},
		{[]siidoctor.CheckStatus{siidoctor.CheckWarn, siidoctor.CheckOK}, siidoctor.CheckWarn, true},
		{[]siidoctor.CheckStatus{siidoctor.CheckWarn, siidoctor.CheckFail, siidoctor.CheckOK}, siidoctor.CheckFail, false},
		{[]siidoctor.CheckStatus{siidoctor.CheckOK, ""}, siidoctor.CheckFail, false},
	} {
		var d siidoctor.Diagnosis
		for _, s := range c.statuses {
			d.Findings = append(d.Findings, siidoctor.Finding{Status: s})
		}
		assert.Equal(t, c.worst, d.Worst(), "%v", c.statuses)
		assert.Equal(t, c.ok, d.OK(), "%v", c.statuses)
	}
}

func TestDiagnoseClock(t *testing.T) {
	t.Parallel()
	for by, want := range map[time.Duration]string{
		0:                  "ok clock clock_right",
		-20 * time.Second:  "ok clock clock_right",
		90 * time.Second:   "warn clock clock_off_behind",
		-90 * time.Second:  "warn clock clock_off_ahead",
		10 * time.Minute:   "fail clock clock_wrong_behind",
		-400 * time.Second: "fail clock clock_wrong_ahead",
	} {
		now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
		srv := newFake(t, siitest.WithClock(func() time.Time { return now.Add(by) }))
		d := siidoctor.Diagnose(t.Context(), srv.Environment(), nil,
			sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()), sii.WithClock(func() time.Time { return now }))
		assert.Contains(t, codes(d), want, "%s: %s", by, d)
	}
}

// One host with a wrong clock does not make our clock wrong.
func TestDiagnoseHostsDisagree(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	client := srv.Client()
	transport := client.Transport
	client.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := transport.RoundTrip(r)
		if err == nil && r.URL.Host == "palena.sii.cl" {
			resp.Header.Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		}
		return resp, err
	})
	d := siidoctor.Diagnose(t.Context(), srv.Environment(), nil, sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(client))
	f := of(t, d, "clock", "")
	assert.Equal(t, "clock_hosts_disagree", f.Code, "%s", d)
	assert.Contains(t, f.Detail, "palena.sii.cl")
	assert.Equal(t, siidoctor.CheckWarn, d.Worst())
}

func TestDiagnoseNetwork(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	plain, closed := httpServer(t), newFake(t)
	closed.Close()
	dialing := func(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Client {
		return &http.Client{Transport: &http.Transport{DialContext: dial}}
	}
	to := func(address string) *http.Client {
		return dialing(func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		})
	}
	good := srv.Client().Transport.(*http.Transport)
	for name, tt := range map[string]struct {
		client   *http.Client
		dns, tls string
	}{
		"no such name": {dialing(func(_ context.Context, _, address string) (net.Conn, error) {
			host, _, _ := net.SplitHostPort(address)
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
		}), "fail dns_not_found", "skipped skipped"},
		"DNS is silent": {dialing(func(_ context.Context, _, address string) (net.Conn, error) {
			host, _, _ := net.SplitHostPort(address)
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "i/o timeout", Name: host, IsTimeout: true}}
		}), "fail dns_failed", "skipped skipped"},
		"refused":    {closed.Client(), "skipped dns_not_looked_up", "fail connect_failed"},
		"no TLS":     {to(strings.TrimPrefix(plain, "http://")), "skipped dns_not_looked_up", "fail tls_not_spoken"},
		"untrusted":  {&http.Client{Transport: &http.Transport{DialContext: good.DialContext}}, "skipped dns_not_looked_up", "fail tls_untrusted"},
		"unverified": {&http.Client{Transport: &http.Transport{DialContext: good.DialContext, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}, "skipped dns_not_looked_up", "warn tls_unverified"},
		"other host": {&http.Client{Transport: &http.Transport{DialContext: good.DialContext, TLSClientConfig: &tls.Config{RootCAs: good.TLSClientConfig.RootCAs, ServerName: "other.cl"}}}, "skipped dns_not_looked_up", "fail tls_wrong_host"},
		"not yet valid": {&http.Client{Transport: &http.Transport{DialContext: good.DialContext, TLSClientConfig: &tls.Config{
			RootCAs: good.TLSClientConfig.RootCAs, Time: func() time.Time { return time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC) },
		}}}, "skipped dns_not_looked_up", "fail tls_expired"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := siidoctor.Diagnose(t.Context(), srv.Environment(), nil, sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(tt.client))
			for check, want := range map[string]string{"dns": tt.dns, "tls": tt.tls} {
				f := of(t, d, check, "palena.sii.cl")
				assert.Equal(t, want, string(f.Status)+" "+f.Code, "%s", d)
			}
			portal := of(t, d, "tls", "zeusr.sii.cl")
			assert.NotEqual(t, siidoctor.CheckFail, portal.Status, "registers do not need it")
			if !strings.HasPrefix(tt.tls, "warn") {
				assert.Equal(t, "skipped", of(t, d, "seed", "").Code)
			}
		})
	}
}

// A plain address of this machine has no TLS; its name is looked up.
func TestDiagnosePlain(t *testing.T) {
	t.Parallel()
	address := strings.Replace(httpServer(t), "127.0.0.1", "localhost", 1)
	d := siidoctor.Diagnose(t.Context(), sii.At(address), nil, sii.WithTokenSource(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
		return "", time.Time{}, errors.New("clave=hunter2 no es correcta")
	})))
	host := strings.TrimPrefix(address, "http://")
	assert.Equal(t, "dns_found", of(t, d, "dns", host).Code, "%s", d)
	assert.Equal(t, "tls_not_used", of(t, d, "tls", host).Code)
	assert.Equal(t, "certificate_none", of(t, d, "certificate", "").Code)
	assert.Equal(t, "seed_not_used", of(t, d, "seed", "").Code)
	f := of(t, d, "token", "")
	assert.Equal(t, "token_other", f.Code)
	assert.Contains(t, f.Detail, "no es correcta")
	assert.NotContains(t, f.Detail, "hunter2")
}

func TestDiagnoseSource(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	source, err := sii.SeedTokenSource(srv.Environment(), srv.NewIdentity(holder), sii.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{Owner: owner}, sii.WithTokenSource(source), sii.WithHTTPClient(srv.Client()))
	assert.Subset(t, codes(d), []string{"skipped seed seed_not_used", "ok token token_given", "ok rcv rcv_answered"}, "%s", d)
	assertNoSecret(t, srv, d.String())
}

func TestDiagnoseSettings(t *testing.T) {
	t.Parallel()
	for _, d := range []*siidoctor.Diagnosis{
		siidoctor.Diagnose(t.Context(), sii.Environment{}, nil),
		siidoctor.Diagnose(t.Context(), sii.Certification(), nil, nil),
		siidoctor.Diagnose(t.Context(), sii.Certification(), nil, sii.WithHTTPClient(nil)),
		siidoctor.Diagnose(t.Context(), sii.Certification(), &siidoctor.Options{Deadline: -1}),
	} {
		assert.Equal(t, "settings_wrong", of(t, d, "settings", "").Code)
		for _, f := range d.Findings[1:] {
			assert.NotEqual(t, siidoctor.CheckFail, f.Status, "%s", d)
		}
	}
}

func TestDiagnoseDatabase(t *testing.T) {
	t.Parallel()
	for want, db := range map[string]*database{
		"fail database database_unreached":   {ping: errors.New("dial postgres://app:hunter2@db/chile: refused")},
		"fail migrations migrations_pending": {pending: []string{"0002_b"}, unknown: []string{"0009_x"}},
		"warn migrations migrations_unknown": {unknown: []string{"0009_x"}},
		"fail migrations migrations_unread":  {read: errors.New("password=hunter2 denied")},
		"ok migrations migrations_applied":   {},
		"skipped migrations skipped":         {ping: errors.New("down")},
	} {
		d := siidoctor.Diagnose(t.Context(), sii.Environment{}, &siidoctor.Options{Database: db})
		assert.Contains(t, codes(d), want)
		assert.NotContains(t, d.String(), "hunter2")
	}
	assert.Contains(t, codes(siidoctor.Diagnose(t.Context(), sii.Environment{}, nil)), "skipped database database_none")
}

func httpServer(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := &http.Server{Handler: http.NotFoundHandler()}
	go func() { _ = srv.Serve(listener) }()
	t.Cleanup(func() { _ = srv.Close() })
	return "http://" + listener.Addr().String()
}
