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
	"net/url"
	"strings"
)

const (
	headBytes      = 4 << 10 // of an answer that are looked at before it is read
	maxRedirects   = 5
	maxSOAPBody    = 4 << 20
	defaultMaxBody = 256 << 20 // of a register, after decompression
)

// Redirections that are not followed.
var (
	errForeignRedirect  = errors.New("redirected to a host that is not the SII's")
	errManyRedirects    = fmt.Errorf("more than %d redirections", maxRedirects)
	errRedirectWithBody = errors.New("redirected to another service with what was sent")
)

// transport sends requests. It is the one place where they leave.
type transport struct {
	http     http.Client
	env      Environment
	timeouts Timeouts
}

func newTransport(env Environment, client *http.Client, timeouts Timeouts) *transport {
	t := &transport{env: env, timeouts: timeouts, http: *client} // the caller may go on changing its own
	t.http.CheckRedirect = t.checkRedirect
	t.http.Jar = nil // cookies are set by hand, and none of an answer is kept
	return t
}

// checkRedirect follows redirections only to HTTPS hosts of the environment
// (and, for a fake on this machine, to the fake itself), and leaves one to the
// login of the portal to be seen as what it is: a session that is lost.
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
		// Neither a token nor a signed seed goes to another service.
		req.Header.Del("Cookie")
		if req.Body != nil && req.Body != http.NoBody {
			return errRedirectWithBody
		}
	}
	return nil
}

// post sends a request and returns its answer, whatever its status, unless it is
// one that no service answers with on purpose.
func (t *transport) post(ctx context.Context, op, address string, header http.Header, body []byte, limit int64) (*response, error) {
	return t.send(ctx, op, http.MethodPost, address, header, bytes.NewReader(body), limit)
}

// get is post for a request without a body.
func (t *transport) get(ctx context.Context, op, address string, header http.Header, limit int64) (*response, error) {
	return t.send(ctx, op, http.MethodGet, address, header, http.NoBody, limit)
}

func (t *transport) send(ctx context.Context, op, method, address string, header http.Header, body io.Reader, limit int64) (*response, error) {
	of := attemptOf(ctx)
	inner, cancel := context.WithCancelCause(ctx)
	req, err := http.NewRequestWithContext(inner, method, address, body)
	if err != nil {
		cancel(nil)
		return nil, &Error{Op: op, Kind: ErrInvalidRequest, Err: err}
	}
	header.Set("Accept-Encoding", "gzip") // explicit, so that all that comes is bounded here
	req.Header = header
	of.sent(req.URL.Host)
	resp, err := t.http.Do(req) //nolint:bodyclose // response.close does
	if err != nil {
		cancel(nil)
		return nil, t.failure(ctx, op, err)
	}
	r := &response{status: resp.StatusCode, header: resp.Header}
	r.close = func() error {
		defer cancel(nil) // after Close, so that what was read whole leaves a connection for the next
		return resp.Body.Close()
	}
	reader, bounded, err := newBody(resp, limit, func(body io.Reader) io.Reader {
		return newWatch(inner, cancel, t.timeouts.Still, body)
	})
	of.answered(hostOf(resp, req), r, bounded)
	if err == nil {
		r.body = reader
		r.first, err = r.body.Peek(headBytes)
		r.whole = errors.Is(err, io.EOF)
		r.first = bytes.Clone(r.first) // Peek's bytes are overwritten when more is read
	}
	if err != nil && !r.whole {
		_ = r.close()
		return nil, t.failure(ctx, op, err)
	}
	if code, estado, ok := r.judge(t.env); ok {
		_ = r.close()
		return nil, code.refused(op, estado, "")
	}
	return r, nil
}

// hostOf returns where an answer came from, after redirections.
func hostOf(resp *http.Response, req *http.Request) string {
	if resp.Request != nil && resp.Request.URL != nil { // as net/http has it; a RoundTripper of the caller may not
		req = resp.Request
	}
	return req.URL.Host
}

// failure is the error of a request that got no answer, or whose answer ended
// early.
func (t *transport) failure(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return &Error{Op: op, Err: context.Cause(ctx)}
	}
	e := failureCode(err).failed(op)
	e.Err = withoutURL(err)
	return e
}

// failureCode tells failures apart that have no answer.
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

// isVerification reports whether the certificate of a server was not accepted.
func isVerification(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &invalid)
}

// withoutURL leaves out the address, which says nothing that Op does not.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
