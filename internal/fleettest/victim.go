package fleettest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/xmlsig"
)

// Store is a store that can be closed.
type Store interface {
	storage.Storage
	Close() error
}

// Open opens the store of a name: a file or a URL.
type Open func(ctx context.Context, name string, now func() time.Time) (Store, error)

// orders tell a victim what to do.
type orders struct {
	Store        string
	SII          string
	Day          int
	Certificates map[chile.RUT]string // files, by holder
	Plan         siisync.Plan
	Holders      map[chile.RUT]chile.RUT // by company
	Workers      int
}

// ordersEnv holds the orders of a victim.
const ordersEnv = "CHILE_FLEETTEST_ORDERS"

// password is that of the certificates.
const password = "x"

// Victim is the process that Kill kills. A test of the same package calls it and does
// nothing else; in any other process it is skipped.
func Victim(t *testing.T, open Open) {
	t.Helper()
	text := os.Getenv(ordersEnv)
	if text == "" {
		t.Skip("another test runs this in a process of its own")
	}
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return base.Add(time.Duration(o.Day) * 24 * time.Hour) }
	store, err := open(t.Context(), o.Store, now)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	identities := map[chile.RUT]*xmlsig.Identity{}
	for holder, file := range o.Certificates {
		if identities[holder], err = xmlsig.LoadPKCS12(file, password); err != nil {
			t.Fatal(err)
		}
	}
	fleet, err := newFleet(store, o.SII, o.Workers, now, identities, func(owner chile.RUT) chile.RUT { return o.Holders[owner] })
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(os.Stdout, "ready")
	for outcome, err := range fleet.Run(t.Context(), o.Plan) {
		if err == nil {
			err = outcome.Err
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintln(os.Stdout, "end")
}

// newFleet returns a fleet to the SII at that address, with a pace of a millisecond.
func newFleet(store storage.Storage, address string, workers int, now func() time.Time, identities map[chile.RUT]*xmlsig.Identity, holderOf func(chile.RUT) chile.RUT) (*siisync.Fleet, error) {
	network := &http.Transport{MaxIdleConnsPerHost: 2}
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Interval: time.Millisecond, MaxInterval: time.Millisecond})
	if err != nil {
		return nil, err
	}
	access := map[chile.RUT]siisync.Access{}
	for holder, identity := range identities {
		transport := pacer.Transport(holder.String(), network)
		client, err := sii.NewClient(sii.At(address), sii.WithIdentity(identity), sii.WithClock(now),
			sii.WithHTTPClient(&http.Client{Transport: transport}), sii.WithTokenCache(store))
		if err != nil {
			return nil, err
		}
		// Months of few documents may lose them all to other months.
		syncer, err := siisync.New(client, store, siisync.WithMaxGone(1))
		if err != nil {
			return nil, err
		}
		access[holder] = siisync.Access{Syncer: syncer, Credential: holder.String()}
	}
	resolve := func(_ context.Context, owner chile.RUT) (siisync.Access, error) { return access[holderOf(owner)], nil }
	return siisync.NewFleet(store, resolve, siisync.WithClock(now), siisync.WithPacer(pacer), siisync.WithWorkers(workers))
}

// Fleet returns a fleet to the world at that address, in this process.
func (w *World) Fleet(store storage.Storage, address string, workers int) (*siisync.Fleet, error) {
	identities := map[chile.RUT]*xmlsig.Identity{}
	for _, holder := range w.Holders {
		identities[holder] = w.Fake.NewIdentity(holder)
	}
	return newFleet(store, address, workers, w.Now, identities, w.Holder)
}
