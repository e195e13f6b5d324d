package sii

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// reading is the reading of one state of a register.
type reading struct {
	facade *facade
	key    rcv.Key
	state  rcv.State
	opts   *RCVOptions
	yield  func(rcv.Document, error) bool
	only   chile.DocType // is read alone; 0 is all types
	copy   *exportCopy   // gets the CSV; nil is nothing

	summary *rcv.Summary
	proven  bool // the summary was asked for after all rows
	check   rcv.Check
	stopped bool // the caller wants no more rows
}

// part is what is read at once: the rows of one type, or of all types (0).
type part struct {
	typ      chile.DocType
	promised int64 // documents, by the summary
	rows     int64 // of which some may be unreadable

	breakdown *breakdown     // of additional taxes; nil if the export was not asked for
	held      []rcv.Document // rows that wait for it

	source int            // counts the answers that its rows are from
	seen   map[docKey]int // the source that a document came from first
}

// docKey tells the documents of a register apart.
type docKey struct {
	counterparty chile.RUT
	typ          chile.DocType
	folio        chile.Folio
}

func keyOf(d *rcv.Document) docKey { return docKey{d.Counterparty, d.Type, d.Folio} }

// short reports whether the SII promised more.
func (p *part) short() bool { return p.rows < p.promised }

// run yields all rows of the state, and proves them.
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

// ask asks for the summary, which may be the second one.
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

// asked reports whether the rows of a line are asked for.
func asked(line rcv.SummaryLine) bool { return line.MayHaveRows() && line.Documents > 0 }

// lines returns the lines of the summary that are read.
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

// promised returns how many documents of the type, or of all (0), the summary
// counts that have rows.
func (r *reading) promised(typ chile.DocType) (documents int64) {
	for _, line := range r.summary.Lines {
		if line.HasRows() && (typ == 0 || typ == line.Type) {
			documents += line.Documents
		}
	}
	return documents
}

// part reads a part, in another way if the SII does not give all of it in one.
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
	if !refused { // the register may have moved
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
			return err // where two answers agree, a third would not have more
		}
	}
	if !may || r.copy.written() {
		return err
	}
	return r.deferred(ctx, p)
}

// prove compares what was read with the summary, and once more with one that is
// asked for again, if it is older than some of the rows.
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

// nameOf names an answer, as getDetalleCompra COMPRA REGISTRO 33.
func (r *reading) nameOf(method string, typ chile.DocType) string {
	return fmt.Sprintf("%s %s %s %d", method, r.key.Book, r.state, int(typ))
}
