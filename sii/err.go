package sii

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ofitec/chile/rcv"
)

// The kinds of failure. Each is a decision that a caller can take; errors.Is
// finds it in whatever wraps it.
var (
	// ErrUnauthorized says that the SII does not accept the token, not even a fresh
	// one. The certificate works for signing in, but not for this service.
	ErrUnauthorized = errors.New("sii: token not accepted")

	// ErrForbidden says that who signed in may not do this: the company has not
	// authorised the holder of the certificate, or the holder is not registered.
	// The company must change that at the SII.
	ErrForbidden = errors.New("sii: not authorised")

	// ErrInvalidRequest says that the SII cannot do anything with what it was asked.
	// To ask again changes nothing.
	ErrInvalidRequest = errors.New("sii: invalid request")

	// ErrRejected says that the SII understood and refuses, such as a certificate
	// that it does not accept. Its words say why.
	ErrRejected = errors.New("sii: rejected")

	// ErrUnavailable says that the SII, or the way to it, is out of order. Try again
	// later.
	ErrUnavailable = errors.New("sii: unavailable")

	// ErrThrottled says that the SII was asked too often. Wait, and ask less often.
	ErrThrottled = errors.New("sii: asked too often")

	// ErrRecaptcha says that the SII wants proof that a person asks, which the
	// value that the client sends is not: see WithRecaptcha.
	ErrRecaptcha = errors.New("sii: recaptcha not accepted")

	// ErrDeferred says that the answer has too many rows for one answer: the SII
	// gives them in a file that it makes first. Calls do so by themselves; only
	// where they may not it is an error.
	ErrDeferred = errors.New("sii: to be downloaded deferred")

	// ErrIncomplete says that a register did not agree with its summary. None of
	// its rows is to be relied on: see IncompleteError. Try again later.
	ErrIncomplete = errors.New("sii: register is incomplete")

	// ErrProtocol says that what came cannot be an answer of the SII, or not all of
	// it: too large, cut in its middle, from elsewhere, behind a certificate that
	// cannot be verified.
	ErrProtocol = errors.New("sii: answer not understood")

	// ErrPortalChanged says that a whole answer came that is in no known form: the
	// SII has changed. It is an ErrProtocol too, of which errors.Is tells the same.
	// Keep Error.Sample and report it; to ask again changes nothing.
	ErrPortalChanged = errors.New("sii: answer in no known form")

	// ErrNoRCV says that the environment has no Registro de Compras y Ventas. It is
	// known to exist in production only; see Environment.WithRCV.
	ErrNoRCV = errors.New("sii: environment has no RCV")
)

// Error is a failure of a call. What it holds has no secrets.
type Error struct {
	Op         string // our operation, such as rcv.summary
	HTTPStatus int    // 0 if no answer arrived
	Estado     string // the SII's code, verbatim; may be empty
	Glosa      string // the SII's text, verbatim, cut to 500 bytes; may be empty
	Kind       error  // one of the Err sentinels, or nil
	Err        error  // the cause, may be nil

	// RetryAfter is for how long the SII wants to be left alone, or is known to
	// refuse; 0 if nothing is known.
	RetryAfter time.Duration

	// Evidence is the beginning of what came; nil if nothing did. It is not part of
	// the text of the error.
	Evidence *Evidence

	code *Code // its entry of the catalogue, or nil
}

// Code returns the entry of the catalogue for the failure: what it means, what to
// do, and whether asking again can help. For a failure without entry it is one for
// its kind.
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

// Retryable reports whether the same call can succeed later without anybody doing
// anything. The client has done by then what RetrySettings say.
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

// maxGlosa bounds what an Error keeps of the SII's words.
const maxGlosa = 500

func cutGlosa(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= maxGlosa {
		return s
	}
	return strings.ToValidUTF8(s[:maxGlosa], "") + "…"
}

// IncompleteError says where the rows of a register differ from what its
// summary promises, after the summary was asked for twice. It is ErrIncomplete.
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
