package session_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/session"
)

// canned answers every request with one page, whatever the host.
type canned struct {
	status int
	header http.Header
	body   []byte
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	for name, values := range c.header {
		recorder.Header()[name] = values
	}
	recorder.WriteHeader(c.status)
	_, _ = recorder.Write(c.body)
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// pages are the portal's messages in the shapes in which they are known.
var pages = []struct {
	name string
	body string
	kind error
}{
	{"wrong clave", `<html><head><title>Autenticación</title></head><body><p>La Clave Tributaria ingresada no es correcta, verifique que su teclado no está con opción "mayúsculas" e inténtelo nuevamente.</p><p>El código de este mensaje es 01.01.217.500.720.20</p><button>Aceptar</button></body></html>`, session.ErrWrongClave},
	{"wrong clave in a table", `<table><tr><td>La Clave Tributaria ingresada no es correcta, verifique<br>El código de este mensaje es <b>01.01.203.500.720.20</b></td></tr></table>`, session.ErrWrongClave},
	{"wrong clave, without code", `<body><div>La Clave Tributaria ingresada no es correcta</div></body>`, session.ErrWrongClave},
	{"sessions", `<body><p>Usted ha superado el máximo de sesiones autenticadas</p><p>El código de este mensaje es 01.01.190.500.709.27</p></body>`, session.ErrTooManySessions},
	{"blocked", `<body><p>Su clave fue bloqueada</p><p>El código de este mensaje es 01.01.225.500.720.9</p></body>`, session.ErrBlocked},
	{"certificate wanted", `<body>Debe usar certificado<p>El código de este mensaje es 01.01.123.212.95.39</p></body>`, session.ErrUseCertificate},
	{"overload", `<head><title>Error al contribuyente</title></head><body><script>alert('Por el momento no se puede responder a sus requerimientos. Por favor, inténtelo más tarde.\n\nCODIGO:   04.77.113.29.408.51');</script></body>`, session.ErrUnavailable},
	{"queue", `<html><script src="//static.queue-it.net/x.js"></script><body>Fila</body></html>`, session.ErrChallenge},
	{"captcha", `<html><body>Ingrese el texto de la imagen (captcha)</body></html>`, session.ErrChallenge},
	{"unknown", `<html><head><title>Portal</title></head><body>Bienvenido al nuevo portal</body></html>`, session.ErrPortalChanged},
	{"login form again", `<html><body><form id="myform" action="/cgi_AUT2000/CAutInicio.cgi"><input name=rutcntr></form></body></html>`, session.ErrPortalChanged},
}

// mutate changes how a page is written, not what it says.
func mutate(r *rand.Rand, page string) []byte {
	if r.IntN(2) == 0 {
		page = strings.ReplaceAll(page, "><", fmt.Sprintf(">%s<", []string{"\n", "\r\n\t", "  "}[r.IntN(3)]))
	}
	if r.IntN(2) == 0 { // what is not closed
		for _, tag := range []string{"</p>", "</td>", "</tr>", "</div>", "</body>", "</html>", "</b>"} {
			if r.IntN(2) == 0 {
				page = strings.ReplaceAll(page, tag, "")
			}
		}
	}
	if r.IntN(3) == 0 {
		for _, tag := range []string{"<p", "<td", "<body", "<table", "</p"} {
			page = strings.ReplaceAll(page, tag, strings.ToUpper(tag))
		}
	}
	if r.IntN(3) == 0 {
		page = "<!DOCTYPE html>\n<!-- página -->" + page
	}
	switch r.IntN(4) {
	case 0:
		page = strings.NewReplacer("á", "&aacute;", "é", "&eacute;", "í", "&iacute;", "ó", "&oacute;", "ú", "&uacute;").Replace(page)
	case 1:
		page = strings.NewReplacer("á", "&#225;", "é", "&#233;", "í", "&#xED;", "ó", "&#243;", "ú", "&#250;").Replace(page)
	case 2: // ISO-8859-1
		var b []byte
		for _, c := range page {
			b = append(b, byte(c))
		}
		return b
	}
	return []byte(page)
}

func TestMutatedPages(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	p := newClock()
	for _, page := range pages {
		for i := range 60 {
			body := mutate(r, page.body)
			header := http.Header{"Content-Type": {[]string{"text/html", "text/html; charset=ISO-8859-1", "text/html;charset=utf-8", ""}[r.IntN(4)]}}
			if i%3 == 0 { // cookies of the infrastructure are no session
				header["Set-Cookie"] = []string{"TS01abc=0123456789; Path=/", "cert_Origin=x; domain=.sii.cl; path=/", "TOKEN=; domain=.sii.cl; path=/"}
			}
			s, err := session.New(session.WithClock(p.Now), session.WithHTTPClient(&http.Client{Transport: canned{http.StatusOK, header, body}}))
			require.NoError(t, err)
			err = s.Login(t.Context(), person, []byte("secreta"))
			require.ErrorIs(t, err, page.kind, "%s: %q", page.name, body)
			require.True(t, s.Holder().IsZero())
			require.True(t, utf8.ValidString(err.Error()))
		}
	}
}

// TestTokenIsNoSuccessByItself has pages of failure come with the cookie of
// success.
func TestTokenIsNoSuccessByItself(t *testing.T) {
	t.Parallel()
	for _, page := range pages[:7] {
		header := http.Header{"Content-Type": {"text/html"}, "Set-Cookie": {"TOKEN=ABCDEFGHIJKLM; domain=.sii.cl; path=/; secure"}}
		s, err := session.New(session.WithHTTPClient(&http.Client{Transport: canned{http.StatusOK, header, []byte(page.body)}}))
		require.NoError(t, err)
		require.ErrorIs(t, s.Login(t.Context(), person, []byte("secreta")), page.kind, page.name)
		require.True(t, s.Holder().IsZero())
	}
	foreign := http.Header{"Set-Cookie": {"TOKEN=ABCDEFGHIJKLM; domain=.example.com; path=/", "TOKEN=ABCDEFGHIJKLM; domain=.cl; path=/"}}
	s, err := session.New(session.WithHTTPClient(&http.Client{Transport: canned{http.StatusOK, foreign, []byte("<html></html>")}}))
	require.NoError(t, err)
	require.ErrorIs(t, s.Login(t.Context(), person, []byte("secreta")), session.ErrPortalChanged)
}

// TestRedirectionsOutOfThePortal are not followed, and carry no clave.
func TestRedirectionsOutOfThePortal(t *testing.T) {
	t.Parallel()
	for location, kind := range map[string]error{
		"https://evil.example.com/":                     session.ErrPortalChanged,
		"http://zeusr.sii.cl/":                          session.ErrPortalChanged,
		"https://sii.cl.example.com/":                   session.ErrPortalChanged,
		"https://user@zeusr.sii.cl/":                    session.ErrPortalChanged,
		"https://sii.queue-it.net/?c=sii&e=renta":       session.ErrChallenge,
		"https://zeusr.sii.cl:8443/cgi_AUT2000/x.cgi":   session.ErrPortalChanged,
		"//evil.example.com/":                           session.ErrPortalChanged,
		"https://zeusr.sii.cl.evil.example.com/AUT2000": session.ErrPortalChanged,
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			calls := 0
			transport := counted{&calls, canned{status, http.Header{"Location": {location}}, nil}}
			s, err := session.New(session.WithHTTPClient(&http.Client{Transport: transport}))
			require.NoError(t, err)
			err = s.Login(t.Context(), person, []byte("secreta"))
			require.ErrorIs(t, err, kind, "%d %s", status, location)
			require.Equal(t, 1, calls, "%d %s", status, location)
		}
	}
	for _, status := range []int{307, 308} { // which would send the form again
		calls := 0
		transport := counted{&calls, canned{status, http.Header{"Location": {"https://www1.sii.cl/x"}}, nil}}
		s, err := session.New(session.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		require.ErrorIs(t, s.Login(t.Context(), person, []byte("secreta")), session.ErrPortalChanged)
		require.Equal(t, 1, calls)
	}
}

type counted struct {
	calls *int
	next  http.RoundTripper
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	*c.calls++
	return c.next.RoundTrip(r)
}

// FuzzLoginPage has no page taken for a success without a token.
func FuzzLoginPage(f *testing.F) {
	for _, page := range pages {
		f.Add([]byte(page.body), 200)
	}
	f.Add([]byte(`<script>location.replace('https://misiir.sii.cl/cgi_misii/siihome.cgi')</script>`), 200)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		if status < 200 || status > 599 {
			status = 200
		}
		s, err := session.New(session.WithHTTPClient(&http.Client{Transport: canned{status, nil, body}}))
		require.NoError(t, err)
		if err := s.Login(t.Context(), person, []byte("secreta-0123")); err == nil {
			t.Fatal("a login without a token")
		} else if strings.Contains(err.Error(), "secreta-0123") {
			t.Fatal("the clave stands in the error")
		}
	})
}
