package rcv_test

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
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
		for _, e := range []*rcv.Entry{p.Register, p.Books, p.Document, p.Note} {
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
	note := entry(maderas, 61, 7, 1000, 5)
	note.RefType, note.RefFolio = 33, 1
	for name, c := range map[string]struct {
		register, books []rcv.Entry
		opts            *rcv.ReconcileOptions
		want            []string
	}{
		"nothing":            {nil, nil, opts, nil},
		"same":               {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1000, 9)}, nil, []string{"matched 33/1 33/1"}},
		"amount":             {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1100, 1)}, nil, []string{"amount differs 33/1 33/1 +100"}},
		"amount of a note":   {[]rcv.Entry{entry(maderas, 61, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 61, 1, 1100, 1)}, nil, []string{"amount differs 61/1 61/1 -100"}},
		"type":               {[]rcv.Entry{entry(maderas, 34, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, nil, []string{"type differs 34/1 33/1"}},
		"unknown type":       {[]rcv.Entry{entry(maderas, 34, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 0, 1, 1000, 1)}, nil, []string{"matched 34/1 0/1"}},
		"invoice and note":   {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 61, 1, 1000, 1)}, nil, []string{"only in register 33/1", "only in books 61/1"}},
		"other supplier":     {[]rcv.Entry{entry(fierros, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, opts, []string{"only in register 33/1", "only in books 33/1"}},
		"only register":      {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, nil, opts, []string{"only in register 33/1"}},
		"only books":         {nil, []rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, opts, []string{"only in books 33/1"}},
		"slip of the folio":  {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1243, 1000, 3)}, opts, []string{"similar 33/1234 33/1243"}},
		"small difference":   {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 99, 1009, 3)}, opts, []string{"similar 33/1234 33/99 +9"}},
		"too much":           {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 99, 1011, 3)}, opts, []string{"only in register 33/1234", "only in books 33/99"}},
		"too late":           {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 99, 1000, 7)}, opts, []string{"only in register 33/1234", "only in books 33/99"}},
		"similar not wanted": {[]rcv.Entry{entry(maderas, 33, 1234, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 99, 1000, 1)}, nil, []string{"only in register 33/1234", "only in books 33/99"}},
		"the surest first": {
			[]rcv.Entry{entry(maderas, 33, 10, 1000, 1), entry(maderas, 33, 20, 1000, 3)},
			[]rcv.Entry{entry(maderas, 33, 11, 1000, 3), entry(maderas, 33, 21, 1000, 3)},
			opts,
			[]string{"similar 33/20 33/21", "similar 33/10 33/11"},
		},
		"twice in books":    {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1)}, []rcv.Entry{entry(maderas, 33, 1, 1000, 1), entry(maderas, 33, 1, 1000, 1)}, nil, []string{"matched 33/1 33/1", "twice in books 33/1"}},
		"twice in register": {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1), entry(maderas, 33, 1, 1000, 1)}, nil, nil, []string{"twice in register 33/1", "only in register 33/1"}},
		"netted":            {[]rcv.Entry{entry(maderas, 33, 1, 1000, 1), note}, nil, opts, []string{"netted 33/1 61/7"}},
		"netted in books":   {nil, []rcv.Entry{entry(maderas, 33, 1, 1000, 1), note}, opts, []string{"netted 33/1 61/7"}},
		"note of a part":    {[]rcv.Entry{entry(maderas, 33, 1, 2000, 1), note}, nil, opts, []string{"only in register 33/1", "only in register 61/7"}},
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

// Whatever the two sides are: every document and every entry has one outcome, all
// sums add up, and the order of the input makes no difference to them.
func TestReconcileProperties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 9))
		register, books := randomEntries(r, r.IntN(60)), randomEntries(r, r.IntN(60))
		opts := &rcv.ReconcileOptions{Amount: chile.CLP(r.IntN(20)), Days: r.IntN(10)}
		one := rcv.Reconcile(listed(register...), listed(books...), opts)
		counts := map[rcv.Outcome]int{}
		for p, err := range one.Pairs() {
			require.NoError(t, err)
			counts[p.Outcome]++
			switch p.Outcome {
			case rcv.Matched:
				require.Equal(t, p.Register.Total, p.Books.Total)
				require.Equal(t, p.Register.Folio, p.Books.Folio)
			case rcv.AmountDiffers:
				require.NotZero(t, p.Register.Total-p.Books.Total)
				require.Equal(t, p.Register.Folio, p.Books.Folio)
			case rcv.Similar:
				require.LessOrEqual(t, max(p.Register.Total, p.Books.Total)-min(p.Register.Total, p.Books.Total), opts.Amount)
				require.NotEmpty(t, p.Reason)
			case rcv.Netted:
				require.Equal(t, p.Document.Total, p.Note.Total)
				require.Equal(t, p.Document.Folio, p.Note.RefFolio)
			}
			if p.Register != nil && p.Books != nil {
				require.Equal(t, p.Register.Counterparty, p.Books.Counterparty)
			}
		}
		requireAddsUp(t, one, register, books)

		r.Shuffle(len(register), func(i, j int) { register[i], register[j] = register[j], register[i] })
		slices.SortStableFunc(register, rcv.Entry.Compare)
		slices.SortStableFunc(books, rcv.Entry.Compare)
		opts.Sorted = true
		two := rcv.Reconcile(listed(register...), listed(books...), opts)
		again := map[rcv.Outcome]int{}
		for p, err := range two.Pairs() {
			require.NoError(t, err)
			again[p.Outcome]++
		}
		requireAddsUp(t, two, register, books)
		// Of documents with one key any may be the one that matches, and what
		// repeats: the number of those that are only on one side may differ with it.
		for _, o := range []rcv.Outcome{rcv.RegisterRepeats, rcv.BooksRepeat} {
			require.Equal(t, counts[o], again[o], "seed %d", seed)
		}
	}
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

// Two sorted sides of any size are reconciled in bounded memory. Not parallel: it
// measures the heap of the process.
func TestReconcileMemory(t *testing.T) { //nolint:paralleltest // see above
	const n = 200_000
	sortedBooks := func(yield func(rcv.Entry, error) bool) {
		for i := range n {
			rut, _ := chile.NewRUT(int64(10_000_000 + i/1000))
			if !yield(entry(rut, 33, chile.Folio(i%1000+1), 1000, 1), nil) {
				return
			}
		}
	}
	sortedRegister := func(yield func(rcv.Entry, error) bool) {
		for i := range n {
			rut, _ := chile.NewRUT(int64(10_000_000 + i/1000))
			if i%10 == 3 {
				continue
			}
			if !yield(entry(rut, 33, chile.Folio(i%1000+1), 1000, 1), nil) {
				return
			}
		}
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := rcv.Reconcile(sortedRegister, sortedBooks, &rcv.ReconcileOptions{Sorted: true, Amount: 10, Days: 5})
	count, peak := 0, uint64(0)
	for _, err := range r.Pairs() {
		require.NoError(t, err)
		if count++; count%1000 == 0 {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
	}
	require.Equal(t, n, count)
	require.Less(t, peak, before.HeapAlloc+16<<20)
}

func BenchmarkReconcile(b *testing.B) {
	for _, n := range []int{100_000, 200_000} {
		for _, isSorted := range []bool{true, false} {
			b.Run(fmt.Sprintf("%d/sorted=%t", n, isSorted), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r := rcv.Reconcile(plainEntries(n), plainEntries(n), &rcv.ReconcileOptions{Sorted: isSorted})
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
	// only in register 5 - 0
	// amount differs 1234 AP-1 -81000
	// type differs 77 AP-2 0
}
