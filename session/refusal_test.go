package session_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// odd answers by address, with a page of success to a login, and notes what was
// asked for.
type odd struct {
	mu      sync.Mutex
	asked   []string
	answers map[string]canned // by the end of the path
	cookies []string          // of the answer to a login
}

func (o *odd) RoundTrip(r *http.Request) (*http.Response, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = append(o.asked, r.URL.Path)
	for end, answer := range o.answers {
		if strings.HasSuffix(r.URL.Path, end) {
			return answer.RoundTrip(r)
		}
	}
	page := canned{status: http.StatusOK, header: http.Header{"Content-Type": {"text/html"}}, body: []byte("<html></html>")}
	if strings.HasSuffix(r.URL.Path, "CAutInicio.cgi") {
		page.header["Set-Cookie"] = o.cookies
	}
	return page.RoundTrip(r)
}

// ended reports how often a session was logged out of.
func (o *odd) ended() (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, path := range o.asked {
		if strings.HasSuffix(path, "autTermino.cgi") {
			n++
		}
	}
	return n
}

const oddToken = "TOKEN=ABCDEFGHIJKLM; domain=.sii.cl; path=/; secure"

func (o *odd) session(t *testing.T, opts ...session.Option) *session.Session {
	t.Helper()
	s, err := session.New(append([]session.Option{session.WithHTTPClient(&http.Client{Transport: o}), session.WithClock(newClock().Now)}, opts...)...)
	require.NoError(t, err)
	return s
}

func cookieOf(name, value string) string { return name + "=" + value + "; domain=.sii.cl; path=/" }

// Who is logged in as somebody else is not logged in, and that session is ended.
func TestLoggedInAsSomebodyElse(t *testing.T) {
	t.Parallel()
	for name, cookies := range map[string][]string{
		"by the first cookies":  {oddToken, cookieOf("NETSCAPE_LIVEWIRE.rut", "77222222"), cookieOf("NETSCAPE_LIVEWIRE.dv", "K")},
		"by the second cookies": {oddToken, cookieOf("RUT_NS", "77222222"), cookieOf("DV_NS", "K")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := &odd{cookies: cookies}
			guard := session.NewGuard()
			s := o.session(t, session.WithGuard(guard))
			err := s.Login(t.Context(), person, []byte("secreta"))
			require.ErrorIs(t, err, session.ErrWrongHolder)
			assert.ErrorContains(t, err, "the portal has logged in another person")
			assert.True(t, s.Holder().IsZero())
			_, _, err = s.Token(t.Context())
			require.ErrorIs(t, err, session.ErrLoggedOut)
			assert.Equal(t, 1, o.ended(), "what was opened halfway is ended")
			assert.Zero(t, guard.Open(person, newClock().Now())+guard.Open(other, newClock().Now()))
		})
	}
	o := &odd{cookies: []string{oddToken, cookieOf("NETSCAPE_LIVEWIRE.rut", person.String()[:8]), cookieOf("NETSCAPE_LIVEWIRE.dv", "1")}}
	require.NoError(t, o.session(t).Login(t.Context(), person, []byte("secreta")))
	assert.Zero(t, o.ended())
}

func TestTokensThatAreNone(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"short", strings.Repeat("x", 513), `"AB CDEFGHIJ"`, "ABCDEFGH,IJK"} {
		o := &odd{cookies: []string{cookieOf("TOKEN", value)}}
		require.ErrorIs(t, o.session(t).Login(t.Context(), person, []byte("secreta")), session.ErrPortalChanged, value)
	}
	for _, value := range []string{"ABCDEFGH", strings.Repeat("x", 512)} {
		o := &odd{cookies: []string{cookieOf("TOKEN", value)}}
		require.NoError(t, o.session(t).Login(t.Context(), person, []byte("secreta")), value)
	}
}

