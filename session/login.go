package session

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/redact"
)

const (
	opLogin       = "login"
	opCertificate = "certificate login"
)

// life is how long a session lasts (cookie lms: 120 minutes; seen in four
// clients). Idle time is not known to end it sooner.
const life = 2 * time.Hour

// Login logs in with RUT and clave. It makes one attempt, whatever happens, and
// keeps the clave nowhere: the caller may overwrite it when Login has returned. A
// session that was open is logged out of first.
//
// The SII's refusals are an *Error with its words and code, of a kind above:
// ErrWrongClave, ErrBlocked, ErrTooManySessions, ErrUseCertificate … A clave that
// was rejected is not sent again (ErrAlreadyRejected), and after two wrong ones no
// other is (ErrTooManyWrong), until Guard.Forgive says so.
// If a person is wanted, the handler of WithChallenge is asked; without one the
// error is a *ChallengeError.
func (s *Session) Login(ctx context.Context, rut chile.RUT, clave []byte) error {
	if rut.IsZero() || len(clave) == 0 || len(clave) > maxClave {
		return &Error{Op: opLogin, Kind: ErrRefused, Err: errors.New("a RUT and a clave are wanted")}
	}
	if err := s.take(ctx); err != nil {
		return &Error{Op: opLogin, Err: err}
	}
	defer s.give()
	s.logoutQuietly(ctx)
	err := s.attempt(ctx, rut, clave)
	if errors.Is(err, ErrChallenge) || errors.Is(err, ErrPortalChanged) {
		err = s.askPerson(ctx, rut, err)
	}
	if err != nil {
		s.logoutQuietly(ctx) // what was opened halfway counts at the SII
	}
	return err
}

// attempt sends the clave, if the guard lets it, and tells the guard what came of
// it.
func (s *Session) attempt(ctx context.Context, rut chile.RUT, clave []byte) error {
	if err := s.guard.begin(ctx, rut); err != nil {
		return &Error{Op: opLogin, Err: err}
	}
	defer s.guard.finish(rut)
	release, err := s.guard.lease(ctx, rut)
	switch {
	case ctx.Err() != nil:
		return &Error{Op: opLogin, Err: context.Cause(ctx)}
	case err != nil:
		return &Error{Op: opLogin, Kind: ErrUnavailable, Err: err}
	}
	defer release()
	if refusal, cause := s.guard.check(ctx, rut, clave, s.now()); refusal != nil {
		return &Error{Op: opLogin, Kind: refusal, Err: cause}
	}
	cookies := s.begin()
	page, err := s.sendClave(ctx, rut, clave, cookies)
	if err == nil {
		err = s.enter(ctx, opLogin, rut, page, cookies, clave)
		clear(page.Body) // which may repeat the clave
	}
	unsettled := s.guard.settle(ctx, rut, clave, err, s.now())
	var e *Error
	if unsettled != nil && errors.As(err, &e) { // a session that is open is none the worse
		e.Err = errors.Join(e.Err, unsettled)
	}
	return err
}

// maxClave bounds a clave, which has up to ten characters today.
const maxClave = 128

// sendClave posts the form. The connection is closed afterwards, so that its
// buffers are not kept.
func (s *Session) sendClave(ctx context.Context, rut chile.RUT, clave []byte, cookies *jar) (*Page, error) {
	number, dv, _ := strings.Cut(rut.String(), "-")
	form := make([]byte, 0, 512+3*len(clave)) // never grown: a copy would be left behind
	form = append(form, "rut="+number+"&dv="+dv+"&referencia="+url.QueryEscape(s.destination)+"&411=&rutcntr="+number+"-"+dv+"&clave="...)
	form = appendEscaped(form, clave)
	defer clear(form[:cap(form)])
	transport, done := s.ownConnections()
	defer done()
	return s.exchange(ctx, s.clientWith(transport, cookies),
		&call{cookies: cookies, op: opLogin, method: http.MethodPost, address: "https://" + loginHost + loginPath, body: form, referer: formURL, secret: clave})
}

