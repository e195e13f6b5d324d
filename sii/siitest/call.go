package siitest

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/ofitec/chile"
)

// call is a call of an operation that is being answered.
type call struct {
	server *Server
	w      http.ResponseWriter
	r      *http.Request
	op     Op
	fault  *Fault // what happens to it; not nil
	noted  *Request
	now    time.Time // by the clock of the machine that serves it
}

// begin notes a call, made with that token or none, and finds what happens to it.
// Next come end, deferred, and failed.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, op Op, token string) *call {
	c := &call{server: s, w: w, r: r, op: op, fault: &Fault{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var holder chile.RUT
	if session := s.tokens[token]; session != nil && !session.ended(now) {
		holder = session.holder
	}
	fault, announced := s.script(op, holder, now)
	for name, values := range announced {
		w.Header()[name] = values
	}
	if fault != nil {
		c.fault = fault
	}
	if c.fault.Revoke {
		clear(s.tokens)
	}
	s.counts[op]++
	c.noted = &Request{Op: op, Host: r.Host, Holder: holder, Begin: now, Fault: c.fault.Name}
	s.note(c.noted)
	return c
}

func (c *call) end() {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.noted.End = c.server.now()
}

// pause lets time pass. If the client leaves meanwhile, that is the end of it.
func (c *call) pause(d time.Duration) {
	if d > 0 && c.server.sleep(c.r.Context(), d) != nil {
		abort()
	}
}

// abort ends the connection.
func abort() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // how a handler ends its connection
}

// failed lets the time pass that the answer takes, and reports whether the fault
// took its place and was sent.
func (c *call) failed() bool {
	f := c.fault
	c.pause(c.server.latency + f.Latency)
	c.now = c.server.now().Add(f.Skew)
	c.w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
	switch {
	case f.Reset:
		c.reset()
		abort()
	case f.Drop:
		abort()
	case f.Body == "" && f.HTTPStatus == 0:
		return false
	}
	status := f.HTTPStatus
	if status == 0 {
		status = http.StatusOK
	}
	body := f.Body
	if body == "" && status != http.StatusOK {
		body = fmt.Sprintf("<html><head><title>%d %s</title></head><body></body></html>", status, http.StatusText(status))
	}
	contentType := f.ContentType
	if contentType == "" {
		contentType = "text/html"
	}
	c.deliver(status, contentType, []byte(body))
	return true
}

// reset has the client's end of the connection fail, rather than end.
func (c *call) reset() {
	conn, _, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		return // the connection is not the fake's own; it ends all the same
	}
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	switch conn := conn.(type) {
	case *net.TCPConn:
		_ = conn.SetLinger(0)
	case *pipe:
		conn.other.broken.Store(true)
	}
	_ = conn.Close()
}
