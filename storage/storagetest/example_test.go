package storagetest_test

import (
	"testing"
	"time"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/storagetest"
)

// testConformance is the whole test of an adapter, under the name TestConformance:
// a sub-test for each sentence of the contract, those about time too.
func testConformance(t *testing.T) {
	storagetest.Run(t, storagetest.Harness{
		New: func(*testing.T) storage.Storage { return memory.New() },
		NewWithClock: func(_ *testing.T, now func() time.Time) storage.Storage {
			return memory.New(memory.WithClock(now))
		},
	})
}

// The test of an adapter is one call of Run.
func ExampleRun() {
	_ = testing.InternalTest{Name: "TestConformance", F: testConformance}
}
