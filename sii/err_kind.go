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

	// ErrRejected says that the SII understood and refuses, for example a certificate
	// that it does not accept. Its words say why.
	ErrRejected = errors.New("sii: rejected")

	// ErrUnavailable says that the SII, or the network, is out of order. Try again later.
	ErrUnavailable = errors.New("sii: unavailable")

	// ErrThrottled says that the SII was asked too often. Wait, and ask less often.
	ErrThrottled = errors.New("sii: asked too often")

	// ErrRecaptcha says that the SII wants proof that a person asks, which the
	// value that the client sends is not: see Wire.
	ErrRecaptcha = errors.New("sii: recaptcha not accepted")

	// ErrDeferred says that there are too many rows for one answer. The SII puts them
	// into a file first. Calls wait for that file by themselves; this error comes only
	// where RCVOptions forbids it.
	ErrDeferred = errors.New("sii: to be downloaded deferred")

	// ErrIncomplete says that a register did not agree with its summary. None of
	// its rows is to be relied on: see IncompleteError. Try again later.
	ErrIncomplete = errors.New("sii: register is incomplete")

	// ErrProtocol says that the answer cannot be one of the SII, or is incomplete: too
	// large, cut, from another host, or behind a certificate that cannot be verified.
	ErrProtocol = errors.New("sii: answer not understood")

	// ErrPortalChanged says that a complete answer has no known form: the SII has
	// changed. errors.Is finds ErrProtocol in it too. Keep Error.Sample and report it;
	// the same request fails again.
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