// The portal may end a session sooner than after two hours, not later.
func TestEndOfASession(t *testing.T) {
	t.Parallel()
	now := newClock().Now() // 12:00 in Chile
	for said, want := range map[string]time.Time{
		"20261015130000": now.Add(time.Hour), "20261015180000": now.Add(2 * time.Hour),
		"20261015110000": now.Add(2 * time.Hour), "mañana": now.Add(2 * time.Hour),
	} {
		o := &odd{cookies: []string{oddToken, cookieOf("NETSCAPE_LIVEWIRE.exp", said)}}
		s := o.session(t)
		require.NoError(t, s.Login(t.Context(), person, []byte("secreta")))
		assert.Equal(t, want, s.Expires().UTC(), said)
	}
}

func TestLoginOfNobody(t *testing.T) {
	t.Parallel()
	o := &odd{cookies: []string{oddToken}}
	s := o.session(t)
	for _, c := range []struct {
		rut   chile.RUT
		clave string
	}{{chile.RUT{}, "secreta"}, {person, ""}, {person, strings.Repeat("x", 129)}} {
		err := s.Login(t.Context(), c.rut, []byte(c.clave))
		require.ErrorIs(t, err, session.ErrRefused)
		assert.ErrorContains(t, err, "a RUT and a clave are required")
	}
	assert.Empty(t, o.asked, "nothing is sent")
	require.NoError(t, s.Login(t.Context(), person, []byte(strings.Repeat("x", 128))))
}

func TestRefusedOptions(t *testing.T) {
	t.Parallel()
	for says, opt := range map[string]session.Option{
		"nil option":         nil,
		"WithHTTPClient":     session.WithHTTPClient(nil),
		"WithClock":          session.WithClock(nil),
		"WithChallenge":      session.WithChallenge(nil),
		"WithGuard":          session.WithGuard(nil),
		"WithUserAgent":      session.WithUserAgent(""),
		"WithCertificateTLS": session.WithCertificateTLS(nil),
		"RootCAs cannot be":  session.WithCertificateTLS(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: x509.NewCertPool()}),
		"InsecureSkipVerify": session.WithCertificateTLS(&tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true}),
		"GetClientCertificate": session.WithCertificateTLS(&tls.Config{
			MinVersion: tls.VersionTLS13, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return nil, nil },
		}),
		"WithDestination: not a": session.WithDestination("http://misiir.sii.cl/"),
		"an HTTPS address":       session.WithDestination("https://sii.cl.example.com/"),
		"WithDestination":        session.WithDestination("%"),
	} {
		_, err := session.New(opt)
		require.ErrorContains(t, err, says)
	}
}

// Options are followed.
func TestOptions(t *testing.T) {
	t.Parallel()
	var sent []*http.Request
	var forms []string
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r)
		if r.Body != nil {
			form, _ := io.ReadAll(r.Body)
			forms = append(forms, string(form))
		}
		return canned{status: http.StatusOK, header: http.Header{"Set-Cookie": {oddToken}}, body: []byte("<html></html>")}.RoundTrip(r)
	})
	foreign, err := cookiejar.New(nil)
	require.NoError(t, err)
	hc := &http.Client{Transport: transport, Jar: foreign}
	s, err := session.New(session.WithHTTPClient(hc), session.WithUserAgent("Agente"), session.WithDestination("https://www4.sii.cl/consdcvinternetui/"))
	require.NoError(t, err)
	hc.Transport = nil // the caller may go on changing its own
	require.NoError(t, s.Login(t.Context(), person, []byte("secreta ñ+1")))
	require.NotEmpty(t, sent)
	assert.Equal(t, "Agente", sent[0].Header.Get("User-Agent"))
	assert.Equal(t, "zeusr.sii.cl", sent[0].URL.Host)
	form, err := url.ParseQuery(forms[0])
	require.NoError(t, err)
	assert.Equal(t, "https://www4.sii.cl/consdcvinternetui/", form.Get("referencia"))
	assert.Equal(t, "secreta ñ+1", form.Get("clave"))
	assert.Empty(t, foreign.Cookies(sent[0].URL))
	_, err = session.New(session.WithHTTPClient(&http.Client{}))
	require.NoError(t, err)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestCertificateRefusals(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	id := p.NewIdentity(person)
	late := p.session(t, session.WithClock(func() time.Time { return id.NotAfter().Add(time.Second) }))
	require.ErrorIs(t, late.LoginCertificate(t.Context(), id), session.ErrCertificate)

	o := &odd{}
	err := o.session(t, session.WithClock(p.clock.Now)).LoginCertificate(t.Context(), id)
	require.ErrorIs(t, err, session.ErrRefused)
	assert.ErrorContains(t, err, "needs an *http.Transport")
	assert.Empty(t, o.asked)

	guard := session.NewGuard()
	for range 9 {
		p.in(t, session.WithGuard(guard))
	}
	require.ErrorIs(t, p.session(t, session.WithGuard(guard)).LoginCertificate(t.Context(), id), session.ErrTooManySessions)
	assert.Equal(t, 9, p.Count(siitest.OpLogin))

	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Drop: true})
	require.ErrorIs(t, p.session(t).LoginCertificate(t.Context(), id), session.ErrUnavailable)
	s := p.session(t, session.WithCertificateTLS(&tls.Config{MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS13}))
	require.NoError(t, s.LoginCertificate(t.Context(), id))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("no longer wanted"))
	require.ErrorContains(t, p.session(t, session.WithGuard(session.NewGuard())).LoginCertificate(ctx, id), "no longer wanted")
}

