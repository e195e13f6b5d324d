package session

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/internal/redact"
)

// call is a call to the portal.
type call struct {
	op, method, address string
	body                []byte
	contentType, accept string // if empty: those for a form or a page
	referer, origin     string
	cookies             *jar
	secret              []byte // in the body, removed from errors
}

// exchange makes one call, follows its redirections, and reads the complete
// answer. The error is an *Error of kind ErrUnavailable, or the end of the
// context.
func (s *Session) exchange(ctx context.Context, client *http.Client, c *call) (*Page, error) {
	op := c.op
	request, err := http.NewRequestWithContext(ctx, c.method, c.address, nil)
	if err != nil {
		return nil, &Error{Op: op, Kind: ErrRefused, Err: errors.New("not an address")}
	}
	if len(c.body) > 0 {
		// Without GetBody nothing resends the form automatically: neither a
		// redirection nor a broken connection.
		request.Body, request.ContentLength = readCloser{bytes.NewReader(c.body)}, int64(len(c.body))
		request.Header.Set("Content-Type", cmp.Or(c.contentType, "application/x-www-form-urlencoded"))
	}
	request.Header.Set("User-Agent", s.browser)
	request.Header.Set("Accept", cmp.Or(c.accept, "text/html,application/xhtml+xml,*/*;q=0.8"))
	request.Header.Set("Accept-Language", "es-CL,es;q=0.9")
	if c.referer != "" {
		request.Header.Set("Referer", c.referer)
	}
	if c.origin != "" {
		request.Header.Set("Origin", c.origin)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, failure(ctx, c, err)
	}
	defer response.Body.Close()
	body, err := readBody(response)
	if err != nil {
		return nil, failure(ctx, c, err)
	}
	return &Page{
		URL: response.Request.URL, Status: response.StatusCode, Body: body,
		ContentType: response.Header.Get("Content-Type"), Disposition: response.Header.Get("Content-Disposition"),
		location: response.Header.Get("Location"),
	}, nil
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// failure returns the error for a call without an answer. net/http repeats an
// invalid answer in its error, and such an answer may repeat what was sent.
func failure(ctx context.Context, c *call, err error) error {
	op := c.op
	if ctx.Err() != nil {
		return &Error{Op: op, Err: context.Cause(ctx)}
	}
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err // the address may contain a RUT
	}
	kind := ErrUnavailable
	if errors.Is(err, errTooLarge) {
		kind = ErrPortalChanged
	}
	secrets := c.cookies.secrets(c.secret)
	defer secrets.Clear()
	return &Error{Op: op, Kind: kind, Err: secrets.Error(err)}
}

// judge returns the error that a page means, or nil. Secrets are removed from it.
func (p *Page) judge(op string, secrets *redact.Redactor) error {
	fail := func(kind error) *Error { return &Error{Op: op, HTTPStatus: p.Status, Kind: kind} }
	if p.Status >= 300 && p.Status < 400 {
		return p.redirected(op, secrets)
	}
	if !p.isHTML() {
		if p.Status >= http.StatusBadRequest {
			return fail(statusKind(p.Status))
		}
		return nil
	}
	m := p.read()
	text := plain.Text(m.title + "\n" + m.words)
	if reason, kind := reasonOf(m.code); kind != nil {
		e := fail(kind)
		e.Code, e.Reason, e.Glosa = m.code, reason, oneLine(secrets.Short(m.cause))
		return e
	}
	if kind := phraseKind(text); kind != nil {
		e := fail(kind)
		e.Code, e.Glosa = m.code, oneLine(secrets.Short(m.cause))
		return e
	}
	if challenge := p.challenge(op, &m, text, secrets); challenge != nil {
		return challenge
	}
	switch {
	case p.Status >= http.StatusBadRequest:
		return fail(statusKind(p.Status))
	case m.code != "" && strings.Contains(text, "error al contribuyente"):
		e := fail(ErrRefused) // of an application: its own number and words
		e.Code, e.Glosa = m.code, oneLine(secrets.Short(m.cause))
		return e
	}
	return nil
}

// statusKind returns the kind for a status without words.
func statusKind(status int) error {
	switch status {
	case http.StatusUnauthorized:
		return ErrLoggedOut
	case http.StatusForbidden:
		return ErrRefused
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return ErrPortalChanged
	case http.StatusTooManyRequests:
		return ErrUnavailable
	}
	if status >= http.StatusInternalServerError {
		return ErrUnavailable
	}
	return ErrRefused
}

// redirected returns the error for a redirection that was not followed.
func (p *Page) redirected(op string, secrets *redact.Redactor) error {
	target, err := url.Parse(p.location)
	if err == nil {
		target = p.URL.ResolveReference(target)
	}
	if err == nil && isWaitingRoom(target.Hostname()) {
		return &ChallengeError{Op: op, Kind: WaitingRoom, URL: secrets.Short(target.String()), Title: "Queue-it"}
	}
	e := &Error{Op: op, HTTPStatus: p.Status, Kind: ErrPortalChanged, Err: errors.New("redirected to a host that is not the SII's")}
	if err == nil && known(target) {
		e.Err = errors.New("a form was answered with a redirection that asks to send it again")
	}
	return e
}
