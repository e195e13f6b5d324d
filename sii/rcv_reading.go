package sii

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// reading is the process of reading one state of a register.
type reading struct {
	facade *facade
	key    rcv.Key
	state  rcv.State
	opts   *RCVOptions
	yield  func(rcv.Document, error) bool
	only   chile.DocType // the only type to read; 0 for all types
	copy   *exportCopy   // receives the CSV; if nil, nothing does

	summary *rcv.Summary
	proven  bool // the summary was requested after all rows
	check   rcv.Check
	stopped bool // the caller has stopped
}

// part is what is read at a time: the rows of one type, or of all types (0).
type part struct {
	typ      chile.DocType
	promised int64 // documents, by the summary
	rows     int64 // including unreadable ones

	breakdown *breakdown     // of additional taxes; nil if the export was not requested
	held      []rcv.Document // rows that wait for it

	source int            // number of the answer that its rows come from
	seen   map[docKey]int // the answer that a document came from first
}

// docKey identifies a document in a register.
type docKey struct {
	counterparty chile.RUT
	typ          chile.DocType
	folio        chile.Folio
}

func keyOf(d *rcv.Document) docKey { return docKey{d.Counterparty, d.Type, d.Folio} }

// short reports whether the SII promised more.
func (p *part) short() bool { return p.rows < p.promised }

// run yields all rows of the state, and checks them.
func (r *reading) run(ctx context.Context) error {
	if err := r.ask(ctx); err != nil {
		return err
	}
	done := make(map[chile.DocType]bool)
	for p := r.next(done); p != nil; p = r.next(done) {
		done[p.typ] = true
		if err := r.part(ctx, p); err != nil || r.stopped {
			return err
		}
	}
	return r.prove(ctx)
}

// ask requests the summary, perhaps for the second time.
func (r *reading) ask(ctx context.Context) error {
	summary, err := r.facade.summary(ctx, r.key, r.state)
	if err != nil {
		return err
	}
	r.summary, r.proven = summary, true
	r.opts.onSummary(r.state, summary)
	return nil
}

// next returns a part that was not read yet, or nil.
func (r *reading) next(done map[chile.DocType]bool) *part {
	if r.opts.way() == AsCSV {
		if !done[r.only] && slices.ContainsFunc(r.lines(), asked) {
			return &part{typ: r.only, promised: r.promised(r.only)}
		}
		return nil
	}
	for _, line := range r.lines() {
		if asked(line) && !done[line.Type] {
			return &part{typ: line.Type, promised: r.promised(line.Type)}
		}
	}
	return nil
}

// asked reports whether the rows of a line are requested.
func asked(line rcv.SummaryLine) bool { return line.MayHaveRows() && line.Documents > 0 }

// lines returns the lines of the summary to read.
func (r *reading) lines() []rcv.SummaryLine {
	if r.only == 0 {
		return r.summary.Lines
	}
	var lines []rcv.SummaryLine
	for _, line := range r.summary.Lines {
		if line.Type == r.only {
			lines = append(lines, line)
		}
	}
	return lines
}

// promised returns the summary's number of documents with rows, for the type or
// for all (0).
func (r *reading) promised(typ chile.DocType) (documents int64) {
	for _, line := range r.summary.Lines {
		if line.HasRows() && (typ == 0 || typ == line.Type) {
			documents += line.Documents
		}
	}
	return documents
}

// part reads a part, and in another way if the SII does not give all of it in
// the first.
func (r *reading) part(ctx context.Context, p *part) error {
	large, may := r.opts.deferred(p.promised)
	var err error
	switch {
	case large:
		return r.deferred(ctx, p)
	case r.opts.way() == AsCSV:
		err = r.export(ctx, p)
	default:
		err = r.detail(ctx, p)
	}
	refused := errors.Is(err, ErrDeferred)
	if err != nil && !refused || r.stopped || !refused && !p.short() {
		return err
	}
	if !refused { // the register may have changed
		if err := r.ask(ctx); err != nil {
			return err
		}
		if p.promised = r.promised(p.typ); !p.short() {
			return nil
		}
	}
	if r.opts.way() != AsCSV {
		got := p.rows
		err = r.export(ctx, p)
		refused = errors.Is(err, ErrDeferred)
		if err != nil && !refused || r.stopped || !refused && (!p.short() || got > 0 && p.rows == got) {
			return err // two answers agree, so a third would not have more
		}
	}
	if !may || r.copy.written() {
		return err
	}
	return r.deferred(ctx, p)
}

// prove compares the rows with the summary, and again with a newly requested
// one if the summary is older than some of the rows.
func (r *reading) prove(ctx context.Context) error {
	mismatches, err := r.check.Compare(r.lines())
	if err != nil || len(mismatches) == 0 {
		return err
	}
	if !r.proven {
		if err := r.ask(ctx); err != nil {
			return err
		}
		if mismatches, err = r.check.Compare(r.lines()); err != nil || len(mismatches) == 0 {
			return err
		}
	}
	return &IncompleteError{Key: r.key, Mismatches: mismatches}
}

// nameOf names an answer, such as getDetalleCompra COMPRA REGISTRO 33.
func (r *reading) nameOf(method string, typ chile.DocType) string {
	return fmt.Sprintf("%s %s %s %d", method, r.key.Book, r.state, int(typ))
}
