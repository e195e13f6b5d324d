package session_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

func TestLoginWithClave(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.in(t)
	assert.Equal(t, person, s.Holder())
	assert.Equal(t, p.clock.Now().Add(2*time.Hour), s.Expires())
	assert.Equal(t, 1, p.Count(siitest.OpLogin))
	assert.Equal(t, 1, p.Count(siitest.OpHome), "the bridge page leads on")

	alive, err := s.Alive(t.Context())
	require.NoError(t, err)
	assert.True(t, alive)
	who, err := s.WhoAmI(t.Context())
	require.NoError(t, err)
	assert.Equal(t, session.Person{RUT: person, Name: "Juana Prueba Soto"}, *who)

	snapshot, err := s.Snapshot()
	require.NoError(t, err)
	names := map[string]string{}
	for _, c := range snapshot.Cookies {
		names[c.Name] = c.Value
		assert.Equal(t, "sii.cl", c.Domain)
	}
	assert.Contains(t, names, "NETSCAPE_LIVEWIRE.locexp")
	assert.NotContains(t, names["NETSCAPE_LIVEWIRE.locexp"], " ")
	assert.Contains(t, names["NETSCAPE_LIVEWIRE.clave"], "SI", "odd values survive")
	assert.Equal(t, names["TOKEN"], names["CSESSIONID"])

	require.NoError(t, s.Logout(t.Context()))
	assert.Zero(t, p.Sessions(person))
	assert.True(t, s.Holder().IsZero())
	alive, err = s.Alive(t.Context())
	require.NoError(t, err)
	assert.False(t, alive)
	_, _, err = s.Token(t.Context())
	require.ErrorIs(t, err, session.ErrLoggedOut)
	require.NoError(t, s.Logout(t.Context()), "without a session it does nothing")
	assert.Empty(t, p.Violations())
}

func TestSessionIsATokenSourceOfTheRegisters(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.in(t)
	client, err := sii.NewClient(p.Environment(), sii.WithHTTPClient(p.hc), sii.WithClock(p.clock.Now), sii.WithTokenSource(sii.TokenFunc(s.Token)))
	require.NoError(t, err)
	period := chile.MustParsePeriod("2026-09")
	p.Load(company, period, siitest.Generate(1, company, period, 40))
	rows := 0
	for _, err := range client.RCV.Purchases(t.Context(), rcv.Key{Owner: company, Period: period}, nil) {
		require.NoError(t, err)
		rows++
	}
	assert.Equal(t, 30, rows)
	assert.Empty(t, p.Violations())

	p.clock.Advance(2 * time.Hour)
	for _, err = range client.RCV.Purchases(t.Context(), rcv.Key{Owner: company, Period: period}, nil) {
	}
	require.ErrorIs(t, err, session.ErrLoggedOut, "the caller logs in again")
}

func TestLoginWithCertificate(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.session(t)
	require.NoError(t, s.LoginCertificate(t.Context(), p.NewIdentity(person)))
	assert.Equal(t, person, s.Holder())
	assert.Equal(t, 1, p.Sessions(person))
	require.NoError(t, s.Logout(t.Context()))
	assert.Zero(t, p.Sessions(person))
	assert.Empty(t, p.Violations())

	stranger := siitest.NewServer()
	defer stranger.Close()
	err := s.LoginCertificate(t.Context(), stranger.NewIdentity(person))
	require.ErrorIs(t, err, session.ErrCertificate)
	var e *session.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 37, e.Reason)

	p.AddUser(person, siitest.User{Clave: p.clave, ClaveOnly: true})
	require.ErrorIs(t, s.LoginCertificate(t.Context(), p.NewIdentity(person)), session.ErrUseClave)
	require.ErrorIs(t, s.LoginCertificate(t.Context(), nil), session.ErrCertificate)
}

