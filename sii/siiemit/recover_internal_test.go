package siiemit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// sales is a register of sales with what the authority has accepted.
type sales struct {
	sii *authority
	err error
}

func (s *sales) Documents(_ context.Context, key rcv.Key, _ *sii.RCVOptions) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		if s.err != nil {
			yield(rcv.Document{}, s.err)
			return
		}
		for _, id := range s.sii.accepted() {
			r := s.sii.docs[id]
			if key.Book != rcv.Sales || r.date.Period() != key.Period {
				continue
			}
			if !yield(rcv.Document{Type: id.Type, Folio: id.Folio, Counterparty: r.receiver, Issued: r.date, Total: r.total}, nil) {
				return
			}
		}
	}
}

func (s *sales) Summary(context.Context, rcv.Key, rcv.State) (*rcv.Summary, error) {
	return nil, errors.New("not asked for")
}

// restored returns a program on a store as it was after the first orders, with a Witness
// or without.
func (w *world) restored(first []Order, opts ...Option) *world {
	w.t.Helper()
	other := &world{t: w.t, clock: &clock{now: noon}, sii: newAuthority(nil), inbox: &inbox{}}
	other.sii.clock = other.clock
	other.store = memory.New(memory.WithClock(other.clock.Now))
	settings := w.settings
	settings.Now, settings.Sleep = other.clock.Now, other.clock.Sleep
	other.opts = []Option{WithSettings(settings), WithService(other.sii), WithCAFKeys(w.keys)}
	if w.witness != nil { // the backup has the bounds of its time
		scratch, err := NewFileWitness(w.t.TempDir())
		require.NoError(w.t, err)
		other.opts = append(other.opts, WithWitness(scratch))
	}
	other.Emitter = other.emitter(other.store)
	other.addCAF(33, 1, 1000)
	other.addCAF(61, 1, 1000)
	for _, out := range other.IssueAll(w.t.Context(), first) {
		require.NoError(w.t, out.Err)
	}
	other.goOn(nil)
	alerts, err := siisync.NewAlerts(other.store, siisync.AlertSettings{Now: other.clock.Now}, other.inbox)
	require.NoError(w.t, err)
	other.clock.now = w.clock.Now()
	other.sii = w.sii
	other.opts = append([]Option{WithSettings(settings), WithService(w.sii), WithCAFKeys(w.keys), WithAlerts(alerts)}, opts...)
	if w.witness != nil {
		other.opts = append(other.opts, WithWitness(w.witness))
	}
	other.Emitter = other.emitter(other.store)
	return other
}

func numberedOrders(t *testing.T, prefix string, from, to int) (all []Order) {
	t.Helper()
	for i := from; i < to; i++ {
		all = append(all, Order{Key: fmt.Sprint(prefix, i), Draft: invoice(t, 10000+i)})
	}
	return all
}

// drill is what is issued after the backup: 50 orders, of which 10 are never sent, 5
// rejected and one is void.
func (w *world) drill(orders []Order) (folios map[chile.Folio]string) {
	w.t.Helper()
	folios = make(map[chile.Folio]string)
	rejected := make(map[chile.Folio]sii.Verdict)
	w.sii.judge = func(id chile.DocumentID) sii.Verdict { return some(rejected)(id) }
	for i, o := range orders {
		var doc *Document
		var err error
		switch {
		case i%5 == 0: // not sent
			doc, err = w.Prepare(w.t.Context(), o.Key, o.Draft, nil)
		default:
			if i%10 == 1 {
				next, _ := w.store.CAF(w.t.Context(), 1)
				rejected[next.Next] = sii.VerdictRejected
			}
			doc, err = w.Issue(w.t.Context(), o.Key, o.Draft, nil)
		}
		require.NoError(w.t, err)
		folios[doc.ID.Folio] = o.Key
	}
	_, err := w.Void(w.t.Context(), orders[5].Key, "not wanted")
	require.NoError(w.t, err)
	return folios
}

