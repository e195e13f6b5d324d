package sii

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// detail is the download of one type in one state of a register.
type detail struct {
	service *RCVService
	key     rcv.Key
	state   rcv.State
	typ     chile.DocType
	check   *rcv.Check
	opts    *RCVOptions

	stopped bool // the caller wants no more rows
}

// detailMethods are the methods that give rows, and their accionRecaptcha.
var detailMethods = map[rcv.Book]struct{ method, action string }{
	rcv.Purchases: {"getDetalleCompra", "RCV_DETC"},
	rcv.Sales:     {"getDetalleVenta", "RCV_DETV"},
}

// stream asks for the rows and yields them as they are read. Once a row was
// yielded a refusal of the token is final, because rows cannot be taken back.
func (d *detail) stream(ctx context.Context, yield func(rcv.Document, error) bool) error {
	m := detailMethods[d.key.Book]
	subject := subjectOf(d.key, d.state, d.typ)
	return d.service.core.authorized(ctx, opDetail, subject, func(ctx context.Context, token string) (begun bool, err error) {
		data := newFacadeData(d.key, d.state)
		data.Type = fmt.Sprint(int(d.typ))
		if err := data.prove(ctx, d.service.core, opDetail, m.action); err != nil {
			return false, err
		}
		resp, err := d.service.post(ctx, registerPage, opDetail, m.method, token, data)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // an answer that was left early is not read further
		name := fmt.Sprintf("%s %s %s %d", m.method, d.key.Book, d.state, int(d.typ))
		body := newAnswerReader(opDetail, name, resp.body, token, d.opts.keepAnswer(name))
		rows := Rows{Op: opDetail, Subject: subject}
		for doc, err := range rcv.DecodeDocuments(body, &rcv.DecodeOptions{State: d.state, Type: d.typ}) {
			if err == nil && ctx.Err() != nil {
				err = &Error{Op: opDetail, Err: context.Cause(ctx)}
			}
			if err == nil {
				err = d.check.Add(&doc)
			}
			var row *rcv.RowError
			if err != nil && !errors.As(err, &row) {
				return begun, d.service.readError(ctx, opDetail, err)
			}
			begun = true
			rows.Rows++
			if err != nil {
				rows.Unreadable++
			}
			if !yield(doc, err) {
				d.stopped = true
				return begun, nil
			}
		}
		if _, err := io.Copy(io.Discard, body); err != nil { // white space behind the answer
			return begun, d.service.readError(ctx, opDetail, err)
		}
		answer, err := body.answer()
		if err != nil {
			return begun, err
		}
		rows.Bytes = answer.Bytes
		d.service.core.observers.rows(ctx, rows)
		d.opts.onAnswer(answer)
		return begun, nil
	})
}
