package rcv_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// modelKey is what makes two entries the same document.
type modelKey struct {
	counterparty chile.RUT
	t            chile.DocType
	folio        chile.Folio
}

func keyOf(e *rcv.Entry) modelKey { return modelKey{e.Counterparty, e.Type, e.Folio} }

// bruteModel says, from the documentation and by looking at every pair, what must
// be matched exactly, what repeats, and what remains.
type bruteModel struct {
	matched, differs         map[modelKey]bool
	repeatsR, repeatsB       int
	remainsR, remainsB       int
	keysInRegister, keysBoth map[modelKey]bool
}

func bruteForce(register, books []rcv.Entry) *bruteModel {
	m := &bruteModel{matched: map[modelKey]bool{}, differs: map[modelKey]bool{}, keysInRegister: map[modelKey]bool{}, keysBoth: map[modelKey]bool{}}
	inBooks := map[modelKey]bool{}
	for i := range register {
		if m.keysInRegister[keyOf(&register[i])] {
			m.repeatsR++
		}
		m.keysInRegister[keyOf(&register[i])] = true
	}
	for i := range books {
		if inBooks[keyOf(&books[i])] {
			m.repeatsB++
		}
		inBooks[keyOf(&books[i])] = true
	}
	for i := range register {
		for j := range books {
			if keyOf(&register[i]) != keyOf(&books[j]) {
				continue
			}
			m.keysBoth[keyOf(&register[i])] = true
			if register[i].Total == books[j].Total {
				m.matched[keyOf(&register[i])] = true
			}
		}
	}
	for key := range m.keysBoth {
		if !m.matched[key] {
			m.differs[key] = true
		}
	}
	m.remainsR = len(m.keysInRegister) - len(m.keysBoth)
	m.remainsB = len(inBooks) - len(m.keysBoth)
	return m
}

// closeTo reports whether two entries are within the tolerance and may be one
// document.
func closeTo(r, b *rcv.Entry, opts *rcv.ReconcileOptions) bool {
	if opts.Amount == 0 && opts.Days == 0 || r.Counterparty != b.Counterparty {
		return false
	}
	signed := func(e *rcv.Entry) chile.CLP {
		if e.Type.Credit() {
			return -e.Total
		}
		return e.Total
	}
	amount, days := signed(r)-signed(b), r.Date.Day()-b.Date.Day() // all in one month
	return max(amount, -amount) <= opts.Amount && max(days, -days) <= opts.Days && (b.Type == 0 || r.Type.Credit() == b.Type.Credit())
}

// collected are the results of a reconciliation.
type collected struct {
	all      []rcv.Pair
	counts   map[rcv.Outcome]int
	register map[string]int // how often each entry came, by what it says
	books    map[string]int
}

func collect(t *testing.T, r *rcv.Reconciliation) *collected {
	t.Helper()
	c := &collected{counts: map[rcv.Outcome]int{}, register: map[string]int{}, books: map[string]int{}}
	for p, err := range r.Pairs() {
		require.NoError(t, err)
		c.all = append(c.all, p)
		c.counts[p.Outcome]++
		if p.Register != nil {
			c.register[fmt.Sprint(*p.Register)]++
		}
		if p.Books != nil {
			c.books[fmt.Sprint(*p.Books)]++
		}
		for _, note := range p.Notes {
			if p.NotesOfBooks {
				c.books[fmt.Sprint(*note)]++
			} else {
				c.register[fmt.Sprint(*note)]++
			}
		}
	}
	return c
}

// Whatever the two sides are: what must be exact is, by a model that compares every
// pair; every document and every entry has one outcome; nothing is left that could
// be paired; all sums add up; and the order of the input makes no difference.
func TestReconcileProperties(t *testing.T) {
	t.Parallel()
	seen := map[rcv.Outcome]int{}
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 9))
		register, books := randomEntries(r, r.IntN(60)), randomEntries(r, r.IntN(60))
		opts := &rcv.ReconcileOptions{Amount: chile.CLP(r.IntN(20)), Days: r.IntN(10)}
		one := rcv.Reconcile(listed(register...), listed(books...), opts)
		got := collect(t, one)
		requireAddsUp(t, one, register, books)
		requireEachOnce(t, register, got.register)
		requireEachOnce(t, books, got.books)
		requireAsModelled(t, bruteForce(register, books), got)
		requireSound(t, got, opts)
		for o, n := range got.counts {
			seen[o] += n
		}

		r.Shuffle(len(register), func(i, j int) { register[i], register[j] = register[j], register[i] })
		slices.SortStableFunc(register, rcv.Entry.Compare)
		slices.SortStableFunc(books, rcv.Entry.Compare)
		opts.Sorted = true
		two := rcv.Reconcile(listed(register...), listed(books...), opts)
		again := collect(t, two)
		requireAddsUp(t, two, register, books)
		requireAsModelled(t, bruteForce(register, books), again)
		requireSound(t, again, opts)
	}
	require.Len(t, seen, 9, "every outcome happens: %v", seen)
}

func requireEachOnce(t *testing.T, side []rcv.Entry, came map[string]int) {
	t.Helper()
	want := map[string]int{}
	for i := range side {
		want[fmt.Sprint(side[i])]++
	}
	require.Equal(t, want, came)
}