func TestCertificateIsPresentedToNobodyElse(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	var mu sync.Mutex
	asked := map[string]int{}
	transport := p.hc.Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.VerifyConnection = func(state tls.ConnectionState) error {
		mu.Lock()
		defer mu.Unlock()
		asked[state.ServerName]++
		return nil
	}
	defer transport.CloseIdleConnections()
	s := p.session(t, session.WithHTTPClient(&http.Client{Transport: transport}))
	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, HTTPStatus: http.StatusFound, Header: http.Header{"Location": {"https://www1.sii.cl/cgi-bin/Portal001/mipeSelEmpresa.cgi"}}})
	require.ErrorIs(t, s.LoginCertificate(t.Context(), p.NewIdentity(person)), session.ErrPortalChanged)
	assert.Equal(t, map[string]int{"herculesr.sii.cl": 1}, asked, "no redirection is followed with the certificate at hand")

	require.NoError(t, s.LoginCertificate(t.Context(), p.NewIdentity(person)))
	assert.Equal(t, 2, asked["herculesr.sii.cl"])
	assert.Equal(t, 1, asked["misiir.sii.cl"])
}

func TestWrongClaveIsSentOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	guard := session.NewGuard()
	s := p.session(t, session.WithGuard(guard))
	err := s.Login(t.Context(), person, []byte("equivocada"))
	require.ErrorIs(t, err, session.ErrWrongClave)
	var e *session.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "01.01.217.500.720.20", e.Code)
	assert.Equal(t, 20, e.Reason)
	assert.Equal(t, `La Clave Tributaria ingresada no es correcta, verifique que su teclado no está con opción "mayúsculas" e inténtelo nuevamente.`, e.Glosa)
	assert.Equal(t, 1, p.Count(siitest.OpLogin))

	again := p.session(t, session.WithGuard(guard))
	require.ErrorIs(t, again.Login(t.Context(), person, []byte("equivocada")), session.ErrAlreadyRejected)
	assert.Equal(t, 1, p.Count(siitest.OpLogin), "it is not sent again, from whatever session")
	require.NoError(t, again.Login(t.Context(), person, []byte(p.clave)), "another clave is")
	require.NoError(t, guard.Forgive(t.Context(), person))
	require.ErrorIs(t, s.Login(t.Context(), person, []byte("equivocada")), session.ErrWrongClave)
}

func TestBlockedClave(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.session(t, session.WithGuard(session.NewGuard(session.GuardWrong(10))))
	var err error
	for i := range 10 {
		err = s.Login(t.Context(), person, fmt.Appendf(nil, "equivocada%d", i))
		if i == 6 {
			var e *session.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, 55, e.Reason, "three are left")
		}
	}
	require.ErrorIs(t, err, session.ErrBlocked)
	require.ErrorIs(t, s.Login(t.Context(), person, []byte(p.clave)), session.ErrBlocked)
	assert.Equal(t, 10, p.Count(siitest.OpLogin), "while it is blocked nothing is sent")
	p.clock.Advance(time.Hour)
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)))
}

func TestOpenSessionsStayUnderTen(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	guard := session.NewGuard()
	for range 9 {
		p.in(t, session.WithGuard(guard))
	}
	assert.Equal(t, 9, p.Sessions(person))
	require.ErrorIs(t, p.session(t, session.WithGuard(guard)).Login(t.Context(), person, []byte(p.clave)), session.ErrTooManySessions)
	assert.Equal(t, 9, p.Count(siitest.OpLogin))
	p.in(t) // of a process that does not know of the others
	err := p.session(t).Login(t.Context(), person, []byte(p.clave))
	require.ErrorIs(t, err, session.ErrTooManySessions, "the SII says so")
	p.clock.Advance(2 * time.Hour)
	assert.Zero(t, guard.Open(person, p.clock.Now()))
	p.in(t, session.WithGuard(guard))
}

