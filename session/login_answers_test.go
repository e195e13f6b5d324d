package session_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/xmlsig"
)

// loginAnswer is an answer to a login, with a token.
func loginAnswer(status int, location, body string) canned {
	header := http.Header{"Set-Cookie": {oddToken}, "Content-Type": {"text/html"}}
	if location != "" {
		header.Set("Location", location)
	}
	return canned{status: status, header: header, body: []byte(body)}
}

// With a token, a page that leads on at the SII is a login, unless it tells of a
// failure; and one that leads elsewhere is none.
func TestAnswersWithAToken(t *testing.T) {
	t.Parallel()
	const leads = `<script>location.replace("https://misiir.sii.cl/cgi_misii/siihome.cgi")</script>`
	for name, c := range map[string]struct {
		answer canned
		want   error
	}{
		"leads on":                          {loginAnswer(200, "", leads), nil},
		"leads on, with a captcha's script": {loginAnswer(200, "", `<script src="https://www.google.com/g-recaptcha"></script>`+leads), nil},
		"captcha":                           {loginAnswer(200, "", `<script src="https://js.hcaptcha.com/1/api.js"></script>`), session.ErrChallenge},
		"captcha that leads elsewhere":      {loginAnswer(200, "", `<script src="/g-recaptcha"></script><script>location="https://example.com/"</script>`), session.ErrChallenge},
		"leads to no address":               {loginAnswer(200, "", `<script>location.replace("https://%zz/")</script>`), nil},
		"leads on, and tells of a failure":  {loginAnswer(200, "", "<p>Su clave ha sido bloqueada</p>"+leads), session.ErrBlocked},
		"redirection with the form":         {loginAnswer(307, "https://misiir.sii.cl/cgi_misii/siihome.cgi", ""), nil},
		"redirection elsewhere":             {loginAnswer(307, "https://example.com/", ""), session.ErrPortalChanged},
		"waiting room":                      {loginAnswer(302, "https://queue-it.net/?c=sii", ""), session.ErrChallenge},
		"failure with an address":           {loginAnswer(503, "https://misiir.sii.cl/cgi_misii/siihome.cgi", ""), session.ErrUnavailable},
		"first failure with an address":     {loginAnswer(400, "https://misiir.sii.cl/cgi_misii/siihome.cgi", ""), session.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := &odd{answers: map[string]canned{"CAutInicio.cgi": c.answer}}
			err := o.session(t).Login(t.Context(), person, []byte("secreta"))
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.want)
			assert.Equal(t, "/cgi_AUT2000/CAutInicio.cgi", o.asked[0])
			assert.NotContains(t, o.asked[1:], "/cgi_AUT2000/CAutInicio.cgi", "the clave is sent once")
		})
	}
}

// A person is asked for what a person can do; who brings nothing leaves it as it
// was.
func TestPersonIsAskedForChallengesAlone(t *testing.T) {
	t.Parallel()
	asked := 0
	nothing := session.WithChallenge(func(context.Context, *session.ChallengeError) (*session.Snapshot, error) {
		asked++
		return nil, nil //nolint:nilnil // a person who brought nothing
	})
	o := &odd{answers: map[string]canned{"CAutInicio.cgi": loginAnswer(307, "https://example.com/", "")}}
	require.ErrorIs(t, o.session(t, nothing).Login(t.Context(), person, []byte("secreta")), session.ErrPortalChanged)
	assert.Zero(t, asked, "a redirection is nothing that a person can go on with")
	o = &odd{answers: map[string]canned{"CAutInicio.cgi": {status: 200, body: []byte(fault.CaptchaPage)}}}
	s := o.session(t, nothing)
	require.ErrorIs(t, s.Login(t.Context(), person, []byte("secreta")), session.ErrChallenge)
	assert.Equal(t, 1, asked)
	assert.True(t, s.Holder().IsZero())
}

// A certificate is a way in like the clave: a person is asked, too.
func TestPersonGoesOnWithACertificate(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	cookies, err := p.in(t).Snapshot()
	require.NoError(t, err)
	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Body: fault.CaptchaPage})
	s := p.session(t, session.WithChallenge(func(context.Context, *session.ChallengeError) (*session.Snapshot, error) {
		return &session.Snapshot{Cookies: cookies.Cookies}, nil
	}))
	require.NoError(t, s.LoginCertificate(t.Context(), p.NewIdentity(person)))
	assert.Equal(t, person, s.Holder())
}

