package siisync_test

import (
	"context"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

// A month is downloaded twice; in between the SII has changed a document.
func ExampleSyncer_Period() {
	ctx := context.Background()
	holder, owner, period := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	fake := siitest.NewServer()
	defer fake.Close()
	fake.Authorize(holder, owner)
	fake.Load(owner, period, siitest.Generate(1, owner, period, 20))
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()))
	if err != nil {
		fmt.Println(err)
		return
	}
	syncer := siisync.New(client, memory.New())
	for range 2 {
		result, err := syncer.Period(ctx, owner, period)
		if err != nil {
			fmt.Println(err) // nothing of that book was written
			return
		}
		fmt.Printf("%+v %+v\n", result.Purchases.Counts, result.Sales.Counts)
		for _, change := range result.Purchases.Changes {
			fmt.Println(change.Kind, change.Differences())
		}
		fake.Change(result.Purchases.Key, func(docs []rcv.Document) []rcv.Document {
			docs[0].Net += 100
			return docs
		})
	}
	// Output:
	// {Added:15 Changed:0 Gone:0 Returned:0 Unchanged:0} {Added:5 Changed:0 Gone:0 Returned:0 Unchanged:0}
	// {Added:0 Changed:1 Gone:0 Returned:0 Unchanged:14} {Added:0 Changed:0 Gone:0 Returned:0 Unchanged:5}
	// montos [detMntNeto: 0 → 100]
}
