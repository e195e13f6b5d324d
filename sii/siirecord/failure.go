package siirecord

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
)

// ErrMissing says that the requested part of a body is not in the cassette.
var ErrMissing = errors.New("siirecord: the rest of the body is not in the cassette")

// The kinds of failure.
const (
	Timeout  = "timeout"
	Canceled = "canceled" // the client ended the request
	Refused  = "refused"  // no connection
	Reset    = "reset"    // the connection broke
	EOF      = "eof"      // the connection ended
	Other    = "other"
)

var failureKinds = []string{Timeout, Canceled, Refused, Reset, EOF, Other}

// NetError is a failure of the network. When replayed, it is the error of the
// request: errors.Is finds context.Canceled, syscall.ECONNREFUSED,
// syscall.ECONNRESET or io.ErrUnexpectedEOF in it, and Timeout returns true for
// a timeout.
type NetError struct {
	Kind string
	Text string // without secrets
}

func (f *NetError) Error() string {
	if f.Text == "" {
		return "siirecord: " + f.Kind
	}
	return f.Text
}

// Timeout implements net.Error.
func (f *NetError) Timeout() bool { return f.Kind == Timeout }

// Temporary implements net.Error.
func (f *NetError) Temporary() bool { return f.Kind == Timeout }

var _ net.Error = (*NetError)(nil)

// Is reports whether target is the standard library's error for the kind.
func (f *NetError) Is(target error) bool {
	switch f.Kind {
	case Timeout:
		return target == context.DeadlineExceeded
	case Canceled:
		return target == context.Canceled
	case Refused:
		return target == syscall.ECONNREFUSED
	case Reset:
		return target == syscall.ECONNRESET
	case EOF:
		return target == io.ErrUnexpectedEOF
	}
	return false
}

// failureOf returns the recorded form of an error.
func failureOf(err error) *NetError {
	f := &NetError{Kind: Other, Text: strings.Join(strings.Fields(err.Error()), " ")}
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		f.Kind = Canceled
	case errors.As(err, &timeout) && timeout.Timeout():
		f.Kind = Timeout
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Kind = Refused
	case errors.Is(err, syscall.ECONNRESET):
		f.Kind = Reset
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.Kind = EOF
	}
	return f
}

// parseFailure reads the recorded form.
func parseFailure(text string) (*NetError, bool) {
	kind, rest, _ := strings.Cut(text, ":")
	if !slices.Contains(failureKinds, kind) {
		return nil, false
	}
	return &NetError{Kind: kind, Text: strings.TrimSpace(rest)}, true
}
