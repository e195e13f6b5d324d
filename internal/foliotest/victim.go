package foliotest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Open opens the store of a name: a file or a URL. The function closes it.
type Open func(ctx context.Context, name string) (Store, func() error, error)

// orders tell a victim what to do.
type orders struct {
	Store      string
	Process    int
	Goroutines int
	First      int // the first order that it issues
	Orders     int // how many; 0 is on and on
	FoliosOnly bool
}

// ordersEnv holds the orders of a victim.
const ordersEnv = "CHILE_FOLIOTEST_ORDERS"

// Victim is a process that issues documents until another kills it. A test of the same
// package calls it and does nothing else; in any other process it is skipped. It writes
// a line for each step that the store has acknowledged.
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
	store, done, err := open(t.Context(), o.Store)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = done() }()
	v := &victim{store: store, orders: o}
	v.say("ready")
	var all sync.WaitGroup
	for g := range o.Goroutines {
		all.Go(func() {
			for n := g; o.Orders == 0 || n < o.Orders; n += o.Goroutines {
				if err := v.issue(t.Context(), o.First+n); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	v.say("end")
}

type victim struct {
	store  Store
	orders orders

	mu     sync.Mutex
	signed []*storage.TakenFolio // of which the next envelope is made
}

// step is a line of a victim: what the store has acknowledged.
type step struct {
	What    string
	Key     string
	Folio   chile.Folio
	Instant time.Time
	SHA256  string
	ID      int64
}

func (v *victim) say(what string) { v.tell(step{What: what}) }

// tell writes a line at once, so a killed process loses none.
func (v *victim) tell(s step) {
	line, err := json.Marshal(s)
	if err != nil {
		line = []byte(`{"What":"` + strconv.Quote(err.Error()) + `"}`)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	_, _ = os.Stdout.Write(append(line, '\n'))
}

// perEnvelope is how many documents go in an envelope.
const perEnvelope = 3

// issue takes a folio for an order, with an instant of its own, and signs its document.
// When there are enough documents, it sends an envelope. It continues what another
// process has begun.
func (v *victim) issue(ctx context.Context, order int) error {
	request := Request(fmt.Sprintf("order-%d", order))
	request.Instant = instant.Add(time.Duration(v.orders.Process)*time.Second + time.Duration(order)*time.Millisecond)
	taken, err := v.store.TakeFolio(ctx, request)
	if err != nil {
		return err
	}
	v.tell(step{What: "taken", Key: taken.Key, Folio: taken.Document.Folio, Instant: taken.Instant})
	if v.orders.FoliosOnly || taken.State != storage.FolioReserved {
		return nil
	}
	if err := v.store.PutIssued(ctx, []storage.NewIssued{Signed(taken)}); err != nil {
		return err
	}
	v.tell(step{What: "signed", Key: taken.Key, Folio: taken.Document.Folio})
	v.mu.Lock()
	v.signed = append(v.signed, taken)
	var batch []*storage.TakenFolio
	if len(v.signed) >= perEnvelope {
		batch, v.signed = v.signed, nil
	}
	v.mu.Unlock()
	if batch == nil {
		return nil
	}
	return v.send(ctx, batch)
}

func (v *victim) send(ctx context.Context, batch []*storage.TakenFolio) error {
	n := storage.NewEnvelope{Issuer: Issuer, Kind: "DTE"}
	for _, f := range batch {
		n.Folios = append(n.Folios, f.ID)
		n.XML = append(n.XML, Signed(f).XML...)
	}
	e, err := v.store.PutEnvelope(ctx, n)
	if errors.Is(err, storage.ErrInEnvelope) {
		return nil // another process was faster with one of them
	}
	if err != nil {
		return err
	}
	for _, m := range []storage.EnvelopeMove{
		{From: storage.EnvelopePending, To: storage.EnvelopeSending},
		{From: storage.EnvelopeSending, To: storage.EnvelopeSent, TrackID: TrackID(e.ID)},
	} {
		m.ID = e.ID
		if _, err := v.store.MoveEnvelope(ctx, m); err != nil {
			return err
		}
		v.tell(step{What: string(m.To), ID: e.ID, SHA256: e.SHA256})
	}
	return nil
}

// TrackID is that of an envelope which a victim has sent.
func TrackID(envelope int64) string { return fmt.Sprintf("%010d", envelope) }
