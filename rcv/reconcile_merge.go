package rcv

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/ofitec/chile"
)

// merger walks two sorted sequences in parallel. Entries without an equal wait
// for the end of their counterparty.
type merger struct {
	opts   ReconcileOptions
	totals *ReconcileTotals
	yield  func(Pair, error) bool
	done   bool

	counterparty chile.RUT
	groups       [2][]Entry // of the key: of the register, of the books
	left         [2][]Entry // of the counterparty
	differing    []Pair     // of the counterparty, amounts that credit notes may account for
}

const (
	// maxWaiting bounds how many documents of one counterparty wait for an inexact
	// match.
	maxWaiting = 100_000

	// maxGroup bounds how many entries of one key are searched for the same total.
	maxGroup = 64
)

const (
	ofRegister = 0
	ofBooks    = 1
)

// side reads one sequence in order, all entries of a key at a time.
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
	err := r.advance()
	if err == nil {
		err = b.advance()
	}
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

// errEnough says that the caller has stopped.
var errEnough = errors.New("stopped")

// step takes all entries of the smallest key, of one side or both.
func (m *merger) step(r, b *side) error {
	key := &r.at
	if !r.ok || b.ok && b.at.Compare(r.at) < 0 {
		key = &b.at
	}
	least := *key
	if least.Counterparty != m.counterparty {
		if err := m.flush(); err != nil {
			return err
		}
		m.counterparty = least.Counterparty
	}
	if err := m.group(r, &least, ofRegister, RegisterRepeats); err != nil {
		return err
	}
	if err := m.group(b, &least, ofBooks, BooksRepeat); err != nil {
		return err
	}
	return m.match(m.groups[ofRegister], m.groups[ofBooks])
}

// group reads the entries of a key. Those beyond maxGroup repeat the others.
func (m *merger) group(s *side, key *Entry, of int, outcome Outcome) error {
	m.groups[of] = m.groups[of][:0]
	for s.ok && s.at.Compare(*key) == 0 {
		if len(m.groups[of]) < maxGroup {
			m.groups[of] = append(m.groups[of], s.at)
		} else if err := m.emit(repeats(s.at, outcome)); err != nil {
			return err
		}
		if err := s.advance(); err != nil {
			return err
		}
	}
	return nil
}

func repeats(e Entry, outcome Outcome) Pair {
	p := Pair{Outcome: outcome, Score: 100, Reason: "the same counterparty, type and folio"}
	if outcome == BooksRepeat {
		p.Books = &e
	} else {
		p.Register = &e
	}
	return p
}

// match pairs one entry of each side, with the same total if possible; the
// other entries of the key repeat them.
func (m *merger) match(register, books []Entry) error {
	r, b := sameTotal(register, books)
	switch {
	case len(books) == 0:
		if err := m.alone(&register[r], ofRegister); err != nil {
			return err
		}
	case len(register) == 0:
		if err := m.alone(&books[b], ofBooks); err != nil {
			return err
		}
	default:
		if err := m.both(register[r], books[b]); err != nil {
			return err
		}
	}
	for i := range register {
		if i != r {
			if err := m.emit(repeats(register[i], RegisterRepeats)); err != nil {
				return err
			}
		}
	}
	for i := range books {
		if i != b {
			if err := m.emit(repeats(books[i], BooksRepeat)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameTotal returns the indexes of two entries with the same total, or of the
// first ones.
func sameTotal(register, books []Entry) (r, b int) {
	for i := range register {
		for j := range books {
			if register[i].Total == books[j].Total {
				return i, j
			}
		}
	}
	return 0, 0
}

// both pairs two entries of one key.
func (m *merger) both(register, books Entry) error {
	if register.Total == books.Total {
		return m.emit(Pair{Outcome: Matched, Register: &register, Books: &books, Score: 100, Reason: "same counterparty, type, folio and total"})
	}
	p := Pair{Outcome: AmountDiffers, Register: &register, Books: &books, Score: 100, Reason: "same counterparty, type and folio"}
	if len(m.differing) >= maxWaiting {
		return m.emit(p)
	}
	m.differing = append(m.differing, p)
	return nil
}

// alone keeps an entry without an equal until the end of its counterparty.
func (m *merger) alone(e *Entry, of int) error {
	if len(m.left[of]) >= maxWaiting {
		one := *e
		return m.emit(only(&one, of, "too many of this counterparty to compare further"))
	}
	m.left[of] = append(m.left[of], *e)
	return nil
}

func only(e *Entry, of int, reason string) Pair {
	if of == ofBooks {
		return Pair{Outcome: OnlyBooks, Books: e, Score: 100, Reason: reason}
	}
	return Pair{Outcome: OnlyRegister, Register: e, Score: 100, Reason: reason}
}

// emit counts a result and yields it.
func (m *merger) emit(p Pair) error {
	if p.Register != nil && p.Books != nil {
		var err error
		if p.Difference, err = p.difference(); err != nil {
			return err
		}
	}
	if err := m.totals.add(&p); err != nil {
		return err
	}
	if !m.yield(p, nil) {
		return errEnough
	}
	return nil
}

// difference returns the books' amount minus the register's.
func (p *Pair) difference() (chile.CLP, error) {
	var books, register chile.CLP
	entries := []*Entry{p.Books, p.Register}
	sums := []*chile.CLP{&books, &register}
	for _, note := range p.Notes {
		entries = append(entries, note)
		if p.NotesOfBooks {
			sums = append(sums, &books)
		} else {
			sums = append(sums, &register)
		}
	}
	for i, e := range entries {
		var err error
		if *sums[i], err = sums[i].Add(chile.CLP(e.signed())); err != nil {
			return 0, fmt.Errorf("rcv: type %d folio %d: %w", int(e.Type), int64(e.Folio), err)
		}
	}
	return less(books, register)
}

// less subtracts.
func less(a, b chile.CLP) (chile.CLP, error) {
	if b == math.MinInt64 {
		return 0, chile.ErrOverflow
	}
	return a.Add(-b)
}

// flush matches the rest of a counterparty.
func (m *merger) flush() error {
	if len(m.left[ofRegister])+len(m.left[ofBooks])+len(m.differing) == 0 {
		return nil
	}
	// Yielded values point into these; the next counterparty gets its own.
	g := remains{
		opts: &m.opts, register: slices.Clone(m.left[ofRegister]), books: slices.Clone(m.left[ofBooks]),
		differing: slices.Clone(m.differing),
	}
	m.left[ofRegister], m.left[ofBooks], m.differing = m.left[ofRegister][:0], m.left[ofBooks][:0], m.differing[:0]
	for _, p := range g.pairs() {
		if err := m.emit(p); err != nil {
			return err
		}
	}
	return nil
}
