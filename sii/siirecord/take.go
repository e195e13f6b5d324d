package siirecord

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// take is an exchange under recording.
type take struct {
	recorder *Recorder
	number   int
	began    time.Time

	req     *http.Request
	request *tap

	resp   *http.Response
	answer *tap
	once   sync.Once
}

// tap keeps the beginning of a stream.
type tap struct {
	mu    sync.Mutex
	limit int64
	kept  bytes.Buffer
	more  bool // there was more than the limit
}

func newTap(limit int64) *tap { return &tap{limit: limit} }

func (t *tap) keep(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	room := int(t.limit) - t.kept.Len()
	if len(p) > room {
		p, t.more = p[:room], true
	}
	t.kept.Write(p)
}

// bytes returns the kept bytes, and whether they are all.
func (t *tap) bytes() (kept []byte, all bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.kept.Bytes()), !t.more
}

// listen returns a request whose body is recorded while it is sent.
func (t *take) listen(req *http.Request) *http.Request {
	t.req = req
	if req.Body == nil || req.Body == http.NoBody {
		return req
	}
	sent := req.Clone(req.Context()) // a RoundTripper must not change its request
	sent.Body = &tapped{ReadCloser: req.Body, tap: t.request}
	t.req = sent
	return sent
}

// tapped is the body of a request.
type tapped struct {
	io.ReadCloser
	tap *tap
}

// Read implements io.Reader.
func (b *tapped) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.tap.keep(p[:n])
	return n, err
}

// answered records the body of the answer while it is read, and writes the exchange
// at its end.
func (t *take) answered(resp *http.Response) {
	t.resp, t.answer = resp, newTap(t.recorder.settings.MaxBody)
	header := resp.Header.Clone()
	if resp.Body == nil || resp.Body == http.NoBody || t.req.Method == http.MethodHead {
		t.end(header, nil)
		return
	}
	resp.Body = &answerBody{ReadCloser: resp.Body, take: t, header: header}
}

// answerBody is the body of an answer.
type answerBody struct {
	io.ReadCloser
	take   *take
	header http.Header // as received
}

// Read implements io.Reader.
func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.take.answer.keep(p[:n])
	if err != nil {
		b.take.end(b.header, err)
	}
	return n, err
}

// Close implements io.Closer.
func (b *answerBody) Close() error {
	err := b.ReadCloser.Close()
	b.take.end(b.header, errNotRead)
	return err
}

// errNotRead says that the client closed an answer before its end.
var errNotRead = errors.New("the client did not read it to its end")

// end writes an exchange after the end of its answer.
func (t *take) end(header http.Header, how error) {
	t.once.Do(func() {
		e := t.exchange()
		e.Status = t.resp.StatusCode
		kept, all := t.answer.bytes()
		body, whole, missing := unpacked(header, kept, t.recorder.settings.MaxBody)
		switch {
		case missing != "":
			e.Response.Missing = missing
		case !all:
			e.Response.Missing = tooLarge(t.recorder.settings.MaxBody)
		case how == nil, errors.Is(how, io.EOF), whole, int64(len(kept)) == t.resp.ContentLength:
		case errors.Is(how, errNotRead):
			e.Response.Missing = errNotRead.Error()
		default:
			e.Response.Broken = failureOf(how)
		}
		if body != nil && header.Get("Content-Encoding") != "" {
			header.Del("Content-Encoding") // the body is written decompressed
			header.Del("Content-Length")
		}
		e.Response.Header, e.Response.Body = header, body
		t.write(e)
	})
}

func tooLarge(limit int64) string { return fmt.Sprintf("it has more than %d bytes", limit) }

// failed writes an exchange without an answer.
func (t *take) failed(err error) {
	e := t.exchange()
	e.Failure = failureOf(err)
	if cause := context.Cause(t.req.Context()); cause != nil && errors.Is(err, cause) {
		e.Failure.Kind = failureOf(t.req.Context().Err()).Kind
	}
	t.write(e)
}

// exchange returns the known data of the request.
func (t *take) exchange() *Exchange {
	body, all := t.request.bytes()
	e := &Exchange{
		Number: t.number, At: t.began.UTC(), Took: t.recorder.settings.Now().Sub(t.began),
		Method: t.req.Method, URL: t.req.URL.String(),
		Operation: operationOf(t.req.Method, t.req.URL, t.req.Header, body),
		Request:   Message{Header: t.req.Header, Body: body},
	}
	if e.Method == "" {
		e.Method = http.MethodGet
	}
	e.Request.Body, e.Request.Missing = withoutFiles(t.req.Header, body)
	if !all {
		e.Request.Missing = tooLarge(t.recorder.settings.MaxBody)
	}
	return e
}

// write redacts an exchange and writes it.
func (t *take) write(e *Exchange) {
	s := t.recorder.scrub
	for _, m := range []*Message{&e.Request, &e.Response} {
		s.learn(m.Header, string(m.Body))
	}
	for _, m := range []*Message{&e.Request, &e.Response} {
		m.Header = s.header(m.Header)
		m.scrub(s)
	}
	e.URL = s.address(t.req.URL)
	e.Operation = s.short(e.Operation)
	if e.Failure != nil {
		e.Failure.Text = s.short(e.Failure.Text)
	}
	t.recorder.write(e.Number, e.append(nil))
}

// scrub removes the secrets from a body.
func (m *Message) scrub(s *scrubber) {
	if m.Broken != nil {
		m.Broken.Text = s.short(m.Broken.Text)
	}
	if !isText(m.Body) {
		m.Body, m.Missing, m.Broken = nil, "it is no text", nil
		return
	}
	text, ok := s.text(string(m.Body))
	if !ok {
		m.Body, m.Missing, m.Broken = nil, "it has no parts that can be looked through", nil
		return
	}
	m.Body = []byte(text)
}

// isText reports whether a body is text in UTF-8 or ISO-8859-1: it has few bytes
// that text never has.
func isText(body []byte) bool {
	odd, valid := 0, utf8.Valid(body)
	for _, c := range body {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f || c > 0x7f && c < 0xa0 && !valid {
			odd++
		}
	}
	return odd*100 <= len(body)
}

// unpacked returns a body without compression, as far as possible. whole is true if
// the compression confirms it.
func unpacked(header http.Header, body []byte, limit int64) (plain []byte, whole bool, missing string) {
	switch encoding := strings.ToLower(header.Get("Content-Encoding")); {
	case encoding == "", encoding == "identity", len(body) == 0:
		return body, false, ""
	case encoding != "gzip" && encoding != "x-gzip":
		return nil, false, "it is compressed in a way that is not known"
	}
	zip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, false, "it cannot be decompressed"
	}
	plain, err = io.ReadAll(io.LimitReader(zip, limit+1))
	if int64(len(plain)) > limit {
		return plain[:limit], false, tooLarge(limit)
	}
	return plain, err == nil, ""
}

// printable reports whether a line can be written as it is.
func printable(line string) bool {
	if !utf8.ValidString(line) {
		return false
	}
	for _, r := range line {
		if r != '\t' && !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
