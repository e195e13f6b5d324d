package sii

import (
	"context"
	"errors"
	"time"

	"github.com/ofitec/chile/internal/redact"
)

// attempt collects what becomes known while a request is sent and its answer
// read.
type attempt struct {
	op       operation
	secrets  []string       // that were sent, to be removed from what is kept
	host     string         // where the answer came from, or where the request was sent
	response *response      // nil if there was no answer
	body     *boundedReader // of the response
	alive    func()         // reports to the circuit, before the attempt ends, that the service works
}

type attemptKey struct{}

// attemptOf returns the attempt of the context, or nil.
func attemptOf(ctx context.Context) *attempt {
	a, _ := ctx.Value(attemptKey{}).(*attempt)
	return a
}

// sent records where a request goes; answered records the answer.
func (a *attempt) sent(host string) {
	if a != nil {
		a.host = host
	}
}

func (a *attempt) answered(host string, r *response, body *boundedReader) {
	if a != nil {
		a.host, a.response, a.body = host, r, body
	}
}

// works records that rows arrive: the service answers, however long the caller
// takes to read.
func (a *attempt) works() {
	if a != nil && a.alive != nil {
		a.alive()
	}
}

// complete adds the facts about the answer to the error of an attempt. It removes
// what was sent from the SII's text, and from net/http's error about an invalid
// answer.
func (a *attempt) complete(now time.Time, err error) {
	var e *Error
	if !errors.As(err, &e) {
		return
	}
	known := redact.New(a.secrets...)
	e.Estado, e.Glosa, e.Err = known.Cut(e.Estado, maxEstado), known.Short(e.Glosa), known.Error(e.Err)
	if a.response == nil {
		return
	}
	if e.HTTPStatus == 0 {
		e.HTTPStatus = a.response.status
	}
	if e.Kind != nil && e.Evidence == nil {
		e.Evidence = a.evidence(known)
	}
	if e.Is(ErrThrottled) || e.Is(ErrUnavailable) {
		e.RetryAfter = max(e.RetryAfter, stayAway(a.response.header, now))
	}
}

// attempt makes an attempt and reports it to the observers.
func (c *caller) attempt(ctx context.Context, call *observedCall, number int, a *attempt, request func(ctx context.Context) (begun bool, err error)) (begun bool, err error) {
	ctx, observed := call.attempt(context.WithValue(ctx, attemptKey{}, a), number)
	defer func() {
		a.complete(c.now(), err)
		observed.end(ctx, a.ended(err))
	}()
	return request(ctx)
}

// evidence returns what is kept of the answer; nil if nothing came.
func (a *attempt) evidence(known *redact.Redactor) *Evidence {
	if len(a.response.first) == 0 {
		return nil
	}
	text := known.Text(printable(headText(a.response.first)))
	if a.op.signIn {
		text = redact.Shape(text) // new values may be tokens under another name
	}
	return newEvidence(a.response.header.Get("Content-Type"), text, a.response.whole)
}

// ended returns the end of the attempt for observers.
func (a *attempt) ended(err error) AttemptEnd {
	end := AttemptEnd{Host: a.host, Err: err}
	if a.response != nil {
		end.HTTPStatus = a.response.status
	}
	if a.body != nil {
		end.Bytes = a.body.limit - a.body.left
	}
	return end
}