// appendEscaped writes bytes as a form has them, without a string in between.
func appendEscaped(b, value []byte) []byte {
	const hex = "0123456789ABCDEF"
	for _, c := range value {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
			b = append(b, c)
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}

// ownConnections returns the transport with connections of its own, and what
// closes them.
func (s *Session) ownConnections() (http.RoundTripper, func()) {
	transport, ok := s.http.Transport.(*http.Transport)
	if !ok {
		return s.http.Transport, func() {}
	}
	own := transport.Clone()
	own.DisableKeepAlives = true
	own.MaxResponseHeaderBytes = cmp.Or(own.MaxResponseHeaderBytes, maxHeader)
	return own, own.CloseIdleConnections
}

// enter takes the answer to a login for what it is. Success is that there is a
// token and that the page tells of no failure.
func (s *Session) enter(ctx context.Context, op string, rut chile.RUT, page *Page, cookies *jar, sent []byte) error {
	secrets := cookies.secrets(sent)
	defer secrets.Clear()
	entered := validToken(cookies.value(tokenCookie))
	if err := page.judgeLogin(op, entered, secrets); err != nil {
		return err
	}
	if !entered {
		return page.changed(op, secrets)
	}
	s.bridge(ctx, op, page, cookies)
	if named := cookies.holder(); !named.IsZero() {
		if !rut.IsZero() && named != rut {
			return &Error{Op: op, Kind: ErrWrongHolder, Err: errors.New("the portal has logged in somebody else")}
		}
		rut = named
	}
	if rut.IsZero() {
		return page.changed(op, secrets)
	}
	s.begun(rut, s.endOf(cookies))
	return nil
}

// judgeLogin judges the answer to a login. With a token at hand a page is not a
// challenge because a script of it names one, and may lead on by a redirection.
func (p *Page) judgeLogin(op string, entered bool, secrets *redact.Redactor) error {
	if entered && p.Status >= 300 && p.Status < 400 && p.next() != nil {
		return nil
	}
	err := p.judge(op, secrets)
	if entered && errors.Is(err, ErrChallenge) && p.next() != nil {
		return nil
	}
	return err
}

// next returns where a page leads by its script or a redirection, if that is at
// the SII.
func (p *Page) next() *url.URL {
	address := p.location
	if address == "" {
		address = p.read().next
	}
	target, err := url.Parse(address)
	if err != nil || address == "" {
		return nil
	}
	if target = p.URL.ResolveReference(target); known(target) {
		return target
	}
	return nil
}

// validToken accepts what the portal gives: 13 letters and digits today.
func validToken(value string) bool {
	if len(value) < 8 || len(value) > 512 {
		return false
	}
	for i := range len(value) {
		if c := value[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`";,\`, c) >= 0 {
			return false
		}
	}
	return true
}

// holder returns who the portal says is logged in; zero if it does not.
func (j *jar) holder() chile.RUT {
	for _, names := range [][2]string{{"NETSCAPE_LIVEWIRE.rut", "NETSCAPE_LIVEWIRE.dv"}, {"RUT_NS", "DV_NS"}} {
		if rut, err := chile.ParseRUT(j.value(names[0]) + "-" + j.value(names[1])); err == nil {
			return rut
		}
	}
	return chile.RUT{}
}

// bridge does what the script of the bridge page does: it sets a cookie with the
// end of the session, which some areas want, and goes to the destination. What
// comes of that is no matter of the login: who has a token is logged in.
func (s *Session) bridge(ctx context.Context, op string, page *Page, cookies *jar) {
	end := strings.ReplaceAll(url.QueryEscape(s.now().Add(life).UTC().Format(http.TimeFormat)), "+", "%20")
	cookies.SetCookies(&url.URL{Scheme: "https", Host: loginHost, Path: "/"}, []*http.Cookie{
		{Name: expiryCookie, Value: end, Domain: "sii.cl", Path: "/", Secure: true}, //nolint:gosec // a cookie of a client: the other attributes are for browsers
	})
	if target := page.next(); target != nil {
		_, _ = s.exchange(ctx, s.clientWith(s.http.Transport, cookies),
			&call{cookies: cookies, op: op, method: http.MethodGet, address: target.String(), referer: page.URL.String()})
	}
}

// endOf returns when the session ends: as the portal says, in Chilean time, and
// after two hours at the latest.
func (s *Session) endOf(cookies *jar) time.Time {
	end := s.now().Add(life)
	said, err := time.ParseInLocation("20060102150405", cookies.value("NETSCAPE_LIVEWIRE.exp"), chile.Santiago())
	if err == nil && said.After(s.now()) && said.Before(end) {
		end = said
	}
	return end
}

// askPerson hands a challenge to the handler, and goes on with the cookies that
// a person has brought.
func (s *Session) askPerson(ctx context.Context, rut chile.RUT, failure error) error {
	var challenge *ChallengeError
	if s.challenge == nil || !errors.As(failure, &challenge) {
		return failure
	}
	snapshot, err := s.challenge(ctx, challenge)
	if err != nil {
		return errors.Join(failure, err)
	}
	if snapshot == nil {
		return failure
	}
	brought := *snapshot
	if brought.Holder.IsZero() {
		brought.Holder = rut
	}
	return s.restore(ctx, &brought)
}