// Sessions that are opened at once for one person take turns, so that a wrong
// clave is sent once and no more sessions are opened than there may be.
func TestLoginsAtOnceTakeTurns(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	guard := session.NewGuard()
	atOnce := func(n int, clave string) map[error]int {
		var mu sync.Mutex
		outcomes := map[error]int{}
		var wg sync.WaitGroup
		for range n {
			s := p.session(t, session.WithGuard(guard))
			wg.Go(func() {
				err := s.Login(t.Context(), person, []byte(clave))
				var e *session.Error
				if errors.As(err, &e) {
					err = e.Kind
				}
				mu.Lock()
				outcomes[err]++
				mu.Unlock()
			})
		}
		wg.Wait()
		return outcomes
	}
	assert.Equal(t, map[error]int{session.ErrWrongClave: 1, session.ErrAlreadyRejected: 19}, atOnce(20, "equivocada"))
	assert.Equal(t, 1, p.Count(siitest.OpLogin), "a wrong clave is sent once")
	assert.Equal(t, map[error]int{nil: 9, session.ErrTooManySessions: 11}, atOnce(20, p.clave))
	assert.Equal(t, 9, p.Sessions(person))
}

// Who waits for another attempt need not wait for ever.
func TestLoginThatWaitsEndsWithItsContext(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	guard := session.NewGuard()
	entered := make(chan struct{})
	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Latency: time.Hour})
	slow, stop := context.WithCancel(t.Context())
	first := make(chan error, 1)
	s := p.session(t, session.WithGuard(guard), session.WithHTTPClient(&http.Client{Transport: notifying{p.hc.Transport, entered}}))
	go func() { first <- s.Login(slow, person, []byte(p.clave)) }()
	<-entered
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("no longer wanted"))
	err := p.session(t, session.WithGuard(guard)).Login(ctx, person, []byte(p.clave))
	require.ErrorContains(t, err, "no longer wanted")
	stop()
	require.ErrorIs(t, <-first, context.Canceled)
}

// notifying tells of its first request.
type notifying struct {
	http.RoundTripper
	entered chan struct{}
}

func (n notifying) RoundTrip(r *http.Request) (*http.Response, error) {
	close(n.entered)
	return n.RoundTripper.RoundTrip(r)
}

func TestLoginAgainLogsOutFirst(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	guard := session.NewGuard()
	s := p.in(t, session.WithGuard(guard))
	for range 20 {
		require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)))
	}
	assert.Equal(t, 1, p.Sessions(person))
	assert.Equal(t, 1, guard.Open(person, p.clock.Now()))
}

func TestLogoutAfterTheContextEnded(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.in(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, s.Logout(ctx))
	assert.Zero(t, p.Sessions(person))
}

func TestLoginRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault siitest.Fault
		kind  error
	}{
		{"page of a captcha", siitest.Fault{Body: fault.CaptchaPage}, session.ErrChallenge},
		{"waiting room", siitest.Fault{Body: fault.WaitingRoomPage}, session.ErrChallenge},
		{"firewall", siitest.Fault{Body: fault.FirewallPage}, session.ErrChallenge},
		{"firewall with its status", siitest.Fault{HTTPStatus: 503, Body: fault.FirewallPage}, session.ErrChallenge},
		{"overload", siitest.Fault{Body: fault.OverloadPage}, session.ErrUnavailable},
		{"maintenance", siitest.Fault{HTTPStatus: 503}, session.ErrUnavailable},
		{"page that nobody knows", siitest.Fault{Body: "<html><title>Nuevo portal</title></html>"}, session.ErrPortalChanged},
		{"empty answer", siitest.Fault{Body: " "}, session.ErrPortalChanged},
		{"JSON", siitest.Fault{Body: `{"ok":true}`, ContentType: "application/json"}, session.ErrPortalChanged},
		{"not found", siitest.Fault{HTTPStatus: 404}, session.ErrPortalChanged},
		{"connection lost", siitest.Fault{Drop: true}, session.ErrUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPortal(t)
			p.Fail(siitest.OpLogin, c.fault)
			s := p.session(t)
			err := s.Login(t.Context(), person, []byte(p.clave))
			require.ErrorIs(t, err, c.kind)
			assert.Equal(t, 1, p.Count(siitest.OpLogin), "one attempt")
			assert.True(t, s.Holder().IsZero())
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), p.clave)
		})
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	kinds := map[error][]int{
		session.ErrTryAgain:        {1, 2, 4, 5, 6, 11, 13, 14, 23, 26, 30, 52},
		session.ErrUnavailable:     {3, 7, 12},
		session.ErrWrongClave:      {20, 55},
		session.ErrBlocked:         {9, 19, 49},
		session.ErrTooManySessions: {27},
		session.ErrLoggedOut:       {28, 29, 71, 76, 77, 78, 82, 83, 84, 85},
		session.ErrProvisionalCode: {25, 47, 48, 51, 53},
		session.ErrUseClave:        {33},
		session.ErrUseCertificate:  {39},
		session.ErrCertificate:     {34, 35, 36, 37, 38},
		session.ErrNotAuthorized:   {70, 81},
		session.ErrHolder:          {15, 17, 21, 41, 58, 59, 60, 63},
		session.ErrRefused:         {56, 57, 72, 73, 74, 75, 79, 80, 86, 87, 88, 90, 91, 92, 93, 94, 95, 99},
	}
	p := newPortal(t)
	for kind, reasons := range kinds {
		for _, reason := range reasons {
			p.ClearFaults()
			p.Fail(siitest.OpLogin, siitest.Fault{Body: fault.ReasonPage(reason, "Motivo n&uacute;mero uno.")})
			err := p.session(t).Login(t.Context(), person, []byte(p.clave))
			require.ErrorIs(t, err, kind, "reason %d", reason)
			var e *session.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, reason, e.Reason)
			assert.Equal(t, "Motivo número uno.", e.Glosa)
		}
	}
}

