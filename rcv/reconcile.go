package rcv

import (
	"cmp"
	"errors"
	"iter"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// Outcome is the result for a document of the register and an entry of the
// books.
type Outcome string

// The outcomes. Every document and every entry has exactly one outcome.
const (
	Matched         Outcome = "matched"        // same counterparty, type, folio and total
	AmountDiffers   Outcome = "amount_differs" // same counterparty, type and folio, another total
	TypeDiffers     Outcome = "type_differs"   // same counterparty and folio, another type (33 and 34)
	Similar         Outcome = "similar"        // another folio; amount and date within the tolerance
	OnlyRegister    Outcome = "only_register"  // only the SII has it
	OnlyBooks       Outcome = "only_books"     // only the books have it
	Netted          Outcome = "netted"         // credit notes account for the difference, see Pair.Notes
	RegisterRepeats Outcome = "register_repeats"
	BooksRepeat     Outcome = "books_repeat"
)

// Pair is one result of a reconciliation. If the outcome concerns one side, the
// other is nil.
type Pair struct {
	Outcome  Outcome
	Register *Entry
	Books    *Entry

	// Notes are, for Netted, the credit notes that refer to the document: of the
	// books if NotesOfBooks, else of the register. Subtracted from it they leave
	// the other side's entry or, if the document is annulled and the other side
	// has neither, nothing.
	Notes        []*Entry
	NotesOfBooks bool

	// Difference is the books' amount minus the register's, in pesos; credit notes
	// count as negative. If only one side has the document, it is zero.
	Difference chile.CLP

	// Score is the certainty of the pair, from 1 to 100, and Reason the
	// explanation.
	Score  int
	Reason string
}

// ReconcileOptions say how to compare. If zero or nil, the comparison is exact
// and sorts in memory.
type ReconcileOptions struct {
	// Sorted says that both sequences are in the order of Entry.Compare. Memory is
	// then bounded; if a sequence is not in order, the error is ErrUnsorted.
	Sorted bool

	// Amount and Days are the tolerances for total and date of Similar entries with
	// different folios. If both are zero, nothing is Similar. A negative one is
	// chile.ErrRange.
	Amount chile.CLP
	Days   int
}

// check refuses options that mean nothing.
func (o *ReconcileOptions) check() error {
	return cmp.Or(option.NotNegative("rcv: Amount", chile.ErrRange, o.Amount), option.NotNegative("rcv: Days", chile.ErrRange, o.Days))
}

// ErrUnsorted says that a sequence is not in the promised order.
var ErrUnsorted = errors.New("rcv: not sorted by counterparty, type and folio")

// Reconciliation compares a register with the books. It is not safe for
// concurrent use.
type Reconciliation struct {
	register, books iter.Seq2[Entry, error]
	opts            ReconcileOptions
	totals          ReconcileTotals
	ended           bool
}

// Reconcile compares a register with a company's own books.
//
// First it matches documents of the same counterparty, type and folio,
// preferring the same total. Then, among the rest: documents whose credit notes
// account for the difference; documents of the same folio and another type;
// documents that credit notes of their own side annul; and documents whose
// amount and date are close, the most certain pairs first. It never matches
// across counterparties. Unmatched documents are only on their side.
//
// Time grows with the number of documents; memory too, unless both sides are
// sorted. For one counterparty, at most 100,000 documents of a side without an
// equal on the other are compared further; the rest is only on its side, and
// Reason says why.
func Reconcile(register, books iter.Seq2[Entry, error], opts *ReconcileOptions) *Reconciliation {
	r := &Reconciliation{register: register, books: books, totals: newReconcileTotals()}
	if opts != nil {
		r.opts = *opts
	}
	return r
}

// Pairs yields the results, once. An error of a sequence, ErrUnsorted or
// chile.ErrOverflow ends it: the reconciliation then proves nothing. A
// *RowError of a register ends it like any other error: an incomplete register
// cannot be reconciled.
func (r *Reconciliation) Pairs() iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		if r.ended {
			yield(Pair{}, ErrUsed)
			return
		}
		r.ended = true
		if err := r.opts.check(); err != nil {
			yield(Pair{}, err)
			return
		}
		register, books := r.register, r.books
		if !r.opts.Sorted {
			var err error
			if register, err = sorted(register); err == nil {
				books, err = sorted(books)
			}
			if err != nil {
				yield(Pair{}, err)
				return
			}
		}
		m := merger{opts: r.opts, totals: &r.totals, yield: yield}
		m.run(register, books)
		r.totals.complete = m.done
	}
}

// Totals returns the sums, complete after Pairs was read to its end.
func (r *Reconciliation) Totals() (*ReconcileTotals, error) {
	if !r.totals.complete {
		return nil, errNotEnded
	}
	return &r.totals, nil
}

var errNotEnded = errors.New("rcv: the pairs of the reconciliation were not read to their end")
