package siiemit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// errDead is what a program that has died would meet, if it went on.
var errDead = errors.New("the program has died")

// mortal counts what a program does to the world, and has it die at one step: before or
// after the step has an effect. Nothing has one after that.
type mortal struct {
	Store
	service Service

	mu    sync.Mutex
	at    int // the step at which it dies; 0 is none
	after bool
	steps int
	dead  bool
}

// do makes a step.
func (m *mortal) do(step func() error) error {
	m.mu.Lock()
	if m.dead {
		m.mu.Unlock()
		return errDead
	}
	m.steps++
	dies := m.steps == m.at
	m.dead = dies
	m.mu.Unlock()
	if !dies {
		return step()
	}
	if m.after {
		_ = step()
	}
	return errDead
}

func (m *mortal) TakeFolios(ctx context.Context, requests []storage.FolioRequest) (taken []storage.TakenFolio, err error) {
	err = m.do(func() (err error) { taken, err = m.Store.TakeFolios(ctx, requests); return err })
	return taken, err
}

func (m *mortal) PutIssued(ctx context.Context, documents []storage.NewIssued) error {
	return m.do(func() error { return m.Store.PutIssued(ctx, documents) })
}

func (m *mortal) PutEnvelope(ctx context.Context, e storage.NewEnvelope) (stored *storage.Envelope, err error) {
	err = m.do(func() (err error) { stored, err = m.Store.PutEnvelope(ctx, e); return err })
	return stored, err
}

func (m *mortal) MoveEnvelope(ctx context.Context, move storage.EnvelopeMove) (stored *storage.Envelope, err error) {
	err = m.do(func() (err error) { stored, err = m.Store.MoveEnvelope(ctx, move); return err })
	return stored, err
}

func (m *mortal) PutVerdict(ctx context.Context, folio int64, verdict storage.Verdict) error {
	return m.do(func() error { return m.Store.PutVerdict(ctx, folio, verdict) })
}

func (m *mortal) PutWait(ctx context.Context, folio int64, wait storage.Wait) error {
	return m.do(func() error { return m.Store.PutWait(ctx, folio, wait) })
}

func (m *mortal) RaiseBound(ctx context.Context, id int64, from, to chile.Folio) (raised bool, err error) {
	err = m.do(func() (err error) { raised, err = m.Store.RaiseBound(ctx, id, from, to); return err })
	return raised, err
}

func (m *mortal) OpenFolios(ctx context.Context, id int64, through chile.Folio) error {
	return m.do(func() error { return m.Store.OpenFolios(ctx, id, through) })
}

func (m *mortal) AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error) {
	err = m.do(func() (err error) { fence, wait, err = m.Store.AcquireLease(ctx, name, term); return err })
	return fence, wait, err
}

func (m *mortal) ReleaseLease(ctx context.Context, name string, fence int64) error {
	return m.do(func() error { return m.Store.ReleaseLease(ctx, name, fence) })
}

func (m *mortal) Upload(ctx context.Context, sender, company chile.RUT, name string, content []byte) (receipt *sii.UploadReceipt, err error) {
	err = m.do(func() (err error) {
		receipt, err = m.service.Upload(ctx, sender, company, name, content)
		return err
	})
	if errors.Is(err, errDead) {
		return nil, failed(sii.OutcomeUnknown, &sii.Error{Op: "dte.send", Err: err})
	}
	return receipt, err
}

func (m *mortal) UploadStatus(ctx context.Context, issuer chile.RUT, trackID string) (*sii.UploadStatus, error) {
	return m.service.UploadStatus(ctx, issuer, trackID)
}

func (m *mortal) DocumentStatus(ctx context.Context, q sii.DocumentQuery) (*sii.DocumentStatus, error) {
	return m.service.DocumentStatus(ctx, q)
}

func (m *mortal) SignedStatus(ctx context.Context, q sii.SignedQuery) (*sii.SignedStatus, error) {
	return m.service.SignedStatus(ctx, q)
}

func (m *mortal) RequestMail(ctx context.Context, issuer chile.RUT, trackID string) (*sii.MailRequest, error) {
	return m.service.RequestMail(ctx, issuer, trackID)
}

// orders are two invoices and a note on the first, which is known by its folio: 1.
func orders(t *testing.T) []Order {
	t.Helper()
	return []Order{
		{Key: "a", Draft: invoice(t, 1000)}, {Key: "b", Draft: invoice(t, 2000)}, {Key: "n", Draft: annulment(t, 33, 1, 1000)},
	}
}

// requireOnce fails unless each key is exactly one document at the SII, each document
// has gone in the same bytes always, and nothing was rebuilt.
func (w *world) requireOnce(keys ...string) {
	w.t.Helper()
	seen := make(map[chile.DocumentID]string)
	for _, key := range keys {
		doc, err := w.ByKey(w.t.Context(), key)
		require.NoError(w.t, err, key)
		require.Equal(w.t, StateAccepted, doc.State, "%s: %+v", key, doc)
		require.Empty(w.t, seen[doc.ID], "a folio for two keys")
		seen[doc.ID] = key
	}
	accepted := w.sii.accepted()
	require.Len(w.t, accepted, len(keys), "the SII has as many documents as there are keys")
	for _, id := range accepted {
		require.NotEmpty(w.t, seen[id], "the SII has a document of no key: %s", id)
	}
	w.requireSameBytes()
}

