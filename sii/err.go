package sii

import (
	"fmt"
	"strings"
	"time"

	"github.com/ofitec/chile/rcv"
)

// Error is a failure of a call. It holds no secrets.
type Error struct {
	Op         string // our operation, such as rcv.summary
	HTTPStatus int    // 0 if no answer arrived
	Estado     string // the SII's code, verbatim; may be empty
	Glosa      string // the SII's text, verbatim, cut to 500 bytes; may be empty
	Kind       error  // one of the Err sentinels, or nil
	Err        error  // the cause, may be nil

	// RetryAfter is how long to wait before asking the SII again; 0 if unknown.
	RetryAfter time.Duration

	// Evidence is the beginning of the answer; nil if none came. It is not part of the
	// error text.
	Evidence *Evidence

	code *Code // its entry of the catalogue, or nil
}

// Code returns the entry of the catalogue for the failure: what it means, what to
// do, and whether a retry can help. If a failure has no entry, it returns the
// entry of its kind.
func (e *Error) Code() Code {
	if e.code != nil {
		return *e.code
	}
	for _, c := range kindCodes {
		if e.Kind != nil && c.Kind == e.Kind { //nolint:errorlint // a kind is a sentinel itself
			return c
		}
	}
	return Code{Kind: e.Kind, Retry: RetryNever}
}

// Retryable reports whether the same call may succeed later. The client has already
// retried as RetrySettings say.
func (e *Error) Retryable() bool {
	switch e.Code().Retry {
	case RetryOnce, RetrySoon, RetryLater:
		return true
	}
	return false
}

// Advice says what to do; it may be empty.
func (e *Error) Advice() Text { return e.Code().Advice }

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("sii: " + e.Op)
	if e.Kind != nil {
		b.WriteString(": " + strings.TrimPrefix(e.Kind.Error(), "sii: "))
	}
	if e.HTTPStatus != 0 && e.HTTPStatus != 200 {
		fmt.Fprintf(&b, ": HTTP %d", e.HTTPStatus)
	}
	if e.Estado != "" {
		b.WriteString(": estado " + e.Estado)
	}
	if e.Glosa != "" {
		fmt.Fprintf(&b, ": %q", e.Glosa)
	}
	switch {
	case e.Err != nil:
		b.WriteString(": " + e.Err.Error())
	case e.Glosa == "" && e.code != nil:
		b.WriteString(": " + strings.TrimSuffix(e.code.Meaning.EN, "."))
	}
	return b.String()
}

// Is reports whether target is the kind of the failure, or ErrProtocol if that is
// ErrPortalChanged.
func (e *Error) Is(target error) bool {
	return e.Kind != nil && (target == e.Kind || e.Kind == ErrPortalChanged && target == ErrProtocol)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IncompleteError says where the rows of a register differ from its summary,
// after the summary was requested twice. It is ErrIncomplete.
type IncompleteError struct {
	Key        rcv.Key
	Mismatches []rcv.Mismatch
}

func (e *IncompleteError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "sii: register %s is incomplete", e.Key)
	for i, m := range e.Mismatches {
		if i == 5 {
			fmt.Fprintf(&b, "; and %d more", len(e.Mismatches)-i)
			break
		}
		b.WriteString("; " + m.String())
	}
	return b.String()
}

// Is reports whether target is ErrIncomplete.
func (e *IncompleteError) Is(target error) bool { return target == ErrIncomplete }

// become changes the error to another entry of the catalogue.
func (e *Error) become(code Code) { e.Kind, e.code = code.Kind, &code }