// A restored backup hands out no number twice, and each order that was issued since is
// told.
func TestRestoreDrill(t *testing.T) {
	t.Parallel()
	for _, witnessed := range []bool{true, false} {
		t.Run(fmt.Sprintf("witness=%t", witnessed), func(t *testing.T) {
			t.Parallel()
			var opts []Option
			if witnessed {
				witness, err := NewFileWitness(t.TempDir())
				require.NoError(t, err)
				opts = append(opts, WithWitness(witness))
			}
			w := newWorld(t, Settings{}, opts...)
			before := numberedOrders(t, "before-", 0, 7)
			for _, out := range w.IssueAll(t.Context(), before) {
				require.NoError(t, out.Err)
			}
			w.clock.Pass(time.Hour)
			w.resume()
			since := numberedOrders(t, "since-", 100, 150)
			used := w.drill(since)
			w.clock.Pass(24 * time.Hour)
			accepted := make(map[chile.Folio]bool)
			for _, id := range w.sii.accepted() {
				accepted[id.Folio] = true
			}

			register := &sales{sii: w.sii}
			b := w.restored(before, WithRegisters(register))
			_, err := b.Issue(t.Context(), "new-0", invoice(t, 1), nil)
			require.ErrorIs(t, err, ErrStoreOld)
			var old *StoreOldError
			require.ErrorAs(t, err, &old)
			assert.Equal(t, chile.Folio(8), old.Next)
			_, err = b.Issue(t.Context(), "new-0", invoice(t, 1), nil)
			require.ErrorIs(t, err, ErrStoreOld, "and so it stays")
			require.ErrorIs(t, b.Prove(t.Context()), ErrStoreOld)
			doc, err := b.Issue(t.Context(), "before-3", before[3].Draft, nil)
			require.NoError(t, err, "what the store knows it knows")
			assert.Equal(t, StateAccepted, doc.State)
			assert.Equal(t, []siisync.AlertKind{siisync.AlertOldStore}, b.inbox.kinds())

			r, err := b.Recover(t.Context(), nil)
			require.NoError(t, err)
			assert.True(t, r.RegisterRead)
			require.Len(t, r.CAFs, 1, "that of the notes was never used: %+v", r.CAFs)
			assert.GreaterOrEqual(t, r.CAFs[0].Through, chile.Folio(57+50))
			orphans, err := b.Orphans(t.Context())
			require.NoError(t, err)
			assert.Len(t, orphans, len(accepted)-7)

			again, told := b.reissue(since)
			assert.Len(t, told, len(orphans), "each order that the SII has is told")
			for folio, key := range used {
				assert.Equal(t, accepted[folio], told[key] != nil, "%s, folio %d", key, folio)
			}
			fresh := b.IssueAll(t.Context(), numberedOrders(t, "new-", 200, 250))
			for _, out := range fresh {
				require.NoError(t, out.Err)
				again = append(again, out.Document)
			}
			for _, doc := range again {
				assert.Empty(t, used[doc.ID.Folio], "a number twice")
				assert.Greater(t, doc.ID.Folio, r.CAFs[0].Through)
			}
			skipped := 0
			for _, err := range b.store.TakenFolios(t.Context(), storage.FolioQuery{Issuer: companyRUT, State: storage.FolioSkipped}) {
				require.NoError(t, err)
				skipped++
			}
			assert.EqualValues(t, r.CAFs[0].Skipped, skipped, "skipped folios are listed")
		})
	}
}

// reissue issues orders, and returns what was issued and what was told.
func (w *world) reissue(orders []Order) (docs []*Document, told map[string]error) {
	told = make(map[string]error)
	for _, out := range w.IssueAll(w.t.Context(), orders) {
		if out.Err != nil {
			require.ErrorIs(w.t, out.Err, ErrMaybeIssued)
			told[out.Key] = out.Err
			continue
		}
		docs = append(docs, out.Document)
	}
	return docs, told
}