// requireSameBytes fails if a document went to the SII in two envelopes, or signed twice.
func (w *world) requireSameBytes() {
	w.t.Helper()
	in := make(map[chile.DocumentID][32]byte)
	for _, body := range w.sii.bodies {
		envelope, err := dte.ParseEnvelope(body)
		require.NoError(w.t, err)
		for i := range envelope.Set.DTEs {
			id, sum := envelope.Set.DTEs[i].ID(), sha256.Sum256(body)
			if first, ok := in[id]; ok {
				require.Equal(w.t, first, sum, "%s went in other bytes", id)
			}
			in[id] = sum
		}
	}
}

// goOn has a new program do what the one before did, until nothing is open.
func (w *world) goOn(orders []Order) {
	w.t.Helper()
	for range 300 {
		w.clock.Pass(w.settings.AfterCrash + time.Second)
		for _, out := range w.IssueAll(w.t.Context(), orders) {
			require.NoError(w.t, out.Err, out.Key)
		}
		p, err := w.Resume(w.t.Context())
		require.NoError(w.t, err)
		if p.Open == 0 && p.Next.IsZero() {
			return
		}
		if wait := p.Next.Sub(w.clock.Now()); wait > 0 {
			w.clock.Pass(wait)
		}
	}
	open, _ := w.envelopes(w.t.Context(), storage.EnvelopeQuery{})
	require.Fail(w.t, "it does not end", "%+v", open)
}

// A program that ends at any step, before or after its effect, leaves nothing behind
// that the next one does not finish: each key becomes one document, in the same bytes.
func TestDeathAtEachStep(t *testing.T) {
	t.Parallel()
	for name, memory := range map[string]memoryOf{"forever": forever, "fifteen": fifteen, "never": never, "forgetful": forgetfully} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/after=%t", name, after), func(t *testing.T) {
				t.Parallel()
				last := false
				for at := 1; !last; at++ {
					witness, err := NewFileWitness(t.TempDir())
					require.NoError(t, err)
					w := newWorld(t, Settings{}, WithWitness(witness))
					w.sii.memory = memory
					m := &mortal{Store: w.store, service: w.sii, at: at, after: after}
					first := w.emitter(m, WithService(m))
					for _, out := range first.IssueAll(t.Context(), orders(t)) {
						if out.Document != nil && out.Err == nil {
							_, _ = first.Wait(t.Context(), out.Document.ID)
						}
					}
					last = !m.dead
					w.goOn(orders(t))
					w.requireOnce("a", "b", "n")
					require.Less(t, at, 200)
				}
			})
		}
	}
}

// Whatever happens to connections, and whenever programs end, each key becomes one
// document.
func TestRandomFates(t *testing.T) {
	t.Parallel()
	for seed := range uint64(fleettest.Full(20, 200)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			w := newWorld(t, Settings{MaxDocuments: 1 + random.IntN(4)})
			w.sii.memory = memoryOf(random.IntN(4))
			w.sii.process = time.Duration(random.IntN(1800)) * time.Second
			all := []fate{arrives, dropBefore, dropAfter, notSent, locked, page}
			for range 20 {
				w.sii.then(all[random.IntN(len(all))])
			}
			var todo []Order
			var keys []string
			for i := range 8 {
				todo = append(todo, Order{Key: fmt.Sprint("order-", i), Draft: invoice(t, 1000+i)})
				keys = append(keys, todo[i].Key)
			}
			for range 6 {
				m := &mortal{Store: w.store, service: w.sii, at: 1 + random.IntN(25), after: random.IntN(2) == 0}
				e := w.emitter(m, WithService(m))
				switch random.IntN(3) {
				case 0:
					_, _ = e.Resume(t.Context())
				case 1:
					_ = e.IssueAll(t.Context(), todo[:1+random.IntN(len(todo))])
				default:
					o := todo[random.IntN(len(todo))]
					if doc, err := e.Issue(t.Context(), o.Key, o.Draft, nil); err == nil {
						ctx, end := context.WithCancel(t.Context())
						w.sii.onUpload = end
						_, _ = e.Wait(ctx, doc.ID)
						end()
						w.sii.onUpload = nil
					}
				}
				w.clock.Pass(time.Duration(random.IntN(1000)) * time.Second)
			}
			w.goOn(todo)
			w.requireOnce(keys...)
		})
	}
}

// Of 1,000 uploads 300 break before the SII has them and 300 after: each document is there
// once, and no byte was built again.
func TestThousandUploads(t *testing.T) {
	t.Parallel()
	for name, memory := range map[string]memoryOf{"duplicates known for ever": forever, "duplicates known for 900 seconds": fifteen} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Settings{MaxDocuments: 1})
			w.sii.memory = memory
			n := fleettest.Full(100, 1000)
			fates := make([]fate, n)
			for i := range 3 * n / 10 {
				fates[i], fates[3*n/10+i] = dropBefore, dropAfter
			}
			rand.New(rand.NewPCG(7, 7)).Shuffle(len(fates), func(i, j int) { fates[i], fates[j] = fates[j], fates[i] })
			w.sii.then(fates...)
			var todo []Order
			keys := make([]string, n)
			for i := range keys {
				keys[i] = fmt.Sprint("order-", i)
				todo = append(todo, Order{Key: keys[i], Draft: invoice(t, 1000+i)})
			}
			for _, out := range w.IssueAll(t.Context(), todo) {
				require.NoError(t, out.Err)
			}
			w.goOn(nil)
			w.requireOnce(keys...)
			assert.GreaterOrEqual(t, w.sii.uploads, n)
		})
	}
}
