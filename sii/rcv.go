package sii

import (
	"cmp"
	"context"
	"errors"
	"iter"

	"github.com/ofitec/chile/rcv"
)

// RCVService reads the Registro de Compras y Ventas.
type RCVService struct{ facade *facade }

// Summary returns the summary of one register in one state. A month without
// movements has no lines. An answer about another register is ErrProtocol.
func (s *RCVService) Summary(ctx context.Context, key rcv.Key, state rcv.State) (*rcv.Summary, error) {
	return s.facade.summary(ctx, key, state)
}

// ExportSummary returns the summary from the CSV that the portal offers
// (getResumenExport). It has fewer values than Summary: see rcv.ReadSummaryCSV.
// A month without movements has no lines.
func (s *RCVService) ExportSummary(ctx context.Context, key rcv.Key, state rcv.State) ([]rcv.SummaryLine, error) {
	return s.facade.exportSummary(ctx, key, state)
}

// Purchases yields the documents of a register as purchases: see Documents. The
// key's book may be left empty; that of sales is ErrInvalidRequest.
func (s *RCVService) Purchases(ctx context.Context, key rcv.Key, opts *RCVOptions) iter.Seq2[rcv.Purchase, error] {
	return func(yield func(rcv.Purchase, error) bool) {
		for doc, err := range s.ofBook(ctx, key, rcv.Purchases, opts) {
			if !yield(rcv.Purchase{Document: doc}, err) {
				return
			}
		}
	}
}

// Sales yields the documents of a register as sales: see Documents. The key's book
// may be left empty; that of purchases is ErrInvalidRequest.
func (s *RCVService) Sales(ctx context.Context, key rcv.Key, opts *RCVOptions) iter.Seq2[rcv.Sale, error] {
	return func(yield func(rcv.Sale, error) bool) {
		for doc, err := range s.ofBook(ctx, key, rcv.Sales, opts) {
			if !yield(rcv.Sale{Document: doc}, err) {
				return
			}
		}
	}
}

// ofBook yields the documents of a register of that book.
func (s *RCVService) ofBook(ctx context.Context, key rcv.Key, book rcv.Book, opts *RCVOptions) iter.Seq2[rcv.Document, error] {
	key, err := inBook(opDocuments, key, book)
	if err != nil {
		return func(yield func(rcv.Document, error) bool) { yield(rcv.Document{}, err) }
	}
	return s.Documents(ctx, key, opts)
}

// Documents yields the documents of a register as they arrive. For each state it
// requests the summary, and then the rows of each line that may have rows, in the
// way set by RCVOptions.
//
// An unreadable row is yielded as a *rcv.RowError, and the next row follows;
// any other error ends the sequence. The rows of a state are counted and summed
// and compared with the summary. If they differ, the summary is requested once
// more, since registers change; if they still differ, the sequence ends with an
// *IncompleteError. So the register is complete only if the sequence ended
// without any error.
//
// If the SII gives fewer rows than the summary counts, or says that there are
// too many for one answer, the others come from the export, and if that is also
// too short, from the deferred export (see RCVOptions.DeferredFrom). Rows of
// JSON get the breakdown of their additional taxes from the export as well; rows
// that wait for it come after the others of their type.
//
// Ranging over the sequence again sends new requests to the SII.
func (s *RCVService) Documents(ctx context.Context, key rcv.Key, opts *RCVOptions) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		states := opts.states(key.Book)
		if err := cmp.Or(checkKey(opDetail, key, states...), opts.check(opDetail)); err != nil {
			yield(rcv.Document{}, err)
			return
		}
		var err error
		ctx, call := s.facade.begin(ctx, opDocuments, subjectOf(key, "", 0))
		defer func() { call.end(ctx, err) }()
		for _, state := range states {
			r := &reading{facade: s.facade, key: key, state: state, opts: opts, yield: yield}
			if err = final(opDocuments.name, r.run(ctx)); err != nil && !r.stopped {
				yield(rcv.Document{}, err)
			}
			if err != nil || r.stopped {
				return
			}
		}
	}
}

// final makes sure that an error that ends a sequence is not mistaken for that
// of a row.
func final(op string, err error) error {
	var row *rcv.RowError
	if !errors.As(err, &row) {
		return err
	}
	return &Error{Op: op, Kind: ErrProtocol, Err: errors.New(err.Error())}
}
