package siitest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/ofitec/chile"
)

// desk receives the calls: each is recorded, delayed, and subject to the scripted
// faults.
type desk struct {
	now       func() time.Time
	sleep     func(ctx context.Context, d time.Duration) error
	latency   time.Duration
	bandwidth int

	access  *access
	script  script
	journal journal

	beginning sync.Mutex // one call begins at a time: faults and records are in one order
}

// call is a running call of an operation.
type call struct {
	desk  *desk
	w     http.ResponseWriter
	r     *http.Request
	op    Op
	fault *Fault // its fault; not nil
	noted *Request
	now   time.Time // by the clock of the serving machine
}

// begin records a call, made with that token or none, and finds its fault. Call
// end, deferred, and failed next.
func (d *desk) begin(w http.ResponseWriter, r *http.Request, op Op, token string) *call {
	d.beginning.Lock()
	defer d.beginning.Unlock()
	now := d.now()
	holder := d.access.holderOf(token, now)
	fault, announced := d.script.next(op, holder, now)
	for name, values := range announced {
		w.Header()[name] = values
	}
	if fault.Revoke {
		d.access.revoke()
	}
	noted := d.journal.note(Request{Op: op, Host: r.Host, Holder: holder, Begin: now, Fault: fault.Name})
	return &call{desk: d, w: w, r: r, op: op, fault: fault, noted: noted}
}

func (c *call) end() {
	c.desk.journal.amend(c.noted, func(r *Request) { r.End = c.desk.now() })
}

// gave records who got a token from the call.
func (c *call) gave(token string, holder chile.RUT) {
	c.desk.journal.remember(token)
	c.desk.journal.amend(c.noted, func(r *Request) { r.Holder = holder })
}

// violate records what the client did wrong.
func (c *call) violate(rule, detail string) { c.desk.journal.violate(c.op, rule, detail) }

// pause lets time pass. If the client leaves meanwhile, the call ends.
func (c *call) pause(d time.Duration) {
	if d > 0 && c.desk.sleep(c.r.Context(), d) != nil {
		abort()
	}
}

// abort ends the connection.
func abort() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // how a handler ends its connection
}

// failed lets the answer's time pass, and reports whether the fault was sent
// instead.
func (c *call) failed() bool {
	f := c.fault
	c.pause(c.desk.latency + f.Latency)
	c.now = c.desk.now().Add(f.Skew)
	c.w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
	switch {
	case f.Reset:
		c.reset()
		abort()
	case f.Drop:
		abort()
	case f.Done, !f.answers():
		return false
	}
	status, contentType, body := f.answer()
	c.deliver(status, contentType, body)
	return true
}

// answers reports whether the fault has its own answer.
func (f *Fault) answers() bool { return f.Body != "" || f.HTTPStatus != 0 }

// answer returns the answer of a fault that has one.
func (f *Fault) answer() (status int, contentType string, body []byte) {
	status, contentType, text := f.HTTPStatus, f.ContentType, f.Body
	if status == 0 {
		status = http.StatusOK
	}
	if text == "" && status != http.StatusOK {
		text = fmt.Sprintf("<html><head><title>%d %s</title></head><body></body></html>", status, http.StatusText(status))
	}
	if contentType == "" {
		contentType = "text/html"
	}
	return status, contentType, []byte(text)
}

// reset makes the client's end of the connection fail, rather than end.
func (c *call) reset() {
	conn, _, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		return // the connection is not the fake's own; it ends anyway
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
