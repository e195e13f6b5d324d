package sii

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// exportMethods are the methods that give CSV, and their accionRecaptcha.
var exportMethods = map[rcv.Book]struct{ method, action string }{
	rcv.Purchases: {"getDetalleCompraExport", "RCV_DDETC"},
	rcv.Sales:     {"getDetalleVentaExport", "RCV_DDETV"},
}

// ExportOptions changes what is exported. nil is the zero value.
type ExportOptions struct {
	// Type is the only type of document to export. The default are all types. The
	// CSV of a single type has no column for it.
	Type chile.DocType

	// DeferredFrom and OnDeferred are those of RCVOptions.
	DeferredFrom int64
	OnDeferred   func(export rcv.DeferredExport)
}

// ExportResult is what was exported.
type ExportResult struct {
	Name      string // of the file: as the SII proposes, or as it would
	Documents int64  // which are fewer than the rows where a document has several additional taxes
}

// Export writes the CSV that the portal offers for one book in one state to w, as
// it comes: read it with rcv.OpenCSV. A month without movements has an empty CSV.
//
// Its documents are counted and summed and compared with the SII's summary, as
// Documents does; if they differ the error is an *IncompleteError. If there is an
// error, what was written is not to be relied on.
//
// To read the documents of an export use Documents with RCVOptions.Way AsCSV.
func (s *RCVService) Export(ctx context.Context, w io.Writer, key rcv.Key, state rcv.State, opts *ExportOptions) (*ExportResult, error) {
	if err := checkKey(opExport, key, state); err != nil {
		return nil, err
	}
	if opts == nil {
		opts = &ExportOptions{}
	}
	r := &reading{
		service: s, key: key, state: state, only: opts.Type, copy: &exportCopy{w: w},
		opts: &RCVOptions{Way: AsCSV, DeferredFrom: opts.DeferredFrom, OnDeferred: opts.OnDeferred},
	}
	result := &ExportResult{}
	var bad error
	r.yield = func(_ rcv.Document, err error) bool {
		result.Documents++
		bad = err
		return err == nil
	}
	err := r.run(ctx)
	switch {
	case err != nil:
		return nil, err
	case bad != nil:
		return nil, &Error{Op: opExport, Kind: ErrProtocol, Err: bad}
	}
	if err := r.copy.flush(); err != nil {
		return nil, err
	}
	if result.Name = r.copy.name; result.Name == "" {
		result.Name = exportName(key, state)
	}
	return result, nil
}

// exportName is how the portal names an export.
func exportName(key rcv.Key, state rcv.State) string {
	book := string(key.Book)
	if key.Book == rcv.Purchases {
		book += "_" + string(state)
	}
	return fmt.Sprintf("RCV_%s_%s_%s.csv", book, key.Owner, key.Period.Compact())
}

// ExportSummary returns the summary from the CSV that the portal offers
// (getResumenExport). It has less than Summary: see rcv.ReadSummaryCSV. A month
// without movements has no lines.
func (s *RCVService) ExportSummary(ctx context.Context, key rcv.Key, state rcv.State) ([]rcv.SummaryLine, error) {
	if err := checkKey(opSummaryExport, key, state); err != nil {
		return nil, err
	}
	data := newFacadeData(key, state)
	initial := true
	data.InitialSearch = &initial
	return ask(ctx, s, opSummaryExport, subjectOf(key, state, 0), registerPage, "getResumenExport", data, func(r io.Reader) ([]rcv.SummaryLine, error) {
		lines, err := rcv.ReadSummaryCSV(rcv.NewExportReader(r), state)
		if isEmpty(err) {
			return nil, nil
		}
		return lines, err
	})
}

// isEmpty reports whether a file has no lines at all.
func isEmpty(err error) bool {
	var header *rcv.HeaderError
	return errors.As(err, &header) && errors.Is(err, io.EOF)
}

// export asks for the export of a type, or of all types (0).
func (r *reading) export(ctx context.Context, p *part) error {
	m, s := exportMethods[r.key.Book], r.service
	return s.core.authorized(ctx, opExport, subjectOf(r.key, r.state, p.typ), func(ctx context.Context, token string) (bool, error) {
		data := newFacadeData(r.key, r.state)
		data.Type = fmt.Sprint(int(p.typ))
		if err := data.prove(ctx, s.core, opExport, m.action); err != nil {
			return false, err
		}
		resp, err := s.post(ctx, registerPage, opExport, m.method, token, data)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // an answer that was left early is not read further
		name := r.nameOf(m.method, p.typ)
		body := newAnswerReader(opExport, name, resp.body, token, r.opts.keepAnswer(name))
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
		in = io.TeeReader(in, r.copy.begin(a.op))
	}
	file, err := rcv.OpenCSV(in, &rcv.CSVOptions{Book: r.key.Book, State: r.state, Type: a.p.typ})
	if isEmpty(err) {
		return true, nil
	}
	if err != nil {
		return false, r.service.readError(ctx, a.op, err)
	}
	if err := r.copy.accept(); err != nil {
		return false, err
	}
	for doc, err := range file.Documents() {
		if more, err := a.row(ctx, &doc, err); err != nil || !more {
			return false, err
		}
	}
	return true, nil
}

// exportCopy writes an export. It holds its beginning back until that is known to
// be of the register, and until there is more than the header, so that where the
// SII answers without rows and has them in another file nothing comes twice.
type exportCopy struct {
	w     io.Writer
	op    string
	held  []byte
	known bool // what comes is of the register
	wrote bool // rows were written, which cannot be taken back
	name  string
}

// begin prepares for a file.
func (c *exportCopy) begin(op string) *exportCopy {
	c.op, c.held, c.known = op, nil, false
	return c
}

// accept says that the file is of the register.
func (c *exportCopy) accept() error {
	if c == nil {
		return nil
	}
	c.known = true
	_, err := c.Write(nil)
	return err
}

func (c *exportCopy) setName(name string) {
	if c != nil {
		c.name = name
	}
}

func (c *exportCopy) written() bool { return c != nil && c.wrote }

// Write implements io.Writer.
func (c *exportCopy) Write(p []byte) (int, error) {
	if c.wrote {
		return c.write(p)
	}
	c.held = append(c.held, p...)
	if i := bytes.IndexByte(c.held, '\n'); !c.known || i < 0 || len(bytes.TrimSpace(c.held[i:])) == 0 {
		return len(p), nil
	}
	c.wrote = true
	return len(p), c.flush()
}

// flush writes what is held back.
func (c *exportCopy) flush() error {
	_, err := c.write(c.held)
	c.held = nil
	return err
}

func (c *exportCopy) write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if err != nil {
		err = &Error{Op: c.op, Err: fmt.Errorf("write the export: %w", err)}
	}
	return n, err
}