func TestCompanies(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.in(t)
	list, err := s.Companies(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []session.Company{{RUT: company, Name: "Empresa de Prueba Ñuñoa 76192083-9"}}, list)
	require.NoError(t, s.Do(t.Context(), func(turn *session.Turn) error { return turn.ChooseCompany(t.Context(), company) }))
	err = s.Do(t.Context(), func(turn *session.Turn) error { return turn.ChooseCompany(t.Context(), other) })
	require.ErrorIs(t, err, session.ErrNotAuthorized)
	assert.ErrorContains(t, err, "not one of the 1 companies")
	assert.Empty(t, p.Violations())

	for body, want := range map[string]error{"<html><title>Otra</title></html>": session.ErrPortalChanged, fault.NoCompanyPage: session.ErrNoCompany} {
		p.ClearFaults()
		p.Fail(siitest.OpChooser, siitest.Fault{Body: body})
		_, err = s.Companies(t.Context())
		require.ErrorIs(t, err, want)
		err = s.Do(t.Context(), func(turn *session.Turn) error { return turn.ChooseCompany(t.Context(), company) })
		require.ErrorIs(t, err, want)
	}
}

func TestWhoIsLoggedIn(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.AddUser(company, siitest.User{Clave: "otra clave", Name: "Comercial de Prueba SpA", Company: true})
	s := p.session(t)
	require.NoError(t, s.Login(t.Context(), company, []byte("otra clave")))
	who, err := s.WhoAmI(t.Context())
	require.NoError(t, err)
	assert.Equal(t, session.Person{RUT: company, Name: "Comercial de Prueba SpA", Company: true}, *who)
	for _, data := range []string{`{`, `{"contribuyente":{"rut":"1","dv":"2"}}`, `{"contribuyente":null}`} {
		p.ClearFaults()
		p.Fail(siitest.OpHome, siitest.Fault{Body: "<html><script>DatosCntrNow = " + data + "</script></html>"})
		_, err = s.WhoAmI(t.Context())
		require.ErrorIs(t, err, session.ErrPortalChanged, data)
	}
	p.ClearFaults()
	p.Fail(siitest.OpHome, siitest.Fault{Body: `<html><script>DatosCntrNow = {"contribuyente":{"rut":76192083,"dv":9,"razonSocial":null,"nombres":" Ana ","apellidoPaterno":"Prueba"}}</script></html>`})
	who, err = s.WhoAmI(t.Context())
	require.NoError(t, err)
	assert.Equal(t, session.Person{RUT: company, Name: "Ana Prueba"}, *who)
}