// Somebody says which orders the orphans are, and which are others.
func TestAdopt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.issueMany("1", "2", "3")
	w.clock.Pass(time.Hour)
	w.resume()
	b := w.restored(nil, WithRegisters(&sales{sii: w.sii}))
	_, err := b.Issue(t.Context(), "1", invoice(t, 1000), nil)
	require.ErrorIs(t, err, ErrStoreOld)
	_, err = b.Recover(t.Context(), nil)
	require.NoError(t, err)
	_, err = b.Issue(t.Context(), "1", invoice(t, 1000), nil)
	var maybe *MaybeIssuedError
	require.ErrorAs(t, err, &maybe)
	require.Len(t, maybe.Orphans, 1)
	orphan := maybe.Orphans[0].Document
	assert.Equal(t, chile.DocumentID{Issuer: companyRUT, Type: 33, Folio: 1}, orphan)

	_, err = b.Adopt(t.Context(), "1", invoice(t, 9999), orphan)
	require.ErrorIs(t, err, storage.ErrInvalid, "that is another order")
	doc, err := b.Adopt(t.Context(), "1", invoice(t, 1000), orphan)
	require.NoError(t, err)
	assert.Equal(t, StateAccepted, doc.State)
	assert.Equal(t, orphan, doc.ID)
	doc, err = b.Issue(t.Context(), "1", invoice(t, 1000), nil)
	require.NoError(t, err)
	assert.Equal(t, orphan, doc.ID, "the key has its document again")

	doc, err = b.Issue(t.Context(), "another", invoice(t, 1001), &IssueOptions{Anyway: true})
	require.NoError(t, err)
	assert.Greater(t, doc.ID.Folio, chile.Folio(50))
	_, err = b.Issue(t.Context(), "2", invoice(t, 1001), nil)
	require.ErrorIs(t, err, ErrMaybeIssued, "the orphan stays until somebody says what it is")
	dated := invoice(t, 1002)
	dated.Identification.IssueDate = dayOf("2026-11-19")
	_, err = b.Issue(t.Context(), "of another day", dated, nil)
	require.NoError(t, err, "a draft of another day is another order")
	require.NoError(t, b.Dismiss(t.Context(), chile.DocumentID{Issuer: companyRUT, Type: 33, Folio: 2}, "of the till"))
	_, err = b.Issue(t.Context(), "2", invoice(t, 1001), nil)
	require.NoError(t, err)
}

func TestFoliosUnproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.silent = true
	_, err := w.Issue(t.Context(), "1", invoice(t, 1), nil)
	require.ErrorIs(t, err, ErrFoliosUnproved)
	require.ErrorIs(t, w.Prove(t.Context()), ErrFoliosUnproved)
	w.sii.silent = false
	w.issue("1", 1)
	w.sii.silent = true
	w.issue("2", 2) // a CAF is proved once

	loose := newWorld(t, Settings{UnprovedFolios: true})
	loose.sii.silent = true
	loose.issue("1", 1)

	// A Witness with a mark is proof enough.
	witness, err := NewFileWitness(t.TempDir())
	require.NoError(t, err)
	w = newWorld(t, Settings{}, WithWitness(witness))
	w.issue("1", 1)
	w.sii.silent = true
	next := w.emitter(w.store)
	_, err = next.Issue(t.Context(), "2", invoice(t, 2), nil)
	require.NoError(t, err)
	// Without it nobody raises its mark.
	without, err := New(nil, w.store, anaOnce(), w.company, w.opts[:4]...)
	require.NoError(t, err)
	w.sii.silent = false
	_, err = without.PrepareAll(t.Context(), numberedOrders(t, "many-", 0, 60))[0].Document, without.PrepareAll(t.Context(), numberedOrders(t, "many-", 0, 60))[0].Err
	require.ErrorIs(t, err, ErrFoliosUnproved)
}

