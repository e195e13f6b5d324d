package sii

import (
	"context"
	"fmt"
	"io"

	"github.com/ofitec/chile/rcv"
)

// exportMethods are the methods for CSV, with their accionRecaptcha.
var exportMethods = map[rcv.Book]struct{ method, action string }{
	rcv.Purchases: {"getDetalleCompraExport", "RCV_DDETC"},
	rcv.Sales:     {"getDetalleVentaExport", "RCV_DDETV"},
}

// export requests the export of a type, or of all types (0).
func (r *reading) export(ctx context.Context, p *part) error {
	m, f := exportMethods[r.key.Book], r.facade
	return f.authorized(ctx, opExport, subjectOf(r.key, r.state, p.typ), func(ctx context.Context, token string) (bool, error) {
		data := newFacadeData(r.key, r.state)
		data.Type = fmt.Sprint(int(p.typ))
		if err := data.prove(ctx, f, opExport, m.action); err != nil {
			return false, err
		}
		resp, err := f.post(ctx, registerPage, opExport, m.method, token, data)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // an answer that was left early is not read further
		name := r.nameOf(m.method, p.typ)
		body := newAnswerReader(opExport.name, name, resp.body, token, r.opts.keepAnswer(name))
		a := r.begin(opExport, p)
		file := rcv.NewExportReader(body)
		if more, err := a.csv(ctx, file); err != nil || !more {
			return a.begun, err
		}
		r.copy.setName(file.Name())
		return a.begun, a.end(ctx, body)
	})
}

// csv yields the documents of a file.
func (a *answer) csv(ctx context.Context, in io.Reader) (more bool, _ error) {
	r := a.r
	if r.copy != nil {
		in = io.TeeReader(in, r.copy.begin(a.op.name))
	}
	file, err := rcv.OpenCSV(in, &rcv.CSVOptions{Book: r.key.Book, State: r.state, Type: a.p.typ, KeepRepeated: true}) // a store detects those itself
	if isEmpty(err) {
		return true, nil
	}
	if err != nil {
		return false, r.facade.readError(ctx, a.op, err)
	}
	if err := r.copy.accept(); err != nil {
		return false, err
	}
	r.opts.onColumns(ColumnFinding{Key: r.key, State: r.state, Type: a.p.typ, Missing: file.Missing(), Unknown: file.Unknown()})
	for doc, err := range file.Documents() {
		if more, err := a.row(ctx, &doc, err); err != nil || !more {
			return false, err
		}
	}
	return true, nil
}
