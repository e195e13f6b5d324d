package sii

import (
	"context"
	"errors"
	"io"
	"iter"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// RCVService reads the Registro de Compras y Ventas.
type RCVService struct{ core *core }

// RCVOptions changes how a register is read. nil and the zero value read all of
// it.
type RCVOptions struct {
	// States are the states to read, in that order. The default are all states
	// of the book.
	States []rcv.State

	// OnSummary is told of the summary of a state before its rows come and, if
	// the rows did not agree with it, of the one that was asked for again.
	OnSummary func(state rcv.State, summary *rcv.Summary)

	// OnAnswer is told of every answer with rows once it was read to its end.
	OnAnswer func(answer Answer)

	// KeepAnswer, if it is set, is called before an answer with rows is read and
	// returns where its bytes go; nil keeps none of them. Those of an answer that
	// OnAnswer is not told of are to be thrown away. An error of Write ends the
	// sequence.
	KeepAnswer func(name string) io.Writer
}

func (o *RCVOptions) states(book rcv.Book) []rcv.State {
	if o == nil || len(o.States) == 0 {
		return book.States()
	}
	return o.States
}

func (o *RCVOptions) onSummary(state rcv.State, summary *rcv.Summary) {
	if o != nil && o.OnSummary != nil {
		o.OnSummary(state, summary)
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

// Summary returns the summary of one book in one state. A month without
// movements has no lines.
func (s *RCVService) Summary(ctx context.Context, owner chile.RUT, period chile.Period, book rcv.Book, state rcv.State) (*rcv.Summary, error) {
	key := rcv.Key{Owner: owner, Period: period, Book: book}
	if err := checkKey(opSummary, key, state); err != nil {
		return nil, err
	}
	data := newFacadeData(key, state)
	initial := true
	data.InitialSearch = &initial
	return ask(ctx, s, opSummary, subjectOf(key, state, 0), registerPage, "getResumen", data, func(r io.Reader) (*rcv.Summary, error) {
		return rcv.DecodeSummary(r, state)
	})
}

// The operations, as errors name them.
const (
	opSummary   = "rcv.summary"
	opDetail    = "rcv.detail"
	opExport    = "rcv.export"
	opDocuments = "rcv.documents" // summaries and details
	opTypes     = "rcv.types"
	opCompanies = "rcv.companies"
	opEvents    = "rcv.events"
	opBoletas   = "rcv.boletas"
)

func subjectOf(key rcv.Key, state rcv.State, typ chile.DocType) Subject {
	return Subject{Owner: key.Owner, Period: key.Period, Book: key.Book, State: state, Type: typ}
}

// checkKey refuses what the SII cannot be asked.
func checkKey(op string, key rcv.Key, states ...rcv.State) error {
	if !key.Valid() {
		return &Error{Op: op, Kind: ErrInvalidRequest, Err: errors.New("a register has an owner, a period and a book, not " + strconv.Quote(key.String()))}
	}
	for _, state := range states {
		if !state.Valid() || key.Book == rcv.Sales && state != rcv.Registro {
			return &Error{Op: op, Kind: ErrInvalidRequest, Err: errors.New("the book " + string(key.Book) + " has no state " + strconv.Quote(string(state)))}
		}
	}
	return nil
}

// readError is the error of reading an answer.
func (s *RCVService) readError(ctx context.Context, op string, err error) error {
	var e *Error
	var row *rcv.RowError
	switch {
	case err == nil, errors.As(err, &e), errors.As(err, &row):
		return err
	case ctx.Err() != nil:
		return &Error{Op: op, Err: context.Cause(ctx)}
	}
	if kinded := answerError(op, err); errors.As(kinded, &e) {
		return kinded
	}
	return s.core.transport.failure(ctx, op, err)
}

// Purchases yields the purchases of a month: see Documents.
func (s *RCVService) Purchases(ctx context.Context, owner chile.RUT, period chile.Period, opts *RCVOptions) iter.Seq2[rcv.Purchase, error] {
	return func(yield func(rcv.Purchase, error) bool) {
		for doc, err := range s.Documents(ctx, rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}, opts) {
			if !yield(rcv.Purchase{Document: doc}, err) {
				return
			}
		}
	}
}

// Sales yields the sales of a month: see Documents.
func (s *RCVService) Sales(ctx context.Context, owner chile.RUT, period chile.Period, opts *RCVOptions) iter.Seq2[rcv.Sale, error] {
	return func(yield func(rcv.Sale, error) bool) {
		for doc, err := range s.Documents(ctx, rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, opts) {
			if !yield(rcv.Sale{Document: doc}, err) {
				return
			}
		}
	}
}

// Documents yields the documents of a register as they arrive: of each state it
// asks for the summary, and for the rows of each line of it that has detail.
//
// A row that cannot be read is yielded as a *rcv.RowError, and the next row
// follows; any other error is the last thing yielded. The rows of a state are
// counted and summed and compared with the summary. If they differ, the summary
// is asked for once more, since registers move; if they still differ, the
// sequence ends with an *IncompleteError. So only a sequence that ended without
// any error is the whole register.
//
// Ranging over the sequence again asks the SII again.
func (s *RCVService) Documents(ctx context.Context, key rcv.Key, opts *RCVOptions) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		states := opts.states(key.Book)
		if err := checkKey(opDetail, key, states...); err != nil {
			yield(rcv.Document{}, err)
			return
		}
		var err error
		ctx, call := s.core.begin(ctx, opDocuments, subjectOf(key, "", 0))
		defer func() { call.end(ctx, err) }()
		for _, state := range states {
			var more bool
			if more, err = s.state(ctx, key, state, opts, yield); err != nil {
				yield(rcv.Document{}, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

// state yields the rows of one state. It returns more == false if the caller
// wants no more of them.
func (s *RCVService) state(ctx context.Context, key rcv.Key, state rcv.State, opts *RCVOptions, yield func(rcv.Document, error) bool) (more bool, err error) {
	summary, err := s.Summary(ctx, key.Owner, key.Period, key.Book, state)
	if err != nil {
		return false, err
	}
	opts.onSummary(state, summary)
	var check rcv.Check
	for _, line := range summary.Lines {
		if !line.HasDetail || line.Documents == 0 {
			continue
		}
		d := &detail{service: s, key: key, state: state, typ: line.Type, check: &check, opts: opts}
		if err := d.stream(ctx, yield); err != nil || d.stopped {
			return false, err
		}
	}
	mismatches, err := check.Compare(summary.Lines)
	if err != nil || len(mismatches) == 0 {
		return err == nil, err
	}
	if summary, err = s.Summary(ctx, key.Owner, key.Period, key.Book, state); err != nil {
		return false, err
	}
	opts.onSummary(state, summary)
	if mismatches, err = check.Compare(summary.Lines); err != nil || len(mismatches) == 0 {
		return err == nil, err
	}
	return false, &IncompleteError{Key: key, Mismatches: mismatches}
}