func TestAliveAndLogout(t *testing.T) {
	t.Parallel()
	answers := map[string]canned{}
	o := &odd{cookies: []string{oddToken}, answers: answers}
	s := o.session(t)
	require.NoError(t, s.Login(t.Context(), person, []byte("secreta")))
	for body, want := range map[string]any{
		`cb({"estado":0})`: true, `cb({"estado":1})`: false, `cb({})`: session.ErrPortalChanged, `cb(`: session.ErrPortalChanged, "nada": session.ErrPortalChanged,
		"<html>Usted no está autenticado</html>": false, "<html>en mantención</html>": session.ErrUnavailable,
	} {
		answers["AutTknData.cgi"] = canned{status: http.StatusOK, body: []byte(body)}
		alive, err := s.Alive(t.Context())
		if kind, ok := want.(error); ok {
			require.ErrorIs(t, err, kind, body)
			continue
		}
		require.NoError(t, err, body)
		assert.Equal(t, want, alive, body)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("no longer wanted"))
	_, err := s.Alive(ctx)
	require.ErrorContains(t, err, "no longer wanted")

	answers["autTermino.cgi"] = canned{status: http.StatusInternalServerError}
	require.ErrorIs(t, s.Logout(t.Context()), session.ErrUnavailable)
	assert.True(t, s.Holder().IsZero(), "it is over whatever the error")
	assert.Equal(t, 1, o.ended())
}

// Statuses without words, and words without codes, have a meaning each.
func TestPagesHaveKinds(t *testing.T) {
	t.Parallel()
	answers := map[string]canned{}
	o := &odd{cookies: []string{oddToken}, answers: answers}
	s := o.session(t)
	require.NoError(t, s.Login(t.Context(), person, []byte("secreta")))
	get := func(address string) (page *session.Page, err error) {
		err = s.Do(t.Context(), func(turn *session.Turn) (err error) {
			page, err = turn.Get(t.Context(), "get", address)
			return err
		})
		return page, err
	}
	for status, want := range map[int]error{
		400: session.ErrRefused, 401: session.ErrLoggedOut, 403: session.ErrRefused, 404: session.ErrPortalChanged, 405: session.ErrPortalChanged,
		429: session.ErrUnavailable, 500: session.ErrUnavailable, 503: session.ErrUnavailable, 418: session.ErrRefused,
	} {
		for _, body := range []string{"", "<html></html>", `{"a":1}`} {
			answers["/x"] = canned{status: status, body: []byte(body)}
			_, err := get("https://www1.sii.cl/x")
			require.ErrorIs(t, err, want, "%d", status)
			var e *session.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, status, e.HTTPStatus)
			assert.ErrorContains(t, err, fmt.Sprintf("HTTP %d", status))
		}
	}
	for words, want := range map[string]error{
		"La Clave Tributaria ingresada no es correcta": session.ErrWrongClave, "Usted ha superado el máximo de sesiones autenticadas": session.ErrTooManySessions,
		"Su clave ha sido bloqueada": session.ErrBlocked, "Su clave se encuentra bloqueada": session.ErrBlocked,
		"No ha seleccionado una empresa": session.ErrNoCompany, "Usted no está autenticado": session.ErrLoggedOut,
		"Por el momento no se puede responder a sus requerimientos": session.ErrUnavailable, "Ha realizado consultas recurrentes": session.ErrUnavailable,
		"Sitio en mantención": session.ErrUnavailable, "503 Service Temporarily Unavailable": session.ErrUnavailable,
		"Request Rejected": session.ErrChallenge, "Escriba el captcha": session.ErrChallenge,
	} {
		answers["/x"] = canned{status: http.StatusOK, body: []byte("<html><body><p>" + words + "</p></body></html>")}
		_, err := get("https://www1.sii.cl/x")
		require.ErrorIs(t, err, want, words)
	}
	answers["/x"] = canned{status: http.StatusOK, body: []byte("<html><head><title>Error al contribuyente</title></head><body><p>Algo propio</p><p>El código de este mensaje es 02.35.209.-1.148.11</p></body></html>")}
	_, err := get("https://www1.sii.cl/x")
	var e *session.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, session.Error{Op: "get", HTTPStatus: 200, Kind: session.ErrRefused, Code: "02.35.209.-1.148.11", Glosa: "Algo propio"}, *e)
	answers["/x"] = canned{status: http.StatusOK, body: []byte("<html><p>Bienvenida</p></html>")}
	page, err := get("https://www1.sii.cl/x")
	require.NoError(t, err)
	assert.Contains(t, page.Text(), "Bienvenida")

	before := len(o.asked)
	for _, address := range []string{"http://www1.sii.cl/x", "https://example.com/x", "%", "https://user@www1.sii.cl/x"} {
		_, err = get(address)
		require.ErrorIs(t, err, session.ErrRefused)
		assert.ErrorContains(t, err, "not an HTTPS address of the SII")
	}
	assert.Len(t, o.asked, before, "cookies go to the SII alone")

	answers["/x"] = canned{status: http.StatusFound, header: http.Header{"Location": {"https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html"}}}
	_, err = get("https://www1.sii.cl/x")
	require.ErrorIs(t, err, session.ErrLoggedOut, "it ends at the login")
	answers["/x"] = canned{status: http.StatusFound, header: http.Header{"Location": {"https://www1.sii.cl/x"}}}
	before = len(o.asked)
	_, err = get("https://www1.sii.cl/x")
	require.ErrorIs(t, err, session.ErrUnavailable)
	assert.ErrorContains(t, err, "more than 10 redirections")
	assert.Len(t, o.asked, before+10)
}

