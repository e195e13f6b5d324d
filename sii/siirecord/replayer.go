package siirecord

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// ErrUnexpected says that a request is not in the cassette, or not that often.
var ErrUnexpected = errors.New("siirecord: request is not in the cassette")

// ErrUnused says that a part of a cassette was not requested.
var ErrUnused = errors.New("siirecord: exchanges were not requested")

// maxRequest bounds the body of a compared request.
const maxRequest = 64 << 20

// Replayer answers requests from a cassette, each exchange once. A request gets the
// first remaining exchange with its method, its path (without RUT) and its
// operation; hosts and secrets do not matter. A request without a match fails with
// ErrUnexpected. It is safe for concurrent use; requests for the same thing get
// their answers in order of arrival.
type Replayer struct {
	mu        sync.Mutex
	exchanges []Exchange
	used      []bool
}

// Replayer returns a transport that answers from the cassette. Several are
// independent.
func (c *Cassette) Replayer() *Replayer {
	return &Replayer{exchanges: c.Exchanges, used: make([]bool, len(c.Exchanges))}
}

// RoundTrip implements http.RoundTripper.
func (r *Replayer) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := bodyOf(req)
	if err != nil {
		return nil, err
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	operation := operationOf(req.Method, req.URL, req.Header, body)
	e := r.use(req, operation)
	if e == nil {
		return nil, fmt.Errorf("%w: %s %s, %s", ErrUnexpected, req.Method, matched(req.URL), operation)
	}
	if e.Failure != nil {
		return nil, e.Failure
	}
	return e.response(req), nil
}

// bodyOf reads and closes the body of a request.
func bodyOf(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	defer req.Body.Close()
	body, err := io.ReadAll(io.LimitReader(req.Body, maxRequest))
	if err != nil {
		return nil, fmt.Errorf("siirecord: read the request: %w", err)
	}
	return body, nil
}

// use finds the exchange of a request and takes it.
func (r *Replayer) use(req *http.Request, operation string) *Exchange {
	method := req.Method
	if method == "" {
		method = http.MethodGet
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.exchanges {
		e := &r.exchanges[i]
		if !r.used[i] && e.Method == method && e.Operation == operation && pathOf(e.URL) == matched(req.URL) {
			r.used[i] = true
			return e
		}
	}
	return nil
}

// Done returns ErrUnused, with the exchanges that were not requested, unless
// all were.
func (r *Replayer) Done() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var left []string
	for i := range r.exchanges {
		if !r.used[i] {
			left = append(left, fmt.Sprintf("%d %s", r.exchanges[i].Number, r.exchanges[i].Operation))
		}
	}
	if len(left) == 0 {
		return nil
	}
	const shown = 10
	if len(left) > shown {
		left = append(left[:shown], fmt.Sprintf("and %d more", len(left)-shown))
	}
	return fmt.Errorf("%w: %s", ErrUnused, strings.Join(left, "; "))
}

// response returns the answer of an exchange.
func (e *Exchange) response(req *http.Request) *http.Response {
	header := e.Response.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Del("Content-Length") // that of the body before redaction
	length := int64(len(e.Response.Body))
	if e.Response.Missing != "" || e.Response.Broken != nil {
		length = -1
	}
	return &http.Response{
		StatusCode: e.Status, Status: fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, ContentLength: length, Request: req,
		Body: io.NopCloser(e.Response.reader()),
	}
}

// reader returns the body, with its recorded end.
func (m *Message) reader() io.Reader {
	body := bytes.NewReader(m.Body)
	switch {
	case m.Broken != nil:
		return io.MultiReader(body, failing{m.Broken})
	case m.Missing != "":
		return io.MultiReader(body, failing{fmt.Errorf("%w: %s", ErrMissing, m.Missing)})
	}
	return body
}

// failing is the early end of a body.
type failing struct{ err error }

// Read implements io.Reader.
func (f failing) Read([]byte) (int, error) { return 0, f.err }
