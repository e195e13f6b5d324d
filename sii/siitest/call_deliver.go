package siitest

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// send sends the answer of a successful call, as the fault changes it.
func (c *call) send(contentType string, body ...[]byte) {
	c.deliver(http.StatusOK, contentType, body...)
}

// deliver sends an answer, possibly in parts: large ones are not joined.
func (c *call) deliver(status int, contentType string, body ...[]byte) {
	f := c.fault
	c.pause(f.Late)
	if f.Lost {
		abort()
	}
	if f.Done && f.answers() {
		var own []byte
		status, contentType, own = f.answer()
		body = [][]byte{own}
	}
	length := f.Pad
	for i := range body {
		body[i] = f.Text.damage(body[i])
		length += int64(len(body[i]))
	}
	header := c.w.Header()
	header.Set("Content-Type", contentType)
	for name, values := range f.Header {
		header[name] = values
	}
	out := &delivery{call: c, cut: f.Cut, bandwidth: c.desk.bandwidth}
	if f.Bandwidth > 0 {
		out.bandwidth = f.Bandwidth
	}
	if f.Gzip && strings.Contains(c.r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		c.w.WriteHeader(status)
		f.compress(out, body)
		return
	}
	header.Set("Content-Length", strconv.FormatInt(length, 10))
	c.w.WriteHeader(status)
	if out.bandwidth > 0 {
		out.flush() // sends the headers at once
	}
	f.fill(out, body)
}

// damage damages the letters of an answer. Content other than text is
// unchanged.
func (d Damage) damage(body []byte) []byte {
	switch {
	case !utf8.Valid(body):
		return body
	case d == Latin1Text:
		return page.Latin1(string(body))
	case d == LostText:
		return bytes.Map(func(r rune) rune {
			if r > 0x7f {
				return '\uFFFD'
			}
			return r
		}, body)
	default:
		return body
	}
}

// block is a piece of spaces.
const block = 1 << 20

// spaces are a block as it is, and compressed.
var (
	spaces     = sync.OnceValue(func() []byte { return bytes.Repeat([]byte(" "), block) })
	compressed = sync.OnceValue(func() []byte { return zip(spaces()) })
)

// zip compresses. Compressed parts may follow each other (RFC 1952, 2.2).
func zip(parts ...[]byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for _, part := range parts {
		_, _ = w.Write(part) // a bytes.Buffer does not fail
	}
	_ = w.Close()
	return b.Bytes()
}

// fill writes the spaces and the answer.
func (f *Fault) fill(w io.Writer, body [][]byte) {
	left := f.Pad
	for ; left > 0; left -= block {
		write(w, spaces()[:min(left, block)])
	}
	for _, part := range body {
		write(w, part)
	}
}

// compress writes the same, compressed.
func (f *Fault) compress(w io.Writer, body [][]byte) {
	left := f.Pad
	for ; left > block; left -= block {
		write(w, compressed())
	}
	write(w, zip(append([][]byte{spaces()[:left]}, body...)...))
}

func write(w io.Writer, b []byte) {
	if _, err := w.Write(b); err != nil {
		abort()
	}
}

// delivery writes an answer at its pace, up to its cut.
type delivery struct {
	call      *call
	sent      int
	cut       int // 0 is none
	bandwidth int // 0 is without limit
}

// Write does not return if the connection ends.
func (d *delivery) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := len(rest)
		if d.bandwidth > 0 {
			n = min(n, max(1, d.bandwidth/4))
		}
		if d.cut > 0 {
			if n = min(n, d.cut-d.sent); n == 0 {
				d.flush() // without it the abort loses the written bytes
				abort()
			}
		}
		if d.bandwidth > 0 {
			d.call.pause(time.Duration(n) * time.Second / time.Duration(d.bandwidth))
		}
		if _, err := d.call.w.Write(rest[:n]); err != nil {
			abort() // the client has left
		}
		if d.bandwidth > 0 {
			d.flush()
		}
		d.sent += n
		rest = rest[n:]
	}
	return len(p), nil
}

func (d *delivery) flush() { _ = http.NewResponseController(d.call.w).Flush() }
