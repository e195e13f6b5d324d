package rcv_test

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

var (
	maderas = chile.MustParseRUT("77222222-K")
	fierros = chile.MustParseRUT("76111111-6")
)

func entry(counterparty chile.RUT, docType chile.DocType, folio chile.Folio, total chile.CLP, day int) rcv.Entry {
	date, _ := chile.NewDate(2026, 10, day)
	return rcv.Entry{Counterparty: counterparty, Type: docType, Folio: folio, Total: total, Date: date}
}

// noteOf is a credit note that refers to a document of maderas.
func noteOf(folio chile.Folio, total chile.CLP, refType chile.DocType, refFolio chile.Folio) rcv.Entry {
	e := entry(maderas, 61, folio, total, 5)
	e.RefType, e.RefFolio = refType, refFolio
	return e
}

func listed(entries ...rcv.Entry) iter.Seq2[rcv.Entry, error] {
	return func(yield func(rcv.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// outcomes renders the pairs of a reconciliation, in order.
func outcomes(t *testing.T, r *rcv.Reconciliation) (list []string) {
	t.Helper()
	for p, err := range r.Pairs() {
		require.NoError(t, err)
		text := string(p.Outcome)
		for _, e := range append([]*rcv.Entry{p.Register, p.Books}, p.Notes...) {
			if e != nil {
				text += fmt.Sprintf(" %d/%d", int(e.Type), int64(e.Folio))
			}
		}
		if p.Difference != 0 {
			text += fmt.Sprintf(" %+d", int64(p.Difference))
		}
		require.NotZero(t, p.Score)
		list = append(list, text)
	}
	return list
}

func TestReconcile(t *testing.T) {
	t.Parallel()
	opts := &rcv.ReconcileOptions{Amount: 10, Days: 5}
	note := noteOf(7, 1000, 33, 1)
	for name, c := range map[string]struct {
		register, books []rcv.Entry
		opts            *rcv.ReconcileOptions
		want            []string
	}{
		"nothing":            {nil, nil, opts, nil},
		"same":               {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1000, 9)}, nil, []string{"matched 33/1 33/1"}},
		"amount":             {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1100, 1)}, nil, []string{"amount_differs 33/1 33/1 +100"}},
		"amount of a note":   {[]rcv.Entry{entry(maderas, 61, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 61, 1, 1100, 1)}, nil, []string{"amount_differs 61/1 61/1 -100"}},
		"type":               {[]rcv.Entry{entry(maderas, 34, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, nil, []string{"type_differs 34/1 33/1"}},
		"unknown type":       {[]rcv.Entry{entry(maderas, 34, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 0, 1, 1000, 1)}, nil, []string{"matched 34/1 0/1"}},
		"invoice and note":   {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 61, 1, 1000, 1)}, nil, []string{"only_register 33/1", "only_books 61/1"}},
		"other supplier":     {[]rcv.Entry{entry(fierros, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, opts, []string{"only_register 33/1", "only_books 33/1"}},
		"only register":      {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, nil, opts, []string{"only_register 33/1"}},
		"only books":         {nil, []rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, opts, []string{"only_books 33/1"}},
		"slip of the folio":  {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1243, 1000, 3)}, opts, []string{"similar 33/1234 33/1243"}},
		"small difference":   {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 99, 1009, 3)}, opts, []string{"similar 33/1234 33/99 +9"}},
		"too much":           {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 99, 1011, 3)}, opts, []string{"only_register 33/1234", "only_books 33/99"}},
		"too late":           {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 99, 1000, 7)}, opts, []string{"only_register 33/1234", "only_books 33/99"}},
		"similar not wanted": {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 99, 1000, 1)}, nil, []string{"only_register 33/1234", "only_books 33/99"}},
		"the surest first": {
			[]rcv.Entry{entry(maderas, 33, 10, 1000, 1), entry(maderas, 33, 20, 1000, 3)},
			[]rcv.Entry{entry(maderas, 33, 11, 1000, 3), entry(maderas, 33, 21, 1000, 3)},
			opts,
			[]string{"similar 33/20 33/21", "similar 33/10 33/11"},
		},
		"twice in books":    {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1000, 1), entry(maderas, 33, 1, 1000, 1)}, nil, []string{"matched 33/1 33/1", "books_repeat 33/1"}},
		"twice in register": {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1), entry(maderas, 33, 1, 1000, 1)}, nil, nil, []string{"register_repeats 33/1", "only_register 33/1"}},
		"twice, once right": {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 900, 1), entry(maderas, 33, 1, 1000, 1)}, nil, []string{"matched 33/1 33/1", "books_repeat 33/1"}},
		"netted":            {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1), note}, nil, opts, []string{"netted 33/1 61/7"}},
		"netted in books":   {nil, []rcv.Entry{entry(maderas, 33, 1, 1000, 1), note}, opts, []string{"netted 33/1 61/7"}},
		"note of a part":    {[]rcv.Entry{entry(maderas, 33, 1, 2000, 1), note}, nil, opts, []string{"only_register 33/1", "only_register 61/7"}},
		"books carry the rest": {
			[]rcv.Entry{entry(maderas, 33, 1, 3000, 1), note},
			[]rcv.Entry{entry(maderas, 33, 1, 2000, 1)},
			nil,
			[]string{"netted 33/1 33/1 61/7"},
		},
		"less two notes": {
			[]rcv.Entry{entry(maderas, 33, 1, 3000, 1), note, noteOf(8, 500, 33, 1)},
			[]rcv.Entry{entry(maderas, 33, 1, 1500, 1)},
			nil,
			[]string{"netted 33/1 33/1 61/7 61/8"},
		},
		"less one of two notes": {
			[]rcv.Entry{entry(maderas, 33, 1, 3000, 1), note, noteOf(8, 500, 33, 1)},
			[]rcv.Entry{entry(maderas, 33, 1, 2500, 1)},
			nil,
			[]string{"netted 33/1 33/1 61/8", "only_register 61/7"},
		},
		"the books have the notes": {
			[]rcv.Entry{entry(maderas, 33, 1, 2000, 1)},
			[]rcv.Entry{entry(maderas, 33, 1, 3000, 1), note},
			nil,
			[]string{"netted 33/1 33/1 61/7"},
		},
		"a note that the books have too": {
			[]rcv.Entry{entry(maderas, 33, 1, 3000, 1), note},
			[]rcv.Entry{entry(maderas, 33, 1, 2000, 1), note},
			nil,
			[]string{"matched 61/7 61/7", "amount_differs 33/1 33/1 -1000"},
		},
		"a note of another document": {
			[]rcv.Entry{entry(maderas, 33, 1, 3000, 1), noteOf(7, 1000, 33, 2)},
			[]rcv.Entry{entry(maderas, 33, 1, 2000, 1)},
			nil,
			[]string{"amount_differs 33/1 33/1 -1000", "only_register 61/7"},
		},
		"a note too small": {
			[]rcv.Entry{entry(maderas, 33, 1, 3000, 1), noteOf(7, 999, 33, 1)},
			[]rcv.Entry{entry(maderas, 33, 1, 2000, 1)},
			nil,
			[]string{"amount_differs 33/1 33/1 -1000", "only_register 61/7"},
		},
		"annulled by two notes": {[]rcv.Entry{entry(maderas, 33, 1, 1500, 1), note, noteOf(8, 500, 33, 1)}, nil, nil, []string{"netted 33/1 61/7 61/8"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rcv.Reconcile(listed(c.register...), listed(c.books...), c.opts)
			assert.Equal(t, c.want, outcomes(t, r))
			requireAddsUp(t, r, c.register, c.books)
		})
	}
}

