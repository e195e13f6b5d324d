package sii

import (
	"cmp"
	"errors"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/rcv"
)

// RCVOptions are options for reading a register. If nil or zero, all of it is
// read.
type RCVOptions struct {
	// States are the states to read, in that order. If empty, all states of the
	// book.
	States []rcv.State

	// Way is how rows are requested. The default is AsJSON.
	Way Way

	// Taxes says whether the rows of AsJSON get the breakdown of additional taxes,
	// for which the export is downloaded as well. The default is TaxesAutomatic.
	// OnTaxes receives the rows whose additional taxes could not be broken down.
	Taxes   Taxes
	OnTaxes func(finding TaxFinding)

	// DeferredFrom is the number of documents from which the rows of a line of the
	// summary (with AsCSV: of a whole state) come from the deferred export, which the
	// SII prepares as a file first; 0 means 50,000. Undeferred never uses it: if the
	// SII demands it, the sequence ends with ErrDeferred.
	//
	// Unverified: no source says at which size the SII fails. Its answers have some
	// 2 kB per row in JSON, so 50,000 rows are well within WithMaxAnswer. Smaller
	// lines use the deferred export if the SII demands it.
	DeferredFrom int64
	Undeferred   bool

	// OnSummary receives the summary of a state before its rows and, if the rows
	// differ from it, the summary that was downloaded again.
	OnSummary func(state rcv.State, summary *rcv.Summary)

	// OnColumns receives each export whose columns differ from the SII's layout
	// for its book and state. Missing values are zero in its rows.
	OnColumns func(finding ColumnFinding)

	// OnDeferred receives the state of a deferred export each time that the client
	// polls it.
	OnDeferred func(export rcv.DeferredExport)

	// OnAnswer receives every answer with rows after it was read to its end.
	OnAnswer func(answer Answer)

	// KeepAnswer, if it is set, is called before an answer with rows is read and
	// returns the writer for its bytes; if the writer is nil, they are not kept.
	// Discard the bytes of an answer that OnAnswer does not receive. An error of
	// Write ends the sequence.
	KeepAnswer func(name string) io.Writer
}

// defaultDeferredFrom is the default of RCVOptions.DeferredFrom.
const defaultDeferredFrom = 50_000

// check refuses invalid options.
func (o *RCVOptions) check(op operation) error {
	o = o.orZero()
	err := option.NotNegative("DeferredFrom", chile.ErrRange, o.DeferredFrom)
	if !o.Way.Valid() || !o.Taxes.Valid() {
		err = errors.New("no such Way or Taxes of RCVOptions")
	}
	if err == nil {
		return nil
	}
	return &Error{Op: op.name, Kind: ErrInvalidRequest, Err: err}
}

func (o *RCVOptions) states(book rcv.Book) []rcv.State {
	if o == nil || len(o.States) == 0 {
		return book.States()
	}
	return o.States
}

func (o *RCVOptions) way() Way { return o.orZero().Way }

// deferred reports whether this many documents come from the deferred export,
// and whether they may.
func (o *RCVOptions) deferred(documents int64) (do, may bool) {
	o = o.orZero()
	may = !o.Undeferred
	return may && documents >= cmp.Or(o.DeferredFrom, defaultDeferredFrom), may
}

func (o *RCVOptions) orZero() *RCVOptions {
	if o == nil {
		return &RCVOptions{}
	}
	return o
}

func (o *RCVOptions) taxes() Taxes { return o.orZero().Taxes }

func (o *RCVOptions) onTaxes(finding TaxFinding) {
	if o != nil && o.OnTaxes != nil {
		o.OnTaxes(finding)
	}
}

func (o *RCVOptions) onColumns(finding ColumnFinding) {
	if o != nil && o.OnColumns != nil && len(finding.Missing)+len(finding.Unknown) > 0 {
		o.OnColumns(finding)
	}
}

func (o *RCVOptions) onSummary(state rcv.State, summary *rcv.Summary) {
	if o != nil && o.OnSummary != nil {
		o.OnSummary(state, summary)
	}
}

func (o *RCVOptions) onDeferred(export rcv.DeferredExport) {
	if o != nil && o.OnDeferred != nil {
		o.OnDeferred(export)
	}
}

func (o *RCVOptions) onAnswer(a Answer) {
	if o != nil && o.OnAnswer != nil {
		o.OnAnswer(a)
	}
}

func (o *RCVOptions) keepAnswer(name string) io.Writer {
	if o == nil || o.KeepAnswer == nil {
		return nil
	}
	return o.KeepAnswer(name)
}
