package siisync_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

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
	syncer, err := siisync.New(client, memory.New())
	if err != nil {
		fmt.Println(err)
		return
	}
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
	// amounts [detMntNeto: 0 → 100]
}

// Two companies of one certificate are kept true. What was done is not done again
// before it is due.
func ExampleFleet_Run() {
	ctx := context.Background()
	holder, companies := chile.MustParseRUT("11111111-1"), []chile.RUT{chile.MustParseRUT("76192083-9"), chile.MustParseRUT("77222222-K")}
	plan := siisync.Plan{Owners: companies, From: chile.MustParsePeriod("2026-09"), To: chile.MustParsePeriod("2026-10")}
	fake := siitest.NewServer()
	defer fake.Close()
	for _, owner := range companies {
		fake.Authorize(holder, owner)
		for period := range plan.From.Through(plan.To) {
			fake.Load(owner, period, siitest.Generate(1, owner, period, 20))
		}
	}
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Interval: time.Millisecond}) // of the real SII: the default
	if err != nil {
		fmt.Println(err)
		return
	}
	paced := &http.Client{Transport: pacer.Transport("holder", fake.Client().Transport)}
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(paced))
	if err != nil {
		fmt.Println(err)
		return
	}
	now := func() time.Time { return plan.To.Last().Time() }
	store := memory.New(memory.WithClock(now))
	syncer, err := siisync.New(client, store)
	if err != nil {
		fmt.Println(err)
		return
	}
	access := siisync.Access{Syncer: syncer, Credential: "holder"}
	fleet, err := siisync.NewFleet(store, func(context.Context, chile.RUT) (siisync.Access, error) { return access, nil },
		siisync.WithPacer(pacer), siisync.WithClock(now))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		counts := map[siisync.Status]int{}
		for outcome, err := range fleet.Run(ctx, plan) {
			if err != nil {
				fmt.Println(err) // of the run as a whole
				return
			}
			counts[outcome.Status]++
		}
		fmt.Println(counts)
	}
	// Output:
	// map[imported:8]
	// map[not_due:8]
}
