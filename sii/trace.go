package sii

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Observer receives what a client does: calls and their attempts, waits, renewals
// of the token, rows and circuits. Functions that are nil are skipped. A client
// without observers does no work for them. See WithObserver.
//
// The client calls a function where the thing happens, so the function must be
// quick and must not call the client. It may be called from many goroutines at
// once; the functions of one call run one after another. A renewal of the token
// continues when its caller gives up, and is reported from a goroutine of its own.
//
// A …Start function may return a context with more in it, such as a span. What
// happens inside has that context, down to the request of net/http, and so has the
// …End function. If it returns nil, the context does not change.
//
// The values have no secrets: no token, seed, cookie, signature or password. They
// have RUTs of companies and numbers of documents.
type Observer struct {
	// CallStart and CallEnd receive each operation. An operation may consist of
	// others: rcv.documents of rcv.summary and rcv.detail.
	CallStart func(ctx context.Context, call Call) context.Context
	CallEnd   func(ctx context.Context, call Call, end CallEnd)

	// AttemptStart and AttemptEnd receive each request, until its answer was read as
	// far as the caller wanted.
	AttemptStart func(ctx context.Context, attempt Attempt) context.Context
	AttemptEnd   func(ctx context.Context, attempt Attempt, end AttemptEnd)

	// RenewStart and RenewEnd receive each renewal of the token. Calls that reuse a
	// valid token are not reported.
	RenewStart func(ctx context.Context) context.Context
	RenewEnd   func(ctx context.Context, end RenewEnd)

	// Wait receives each wait as soon as its length is known: before an attempt when
	// the wait begins, for a turn when it is over.
	Wait func(ctx context.Context, wait Wait)

	// Rows receives each answer with rows, when all of it was read.
	Rows func(ctx context.Context, rows Rows)

	// Circuit receives the changes of a service: given up for a while, tried again,
	// used again.
	Circuit func(ctx context.Context, change CircuitChange)
}

// Call is an operation.
type Call struct {
	Op          string // as in Error.Op
	Service     string // what it is part of, and fails together: rcv, soap, upload, boleta, boleta-upload
	Environment string // Environment.Name
	Subject     Subject
}

// Subject is what a call is about. Fields that do not apply are zero.
type Subject struct {
	Owner   chile.RUT // whose register, upload or document it is
	Period  chile.Period
	Book    rcv.Book
	State   rcv.State
	Type    chile.DocType
	Folio   chile.Folio
	TrackID string
}

// String returns the fields that are not zero, in a line.
func (s Subject) String() string {
	var words []string
	if !s.Owner.IsZero() {
		words = append(words, s.Owner.String())
	}
	if !s.Period.IsZero() {
		words = append(words, s.Period.String())
	}
	for _, word := range []string{string(s.Book), string(s.State)} {
		if word != "" {
			words = append(words, word)
		}
	}
	if s.Type != 0 {
		words = append(words, "type "+strconv.Itoa(int(s.Type)))
	}
	if s.Folio != 0 {
		words = append(words, "folio "+strconv.FormatInt(int64(s.Folio), 10))
	}
	if s.TrackID != "" {
		words = append(words, "track id "+s.TrackID)
	}
	return strings.Join(words, " ")
}

// CallEnd is how a call ended.
type CallEnd struct {
	Duration time.Duration // by the client's clock
	Attempts int           // of its own; 0 for one that consists of others, or whose token could not be had
	Err      error         // nil also if the caller wanted no more rows
}

// Attempt is one request of a call.
type Attempt struct {
	Op      string
	Service string
	Number  int // from 1
}

// AttemptEnd is how an attempt ended.
type AttemptEnd struct {
	Duration   time.Duration // from the request to the end of reading, with what the caller did with rows meanwhile
	Host       string        // where the answer came from, or where the request was to go; empty if nothing was sent
	HTTPStatus int           // 0 if no answer came
	Bytes      int64         // of the answer, as read, after decompression
	Err        error
}

// RenewEnd is how a renewal of the token ended.
type RenewEnd struct {
	Duration time.Duration
	Origin   TokenOrigin // where the token is from; empty with Err
	Expiry   time.Time   // of the token
	Err      error
}

// TokenOrigin is where a token is from.
type TokenOrigin string

// The origins.
const (
	TokenCached    TokenOrigin = "cache"    // another client had left it in the TokenCache
	TokenExchanged TokenOrigin = "exchange" // the TokenSource gave it, by signing in
)

// Wait is a time in which a call waits.
type Wait struct {
	Op       string
	Reason   WaitReason
	Duration time.Duration
	Attempt  int   // the attempt after which it waits, or 0
	Err      error // what that attempt failed with, or nil
}

// WaitReason is why a call waits.
type WaitReason string

// The reasons.
const (
	WaitRetry     WaitReason = "retry"     // a failed attempt is repeated after a while
	WaitThrottled WaitReason = "throttled" // the SII says to ask less often, or for how long to stay away
	WaitPace      WaitReason = "pace"      // calls are kept apart, before the SII complains
	WaitDeferred  WaitReason = "deferred"  // the SII makes the file of a deferred export
	WaitTurn      WaitReason = "turn"      // someone else is at it: a renewal of the token, a call of the same session
)

// Rows are the rows of an answer.
type Rows struct {
	Op         string
	Subject    Subject
	Rows       int   // with those that could not be read
	Unreadable int   // those that could not be read
	Bytes      int64 // of the answer
}

// CircuitChange says that a service is given up (open), tried (half-open) or
// taken up again (closed).
type CircuitChange struct {
	Service  string
	From, To CircuitState
}

// CircuitState is whether calls of a service are made.
type CircuitState string

// The states.
const (
	CircuitClosed   CircuitState = "closed"    // calls are made
	CircuitHalfOpen CircuitState = "half-open" // one call is made, to see
	CircuitOpen     CircuitState = "open"      // calls fail at once
)
