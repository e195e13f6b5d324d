package sii

import (
	"context"
	"errors"

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
	// value that the client sends is not: see Wire.
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

// kindNames are the names of the kinds, for logs and metrics.
var kindNames = []struct {
	kind error
	name string
}{
	{ErrUnauthorized, "unauthorized"},
	{ErrForbidden, "forbidden"},
	{ErrInvalidRequest, "invalid_request"},
	{ErrRejected, "rejected"},
	{ErrUnavailable, "unavailable"},
	{ErrThrottled, "throttled"},
	{ErrRecaptcha, "recaptcha"},
	{ErrDeferred, "deferred"},
	{ErrIncomplete, "incomplete"},
	{ErrPortalChanged, "portal_changed"}, // before ErrProtocol, which it is as well
	{ErrProtocol, "protocol"},
	{ErrNoRCV, "no_rcv"},
	{context.DeadlineExceeded, "deadline"},
	{context.Canceled, "canceled"},
}

// KindName returns a short name for the kind of an error, such as unavailable: one
// of a small set, for labels of metrics. It is deadline or canceled if the caller
// has ended the call, null_row or unreadable_row for a row that cannot be read, what
// the error calls itself if it has a method KindName, other for what has no kind,
// and empty for nil.
func KindName(err error) string {
	if err == nil {
		return ""
	}
	for _, k := range kindNames {
		if errors.Is(err, k.kind) {
			return k.name
		}
	}
	var row *rcv.RowError
	var named interface{ KindName() string }
	switch {
	case errors.Is(err, rcv.ErrNull):
		return "null_row"
	case errors.As(err, &row):
		return "unreadable_row"
	case errors.As(err, &named):
		return named.KindName()
	}
	return "other"
}