func TestFacadeThatAnswersWithAPage(t *testing.T) {
	t.Parallel()
	answers := map[string]canned{"/m": {status: http.StatusOK, body: []byte("<html>Bienvenida</html>")}}
	o := &odd{cookies: []string{oddToken}, answers: answers}
	s := o.session(t)
	require.ErrorIs(t, s.Do(t.Context(), func(*session.Turn) error { return nil }), session.ErrLoggedOut, "nobody is logged in")
	require.NoError(t, s.Login(t.Context(), person, []byte("secreta")))
	call := func(data any) error {
		return s.Do(t.Context(), func(turn *session.Turn) error {
			_, err := turn.Facade(t.Context(), "facade", "/app/services", "cl.sii.App", "m", data)
			return err
		})
	}
	require.ErrorIs(t, call(nil), session.ErrLoggedOut)
	require.ErrorIs(t, call(func() {}), session.ErrRefused, "what is no JSON is not sent")
	answers["/m"] = canned{status: http.StatusOK, body: []byte(`{"data":1}`)}
	require.NoError(t, call(nil))
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
func (endless) Close() error               { return nil }

func TestAnswerWithoutEnd(t *testing.T) {
	t.Parallel()
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: endless{}, Request: r}, nil
	})
	s, err := session.New(session.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	err = s.Login(t.Context(), person, []byte("secreta"))
	require.ErrorIs(t, err, session.ErrPortalChanged)
	assert.ErrorContains(t, err, "more than 64 MiB")
}

func TestRestoreRefusals(t *testing.T) {
	t.Parallel()
	o := &odd{}
	s := o.session(t)
	for says, snapshot := range map[string]*session.Snapshot{
		"no snapshot":             nil,
		"the session has expired": {Expires: newClock().Now(), Cookies: []session.Cookie{{Name: "TOKEN", Value: "ABCDEFGHIJKLM", Domain: "sii.cl"}}},
		"the cookies have no token": {Cookies: []session.Cookie{
			{Name: "TOKEN", Value: "ABCDEFGHIJKLM", Domain: "example.com"},
			{Name: "TOKEN", Value: strings.Repeat("x", 5<<10), Domain: "sii.cl"},
			{Name: "TOKEN", Value: "ABCDEFGHIJKLM", Domain: "sii.cl", Expires: newClock().Now()},
		}},
	} {
		err := s.Restore(t.Context(), snapshot)
		require.ErrorIs(t, err, session.ErrLoggedOut, says)
		assert.ErrorContains(t, err, says)
	}
	assert.Empty(t, o.asked)
	_, err := s.Snapshot()
	require.ErrorIs(t, err, session.ErrLoggedOut)
}