// requireAddsUp checks that the totals are those of both inputs, part by part.
func requireAddsUp(t *testing.T, r *rcv.Reconciliation, register, books []rcv.Entry) {
	t.Helper()
	totals, err := r.Totals()
	require.NoError(t, err)
	sum := func(entries []rcv.Entry) map[chile.DocType]rcv.Sum {
		m := map[chile.DocType]rcv.Sum{}
		for _, e := range entries {
			s := m[e.Type]
			m[e.Type] = rcv.Sum{Count: s.Count + 1, Total: s.Total + e.Total}
		}
		return m
	}
	wantR, wantB := sum(register), sum(books)
	var netR, netB chile.CLP
	for _, docType := range totals.Types() {
		of := totals.ByType[docType]
		require.Equal(t, wantR[docType], of.Register)
		require.Equal(t, wantB[docType], of.Books)
		require.Equal(t, of.Register, parts(of.RegisterParts))
		require.Equal(t, of.Books, parts(of.BooksParts))
		sign := chile.CLP(1)
		if docType.Credit() {
			sign = -1
		}
		netR, netB = netR+sign*of.Register.Total, netB+sign*of.Books.Total
		delete(wantR, docType)
		delete(wantB, docType)
	}
	require.Empty(t, wantR)
	require.Empty(t, wantB)
	gotR, gotB, err := totals.Net()
	require.NoError(t, err)
	require.Equal(t, netR, gotR)
	require.Equal(t, netB, gotB)
}

