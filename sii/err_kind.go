package sii

import (
	"context"
	"errors"

	"github.com/ofitec/chile/rcv"
)

// The kinds of failure. Each is a decision for the caller. errors.Is finds them in
// wrapped errors.
var (
	// ErrUnauthorized says that the SII does not accept the token, not even a fresh
	// one. The certificate works for signing in, but not for this service.
	ErrUnauthorized = errors.New("sii: token not accepted")

	// ErrForbidden says that the holder of the certificate may not do this: the company
	// has not authorised the holder, or the holder is not registered. The company must
	// change that at the SII.
	ErrForbidden = errors.New("sii: not authorised")

	// ErrInvalidRequest says that the request is wrong. The same request fails again.
	ErrInvalidRequest = errors.New("sii: invalid request")

	// ErrRejected says that the SII understood the request and refuses it, for
	// example because of a certificate. The SII's words say why.
	ErrRejected = errors.New("sii: rejected")

	// ErrUnavailable says that the SII, or the network, is failing. Try again later.
	ErrUnavailable = errors.New("sii: unavailable")

	// ErrThrottled says that the SII received too many calls. Wait, and call less
	// often.
	ErrThrottled = errors.New("sii: asked too often")

	// ErrRecaptcha says that the SII requires proof of a human user, and does not
	// accept the client's value: see Wire.
	ErrRecaptcha = errors.New("sii: recaptcha not accepted")

	// ErrDeferred says that there are too many rows for one answer. The SII prepares
	// them as a file first. Calls wait for that file themselves; this error comes only
	// if RCVOptions forbids it.
	ErrDeferred = errors.New("sii: to be downloaded deferred")

	// ErrIncomplete says that a register did not agree with its summary. Do not
	// use any of its rows: see IncompleteError. Try again later.
	ErrIncomplete = errors.New("sii: register is incomplete")

	// ErrProtocol says that the answer cannot be the SII's, or is incomplete: too
	// large, cut, from another host, or behind a certificate that cannot be verified.
	ErrProtocol = errors.New("sii: answer not understood")

	// ErrPortalChanged says that a complete answer has no known form: the SII has
	// changed. Keep Error.Sample and report it; the same request fails again.
	ErrPortalChanged = errors.New("sii: answer in no known form")

	// ErrNoRCV says that the environment has no Registro de Compras y Ventas. The
	// register is known in production only; see Environment.WithRCV.
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
	{ErrPortalChanged, "portal_changed"}, // before ErrProtocol, which it also is
	{ErrProtocol, "protocol"},
	{ErrNoRCV, "no_rcv"},
	{context.DeadlineExceeded, "deadline"},
	{context.Canceled, "canceled"},
}

// KindName returns a short name for the kind of an error, such as unavailable: one
// of a small set, for labels of metrics. It is deadline or canceled if the caller
// has ended the call, null_row or unreadable_row for an unreadable row, the error's
// own name if it has a method KindName, other if it has no kind, and empty for nil.
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