// The next folios are asked with the issuer as receiver, of today, with the amount 1.
func TestNextFoliosAreAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.issue("1", 1)
	require.Len(t, w.sii.asked, 3)
	for i, q := range w.sii.asked {
		assert.Equal(t, sii.DocumentQuery{
			Issuer: companyRUT, Receiver: companyRUT, Type: 33, Folio: chile.Folio(i + 1), Issued: dayOf("2026-11-20"), Total: 1,
		}, q)
	}
	w.issue("2", 2)
	assert.Len(t, w.sii.asked, 3)
	require.NoError(t, w.Prove(t.Context()))
	assert.Len(t, w.sii.asked, 9, "on demand, those of each CAF")
}

func TestAnnulledFoliosAreSkipped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	for _, folio := range []chile.Folio{1, 3, 4} {
		w.sii.docs[chile.DocumentID{Issuer: companyRUT, Type: 33, Folio: folio}] = &recordOf{spent: true}
	}
	assert.Equal(t, chile.Folio(5), w.issue("1", 1).ID.Folio)
}

// The mark of the Witness is above every folio that has left, always.
func TestWitnessIsAhead(t *testing.T) {
	t.Parallel()
	witness, err := NewFileWitness(t.TempDir())
	require.NoError(t, err)
	w := newWorld(t, Settings{Block: 5}, WithWitness(witness))
	of := Range{Environment: chile.OtherEnvironment, Issuer: companyRUT, Type: 33, From: 1}
	for i := range 23 {
		doc := w.issue(fmt.Sprint(i), 1000+i)
		mark, err := witness.Mark(t.Context(), of)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, mark, doc.ID.Folio)
		assert.LessOrEqual(t, mark, doc.ID.Folio+5)
		caf, err := w.store.CAF(t.Context(), 1)
		require.NoError(t, err)
		assert.LessOrEqual(t, mark, caf.Bound, "the store commits the bound first")
	}
	out := w.IssueAll(t.Context(), numberedOrders(t, "batch-", 0, 40))
	require.NoError(t, out[39].Err)
	mark, err := witness.Mark(t.Context(), of)
	require.NoError(t, err)
	assert.Equal(t, chile.Folio(63), mark)
}

// A Witness that cannot be read, or raised, has nothing issued.
func TestWitnessThatFails(t *testing.T) {
	t.Parallel()
	bad := &badWitness{}
	w := newWorld(t, Settings{}, WithWitness(bad))
	_, err := w.Issue(t.Context(), "1", invoice(t, 1), nil)
	require.ErrorIs(t, err, ErrWitness)
	bad.reads = true
	_, err = w.Issue(t.Context(), "1", invoice(t, 1), nil)
	require.ErrorIs(t, err, ErrWitness)
	_, err = w.ByKey(t.Context(), "1")
	require.Error(t, err, "no folio has left")
}

type badWitness struct{ reads bool }

func (b *badWitness) Mark(_ context.Context, of Range) (chile.Folio, error) {
	if b.reads {
		return 0, fmt.Errorf("no mark of %s: %w", of, fs.ErrNotExist)
	}
	return 0, ErrWitness
}

func (*badWitness) Raise(context.Context, Range, chile.Folio) error { return ErrWitness }

// A store that goes back under a program that runs is found out too.
func TestStoreThatGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	before := &rewound{Store: w.store}
	e := w.emitter(before)
	for i := range 5 {
		_, err := e.Issue(t.Context(), fmt.Sprint(i), invoice(t, 1000+i), nil)
		require.NoError(t, err)
	}
	before.next = 3
	_, err := e.Issue(t.Context(), "x", invoice(t, 1), nil)
	require.ErrorIs(t, err, ErrStoreOld)
}

// rewound says that a folio is the next which is not.
type rewound struct {
	Store
	next chile.Folio
}

func (r *rewound) CAFs(ctx context.Context, q storage.CAFQuery) iter.Seq2[storage.CAF, error] {
	return func(yield func(storage.CAF, error) bool) {
		for caf, err := range r.Store.CAFs(ctx, q) {
			if r.next != 0 && caf.Type == 33 {
				caf.Next = r.next
			}
			if !yield(caf, err) {
				return
			}
		}
	}
}

