package sii

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Answer is a raw answer of the SII, known by its hash.
type Answer struct {
	Name   string // method, book, state and type, as getDetalleCompra COMPRA REGISTRO 33
	SHA256 string // lower-case hex of its bytes, as they came
	Bytes  int64
}

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
	return d.service.core.authorized(ctx, func(token string) (begun bool, err error) {
		data := newFacadeData(d.key, d.state)
		data.Type = fmt.Sprint(int(d.typ))
		data.Action, data.Recaptcha = m.action, d.service.core.recaptcha
		resp, err := d.service.post(ctx, opDetail, m.method, token, data)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // an answer that was left early is not read further
		body := &hashingReader{r: resp.body, hash: sha256.New()}
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
			if !yield(doc, err) {
				d.stopped = true
				return begun, nil
			}
		}
		if _, err := io.Copy(io.Discard, body); err != nil { // white space behind the answer
			return begun, d.service.core.transport.failure(ctx, opDetail, err)
		}
		d.opts.onAnswer(Answer{
			Name:   fmt.Sprintf("%s %s %s %d", m.method, d.key.Book, d.state, int(d.typ)),
			SHA256: hex.EncodeToString(body.hash.Sum(nil)),
			Bytes:  body.n,
		})
		return begun, nil
	})
}

// hashingReader hashes what is read through it.
type hashingReader struct {
	r    io.Reader
	hash hash.Hash
	n    int64
}

func (h *hashingReader) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	h.hash.Write(p[:n])
	h.n += int64(n)
	return n, err
}