func TestChallengeCarriesWhatAPersonNeeds(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Body: strings.ReplaceAll(fault.FirewallPage, "Go Back", p.clave)})
	err := p.session(t).Login(t.Context(), person, []byte(p.clave))
	var challenge *session.ChallengeError
	require.ErrorAs(t, err, &challenge)
	assert.Equal(t, session.Firewall, challenge.Kind)
	assert.Equal(t, "1234567890123456789", challenge.SupportID)
	assert.Equal(t, "Request Rejected", challenge.Title)
	assert.Contains(t, challenge.URL, "https://zeusr.sii.cl/")
	assert.Contains(t, challenge.Sample, "consult with your administrator")
	assert.Contains(t, challenge.Sample, "[***]", "what the page repeats of the clave is hidden")
	assert.NotContains(t, fmt.Sprintf("%+v", challenge), p.clave)
}

func TestPersonGoesOnWithAChallenge(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	browser := p.in(t)
	cookies, err := browser.Snapshot()
	require.NoError(t, err)
	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Body: fault.CaptchaPage})
	var asked *session.ChallengeError
	s := p.session(t, session.WithChallenge(func(_ context.Context, c *session.ChallengeError) (*session.Snapshot, error) {
		asked = c
		return &session.Snapshot{Cookies: cookies.Cookies}, nil
	}))
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)))
	assert.Equal(t, session.Captcha, asked.Kind)
	assert.Equal(t, person, s.Holder())

	gaveUp := errors.New("nobody there")
	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Body: fault.CaptchaPage})
	s = p.session(t, session.WithChallenge(func(context.Context, *session.ChallengeError) (*session.Snapshot, error) { return nil, gaveUp }))
	err = s.Login(t.Context(), person, []byte(p.clave))
	require.ErrorIs(t, err, gaveUp)
	require.ErrorIs(t, err, session.ErrChallenge)

	// Cookies of somebody else are not taken for those of the one who logs in.
	p.AddUser(other, siitest.User{Clave: "otra clave"})
	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Body: fault.CaptchaPage})
	s = p.session(t, session.WithChallenge(func(context.Context, *session.ChallengeError) (*session.Snapshot, error) {
		return &session.Snapshot{Cookies: cookies.Cookies}, nil
	}))
	require.ErrorIs(t, s.Login(t.Context(), other, []byte("otra clave")), session.ErrWrongHolder)
}
