package siitest

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
)

// Fault is a failure of the SII. Fields that are zero take no part in it.
type Fault struct {
	Times int // how often it happens; 0 is always
	After int // how many calls of the operation go well before

	HTTPStatus  int    // status of the answer; 0 is 200 if there is a Body
	Body        string // in place of the answer
	ContentType string // of Body; the default is text/html

	// Estado and Glosa are in place of the SII's verdict: in a SOAP answer of its
	// ESTADO and GLOSA, in one of the RCV of codRespuesta and msgeRespuesta.
	Estado, Glosa string

	Cut    int  // only so many bytes of the answer are sent, then the connection ends
	Drop   bool // the connection ends without an answer
	Revoke bool // all tokens end before the call is looked at
}

// scripted is a fault that waits for its calls.
type scripted struct {
	Fault
	op   Op
	seen int
}

// Fail scripts a fault of an operation. Several may be scripted; of those that
// fit a call the oldest happens.
func (s *Server) Fail(op Op, fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &scripted{Fault: fault, op: op})
}

// ClearFaults removes all scripted faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Count returns how often an operation was called.
func (s *Server) Count(op Op) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[op]
}

// begin counts a call and returns the fault that happens to it, or nil.
func (s *Server) begin(op Op) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[op]++
	for _, f := range s.faults {
		if f.op != op {
			continue
		}
		f.seen++
		n := f.seen - f.After
		if n < 1 || f.Times > 0 && n > f.Times {
			continue
		}
		if f.Revoke {
			clear(s.tokens)
		}
		return &f.Fault
	}
	return nil
}

// happens reports whether the fault takes the place of the answer, which it then
// sends.
func (f *Fault) happens(w http.ResponseWriter) bool {
	if f == nil {
		return false
	}
	switch {
	case f.Drop:
		panic(http.ErrAbortHandler) //nolint:forbidigo // how a handler ends its connection
	case f.Body == "" && f.HTTPStatus == 0:
		return false
	}
	status := f.HTTPStatus
	if status == 0 {
		status = http.StatusOK
	}
	body := f.Body
	if body == "" {
		body = fmt.Sprintf("<html><head><title>%d %s</title></head><body></body></html>", status, http.StatusText(status))
	}
	contentType := f.ContentType
	if contentType == "" {
		contentType = "text/html"
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
	return true
}

// send sends an answer, or as much of it as the fault lets through.
func (f *Fault) send(w http.ResponseWriter, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if f != nil && f.Cut > 0 && f.Cut < len(body) {
		_, _ = w.Write(body[:f.Cut])
		// Without it the abort loses what was written.
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) //nolint:forbidigo // how a handler ends its connection
	}
	_, _ = bytes.NewReader(body).WriteTo(w)
}

// A Violation is something that a client did and must not do.
type Violation struct {
	Op     Op
	Rule   string // what it is about, such as Accept or SOAPAction
	Detail string
}

// String returns the violation in a line.
func (v Violation) String() string { return fmt.Sprintf("%s: %s: %s", v.Op, v.Rule, v.Detail) }

// Violations returns what clients did wrong, in order.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation(nil), s.violations...)
}

func (s *Server) violate(op Op, rule, detail string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, Violation{Op: op, Rule: rule, Detail: detail})
}
