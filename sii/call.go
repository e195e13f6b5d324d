package sii

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"
)

// caller makes the calls of the services, which share it.
type caller struct {
	callSettings
	transport *transport
	circuits  *circuits
	tokens    *ReusedTokenSource // for operations that need a token; nil while the caller only logs in
}

// callSettings are the settings of calls.
type callSettings struct {
	env           Environment
	http          *http.Client
	observers     observers
	timeouts      Timeouts
	retry         RetrySettings
	circuit       CircuitSettings
	now           func() time.Time
	sleep         func(ctx context.Context, d time.Duration) error
	soapUserAgent string
	soapNamespace string
	boundary      func() string // of the parts of a form
	single        bool          // no retries and no token renewal
}

func newCaller(settings callSettings) *caller {
	return &caller{
		callSettings: settings,
		transport:    newTransport(settings.env, settings.http, settings.timeouts),
		circuits:     newCircuits(settings.circuit),
	}
}

// begin reports a call to the observers.
func (c *caller) begin(ctx context.Context, op operation, subject Subject) (context.Context, *observedCall) {
	return c.observers.begin(ctx, Call{Op: op.name, Service: op.service, Environment: c.env.Name, Subject: subject}, c.now)
}

// authorized runs a request of an operation with a token. If the SII refuses the
// token, and the request has had no effect on the caller yet, the token is renewed
// and the request runs once more. Other failures may be retried as well: see
// RetrySettings.
func (c *caller) authorized(ctx context.Context, op operation, subject Subject, request func(ctx context.Context, token string) (begun bool, err error)) error {
	return c.authorizedBy(ctx, c.tokens, op, subject, request)
}

// authorizedBy is authorized with another source of tokens.
func (c *caller) authorizedBy(ctx context.Context, tokens *ReusedTokenSource, op operation, subject Subject, request func(ctx context.Context, token string) (begun bool, err error)) error {
	r := &run{caller: c, op: op, tokens: tokens}
	return r.all(ctx, subject, request)
}

// anonymous runs a request of an operation that needs no token. The request
// returns the secrets that it sends.
func (c *caller) anonymous(ctx context.Context, op operation, request func(ctx context.Context) error, secrets ...string) error {
	r := &run{caller: c, op: op, secrets: secrets}
	return r.all(ctx, Subject{}, func(ctx context.Context, _ string) (bool, error) { return false, request(ctx) })
}

// run is a running call.
type run struct {
	caller  *caller
	op      operation
	tokens  *ReusedTokenSource // nil if it needs no token
	secrets []string

	call    *observedCall
	waited  time.Duration
	renewed bool      // the token was refused and renewed
	again   bool      // repeated once from the start
	passed  time.Time // until when it has already waited for the service
}

// all makes attempts until one succeeds or another is useless.
func (r *run) all(ctx context.Context, subject Subject, request func(ctx context.Context, token string) (begun bool, err error)) (err error) {
	ctx, r.call = r.caller.begin(ctx, r.op, subject)
	defer func() { r.call.end(ctx, err) }()
	for number := 1; ; number++ {
		token, err := r.token(ctx)
		if err != nil {
			return err // the source has already retried
		}
		begun, err := r.one(ctx, number, token, request)
		if err == nil {
			return nil
		}
		if begun {
			return err
		}
		if again, waitErr := r.repeats(ctx, number, err); !again {
			return cmp.Or(waitErr, err)
		}
	}
}

// token returns the token for the next attempt; an empty one if none is needed.
func (r *run) token(ctx context.Context) (*Token, error) {
	if r.tokens == nil {
		return &Token{}, nil
	}
	return r.tokens.Token(ctx)
}

// one makes an attempt, if the service may be called.
func (r *run) one(ctx context.Context, number int, token *Token, request func(ctx context.Context, token string) (begun bool, err error)) (begun bool, err error) {
	a := &attempt{op: r.op, secrets: append([]string{token.Value}, r.secrets...)}
	done, err := r.enter(ctx)
	if err != nil {
		return false, err
	}
	defer func() { done(err) }()
	a.alive = func() { done(nil) }
	begun, err = r.caller.attempt(ctx, r.call, number, a, func(ctx context.Context) (bool, error) {
		begun, err := request(ctx, token.Value)
		return begun, r.judgeAgain(err)
	})
	r.heed(a)
	switch {
	case r.tokens == nil:
	case err == nil:
		r.tokens.Touch(ctx, token)
	case errors.Is(err, ErrUnauthorized) && !begun && !r.renewed:
		r.tokens.Invalidate(ctx, token)
	}
	return begun, err
}