// The highest folio that the SII has is found with few questions.
func TestHighest(t *testing.T) {
	t.Parallel()
	for _, highest := range []chile.Folio{1, 2, 3, 4, 7, 8, 57, 100, 999, 1000} {
		w := newWorld(t, Settings{})
		for folio := chile.Folio(1); folio <= highest; folio++ {
			w.sii.docs[chile.DocumentID{Issuer: companyRUT, Type: 33, Folio: folio}] = &recordOf{accepted: true}
		}
		r, err := w.Recover(t.Context(), nil)
		require.NoError(t, err)
		assert.False(t, r.RegisterRead)
		require.Len(t, r.CAFs, 1)
		assert.Equal(t, highest, r.CAFs[0].Highest)
		assert.Equal(t, min(highest+50, 1000), r.CAFs[0].Through)
		assert.Less(t, len(w.sii.asked), 40, "%d", highest)
	}
}

func TestRecoverAbove(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{Margin: 10})
	w.issue("1", 1)
	r, err := w.Recover(t.Context(), map[chile.DocType]chile.Folio{33: 200})
	require.NoError(t, err)
	assert.Equal(t, chile.Folio(210), r.CAFs[0].Through)
	assert.Equal(t, "the caller", r.CAFs[0].Evidence)
	assert.Equal(t, chile.Folio(211), w.issue("2", 2).ID.Folio)

	broken := errors.New("the register is down")
	w = newWorld(t, Settings{}, WithRegisters(&sales{err: broken}))
	w.issue("1", 1)
	_, err = w.Recover(t.Context(), nil)
	require.ErrorIs(t, err, broken)
	assert.Equal(t, chile.Folio(2), w.issue("2", 2).ID.Folio, "nothing was changed")

	w = newWorld(t, Settings{}, WithRegisters(&sales{err: sii.ErrNoRCV}))
	w.issue("1", 1)
	r, err = w.Recover(t.Context(), nil)
	require.NoError(t, err)
	assert.False(t, r.RegisterRead, "certification has none, and says so")
}

// That the SII does not answer is no proof that folios are free.
func TestRecoverNeedsAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.issue("1", 1)
	w.sii.silent = true
	_, err := w.Recover(t.Context(), nil)
	require.ErrorIs(t, err, ErrFoliosUnproved)
	assert.Equal(t, chile.Folio(2), w.issue("2", 2).ID.Folio, "nothing was skipped")

	loose := newWorld(t, Settings{UnprovedFolios: true})
	loose.issue("1", 1)
	loose.sii.silent = true
	r, err := loose.Recover(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, r.CAFs, 1)
}

// Documents with folios of a CAF that came after the backup are orphans too.
func TestOrphanOfAnUnknownCAF(t *testing.T) {
	t.Parallel()
	register := &sales{}
	w := newWorld(t, Settings{}, WithRegisters(register))
	register.sii = w.sii
	w.issue("1", 1)
	draft := invoice(t, 700)
	doc, err := w.Prepare(t.Context(), "probe", draft, nil) // for its receiver and total
	require.NoError(t, err)
	w.sii.docs[chile.DocumentID{Issuer: companyRUT, Type: 33, Folio: 5000}] = &recordOf{
		accepted: true, receiver: doc.Receiver, date: doc.Date, total: doc.Total,
	}
	w.sii.docs[chile.DocumentID{Issuer: companyRUT, Type: 56, Folio: 1}] = &recordOf{accepted: true, date: doc.Date} // another program's
	r, err := w.Recover(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, r.Orphans, 1)
	assert.Equal(t, chile.Folio(5000), r.Orphans[0].Document.Folio)
	_, err = w.Issue(t.Context(), "order", draft, nil)
	require.ErrorIs(t, err, ErrMaybeIssued)
}