// requireAsModelled compares what is exact with the model.
func requireAsModelled(t *testing.T, m *bruteModel, got *collected) {
	t.Helper()
	matched, differs := map[modelKey]bool{}, map[modelKey]bool{}
	remainsR, remainsB := 0, 0
	for i := range got.all {
		p := &got.all[i]
		switch {
		case p.Outcome == rcv.RegisterRepeats, p.Outcome == rcv.BooksRepeat:
			continue
		case p.Register != nil && p.Books != nil && keyOf(p.Register) == keyOf(p.Books):
			if p.Outcome == rcv.Matched {
				matched[keyOf(p.Register)] = true
			} else {
				require.Contains(t, []rcv.Outcome{rcv.AmountDiffers, rcv.Netted}, p.Outcome)
				differs[keyOf(p.Register)] = true
			}
		default:
			if p.Register != nil {
				remainsR++
			}
			if p.Books != nil {
				remainsB++
			}
		}
		if p.NotesOfBooks {
			remainsB += len(p.Notes)
		} else {
			remainsR += len(p.Notes)
		}
	}
	require.Equal(t, m.matched, matched)
	require.Equal(t, m.differs, differs)
	require.Equal(t, m.remainsR, remainsR)
	require.Equal(t, m.remainsB, remainsB)
	require.Equal(t, m.repeatsR, got.counts[rcv.RegisterRepeats])
	require.Equal(t, m.repeatsB, got.counts[rcv.BooksRepeat])
}

// requireSound checks each result by itself, and that nothing is left that could
// be paired.
func requireSound(t *testing.T, got *collected, opts *rcv.ReconcileOptions) {
	t.Helper()
	var onlyR, onlyB []*rcv.Entry
	for i := range got.all {
		p := &got.all[i]
		require.True(t, p.Score >= 1 && p.Score <= 100)
		if p.Register != nil && p.Books != nil {
			require.Equal(t, p.Register.Counterparty, p.Books.Counterparty)
		}
		switch p.Outcome {
		case rcv.Matched:
			require.Equal(t, p.Register.Total, p.Books.Total)
			require.Equal(t, p.Register.Folio, p.Books.Folio)
		case rcv.AmountDiffers:
			require.NotEqual(t, p.Register.Total, p.Books.Total)
			require.Equal(t, p.Register.Folio, p.Books.Folio)
		case rcv.TypeDiffers:
			require.NotEqual(t, p.Register.Type, p.Books.Type)
			require.Equal(t, p.Register.Folio, p.Books.Folio)
		case rcv.Similar:
			require.True(t, closeTo(p.Register, p.Books, opts))
			require.NotEmpty(t, p.Reason)
		case rcv.Netted:
			requireNetted(t, p)
		case rcv.OnlyRegister:
			onlyR = append(onlyR, p.Register)
		case rcv.OnlyBooks:
			onlyB = append(onlyB, p.Books)
		}
	}
	for _, r := range onlyR {
		for _, b := range onlyB {
			if r.Counterparty != b.Counterparty {
				continue
			}
			require.False(t, closeTo(r, b, opts), "%v and %v are close, and left", *r, *b)
			require.False(t, r.Folio == b.Folio && (b.Type == 0 || r.Type.Credit() == b.Type.Credit()), "%v and %v have one folio, and are left", *r, *b)
		}
	}
}

func requireNetted(t *testing.T, p *rcv.Pair) {
	t.Helper()
	require.NotEmpty(t, p.Notes)
	document := p.Register
	if p.NotesOfBooks {
		document = p.Books
	}
	rest := document.Total
	for _, note := range p.Notes {
		require.True(t, note.Type.Credit())
		require.Equal(t, document.Type, note.RefType)
		require.Equal(t, document.Folio, note.RefFolio)
		require.Equal(t, document.Counterparty, note.Counterparty)
		rest -= note.Total
	}
	switch {
	case p.Register == nil || p.Books == nil:
		require.Zero(t, rest)
	case p.NotesOfBooks:
		require.Equal(t, p.Register.Total, rest)
	default:
		require.Equal(t, p.Books.Total, rest)
	}
	require.Zero(t, p.Difference)
}

// Many of one amount and date, all with other folios: each finds one, in time that
// grows with their number. Every visit of every pair would take minutes.
func TestReconcileManyAlike(t *testing.T) {
	t.Parallel()
	const n = 50_000
	register, books := make([]rcv.Entry, n), make([]rcv.Entry, n)
	for i := range n {
		register[i] = entry(maderas, 33, chile.Folio(1_000_000+i), 1000, 1+i%28)
		books[i] = entry(maderas, 33, chile.Folio(5_000_000+i), 1000+chile.CLP(i%2), 1+i%28)
	}
	r := rcv.Reconcile(listed(register...), listed(books...), &rcv.ReconcileOptions{Amount: 5, Days: 3})
	got := collect(t, r)
	require.Equal(t, map[rcv.Outcome]int{rcv.Similar: n}, got.counts)
}

// What is beyond the bound of one counterparty is told.
func TestReconcileTooManyOfOne(t *testing.T) {
	t.Parallel()
	const n = 100_000
	side := func(of chile.DocType) []rcv.Entry {
		list := make([]rcv.Entry, n+10)
		for i := range list {
			list[i] = entry(maderas, of, chile.Folio(i+1), 1000, 1)
		}
		return list
	}
	got := collect(t, rcv.Reconcile(listed(side(33)...), listed(side(34)...), &rcv.ReconcileOptions{Sorted: true}))
	require.Equal(t, map[rcv.Outcome]int{rcv.TypeDiffers: n, rcv.OnlyRegister: 10, rcv.OnlyBooks: 10}, got.counts)
	require.Contains(t, got.all[0].Reason, "too many")
}
