package rcv

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/ofitec/chile"
)

// Outcome says how a document of the register and an entry of the books stand to
// each other.
type Outcome string

// The outcomes. Every document and every entry has exactly one.
const (
	Matched         Outcome = "matched"          // same counterparty, type, folio and total
	AmountDiffers   Outcome = "amount differs"   // same counterparty, type and folio, another total
	TypeDiffers     Outcome = "type differs"     // same counterparty and folio, another type (33 and 34)
	Similar         Outcome = "similar"          // another folio; amount and date within the tolerance
	OnlyRegister    Outcome = "only in register" // the SII has it, the books have not
	OnlyBooks       Outcome = "only in books"    // the books have it, the SII has not
	Netted          Outcome = "netted"           // of one side, a note and what it annuls; they cancel out
	RegisterRepeats Outcome = "twice in register"
	BooksRepeat     Outcome = "twice in books"
)

// Pair is one result of a reconciliation. One of Register and Books is nil where
// the outcome is of one side; of Netted both are of one side, and OfBooks says
// of which.
type Pair struct {
	Outcome  Outcome
	Register *Entry
	Books    *Entry

	// Document and Note are the two of Netted.
	Document, Note *Entry
	OfBooks        bool

	// Difference is what the books have more than the register, in pesos; credit
	// notes count below zero.
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
	// folios may differ to be Similar. With both zero nothing is Similar.
	Amount chile.CLP
	Days   int
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
// First come documents of the same counterparty, type and folio; then, of those
// that remain, of the same folio and another type; then notes and the documents
// that they annul on one side; then those whose amount and date are close, the
// surest pair first. Nothing is guessed across counterparties. What nobody
// matches is only on its side.
//
// Time grows with the number of documents; memory too, unless both sides are
// sorted.
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

// sorted reads a sequence and returns it in order.
func sorted(seq iter.Seq2[Entry, error]) (iter.Seq2[Entry, error], error) {
	var all []Entry
	for e, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	slices.SortStableFunc(all, Entry.Compare)
	return func(yield func(Entry, error) bool) {
		for i := range all {
			if !yield(all[i], nil) {
				return
			}
		}
	}, nil
}

// merger walks two sorted sequences side by side. What finds no equal waits for
// the end of its counterparty.
type merger struct {
	opts   ReconcileOptions
	totals *ReconcileTotals
	yield  func(Pair, error) bool
	done   bool

	left  [2][]Entry // of the counterparty: of the register, of the books
	owner chile.RUT
}

// maxWaiting bounds how many documents of one counterparty wait for a match
// other than an exact one.
const maxWaiting = 100_000

const (
	ofRegister = 0
	ofBooks    = 1
)

// side reads one sequence in order.
type side struct {
	next func() (Entry, error, bool)
	at   Entry
	ok   bool // there is an entry
	name string
}

// advance reads the next entry.
func (s *side) advance() error {
	e, err, ok := s.next()
	if ok && err != nil {
		return err
	}
	if ok && s.ok && e.Compare(s.at) < 0 {
		return fmt.Errorf("%w: %s: %s %d %d behind %s %d %d", ErrUnsorted, s.name,
			e.Counterparty, int(e.Type), int64(e.Folio), s.at.Counterparty, int(s.at.Type), int64(s.at.Folio))
	}
	s.at, s.ok = e, ok
	return nil
}

func (m *merger) run(register, books iter.Seq2[Entry, error]) {
	nextRegister, stopRegister := iter.Pull2(register)
	defer stopRegister()
	nextBooks, stopBooks := iter.Pull2(books)
	defer stopBooks()
	r, b := &side{next: nextRegister, name: "register"}, &side{next: nextBooks, name: "books"}
	err := errors.Join(r.advance(), b.advance())
	for err == nil && (r.ok || b.ok) {
		err = m.step(r, b)
	}
	if err == nil {
		err = m.flush()
	}
	switch {
	case errors.Is(err, errEnough):
	case err != nil:
		m.yield(Pair{}, err)
	default:
		m.done = true
	}
}

// errEnough says that the caller wants no more.
var errEnough = errors.New("stopped")

// step takes the lesser of the two entries, or both.
func (m *merger) step(r, b *side) error {
	order := 0
	switch {
	case !r.ok:
		order = 1
	case !b.ok:
		order = -1
	default:
		order = r.at.Compare(b.at)
	}
	lesser := r.at
	if order > 0 {
		lesser = b.at
	}
	if lesser.Counterparty != m.owner {
		if err := m.flush(); err != nil {
			return err
		}
		m.owner = lesser.Counterparty
	}
	switch {
	case order < 0:
		return m.alone(r, ofRegister)
	case order > 0:
		return m.alone(b, ofBooks)
	default:
		return m.both(r, b)
	}
}

// both pairs two entries of one counterparty, type and folio.
func (m *merger) both(r, b *side) error {
	register, books := r.at, b.at
	p := Pair{Outcome: Matched, Register: &register, Books: &books, Score: 100, Reason: "same counterparty, type, folio and total"}
	if register.Total != books.Total {
		p.Outcome, p.Reason = AmountDiffers, "same counterparty, type and folio"
	}
	if err := m.emit(p); err != nil {
		return err
	}
	if err := m.repeated(r, RegisterRepeats); err != nil {
		return err
	}
	return m.repeated(b, BooksRepeat)
}

// repeated passes what has the key of the entry before.
func (m *merger) repeated(s *side, outcome Outcome) error {
	first := s.at
	for {
		if err := s.advance(); err != nil {
			return err
		}
		if !s.ok || s.at.Compare(first) != 0 {
			return nil
		}
		again := s.at
		p := Pair{Outcome: outcome, Score: 100, Reason: "the same counterparty, type and folio"}
		if outcome == BooksRepeat {
			p.Books = &again
		} else {
			p.Register = &again
		}
		if err := m.emit(p); err != nil {
			return err
		}
	}
}

// alone keeps an entry without an equal until the end of its counterparty.
func (m *merger) alone(s *side, of int) error {
	e := s.at
	if len(m.left[of]) >= maxWaiting {
		if err := m.emit(only(&e, of, "too many of this counterparty to compare further")); err != nil {
			return err
		}
	} else {
		m.left[of] = append(m.left[of], e)
	}
	if of == ofBooks {
		return m.repeated(s, BooksRepeat)
	}
	return m.repeated(s, RegisterRepeats)
}

func only(e *Entry, of int, reason string) Pair {
	if of == ofBooks {
		return Pair{Outcome: OnlyBooks, Books: e, Score: 100, Reason: reason}
	}
	return Pair{Outcome: OnlyRegister, Register: e, Score: 100, Reason: reason}
}

// emit counts a result and passes it on.
func (m *merger) emit(p Pair) error {
	if p.Register != nil && p.Books != nil {
		p.Difference = chile.CLP(p.Books.signed() - p.Register.signed())
	}
	if err := m.totals.add(&p); err != nil {
		return err
	}
	if !m.yield(p, nil) {
		return errEnough
	}
	return nil
}

// flush matches what remains of a counterparty.
func (m *merger) flush() error {
	g := remains{opts: &m.opts, register: m.left[ofRegister], books: m.left[ofBooks]}
	m.left[ofRegister], m.left[ofBooks] = m.left[ofRegister][:0], m.left[ofBooks][:0]
	if len(g.register)+len(g.books) == 0 {
		return nil
	}
	// What is yielded keeps pointers into these; the next counterparty has its own.
	g.register, g.books = slices.Clone(g.register), slices.Clone(g.books)
	for _, p := range g.pairs() {
		if err := m.emit(p); err != nil {
			return err
		}
	}
	return nil
}
