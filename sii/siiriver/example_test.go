package siiriver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiriver"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
)

// A program that runs on as many machines as one likes.
func Example() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	url := os.Getenv("DATABASE_URL")
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	if err := siiriver.Migrate(ctx, pool); err != nil {
		log.Fatal(err)
	}
	store, err := pgxcopy.Open(ctx, url, postgres.WithBeforeCommit(siiriver.Complete))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	settings, err := sii.FromEnv(os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	credential := settings.Identity.Fingerprint()
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Shared: store})
	if err != nil {
		log.Fatal(err)
	}
	client, err := sii.NewClient(settings.Environment, sii.WithIdentity(settings.Identity), sii.WithTokenCache(store),
		sii.WithRoundTripper(func(base http.RoundTripper) http.RoundTripper { return pacer.Transport(credential, base) }))
	if err != nil {
		log.Fatal(err)
	}
	syncer, err := siisync.New(client, store)
	if err != nil {
		log.Fatal(err)
	}
	access := siisync.Access{Syncer: syncer, Credential: credential}
	fleet, err := siisync.NewFleet(store, func(context.Context, chile.RUT) (siisync.Access, error) { return access, nil }, siisync.WithPacer(pacer))
	if err != nil {
		log.Fatal(err)
	}

	engine, err := siiriver.New(pool, siiriver.Settings{Fleet: fleet, Plans: []siiriver.Plan{{
		Name: "último año",
		Of: func(context.Context) (siisync.Plan, error) {
			now := chile.PeriodOf(time.Now())
			return siisync.Plan{Owners: []chile.RUT{settings.Owner}, From: now.Add(-11), To: now}, nil
		},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	if err := engine.Run(ctx); err != nil {
		log.Fatal(err)
	}
}

// Jobs may be queued by any client of River: they are small, and have no secrets.
func ExampleNewSyncArgs() {
	unit := siisync.Unit{Key: rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}, After: 41}
	args := siiriver.NewSyncArgs(unit)
	text, err := json.Marshal(args)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(args.Kind(), string(text))
	// Output: sii_sync {"unidad":"rcv/76192083-9/2026-10/COMPRA/41"}
}
