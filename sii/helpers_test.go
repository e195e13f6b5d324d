package sii_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

var (
	owner   = chile.MustParseRUT("76192083-9")
	holder  = chile.MustParseRUT("11111111-1")
	october = chile.MustParsePeriod("2026-10")
	bought  = rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
	sold    = rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}
)

// clock is a clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newFake starts a fake SII that the test's client may use for owner.
func newFake(t *testing.T, opts ...siitest.Option) *siitest.Server {
	t.Helper()
	srv := siitest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Authorize(holder, owner)
	return srv
}

func newClient(t *testing.T, srv *siitest.Server, opts ...sii.Option) *sii.Client {
	t.Helper()
	client, err := sii.NewClient(srv.Environment(), append([]sii.Option{
		sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()), atOnce(),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// atOnce repeats calls without waiting.
func atOnce() sii.Option {
	return sii.WithSleep(func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) })
}

// at starts a plain server and returns a client for it that has a token.
func at(t *testing.T, handler http.HandlerFunc, opts ...sii.Option) *sii.Client {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	client, err := sii.NewClient(sii.At(srv.URL), append([]sii.Option{fixedToken("TOKENSECRETO1"), atOnce()}, opts...)...)
	require.NoError(t, err)
	return client
}

// purchase is an invoice over 1,190 pesos.
func purchase(folio chile.Folio, state rcv.State) rcv.Purchase {
	return rcv.Purchase{Document: rcv.Document{
		State: state, Type: chile.FacturaElectronica, Folio: folio,
		Counterparty: chile.MustParseRUT("12345678-5"), Name: "Proveedor Uno SpA",
		Issued: october.First(), Received: october.First().Time().Add(10 * time.Hour), Net: 1000, VAT: 190, Total: 1190,
	}}
}
