package sii

import (
	"context"
	"errors"
	"io"

	"github.com/ofitec/chile/rcv"
)

// answer is an answer with rows that is being read.
type answer struct {
	r     *reading
	p     *part
	op    operation
	begun bool // a row was yielded and cannot be taken back
	rows  Rows
}

// begin prepares for the rows of an answer.
func (r *reading) begin(op operation, p *part) *answer {
	p.source++
	p.rows = 0
	return &answer{r: r, p: p, op: op, rows: Rows{Op: op.name, Subject: subjectOf(r.key, r.state, p.typ)}}
}

// row takes a row, or the error in its place. An error that it returns ends the
// answer; it returns false if the caller has stopped.
func (a *answer) row(ctx context.Context, doc *rcv.Document, err error) (more bool, _ error) {
	var bad *rcv.RowError
	switch {
	case err != nil && !errors.As(err, &bad):
		return false, a.r.facade.readError(ctx, a.op, err)
	case ctx.Err() != nil:
		return false, &Error{Op: a.op.name, Err: context.Cause(ctx)}
	}
	attemptOf(ctx).works()
	a.p.rows++
	a.rows.Rows++
	if err != nil {
		a.rows.Unreadable++
	} else if a.p.before(doc, a.op != opFile) {
		return true, nil
	}
	if err == nil && a.op == opDetail {
		return a.completed(doc)
	}
	return a.pass(doc, err)
}

// before reports whether an earlier answer had the document. If not, and if
// another answer may follow, it records it; the file of a deferred export is the
// last answer, and is very large.
func (p *part) before(doc *rcv.Document, note bool) bool {
	key := keyOf(doc)
	first, ok := p.seen[key]
	if !ok && note {
		if p.seen == nil {
			p.seen = make(map[docKey]int)
		}
		p.seen[key] = p.source
	}
	return ok && first < p.source
}

// pass counts a document and yields it.
func (a *answer) pass(doc *rcv.Document, bad error) (more bool, err error) {
	if bad == nil {
		if err := a.r.check.Add(doc); err != nil {
			return false, err
		}
	}
	a.begun, a.r.proven = true, false
	if bad != nil {
		doc = &rcv.Document{}
	}
	a.r.stopped = !a.r.yield(*doc, bad)
	return !a.r.stopped, nil
}

// end reads what follows the rows and reports the answer.
func (a *answer) end(ctx context.Context, body *answerReader) error {
	if _, err := io.Copy(io.Discard, body); err != nil { // white space, or what a decoder leaves unread
		return a.r.facade.readError(ctx, a.op, err)
	}
	read, err := body.answer()
	if err != nil {
		return err
	}
	a.rows.Bytes = read.Bytes
	a.r.facade.observers.rows(ctx, a.rows)
	a.r.opts.onAnswer(read)
	return nil
}
