package sii

import (
	"context"
	"errors"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// maxHeld bounds the rows that wait for a breakdown: some 10 MB.
const maxHeld = 10_000

// errHeld says why a row beyond maxHeld has no breakdown.
var errHeld = errors.New("too many rows wait for their breakdown")

// breakdown holds the additional taxes in the export of one type.
type breakdown struct {
	of  map[docKey][]rcv.OtherTax
	err error // why there is none
}

// taxed reports whether the summary shows additional taxes: a total that its
// parts do not add up to. Other causes, such as withheld VAT, look the same;
// then the export is requested in vain.
func (r *reading) taxed(typ chile.DocType) bool {
	for _, l := range r.summary.Lines {
		if l.Type == typ && l.MayHaveRows() && l.Exempt+l.Net+l.VAT+l.NonRecoverableVAT+l.CommonUseVAT != l.Total {
			return true
		}
	}
	return false
}

// breakdown reads the export of a type and keeps the taxes. Without the export
// the rows stay without their breakdown. If a retry may succeed, the failure ends
// the reading, as for rows.
func (r *reading) breakdown(ctx context.Context, typ chile.DocType) (*breakdown, error) {
	b := &breakdown{of: make(map[docKey][]rcv.OtherTax)}
	opts := *r.opts.orZero()
	opts.Way, opts.OnSummary = AsCSV, nil
	export := &reading{facade: r.facade, key: r.key, state: r.state, opts: &opts, summary: r.summary, only: typ}
	export.yield = func(doc rcv.Document, err error) bool {
		if err == nil && len(doc.OtherTaxes) > 0 {
			b.of[keyOf(&doc)] = doc.OtherTaxes
		}
		return true // an unreadable row has no breakdown
	}
	err := export.part(ctx, &part{typ: typ, promised: export.promised(typ)})
	var deferred *DeferredError
	switch {
	case err == nil:
	case ctx.Err() != nil, errors.Is(err, ErrUnauthorized), errors.Is(err, ErrThrottled),
		errors.Is(err, ErrUnavailable) && !errors.As(err, &deferred):
		return nil, err
	default:
		b.err = err
	}
	return b, nil
}

// complete gives a row its breakdown, or reports why it has none.
func (r *reading) complete(doc *rcv.Document, b *breakdown) {
	taxes := b.of[keyOf(doc)]
	if len(taxes) == 0 && doc.OtherTaxTotal == 0 {
		return
	}
	sum := chile.CLP(0)
	for _, tax := range taxes {
		sum += tax.Amount // added up in the export, so it fits
	}
	rest := doc.Total - doc.Exempt - doc.Net - doc.VAT - doc.NonRecoverableVAT - doc.CommonUseVAT // of at most 18 digits each
	switch {
	case len(taxes) > 0 && sum == doc.OtherTaxTotal:
		doc.OtherTaxes = slices.Clone(taxes)
	case doc.OtherTaxTotal == 0 && sum == rest:
		// The row has no sum, and the total shows that the export's sum is right.
		doc.OtherTaxes, doc.OtherTaxTotal = slices.Clone(taxes), sum
	default:
		r.opts.onTaxes(TaxFinding{
			Key: r.key, State: r.state, Document: doc.ID(r.key), Total: doc.OtherTaxTotal, Found: slices.Clone(taxes), Err: b.err,
		})
	}
}

// completed yields a row of JSON with its breakdown, or holds it until there is
// one.
func (a *answer) completed(doc *rcv.Document) (more bool, err error) {
	p := a.p
	switch {
	case a.r.opts.taxes() == TaxesNever:
	case p.breakdown != nil:
		a.r.complete(doc, p.breakdown)
	case doc.OtherTaxTotal == 0:
	case len(p.held) < maxHeld:
		p.held = append(p.held, *doc)
		return true, nil
	default:
		a.r.complete(doc, &breakdown{err: errHeld})
	}
	return a.pass(doc, nil)
}

// forget drops the held rows: their answer failed, and another one will have
// them.
func (p *part) forget() {
	for i := range p.held {
		delete(p.seen, keyOf(&p.held[i]))
	}
	p.held = nil
}

// release yields the held rows, now that no answer is being read.
func (r *reading) release(ctx context.Context, p *part) error {
	if len(p.held) == 0 || r.stopped {
		return nil
	}
	b, err := r.breakdown(ctx, p.typ)
	if err != nil {
		return err
	}
	a := &answer{r: r, p: p, op: opDetail}
	held := p.held
	p.breakdown, p.held = b, nil
	for i := range held {
		if ctx.Err() != nil {
			return &Error{Op: opDetail.name, Err: context.Cause(ctx)}
		}
		r.complete(&held[i], b)
		if more, err := a.pass(&held[i], nil); err != nil || !more {
			return err
		}
	}
	return nil
}
