package sii

import (
	"context"
	"fmt"

	"github.com/ofitec/chile/rcv"
)

// detailMethods are the methods for rows as JSON, with their accionRecaptcha.
var detailMethods = map[rcv.Book]struct{ method, action string }{
	rcv.Purchases: {"getDetalleCompra", "RCV_DETC"},
	rcv.Sales:     {"getDetalleVenta", "RCV_DETV"},
}

// detail yields the rows of a type, with the breakdown of their additional taxes.
// No other answer is requested while one is being read: concurrent calls disturb
// each other, and a pacer that separates them would wait forever.
func (r *reading) detail(ctx context.Context, p *part) (err error) {
	if r.opts.taxes() == TaxesAutomatic && r.taxed(p.typ) {
		if p.breakdown, err = r.breakdown(ctx, p.typ); err != nil {
			return err
		}
	}
	if err := r.rows(ctx, p); err != nil {
		p.forget()
		return err
	}
	return r.release(ctx, p)
}

// rows requests the rows of a type and yields them as they are read. After a row
// was yielded a refused token is final, because rows cannot be taken back.
func (r *reading) rows(ctx context.Context, p *part) error {
	m, f := detailMethods[r.key.Book], r.facade
	return f.authorized(ctx, opDetail, subjectOf(r.key, r.state, p.typ), func(ctx context.Context, token string) (bool, error) {
		data := newFacadeData(r.key, r.state)
		data.Type = fmt.Sprint(int(p.typ))
		if err := data.prove(ctx, f, opDetail, m.action); err != nil {
			return false, err
		}
		resp, err := f.post(ctx, registerPage, opDetail, m.method, token, data)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // an answer that was left early is not read further
		name := r.nameOf(m.method, p.typ)
		body := newAnswerReader(opDetail.name, name, resp.body, token, r.opts.keepAnswer(name))
		a := r.begin(opDetail, p)
		for doc, err := range rcv.DecodeDocuments(body, &rcv.DecodeOptions{State: r.state, Type: p.typ}) {
			if more, err := a.row(ctx, &doc, err); err != nil || !more {
				return a.begun, err
			}
		}
		return a.begun, a.end(ctx, body)
	})
}