// Of a certificate that names nobody, the portal says whose it is.
func TestCertificateOfNobody(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	leaf, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Sin RUT", Signer: testkeys.Key(1),
		NotBefore: p.clock.Now().Add(-time.Hour), NotAfter: p.clock.Now().Add(24 * time.Hour),
	})
	require.NoError(t, err)
	id, err := xmlsig.NewIdentity(testkeys.Key(1), leaf)
	require.NoError(t, err)
	answer := func(cookies ...string) {
		p.ClearFaults()
		p.Fail(siitest.OpLogin, siitest.Fault{Body: "<html></html>", Header: http.Header{"Set-Cookie": append(cookies, oddToken)}})
	}
	answer(cookieOf("RUT_NS", "77222222"), cookieOf("DV_NS", "K"))
	s := p.session(t)
	require.NoError(t, s.LoginCertificate(t.Context(), id))
	assert.Equal(t, other, s.Holder())
	answer()
	s = p.session(t)
	require.ErrorIs(t, s.LoginCertificate(t.Context(), id), session.ErrPortalChanged)
	assert.True(t, s.Holder().IsZero())
}

// What a form must write otherwise, and what not.
func TestClaveInTheForm(t *testing.T) {
	t.Parallel()
	const clave = "az-AZ_09.~/ñ &="
	var forms []string
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			b := make([]byte, r.ContentLength)
			_, _ = r.Body.Read(b)
			forms = append(forms, string(b))
		}
		return loginAnswer(200, "", "").RoundTrip(r)
	})
	s, err := session.New(session.WithHTTPClient(&http.Client{Transport: transport}), session.WithClock(newClock().Now))
	require.NoError(t, err)
	require.NoError(t, s.Login(t.Context(), person, []byte(clave)))
	require.NotEmpty(t, forms)
	assert.Contains(t, forms[0]+"&", "&clave=az-AZ_09.%7E%2F%C3%B1%20%26%3D&")
}

// Calls of a session whose turn does not come end with their context.
func TestTurnThatDoesNotCome(t *testing.T) {
	t.Parallel()
	o := &odd{cookies: []string{oddToken}}
	s := o.session(t)
	require.NoError(t, s.Login(t.Context(), person, []byte("secreta")))
	ended := errors.New("no longer wanted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(ended)
	asked := len(o.asked)
	require.NoError(t, s.Do(t.Context(), func(*session.Turn) error {
		require.ErrorIs(t, s.Login(ctx, person, []byte("otra")), ended)
		require.ErrorIs(t, s.Restore(ctx, &session.Snapshot{}), ended)
		require.ErrorIs(t, s.Do(ctx, func(*session.Turn) error { panic("another has the turn") }), ended)
		_, err := s.WhoAmI(ctx)
		require.ErrorIs(t, err, ended)
		return nil
	}))
	assert.Len(t, o.asked, asked, "nothing is sent")
	assert.Equal(t, person, s.Holder(), "nor is the session given up")
}

// What is no JSON is not sent, and a logout that fails says so.
func TestCallsThatCannotBeMade(t *testing.T) {
	t.Parallel()
	down := false
	o := &odd{cookies: []string{oddToken}}
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		if down {
			return nil, errors.New("connection refused")
		}
		return o.RoundTrip(r)
	})
	s, err := session.New(session.WithHTTPClient(&http.Client{Transport: transport}), session.WithClock(newClock().Now))
	require.NoError(t, err)
	require.NoError(t, s.Login(t.Context(), person, []byte("secreta")))
	asked := len(o.asked)
	require.ErrorIs(t, s.Do(t.Context(), func(turn *session.Turn) error {
		_, err := turn.Facade(t.Context(), "x", "/x/services", "x", "x", func() {})
		return err
	}), session.ErrRefused)
	assert.Len(t, o.asked, asked)
	down = true
	require.ErrorIs(t, s.Logout(t.Context()), session.ErrUnavailable)
	assert.True(t, s.Holder().IsZero())
}
