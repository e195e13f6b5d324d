package sii

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/ofitec/chile/internal/endpoint"
)

const (
	headBytes      = 4 << 10 // of an answer, examined before it is read
	maxRedirects   = 5
	maxSOAPBody    = 4 << 20
	defaultMaxBody = 256 << 20 // of a register, after decompression
)

// Reasons not to follow a redirection.
var (
	errForeignRedirect  = errors.New("redirected to a host that is not the SII's")
	errManyRedirects    = fmt.Errorf("more than %d redirections", maxRedirects)
	errRedirectWithBody = errors.New("redirected to another service with the request's content")
)

// transport sends requests. All requests leave through it.
type transport struct {
	http     http.Client
	once     http.Client // the same, for bodies that are sent once: it follows no redirection
	env      Environment
	timeouts Timeouts
}

func newTransport(env Environment, client *http.Client, timeouts Timeouts) *transport {
	t := &transport{env: env, timeouts: timeouts, http: *client} // the caller may change its client later
	t.http.CheckRedirect = t.checkRedirect
	t.http.Jar = nil // cookies are set explicitly, and none are stored
	t.once = t.http
	t.once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return t
}

// checkRedirect follows redirections only to HTTPS hosts of the environment
// (and, for a fake on this machine, to the fake itself). It does not follow one
// to the portal's login, which means a lost session.
func (t *transport) checkRedirect(req *http.Request, via []*http.Request) error {
	switch {
	case t.env.isLogin(req.URL):
		return http.ErrUseLastResponse
	case isWaitingRoom(req.URL):
		return http.ErrUseLastResponse
	case !t.env.knows(req.URL):
		return errForeignRedirect
	case len(via) >= maxRedirects:
		return errManyRedirects
	case !strings.EqualFold(req.URL.Host, via[0].URL.Host):
		// Neither a token nor a signed seed may go to another service.
		req.Header.Del("Cookie")
		if req.Body != nil && req.Body != http.NoBody {
			return errRedirectWithBody
		}
	}
	return nil
}

// outgoing is a request to send.
type outgoing struct {
	op, method, address string
	header              http.Header
	body                io.Reader // nil if there is none
	limit               int64     // of its answer

	// once is the body if it must not be sent twice. net/http repeats a request with
	// a body only if GetBody can return the body again, and here it cannot.
	once *once

	// refusal classifies an answer that is not valid; if nil, response.refusal
	// does.
	refusal func(r *response, op string, env Environment) *Error
}

// post sends a request and returns its answer with any status, unless the status
// is one that no service uses on purpose.
func (t *transport) post(ctx context.Context, op, address string, header http.Header, body []byte, limit int64) (*response, error) {
	return t.send(ctx, &outgoing{op: op, method: http.MethodPost, address: address, header: header, body: bytes.NewReader(body), limit: limit})
}

// get is post for a request without a body.
func (t *transport) get(ctx context.Context, op, address string, header http.Header, limit int64) (*response, error) {
	return t.send(ctx, &outgoing{op: op, method: http.MethodGet, address: address, header: header, limit: limit})
}

func (t *transport) send(ctx context.Context, out *outgoing) (*response, error) {
	of := attemptOf(ctx)
	inner, cancel := context.WithCancelCause(ctx)
	req, err := out.request(inner)
	if err != nil {
		cancel(nil)
		return nil, &Error{Op: out.op, Kind: ErrInvalidRequest, Err: err}
	}
	of.sent(req.URL.Host)
	resp, err := t.do(req, out, cancel) //nolint:bodyclose // response.close does
	if err != nil {
		cancel(nil)
		return nil, t.failure(ctx, out.op, err)
	}
	r := &response{status: resp.StatusCode, header: resp.Header}
	r.close = func() error {
		defer cancel(nil) // after Close, so a fully read answer leaves its connection for reuse
		return resp.Body.Close()
	}
	reader, bounded, err := newBody(resp, out.limit, func(body io.Reader) io.Reader {
		return newWatch(inner, cancel, t.timeouts.Still, body)
	})
	of.answered(hostOf(resp, req), r, bounded)
	if err == nil {
		r.body = reader
		r.first, err = r.body.Peek(headBytes)
		r.whole = errors.Is(err, io.EOF)
		r.first = bytes.Clone(r.first) // Peek's bytes are overwritten by further reads
	}
	if err != nil && !r.whole {
		_ = r.close()
		return nil, t.failure(ctx, out.op, err)
	}
	refusal := out.refusal
	if refusal == nil {
		refusal = (*response).refusal
	}
	if e := refusal(r, out.op, t.env); e != nil {
		_ = r.close()
		return nil, e
	}
	return r, nil
}

// request returns the request of net/http.
func (o *outgoing) request(ctx context.Context) (*http.Request, error) {
	body := o.body
	switch {
	case o.once != nil:
		body = o.once
	case body == nil:
		body = http.NoBody
	}
	req, err := http.NewRequestWithContext(ctx, o.method, o.address, body)
	if err != nil {
		return nil, err
	}
	if o.once != nil {
		req.ContentLength = o.once.left // never chunked
	}
	o.header.Set("Accept-Encoding", "gzip") // explicit, so all received data are bounded here
	req.Header = o.header
	return req, nil
}

// do sends a request. A request that is sent once ends if no more of its body is
// taken for too long.
func (t *transport) do(req *http.Request, out *outgoing, cancel context.CancelCauseFunc) (*http.Response, error) {
	if out.once == nil {
		return t.http.Do(req)
	}
	out.once.watch(t.timeouts.Still, func() { cancel(errStill) })
	resp, err := t.once.Do(req)
	if err != nil && errors.Is(context.Cause(req.Context()), errStill) {
		err = errStill
	}
	return resp, err
}

// hostOf returns the host of an answer, after redirections.
func hostOf(resp *http.Response, req *http.Request) string {
	if resp.Request != nil && resp.Request.URL != nil { // as in net/http; a caller's RoundTripper may leave it out
		req = resp.Request
	}
	return req.URL.Host
}

// failure returns the error for a request without an answer, or with one that
// ended early.
func (t *transport) failure(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return &Error{Op: op, Err: context.Cause(ctx)}
	}
	e := failureCode(err).failed(op)
	e.Err = endpoint.WithoutURL(err)
	return e
}

// failureCode classifies failures without an answer.
func failureCode(err error) Code {
	var tooLarge *sizeError
	var corrupt *damagedError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, errForeignRedirect), errors.Is(err, errRedirectWithBody):
		return codeForeign
	case errors.Is(err, errManyRedirects):
		return codeLoop
	case errors.As(err, &tooLarge):
		return codeLarge
	case errors.Is(err, errEncoding):
		return codeEncoding
	case isVerification(err):
		return codeTLS
	case errors.Is(err, errStill), errors.As(err, &timeout) && timeout.Timeout():
		return codeSlow
	case errors.As(err, &corrupt), errors.Is(err, io.ErrUnexpectedEOF):
		return codeCut
	default:
		return codeNoAnswer
	}
}

// isVerification reports whether a server's certificate was not accepted.
func isVerification(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &invalid)
}