func parts(m map[rcv.Outcome]rcv.Sum) (s rcv.Sum) {
	for _, p := range m {
		s = rcv.Sum{Count: s.Count + p.Count, Total: s.Total + p.Total}
	}
	return s
}

// randomEntries makes documents of few suppliers, types, folios and amounts, so
// that they meet in every way.
func randomEntries(r *rand.Rand, n int) []rcv.Entry {
	suppliers := []chile.RUT{maderas, fierros, chile.MustParseRUT("11111111-1")}
	types := []chile.DocType{33, 34, 61, 56, 0}
	list := make([]rcv.Entry, n)
	for i := range list {
		list[i] = entry(suppliers[r.IntN(3)], types[r.IntN(5)], chile.Folio(r.IntN(12)+1), chile.CLP(1000+r.IntN(5)*7), 1+r.IntN(28))
		if list[i].Type == 61 {
			list[i].RefType, list[i].RefFolio = 33, chile.Folio(r.IntN(12)+1)
		}
	}
	return list
}

func TestReconcileErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	failing := func(yield func(rcv.Entry, error) bool) {
		_ = yield(entry(maderas, 33, 1, 1, 1), nil) && yield(rcv.Entry{}, broken)
	}
	last := func(r *rcv.Reconciliation) (err error) {
		for _, err = range r.Pairs() {
		}
		return err
	}
	for _, opts := range []*rcv.ReconcileOptions{nil, {Sorted: true}} {
		r := rcv.Reconcile(failing, listed(), opts)
		require.ErrorIs(t, last(r), broken)
		_, err := r.Totals()
		require.Error(t, err, "it proves nothing")
		require.ErrorIs(t, last(rcv.Reconcile(listed(), failing, opts)), broken)
	}
	unsorted := listed(entry(maderas, 33, 2, 1, 1), entry(maderas, 33, 1, 1, 1))
	require.ErrorIs(t, last(rcv.Reconcile(unsorted, listed(), &rcv.ReconcileOptions{Sorted: true})), rcv.ErrUnsorted)
	require.ErrorIs(t, last(rcv.Reconcile(listed(), unsorted, &rcv.ReconcileOptions{Sorted: true})), rcv.ErrUnsorted)
	odd := entry(maderas, 61, 1, 1<<62, 1)
	odd2 := entry(maderas, 0, 1, 1<<62, 1)
	require.ErrorIs(t, last(rcv.Reconcile(listed(odd), listed(odd2), nil)), chile.ErrOverflow, "the difference of a note and what may be none")
	huge := entry(maderas, 33, 1, 1<<62, 1)
	other := entry(maderas, 33, 2, 1<<62, 1)
	require.ErrorIs(t, last(rcv.Reconcile(listed(huge, other), listed(), nil)), chile.ErrOverflow)

	r := rcv.Reconcile(listed(entry(maderas, 33, 1, 1, 1), entry(maderas, 33, 2, 1, 1)), listed(), nil)
	for range r.Pairs() {
		break
	}
	_, err := r.Totals()
	require.Error(t, err, "not read to the end")
	require.ErrorIs(t, last(r), rcv.ErrUsed)
}

