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
	"github.com/ofitec/chile/internal/token"
)

const (
	opLogin       = "login"
	opCertificate = "certificate login"
)

// life is how long a session lasts (cookie lms: 120 minutes; seen in four
// clients). It is not known that idle time ends it earlier.
const life = 2 * time.Hour

// Login logs in with RUT and clave. It makes one attempt in all cases, and stores
// the clave nowhere: the caller may overwrite it after Login has returned. An
// open session is logged out first.
//
// A refusal of the SII is an *Error with its words and code and one of the kinds:
// ErrWrongClave, ErrBlocked, ErrTooManySessions, ErrUseCertificate … A rejected
// clave is not sent again (ErrAlreadyRejected), and after two wrong ones no other
// is sent (ErrTooManyWrong) until Guard.Forgive is called. If a person is needed,
// the handler of WithChallenge is called; without one the error is a
// *ChallengeError.
func (s *Session) Login(ctx context.Context, rut chile.RUT, clave []byte) error {
	if rut.IsZero() || len(clave) == 0 || len(clave) > maxClave {
		return &Error{Op: opLogin, Kind: ErrRefused, Err: errors.New("a RUT and a clave are required")}
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
		s.logoutQuietly(ctx) // a half-opened session counts at the SII
	}
	return err
}

// attempt sends the clave, if the guard allows it, and reports the result to the
// guard.
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
		clear(page.Body) // it may repeat the clave
	}
	unsettled := s.guard.settle(ctx, rut, clave, err, s.now())
	var e *Error
	if unsettled != nil && errors.As(err, &e) { // an open session stays valid
		e.Err = errors.Join(e.Err, unsettled)
	}
	return err
}

// maxClave bounds a clave; the SII's have up to ten characters.
const maxClave = 128

// sendClave posts the form. The connection is closed afterwards, so its buffers
// are not reused.
func (s *Session) sendClave(ctx context.Context, rut chile.RUT, clave []byte, cookies *jar) (*Page, error) {
	number, dv, _ := strings.Cut(rut.String(), "-")
	form := make([]byte, 0, 512+3*len(clave)) // large enough: growing would leave a copy behind
	form = append(form, "rut="+number+"&dv="+dv+"&referencia="+url.QueryEscape(s.destination)+"&411=&rutcntr="+number+"-"+dv+"&clave="...)
	form = appendEscaped(form, clave)
	defer clear(form[:cap(form)])
	transport, done := s.ownConnections()
	defer done()
	return s.exchange(ctx, s.clientWith(transport, cookies),
		&call{cookies: cookies, op: opLogin, method: http.MethodPost, address: "https://" + loginHost + loginPath, body: form, referer: formURL, secret: clave})
}

// appendEscaped writes bytes in form encoding, without an intermediate string.
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

// ownConnections returns the transport with its own connections, and a function
// that closes them.
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

// enter judges the answer to a login. It succeeded if there is a token and the
// page reports no failure.
func (s *Session) enter(ctx context.Context, op string, rut chile.RUT, page *Page, cookies *jar, sent []byte) error {
	secrets := cookies.secrets(sent)
	defer secrets.Clear()
	entered := token.Valid(cookies.value(tokenCookie))
	if err := page.judgeLogin(op, entered, secrets); err != nil {
		return err
	}
	if !entered {
		return page.changed(op, secrets)
	}
	s.bridge(ctx, op, page, cookies)
	if named := cookies.holder(); !named.IsZero() {
		if !rut.IsZero() && named != rut {
			return &Error{Op: op, Kind: ErrWrongHolder, Err: errors.New("the portal has logged in another person")}
		}
		rut = named
	}
	if rut.IsZero() {
		return page.changed(op, secrets)
	}
	s.begun(rut, s.endOf(cookies))
	return nil
}

// judgeLogin judges the answer to a login. If there is a token, a challenge
// named in a script does not count, and the page may redirect.
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

// holder returns the logged-in holder by the portal's cookies; zero if they do
// not say.
func (j *jar) holder() chile.RUT {
	for _, names := range [][2]string{{"NETSCAPE_LIVEWIRE.rut", "NETSCAPE_LIVEWIRE.dv"}, {"RUT_NS", "DV_NS"}} {
		if rut, err := chile.ParseRUT(j.value(names[0]) + "-" + j.value(names[1])); err == nil {
			return rut
		}
	}
	return chile.RUT{}
}

// bridge does what the script of the bridge page does: it sets a cookie with the
// end of the session, which some applications need, and opens the destination.
// Its result does not matter for the login: with a token the session is logged
// in.
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

// endOf returns the end of the session: the portal's, in Chilean time, and at
// most two hours from now.
func (s *Session) endOf(cookies *jar) time.Time {
	end := s.now().Add(life)
	said, err := time.ParseInLocation("20060102150405", cookies.value("NETSCAPE_LIVEWIRE.exp"), chile.Santiago())
	if err == nil && said.After(s.now()) && said.Before(end) {
		end = said
	}
	return end
}

// askPerson passes a challenge to the handler, and continues with the person's
// cookies.
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
