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
// The client calls a function when the event happens, so the function must be
// quick and must not call the client. It must be safe for concurrent use; the
// functions of one call run one after another. A token renewal continues if its
// caller gives up, and is reported from its own goroutine.
//
// A …Start function may return an extended context, for example with a span.
// Everything inside, down to the request of net/http, has that context, and so has
// the …End function. If it returns nil, the context does not change.
//
// The values have no secrets: no token, seed, cookie, signature or password. They
// have RUTs of companies and numbers of documents.
type Observer struct {
	// CallStart and CallEnd receive each operation. An operation may include
	// others: rcv.documents includes rcv.summary and rcv.detail.
	CallStart func(ctx context.Context, call Call) context.Context
	CallEnd   func(ctx context.Context, call Call, end CallEnd)

	// AttemptStart and AttemptEnd receive each request, until its answer was read
	// as far as the caller wanted.
	AttemptStart func(ctx context.Context, attempt Attempt) context.Context
	AttemptEnd   func(ctx context.Context, attempt Attempt, end AttemptEnd)

	// RenewStart and RenewEnd receive each renewal of the token. Calls that reuse a
	// valid token are not reported.
	RenewStart func(ctx context.Context) context.Context
	RenewEnd   func(ctx context.Context, end RenewEnd)

	// Wait receives each wait when its length is known: before a retry when the
	// wait begins, for a turn when it is over.
	Wait func(ctx context.Context, wait Wait)

	// Rows receives each answer with rows, after all of it was read.
	Rows func(ctx context.Context, rows Rows)

	// Circuit receives the changes of a service's circuit: paused, tested,
	// resumed.
	Circuit func(ctx context.Context, change CircuitChange)
}

// Call is an operation.
type Call struct {
	Op          string // as in Error.Op
	Service     string // what it is part of, and fails together: rcv, soap, upload, boleta, boleta-upload
	Environment string // Environment.Name
	Subject     Subject
}

// Subject says what a call is about. Fields that do not apply are zero.
type Subject struct {
	Owner   chile.RUT // owner of the register, upload or document
	Period  chile.Period
	Book    rcv.Book
	State   rcv.State
	Type    chile.DocType
	Folio   chile.Folio
	TrackID string
}

// String returns the non-zero fields, on one line.
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

// CallEnd describes the end of a call.
type CallEnd struct {
	Duration time.Duration // by the client's clock
	Attempts int           // its own; 0 for a call that includes others, or that got no token
	Err      error         // nil also if the caller stopped early
}

// Attempt is one request of a call.
type Attempt struct {
	Op      string
	Service string
	Number  int // from 1
}

// AttemptEnd describes the end of an attempt.
type AttemptEnd struct {
	Duration   time.Duration // from the request to the end of reading, including the caller's work on rows
	Host       string        // where the answer came from, or where the request was sent; empty if nothing was sent
	HTTPStatus int           // 0 if there was no answer
	Bytes      int64         // of the answer, as read, after decompression
	Err        error
}

// RenewEnd describes the end of a token renewal.
type RenewEnd struct {
	Duration time.Duration
	Origin   TokenOrigin // source of the token; empty with Err
	Expiry   time.Time   // of the token
	Err      error
}

// TokenOrigin is the source of a token.
type TokenOrigin string

// The origins.
const (
	TokenCached    TokenOrigin = "cache"    // another client had stored it in the TokenCache
	TokenExchanged TokenOrigin = "exchange" // the TokenSource returned it, by logging in
)

// Wait is a wait of a call.
type Wait struct {
	Op       string
	Reason   WaitReason
	Duration time.Duration
	Attempt  int   // the attempt after which it waits, or 0
	Err      error // the error of that attempt, or nil
}

// WaitReason is why a call waits.
type WaitReason string

// The reasons.
const (
	WaitRetry     WaitReason = "retry"     // before a retry of a failed attempt
	WaitThrottled WaitReason = "throttled" // the SII asks for fewer calls, or for a wait
	WaitPace      WaitReason = "pace"      // spacing of calls, before the SII complains
	WaitDeferred  WaitReason = "deferred"  // the SII is preparing the file of a deferred export
	WaitTurn      WaitReason = "turn"      // another caller has the turn: a token renewal, a call of the same session
)

// Rows are the rows of an answer.
type Rows struct {
	Op         string
	Subject    Subject
	Rows       int   // including unreadable ones
	Unreadable int   // unreadable ones
	Bytes      int64 // of the answer
}

// CircuitChange says that a service is paused (open), tested (half-open) or
// resumed (closed).
type CircuitChange struct {
	Service  string
	From, To CircuitState
}

// CircuitState says whether calls of a service are made.
type CircuitState string

// The states.
const (
	CircuitClosed   CircuitState = "closed"    // calls are made
	CircuitHalfOpen CircuitState = "half-open" // one test call is made
	CircuitOpen     CircuitState = "open"      // calls fail at once
)
