// Package storagetest checks that an adapter keeps the contract of package
// storage. The test of an adapter is
//
//	func TestConformance(t *testing.T) {
//		storagetest.Run(t, storagetest.Harness{
//			New: func(t *testing.T) storage.Storage { return memory.New() },
//		})
//	}
//
// Each sentence of the contract has a sub-test that is named after it. The
// package imports only the standard library and the packages that storage uses.
package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/ofitec/chile/storage"
)

// Harness makes the stores to check. Its functions are called concurrently by
// many sub-tests. If they fail they end the test, and they clean up with
// t.Cleanup.
type Harness struct {
	// New returns an empty store. It is required. A store with Folios has a key to seal
	// with.
	New func(t *testing.T) storage.Storage

	// NewWithClock is New for a store that uses the given clock. If it is nil, the
	// sentences about time are skipped.
	NewWithClock func(t *testing.T, now func() time.Time) storage.Storage

	// Reopen closes a store that New made and opens one on the same data, as after
	// a restart of the process. If it is nil, the data do not outlive the store.
	Reopen func(t *testing.T, s storage.Storage) storage.Storage

	// Unrecord changes a store's data to what they were before environments were
	// recorded. If it is nil, the store always recorded environments.
	Unrecord func(t *testing.T, s storage.Storage)
}

// Run checks every sentence of the contract, each on its own store.
func Run(t *testing.T, h Harness) {
	t.Helper()
	if h.New == nil {
		t.Fatal("storagetest: a Harness without New")
	}
	for _, area := range []struct {
		name      string
		sentences []sentence
	}{
		{"Import", importing()},
		{"Import undone", undone()},
		{"Import at once", concurrentImports()},
		{"Import at random", randomImports()},
		{"Rows", rowsInUse()},
		{"Documents", documents()},
		{"Round trip", roundTrip()},
		{"Summary", summaries()},
		{"Texts", badTexts()},
		{"Imports", imports()},
		{"Environments", environments()},
		{"Pages", pages()},
		{"Counterparties", counterparties()},
		{"Changes", changes()},
		{"Changes of month", moves()},
		{"Changes at random", randomChanges()},
		{"Answers", answers()},
		{"Tokens", tokens()},
		{"Leases", leases()},
		{"Paces", paces()},
		{"Claves", claves()},
		{"CAFs", cafs()},
		{"Folios", folios()},
		{"Orphans", orphans()},
		{"Issued", issuedDocuments()},
		{"Outbox", outbox()},
		{"Sessions", sessions()},
		{"Submissions", submissions()},
		{"Events", events()},
		{"Sequences", sequences()},
		{"Context", contexts()},
		{"Reopen", reopening()},
	} {
		t.Run(area.name, func(t *testing.T) {
			t.Parallel()
			for _, s := range area.sentences {
				t.Run(s.text, func(t *testing.T) {
					t.Parallel()
					s.check(t, h)
				})
			}
		})
	}
}

// sentence is a sentence of the contract and its test.
type sentence struct {
	text  string
	test  func(c *check)
	needs need
}

// need is what a test needs from the harness beyond New.
type need int

const (
	aStore need = iota
	aClock
	aReopen
	anUnrecord
)

// patience bounds each test, so that a store that deadlocks fails with a
// message.
const patience = 2 * time.Minute

// check is one test on one store.
type check struct {
	*testing.T
	ctx     context.Context
	store   storage.Storage
	clock   *clock // only with aClock
	harness Harness
}

func (s sentence) check(t *testing.T, h Harness) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := &check{T: t, ctx: ctx, harness: h}
	switch {
	case s.needs == aClock && h.NewWithClock == nil:
		t.Skip("the harness has no NewWithClock")
	case s.needs == aReopen && h.Reopen == nil:
		t.Skip("the harness has no Reopen: the data does not outlive the store")
	case s.needs == anUnrecord && h.Unrecord == nil:
		t.Skip("the harness has no Unrecord: environments were always recorded")
	case s.needs == aClock:
		c.clock = newClock()
		c.store = h.NewWithClock(t, c.clock.Now)
	default:
		c.store = h.New(t)
	}
	s.test(c)
}
