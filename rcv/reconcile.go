package rcv

import (
	"cmp"
	"errors"
	"iter"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// Outcome says how a document of the register and an entry of the books stand to
// each other.
type Outcome string

// The outcomes. Every document and every entry has exactly one.
const (
	Matched         Outcome = "matched"        // same counterparty, type, folio and total
	AmountDiffers   Outcome = "amount_differs" // same counterparty, type and folio, another total
	TypeDiffers     Outcome = "type_differs"   // same counterparty and folio, another type (33 and 34)
	Similar         Outcome = "similar"        // another folio; amount and date within the tolerance
	OnlyRegister    Outcome = "only_register"  // the SII has it, the books have not
	OnlyBooks       Outcome = "only_books"     // the books have it, the SII has not
	Netted          Outcome = "netted"         // credit notes make up for the difference, see Pair.Notes
	RegisterRepeats Outcome = "register_repeats"
	BooksRepeat     Outcome = "books_repeat"
)

// Pair is one result of a reconciliation. One of Register and Books is nil where
// the outcome is of one side.
type Pair struct {
	Outcome  Outcome
	Register *Entry
	Books    *Entry

	// Notes are, of Netted, the credit notes that refer to the document, of the
	// books if NotesOfBooks and else of the register. Taken off it they leave what
	// the other side has: an entry of the books for the rest, or nothing if the
	// document is annulled and the other side has neither.
	Notes        []*Entry
	NotesOfBooks bool

	// Difference is what the books have more than the register, in pesos; credit
	// notes count below zero. Of what only one side has it is zero.
	Difference chile.CLP

	// Score is how sure the pair is, from 1 to 100, and Reason why in words.
	Score  int
	Reason string
}

// ReconcileOptions say how to compare. The zero value and nil compare exactly and
// sort in memory.
type ReconcileOptions struct {
	// Sorted says that both sequences are in the order of Entry.Compare. Then
	// memory is bounded; if one is not, the error is ErrUnsorted.
	Sorted bool

	// Amount and Days are by how much total and date of entries with different
	// folios may differ to be Similar. With both zero nothing is Similar. A negative
	// one is chile.ErrRange.
	Amount chile.CLP
	Days   int
}

// check refuses options that mean nothing.
func (o *ReconcileOptions) check() error {
	return cmp.Or(option.NotNegative("rcv: Amount", chile.ErrRange, o.Amount), option.NotNegative("rcv: Days", chile.ErrRange, o.Days))
}

// ErrUnsorted says that a sequence is not in the order that was promised.
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
// First come documents of the same counterparty, type and folio, of several with
// that key those of the same total; then, of those that remain, documents whose
// credit notes make up for the difference; then those of the same folio and
// another type; then those that credit notes of their own side annul; then those
// whose amount and date are close, the surest pairs first. Nothing is guessed
// across counterparties. What nobody matches is only on its side.
//
// Time grows with the number of documents; memory too, unless both sides are
// sorted. Of one counterparty, 100,000 documents of a side that have no equal on
// the other are compared further; what is more is only on its side, and Reason
// says why.
func Reconcile(register, books iter.Seq2[Entry, error], opts *ReconcileOptions) *Reconciliation {
	r := &Reconciliation{register: register, books: books, totals: newReconcileTotals()}
	if opts != nil {
		r.opts = *opts
	}
	return r
}

// Pairs yields the results, once. An error of a sequence, ErrUnsorted or
// chile.ErrOverflow is the last: then the reconciliation proves nothing. A
// *RowError of a register is an error like any other: a register that is not
// whole cannot be reconciled.
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

// Totals returns the sums, complete when Pairs was ranged over to its end.
func (r *Reconciliation) Totals() (*ReconcileTotals, error) {
	if !r.totals.complete {
		return nil, errNotEnded
	}
	return &r.totals, nil
}

var errNotEnded = errors.New("rcv: the pairs of the reconciliation were not read to their end")
