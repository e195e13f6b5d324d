package sii_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/xmlsig"
)

// site is a fake SII with a client and a store, in a bubble of testing/synctest.
type site struct {
	fake   *siitest.Server
	client *sii.Client
	store  *memory.Store
	syncer *siisync.Syncer
	told   *record
	close  func()
}

// plantedPassword is that of the certificate.
const plantedPassword = "clave-Plantada-731"

// plantedIdentity is a certificate as users have it: in a file with a password.
var plantedIdentity = sync.OnceValues(func() (*xmlsig.Identity, error) {
	issuer := siitest.NewServer()
	defer issuer.Close()
	file, err := issuer.NewPKCS12(holder, plantedPassword)
	if err != nil {
		return nil, err
	}
	return xmlsig.ParsePKCS12(file, plantedPassword)
})

// siteRows is how many purchases a site has in each of two states: so many that an
// answer with them has 20 kB.
const siteRows = 15

// newSite opens a site. It must be closed in the same bubble.
func newSite(t *testing.T, id *xmlsig.Identity, opts ...sii.Option) *site {
	t.Helper()
	bubbletest.PassUntil(time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC))
	s := &site{fake: siitest.NewServer(siitest.WithoutNetwork()), store: memory.New(), told: &record{}}
	require.NoError(t, s.fake.Trust(id, owner))
	for folio := range chile.Folio(2 * siteRows) {
		s.fake.AddPurchases(owner, october, purchase(folio+1, []rcv.State{rcv.Registro, rcv.Pendiente}[folio/siteRows]))
	}
	sale := rcv.Sale{Document: purchase(9, rcv.Registro).Document}
	sale.Name = "Ñuñoa Muebles SpA"
	s.fake.AddSales(owner, october, sale)
	s.fake.AddBoletas(owner, october, chile.BoletaElectronica, rcv.BoletaDay{
		Date: october.First(), BoletaSums: rcv.BoletaSums{Documents: 2, Net: 1000, VAT: 190, Total: 1190},
	})
	s.fake.SetUpload(owner, "731", siitest.Upload{Estado: "EPR", Glosa: "Envío Procesado", Counts: []siitest.UploadCount{{Type: chile.FacturaElectronica, Informed: 1, Accepted: 1}}})
	hc := s.fake.Client()
	client, err := sii.NewClient(s.fake.Environment(), append([]sii.Option{
		sii.WithIdentity(id), sii.WithHTTPClient(hc), sii.WithTokenCache(s.store), sii.WithMaxAnswer(1 << 20),
		sii.WithObserver(s.told.observer()), sii.WithObserver(sii.LogObserver(s.told.logger())),
	}, opts...)...)
	require.NoError(t, err)
	s.client = client
	s.syncer, err = siisync.New(client, s.store)
	require.NoError(t, err)
	s.close = func() {
		hc.CloseIdleConnections()
		s.fake.Close()
	}
	return s
}

// record is whatever people come to see: logs, errors, and what observers are
// told.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(r, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))
}

// show prints something in every way.
func (r *record) show(v any) {
	fmt.Fprintf(r, "%v\n%+v\n%#v\n", v, v, v)
	if b, err := json.Marshal(v); err == nil {
		_, _ = r.Write(b)
	}
	r.logger().Info("shown", "value", v)
}

func (r *record) error(err error) {
	r.show(err)
	switch err := err.(type) { //nolint:errorlint // every error of the tree is shown, one after another
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			r.error(inner)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			r.error(inner)
		}
	}
}

func (r *record) observer() sii.Observer {
	return sii.Observer{
		CallStart:    func(_ context.Context, c sii.Call) context.Context { r.show(c); return nil },
		CallEnd:      func(_ context.Context, c sii.Call, end sii.CallEnd) { r.show(c); r.show(end) },
		AttemptStart: func(_ context.Context, a sii.Attempt) context.Context { r.show(a); return nil },
		AttemptEnd:   func(_ context.Context, a sii.Attempt, end sii.AttemptEnd) { r.show(a); r.show(end) },
		RenewEnd:     func(_ context.Context, end sii.RenewEnd) { r.show(end) },
		Wait:         func(_ context.Context, w sii.Wait) { r.show(w) },
		Rows:         func(_ context.Context, rows sii.Rows) { r.show(rows) },
		Circuit:      func(_ context.Context, change sii.CircuitChange) { r.show(change) },
	}
}

// checkNoSecret looks for every secret of the site in whatever people come to see,
// also in the events of the store.
func (s *site) checkNoSecret(t *testing.T) {
	t.Helper()
	for event, err := range s.store.Events(context.WithoutCancel(t.Context()), storage.EventQuery{}) {
		require.NoError(t, err)
		s.told.show(event)
	}
	s.told.show(s.client)
	s.told.mu.Lock()
	defer s.told.mu.Unlock()
	text := s.told.text.String()
	require.NotEmpty(t, s.fake.Secrets())
	for _, secret := range append(s.fake.Secrets(), plantedPassword) {
		assert.NotContains(t, text, secret, "a secret is to be seen")
	}
}

// checkNoGoroutine asserts that nothing runs in the bubble but its test.
func checkNoGoroutine(t *testing.T) {
	t.Helper()
	synctest.Wait()
	for _, stack := range bubbletest.Goroutines() {
		t.Errorf("a goroutine is left over:\n%s", stack)
	}
}
