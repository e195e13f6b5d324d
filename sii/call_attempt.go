package sii

import (
	"context"
	"errors"

	"github.com/ofitec/chile/internal/redact"
)

// attempt is what becomes known while a request is sent and its answer read.
type attempt struct {
	op       string
	secrets  []string       // that were sent, to be blanked in what is kept
	host     string         // where the answer came from, or where the request was to go
	response *response      // nil if no answer came
	body     *boundedReader // of the response
	alive    func()         // tells the circuit that the service works, before the attempt has ended
}

type attemptKey struct{}

// attemptOf returns the attempt that the context belongs to, or nil.
func attemptOf(ctx context.Context) *attempt {
	a, _ := ctx.Value(attemptKey{}).(*attempt)
	return a
}

// sent notes where a request goes, answered what came back.
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

// works notes that rows come: the answer is one, however long the caller takes to
// read it.
func (a *attempt) works() {
	if a != nil && a.alive != nil {
		a.alive()
	}
}

// maxEstado bounds what an Error keeps of the SII's code.
const maxEstado = 100

// complete adds to the error of an attempt what is known of its answer, and blanks
// what was sent in what the SII says, and in what net/http says of an answer that
// is none.
func (a *attempt) complete(c *core, err error) {
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
		e.Evidence = a.newEvidence()
	}
	if e.Is(ErrThrottled) || e.Is(ErrUnavailable) {
		e.RetryAfter = max(e.RetryAfter, stayAway(a.response.header, c.now()))
	}
}

// attempt makes an attempt and tells the observers of it.
func (c *core) attempt(ctx context.Context, call *observedCall, number int, a *attempt, request func(ctx context.Context) (begun bool, err error)) (begun bool, err error) {
	ctx, observed := call.attempt(context.WithValue(ctx, attemptKey{}, a), number)
	defer func() {
		a.complete(c, err)
		observed.end(ctx, a, err)
	}()
	return request(ctx)
}
