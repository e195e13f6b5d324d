package sii

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	defaultTimeout = 2 * time.Minute // of our own http.Client, the body included
	maxRedirects   = 5
	maxSOAPBody    = 4 << 20
	defaultMaxBody = 256 << 20 // of a register, after decompression
	peekBytes      = 1024
)

// errForeignRedirect says that an answer led away from the environment.
var errForeignRedirect = errors.New("redirected to a host that is not the SII's")

// transport sends requests. It is the one place where they leave.
type transport struct {
	http    http.Client
	env     Environment
	maxBody int64
	now     func() time.Time
}

func newTransport(c *config) *transport {
	t := &transport{env: c.env, maxBody: c.maxBody, now: c.now, http: http.Client{Timeout: defaultTimeout}}
	if c.http != nil {
		t.http = *c.http // the caller may go on changing its own
	}
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
	case !t.env.knows(req.URL):
		return errForeignRedirect
	case len(via) >= maxRedirects:
		return fmt.Errorf("more than %d redirections", maxRedirects)
	case !strings.EqualFold(req.URL.Host, via[0].URL.Host):
		// Neither a token nor a signed seed goes to another service.
		req.Header.Del("Cookie")
		if req.Body != nil && req.Body != http.NoBody {
			return errForeignRedirect
		}
	}
	return nil
}

// response is an answer whose first bytes have been looked at.
type response struct {
	status int
	header http.Header
	body   *bufio.Reader // bounded
	first  []byte        // the first bytes of body, which still has them
	close  func() error
}

// post sends a request and returns its answer, whatever its status, unless it
// is one that no service answers with on purpose.
func (t *transport) post(ctx context.Context, op, address string, header http.Header, body []byte, limit int64) (*response, error) {
	return t.send(ctx, op, http.MethodPost, address, header, bytes.NewReader(body), limit)
}

// get is post for a request without a body.
func (t *transport) get(ctx context.Context, op, address string, header http.Header, limit int64) (*response, error) {
	return t.send(ctx, op, http.MethodGet, address, header, http.NoBody, limit)
}

func (t *transport) send(ctx context.Context, op, method, address string, header http.Header, body io.Reader, limit int64) (*response, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, &Error{Op: op, Kind: ErrInvalidRequest, Err: err}
	}
	req.Header = header
	observed := attemptOf(ctx)
	observed.sent(req.URL.Host)
	resp, err := t.http.Do(req) //nolint:bodyclose // response.close does, or the caller of newResponse below
	if err != nil {
		return nil, t.failure(ctx, op, err)
	}
	r := &response{status: resp.StatusCode, header: resp.Header, close: resp.Body.Close}
	bounded := &boundedReader{r: resp.Body, left: limit, limit: limit}
	observed.answered(hostOf(resp, req), resp.StatusCode, bounded)
	r.body = bufio.NewReaderSize(bounded, 32<<10)
	r.first, err = r.body.Peek(peekBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		_ = r.close()
		return nil, t.failure(ctx, op, err)
	}
	if err := r.check(op); err != nil {
		_ = r.close()
		return nil, err
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
	var tooLarge *sizeError
	switch {
	case ctx.Err() != nil:
		return &Error{Op: op, Err: context.Cause(ctx)}
	case errors.Is(err, errForeignRedirect), errors.As(err, &tooLarge):
		return &Error{Op: op, Kind: ErrProtocol, Err: withoutURL(err)}
	default:
		return &Error{Op: op, Kind: ErrUnavailable, Err: withoutURL(err)}
	}
}

// withoutURL leaves out the address, which says nothing that Op does not.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// check judges what can be judged without knowing the service.
func (r *response) check(op string) error {
	fail := func(kind error, cause string) error {
		e := &Error{Op: op, HTTPStatus: r.status, Kind: kind}
		if cause != "" {
			e.Err = errors.New(cause)
		}
		return e
	}
	text := strings.ToLower(string(r.first))
	switch {
	case r.status >= 300 && r.status < 400:
		return fail(ErrUnauthorized, "redirected to the login of the portal")
	case r.status == http.StatusUnauthorized:
		return fail(ErrUnauthorized, "")
	case r.status == http.StatusForbidden:
		return fail(ErrUnauthorized, "")
	case r.status == http.StatusTooManyRequests:
		return fail(ErrThrottled, "")
	case strings.Contains(text, "consultas recurrentes") && !strings.HasPrefix(strings.TrimSpace(text), "{"):
		return fail(ErrThrottled, "consultas recurrentes") // on a page; in an answer the words are read later
	case r.status == http.StatusBadGateway, r.status == http.StatusServiceUnavailable, r.status == http.StatusGatewayTimeout:
		return fail(ErrUnavailable, "")
	case strings.TrimSpace(text) == "error 500":
		return fail(ErrUnavailable, "Error 500")
	case r.status == http.StatusNotFound, r.status == http.StatusMethodNotAllowed:
		return fail(ErrProtocol, "there is no such service at this address")
	}
	return nil
}

// isHTML reports whether the answer is a web page.
func (r *response) isHTML() bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(r.first, []byte("\xef\xbb\xbf")))
	lower := bytes.ToLower(text[:min(len(text), 64)])
	if bytes.HasPrefix(lower, []byte("<!doctype")) || bytes.HasPrefix(lower, []byte("<html")) || bytes.HasPrefix(lower, []byte("<head")) {
		return true
	}
	return strings.Contains(r.header.Get("Content-Type"), "text/html") && bytes.HasPrefix(text, []byte("<"))
}

// boundedReader fails, rather than ends, where an answer is too large.
type boundedReader struct {
	r           io.Reader
	left, limit int64
}

// sizeError says that an answer is too large.
type sizeError struct{ limit int64 }

func (e *sizeError) Error() string { return fmt.Sprintf("the answer has more than %d bytes", e.limit) }

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, err := b.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, &sizeError{b.limit}
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}