// heed records what an answer says about further calls.
func (r *run) heed(a *attempt) {
	if a.response == nil {
		return
	}
	now := r.caller.now()
	if away := min(rateLimit(a.response.header, now), maxAway); away > 0 {
		r.caller.circuits.away(r.op.service, now.Add(away))
	}
}

// enter waits until the service may be called. Call the returned function with the
// result; only the first call counts.
func (r *run) enter(ctx context.Context) (done func(error), err error) {
	service := r.op.service
	for {
		gate := r.caller.circuits.enter(r.op.name, service, r.caller.now(), r.passed)
		r.tell(ctx, gate.changed)
		switch {
		case gate.refused != nil:
			return nil, gate.refused
		case gate.until.IsZero():
			told := false
			return func(err error) {
				if !told {
					told = true
					r.tell(ctx, r.caller.circuits.report(service, gate.probe, err, r.caller.now()))
				}
			}, nil
		}
		wait := gate.until.Sub(r.caller.now())
		if !r.affords(ctx, wait) {
			e := codeAway.failed(r.op.name)
			e.RetryAfter = wait
			e.Err = errors.New("not called: the SII asks clients to wait")
			return nil, e
		}
		if err := r.wait(ctx, Wait{Reason: WaitThrottled, Duration: wait}); err != nil {
			return nil, err
		}
		r.passed = latest(r.passed, gate.until)
	}
}

func (r *run) tell(ctx context.Context, change *CircuitChange) {
	if change != nil {
		r.caller.observers.circuit(ctx, *change)
	}
}

// repeats decides whether another attempt follows a failure, and waits for it.
func (r *run) repeats(ctx context.Context, number int, err error) (again bool, waitErr error) {
	var e *Error
	if r.caller.single || ctx.Err() != nil || !errors.As(err, &e) || e.Kind == nil {
		return false, nil
	}
	retry := e.Code().Retry
	if retry == RetryToken {
		if r.tokens == nil || r.renewed || !r.op.query && !e.Code().refusesToken() {
			return false, nil
		}
		r.renewed = true
		return true, nil
	}
	wait := Wait{Reason: WaitRetry, Duration: r.caller.retry.backoff(number, e), Attempt: number, Err: err}
	if retry == RetrySoon && e.Is(ErrThrottled) {
		wait.Reason = WaitThrottled
		until := r.caller.now().Add(wait.Duration)
		r.passed = latest(r.passed, until) // this call waits below
		r.caller.circuits.away(r.op.service, until)
	}
	switch {
	case !r.op.query:
		return false, nil
	case retry == RetryOnce && !r.again && !r.op.part:
		r.again = true
	case retry == RetrySoon && number < r.caller.retry.Attempts:
	default:
		return false, nil
	}
	if !r.affords(ctx, wait.Duration) {
		return false, nil
	}
	waitErr = r.wait(ctx, wait)
	return waitErr == nil, waitErr
}

// affords reports whether there is time for a wait.
func (r *run) affords(ctx context.Context, d time.Duration) bool {
	if r.waited+d > r.caller.retry.Budget {
		return false
	}
	deadline, ok := ctx.Deadline()
	return !ok || d < time.Until(deadline) //nolint:forbidigo // deadlines of contexts are not by the client's clock
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (r *run) wait(ctx context.Context, wait Wait) error {
	r.waited += wait.Duration
	ObserveWait(ctx, wait)
	if err := r.caller.sleep(ctx, wait.Duration); err != nil {
		return &Error{Op: r.op.name, Err: err}
	}
	return nil
}

// judgeAgain reclassifies a failure that also came for a fresh token: the portal
// answers too many calls with such a page, and the boleta service refuses a
// User-Agent as it refuses a token.
func (r *run) judgeAgain(err error) error {
	var e *Error
	if !r.renewed || !errors.As(err, &e) {
		return err
	}
	switch code := e.Code(); {
	case code == pageLost:
		e.become(pageFresh)
	case code.Table == boletaCodes.Name && code.Code == "401" && e.Err == nil:
		e.Err = errUserAgent
	}
	return err
}

var errUserAgent = errors.New("also with a new token: the likely cause is the User-Agent, which must contain PROG 1.0")
