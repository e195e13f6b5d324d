package sii

import (
	"context"
	"time"
)

// observers are called one after another.
type observers []Observer

func (o observers) wait(ctx context.Context, wait Wait) {
	for i := range o {
		if f := o[i].Wait; f != nil {
			f(ctx, wait)
		}
	}
}

func (o observers) rows(ctx context.Context, rows Rows) {
	for i := range o {
		if f := o[i].Rows; f != nil {
			f(ctx, rows)
		}
	}
}

func (o observers) circuit(ctx context.Context, change CircuitChange) {
	for i := range o {
		if f := o[i].Circuit; f != nil {
			f(ctx, change)
		}
	}
}

// or returns the context that an observer gave, if it gave one.
func or(given, ctx context.Context) context.Context {
	if given != nil {
		return given
	}
	return ctx
}

// observation is what a context knows about its call.
type observation struct {
	observers observers
	op        string
}

type observationKey struct{}

func observationOf(ctx context.Context) *observation {
	o, _ := ctx.Value(observationKey{}).(*observation)
	return o
}

// observedCall is a call whose end is reported to observers. It is nil if there
// are none.
type observedCall struct {
	observers observers
	now       func() time.Time
	call      Call
	began     time.Time
	attempts  int
}

func (o *observedCall) end(ctx context.Context, err error) {
	if o == nil {
		return
	}
	end := CallEnd{Duration: o.now().Sub(o.began), Attempts: o.attempts, Err: err}
	for i := range o.observers {
		if f := o.observers[i].CallEnd; f != nil {
			f(ctx, o.call, end)
		}
	}
}

// observedAttempt is an attempt whose end is reported to observers. It is nil if
// there are none.
type observedAttempt struct {
	call    *observedCall
	attempt Attempt
	began   time.Time
}

// attempt reports an attempt to the observers.
func (o *observedCall) attempt(ctx context.Context, number int) (context.Context, *observedAttempt) {
	if o == nil {
		return ctx, nil
	}
	o.attempts = number
	a := &observedAttempt{
		call: o, began: o.now(),
		attempt: Attempt{Op: o.call.Op, Service: o.call.Service, Number: number},
	}
	for i := range o.observers {
		if f := o.observers[i].AttemptStart; f != nil {
			ctx = or(f(ctx, a.attempt), ctx)
		}
	}
	return ctx, a
}

// end reports the end of the attempt, and fills in its duration.
func (a *observedAttempt) end(ctx context.Context, end AttemptEnd) {
	if a == nil {
		return
	}
	end.Duration = a.call.now().Sub(a.began)
	for i := range a.call.observers {
		if f := a.call.observers[i].AttemptEnd; f != nil {
			f(ctx, a.attempt, end)
		}
	}
}

// observedRenewal is a renewal of the token that is reported to observers. It is nil
// if there are none.
type observedRenewal struct {
	observers observers
	now       func() time.Time
	began     time.Time
}

// beginRenewal reports a renewal to the observers of the call that needs a
// token.
func beginRenewal(ctx context.Context, now func() time.Time) (context.Context, *observedRenewal) {
	o := observationOf(ctx)
	if o == nil {
		return ctx, nil
	}
	r := &observedRenewal{observers: o.observers, now: now, began: now()}
	for i := range r.observers {
		if f := r.observers[i].RenewStart; f != nil {
			ctx = or(f(ctx), ctx)
		}
	}
	return ctx, r
}

// end reports the end of the renewal, and fills in its duration.
func (r *observedRenewal) end(ctx context.Context, end RenewEnd) {
	if r == nil {
		return
	}
	end.Duration = r.now().Sub(r.began)
	for i := range r.observers {
		if f := r.observers[i].RenewEnd; f != nil {
			f(ctx, end)
		}
	}
}

// ObserveWait reports a wait to the observers of the context's call: for an
// http.RoundTripper, a TokenSource or a TokenCache that waits. An empty Op is
// filled in. Without observers it does nothing.
func ObserveWait(ctx context.Context, wait Wait) {
	if o, _ := ctx.Value(observationKey{}).(*observation); o != nil {
		if wait.Op == "" {
			wait.Op = o.op
		}
		o.observers.wait(ctx, wait)
	}
}

// observed returns a context whose renewals and waits the observers see.
func (o observers) observed(ctx context.Context, op string) context.Context {
	if len(o) == 0 {
		return ctx
	}
	return context.WithValue(ctx, observationKey{}, &observation{observers: o, op: op})
}

// begin reports the start of a call.
func (o observers) begin(ctx context.Context, call Call, now func() time.Time) (context.Context, *observedCall) {
	if len(o) == 0 {
		return ctx, nil
	}
	observed := &observedCall{observers: o, now: now, began: now(), call: call}
	ctx = o.observed(ctx, call.Op)
	for i := range o {
		if f := o[i].CallStart; f != nil {
			ctx = or(f(ctx, call), ctx)
		}
	}
	return ctx, observed
}