func BenchmarkReconcile(b *testing.B) {
	for _, n := range []int{100_000, 200_000, 1_000_000} {
		for _, isSorted := range []bool{true, false} {
			b.Run(fmt.Sprintf("%d/sorted=%t", n, isSorted), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					side := plainEntries
					if !isSorted {
						side = shuffledEntries
					}
					r := rcv.Reconcile(side(n), side(n), &rcv.ReconcileOptions{Sorted: isSorted})
					count := 0
					for _, err := range r.Pairs() {
						if err != nil {
							b.Fatal(err)
						}
						count++
					}
					if count != n {
						b.Fatal(count)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/document")
			})
		}
	}
}

func plainEntries(n int) iter.Seq2[rcv.Entry, error] {
	return func(yield func(rcv.Entry, error) bool) {
		for i := range n {
			rut, _ := chile.NewRUT(int64(10_000_000 + i/100))
			if !yield(entry(rut, 33, chile.Folio(i%100+1), 1000, 1), nil) {
				return
			}
		}
	}
}

// shuffledEntries are the same in an order that has nothing to do with theirs.
func shuffledEntries(n int) iter.Seq2[rcv.Entry, error] {
	return func(yield func(rcv.Entry, error) bool) {
		const prime = 999_983
		for k := range n {
			i := (k*prime + 17) % n
			rut, _ := chile.NewRUT(int64(10_000_000 + i/100))
			if !yield(entry(rut, 33, chile.Folio(i%100+1), 1000, 1), nil) {
				return
			}
		}
	}
}

func ExampleReconcile() {
	register := []rcv.Entry{
		{Counterparty: chile.MustParseRUT("77222222-K"), Type: 33, Folio: 1234, Total: 1_190_000},
		{Counterparty: chile.MustParseRUT("77222222-K"), Type: 34, Folio: 77, Total: 50_000},
		{Counterparty: chile.MustParseRUT("76111111-6"), Type: 33, Folio: 5, Total: 20_000},
	}
	books := []rcv.Entry{
		{Counterparty: chile.MustParseRUT("77222222-K"), Type: 33, Folio: 1234, Total: 1_109_000, Key: "AP-1"},
		{Counterparty: chile.MustParseRUT("77222222-K"), Type: 33, Folio: 77, Total: 50_000, Key: "AP-2"},
	}
	r := rcv.Reconcile(listed(register...), listed(books...), nil)
	for p, err := range r.Pairs() {
		if err != nil {
			fmt.Println(err)
			return
		}
		key := "-"
		if p.Books != nil {
			key = p.Books.Key
		}
		fmt.Println(p.Outcome, p.Register.Folio, key, p.Difference)
	}
	// Output:
	// only_register 5 - 0
	// amount_differs 1234 AP-1 -81000
	// type_differs 77 AP-2 0
}

func TestReconcileNegativeTolerance(t *testing.T) {
	t.Parallel()
	for _, opts := range []rcv.ReconcileOptions{{Amount: -1}, {Days: -1, Amount: 5}} {
		untouched := func(func(rcv.Entry, error) bool) { t.Error("a sequence was read") }
		r := rcv.Reconcile(untouched, untouched, &opts)
		var errs []error
		for _, err := range r.Pairs() {
			errs = append(errs, err)
		}
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], chile.ErrRange)
		_, err := r.Totals()
		require.Error(t, err)
	}
}
