package siiemit

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

func TestIssueAndWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc := w.issue("order-1", 1000)
	assert.Equal(t, chile.DocumentID{Issuer: companyRUT, Type: 33, Folio: 1}, doc.ID)
	assert.Equal(t, StateSent, doc.State)
	assert.Equal(t, dayOf("2026-11-20"), doc.Date)
	assert.Equal(t, chile.CLP(1190), doc.Total)
	require.NoError(t, doc.MayHandOut())
	doc = w.wait(doc)
	assert.Equal(t, StateAccepted, doc.State)
	assert.True(t, doc.CodesKnown)
	assert.Equal(t, []chile.DocumentID{doc.ID}, w.sii.accepted())
	w.clock.Pass(40 * 24 * time.Hour)
	again := w.issue("order-1", 1000)
	assert.Equal(t, doc.XML, again.XML, "the same key is the same document for ever")
	assert.Equal(t, StateAccepted, again.State)
	assert.Equal(t, 1, w.sii.uploads)
}

func TestKeyReused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	first := w.issue("order-1", 1000)
	for _, other := range []*issue.Draft{invoice(t, 1001), annulment(t, 33, 9, 1000)} {
		doc, err := w.Issue(t.Context(), "order-1", other, nil)
		require.ErrorIs(t, err, storage.ErrKeyReused)
		assert.Nil(t, doc)
		var reused *storage.KeyReusedError
		require.ErrorAs(t, err, &reused)
		assert.Equal(t, first.ID, reused.Document, "the first is named")
	}
	refused := invoice(t, 1000)
	refused.Lines[0].Name = ""
	_, err := w.Issue(t.Context(), "order-1", refused, nil)
	require.ErrorIs(t, err, storage.ErrKeyReused, "also if the other draft would be refused")
	assert.Equal(t, chile.Folio(2), w.issue("order-2", 1000).ID.Folio, "nothing was spent")

	out := w.IssueAll(t.Context(), []Order{{Key: "order-3", Draft: invoice(t, 3)}, {Key: "order-2", Draft: invoice(t, 7)}, {Key: "order-4", Draft: invoice(t, 4)}})
	require.NoError(t, out[0].Err)
	require.ErrorIs(t, out[1].Err, storage.ErrKeyReused)
	require.NoError(t, out[2].Err, "of many orders one does not keep the others from going on")
	assert.Equal(t, []chile.Folio{3, 4}, []chile.Folio{out[0].Document.ID.Folio, out[2].Document.ID.Folio})
}

func TestRefusedDraftFreesItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	bad := invoice(t, 1000)
	bad.Lines[0].Name = ""
	doc, err := w.Issue(t.Context(), "order-1", bad, nil)
	require.ErrorIs(t, err, ErrRefused)
	assert.Nil(t, doc)
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	assert.True(t, refused.Findings.Refused())
	assert.NotEmpty(t, refused.Unwrap())
	assert.Equal(t, chile.Folio(1), w.issue("order-1", 1000).ID.Folio)

	for name, tt := range map[string]struct {
		change func(*issue.Draft)
		want   error
	}{
		"tomorrow":        {func(d *issue.Draft) { d.Identification.IssueDate = dayOf("2026-11-21") }, ErrFutureDate},
		"another company": {func(d *issue.Draft) { d.Issuer.RUT = chile.MustParseRUT("77222222-K") }, ErrCompany},
		"a boleta":        {func(d *issue.Draft) { d.Identification.Type = 39 }, ErrNoChannel},
	} {
		draft := invoice(t, 1000)
		tt.change(draft)
		_, err := w.Issue(t.Context(), "order-2", draft, nil)
		require.ErrorIs(t, err, tt.want, name)
	}
	_, err = w.Issue(t.Context(), "", invoice(t, 1), nil)
	require.ErrorIs(t, err, ErrKey)
	_, err = w.Issue(t.Context(), "order-2", nil, nil)
	require.ErrorIs(t, err, storage.ErrInvalid)
	ended, end := context.WithCancel(t.Context())
	end()
	_, err = w.Issue(ended, "order-2", invoice(t, 1), nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = w.ByKey(t.Context(), "order-2")
	require.ErrorIs(t, err, fs.ErrNotExist)

	blind, err := New(nil, w.store, anaOnce(), Company{RUT: companyRUT}, w.opts...)
	require.NoError(t, err)
	_, err = blind.Issue(t.Context(), "order-2", invoice(t, 1000), nil)
	require.ErrorIs(t, err, ErrNoResolution)
}

// The date is Chile's day of the frozen instant, also when the world has another one.
func TestDateIsThatOfTheInstant(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.clock.Pass(11*time.Hour + 59*time.Minute) // 02:59 of the 21st in UTC
	m := &mortal{Store: w.store, service: w.sii, at: 1, after: true}
	_, err := w.emitter(m).Prepare(t.Context(), "order-1", invoice(t, 1000), nil)
	require.ErrorIs(t, err, errDead)
	w.clock.Pass(10 * time.Hour)
	doc := w.issue("order-1", 1000)
	assert.Equal(t, dayOf("2026-11-20"), doc.Date)
	signed, err := dte.ParseDTE(doc.XML)
	require.NoError(t, err)
	assert.Equal(t, dayOf("2026-11-20"), signed.IssueDate())
	assert.Equal(t, "2026-11-20T23:59:00", signed.SignedAt().String())
	assert.Equal(t, "2026-11-20T23:59:00", signed.Stamp().Data.StampedAt.String())

	earlier := invoice(t, 2000)
	earlier.Identification.IssueDate = dayOf("2026-11-18")
	doc, err = w.Issue(t.Context(), "order-2", earlier, nil)
	require.NoError(t, err)
	assert.Equal(t, dayOf("2026-11-18"), doc.Date, "a draft may say an earlier day")
}

func TestPrepareSendsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc, err := w.Prepare(t.Context(), "order-1", invoice(t, 1000), nil)
	require.NoError(t, err)
	assert.Equal(t, StateSigned, doc.State)
	assert.Zero(t, w.sii.uploads)
	sent, err := w.Send(t.Context(), doc)
	require.NoError(t, err)
	assert.Equal(t, StateSent, sent[0].State)
	sent, err = w.Send(t.Context(), doc)
	require.NoError(t, err)
	assert.Equal(t, StateSent, sent[0].State)
	assert.Equal(t, 1, w.sii.uploads, "what is sent is not sent again")
}

// Issue sends what was prepared before under its key.
func TestIssueSendsWhatWasPrepared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	prepared, err := w.Prepare(t.Context(), "order-1", invoice(t, 1000), nil)
	require.NoError(t, err)
	sent := w.issue("order-1", 1000)
	assert.Equal(t, StateSent, sent.State)
	assert.Equal(t, prepared.XML, sent.XML)
	assert.Equal(t, 1, w.sii.uploads)
	w.issue("order-1", 1000)
	assert.Equal(t, 1, w.sii.uploads)
}

// If the context ends between folio and upload, the document is stored.
func TestContextEndsInBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	ctx, end := context.WithCancel(t.Context())
	e := w.emitter(&ending{Store: w.store, end: end})
	doc, err := e.Issue(ctx, "order-1", invoice(t, 1000), nil)
	require.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, doc)
	assert.NotEmpty(t, doc.XML)
	assert.Zero(t, w.sii.uploads)
	_, err = w.Resume(t.Context())
	require.NoError(t, err)
	assert.Equal(t, StateAccepted, w.wait(doc).State)
	w.requireOnce("order-1")
}

// ending ends a context when folios were taken.
type ending struct {
	Store
	end func()
}

func (s *ending) TakeFolios(ctx context.Context, requests []storage.FolioRequest) ([]storage.TakenFolio, error) {
	taken, err := s.Store.TakeFolios(ctx, requests)
	s.end()
	return taken, err
}

func TestReplaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.judge = func(id chile.DocumentID) sii.Verdict {
		if id.Folio == 1 {
			return sii.VerdictRejected
		}
		return sii.VerdictAccepted
	}
	replaces := &IssueOptions{Replaces: "order-1"}
	_, err := w.Issue(t.Context(), "order-1b", invoice(t, 1001), replaces)
	require.ErrorIs(t, err, fs.ErrNotExist, "there is no such key")
	first := w.issue("order-1", 1000)
	_, err = w.Issue(t.Context(), "order-1b", invoice(t, 1001), replaces)
	require.ErrorIs(t, err, storage.ErrFolioState, "nobody knows yet whether it is rejected")
	first = w.wait(first)
	assert.Equal(t, StateRejected, first.State)
	require.ErrorIs(t, first.MayHandOut(), ErrUndecided)
	assert.Equal(t, first.ID, w.issue("order-1", 1000).ID, "a rejected document keeps its key")
	_, err = w.Issue(t.Context(), "order-1", invoice(t, 1001), nil)
	require.ErrorIs(t, err, storage.ErrKeyReused)

	second, err := w.Issue(t.Context(), "order-1b", invoice(t, 1001), replaces)
	require.NoError(t, err)
	assert.Equal(t, "order-1", second.Replaces)
	again, err := w.ByKey(t.Context(), "order-1")
	require.NoError(t, err)
	assert.Equal(t, "order-1b", again.ReplacedBy)
	_, err = w.Issue(t.Context(), "order-1c", invoice(t, 1001), replaces)
	require.ErrorIs(t, err, storage.ErrReplaced, "one document is replaced by one")
	assert.Equal(t, StateAccepted, w.wait(second).State)
}

func TestVoid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	_, err := w.Prepare(t.Context(), "order-1", invoice(t, 1000), nil)
	require.NoError(t, err)
	_, err = w.Void(t.Context(), "order-1", "")
	require.ErrorIs(t, err, storage.ErrInvalid)
	_, err = w.Void(t.Context(), "order-9", "the customer went away")
	require.ErrorIs(t, err, fs.ErrNotExist)
	doc, err := w.Void(t.Context(), "order-1", "the customer went away")
	require.NoError(t, err)
	assert.Equal(t, StateVoid, doc.State)
	assert.Equal(t, "the customer went away", doc.Reason)
	require.ErrorIs(t, doc.MayHandOut(), ErrUndecided)
	_, err = w.Issue(t.Context(), "order-1", invoice(t, 1000), nil)
	require.ErrorIs(t, err, ErrVoid)
	assert.Equal(t, chile.Folio(2), w.issue("order-2", 1000).ID.Folio, "its folio does not come back")
	_, err = w.Void(t.Context(), "order-2", "too late")
	require.ErrorIs(t, err, storage.ErrHandedOut)
	_, err = w.Resume(t.Context())
	require.NoError(t, err)
	w.clock.Pass(time.Hour)
	_, err = w.Resume(t.Context())
	require.NoError(t, err)
	assert.Len(t, w.sii.accepted(), 1, "what is void is never sent")
}

// A folio that was taken and never signed is finished with its frozen instant, unless
// that is too long ago.
func TestStale(t *testing.T) {
	t.Parallel()
	taken := func(t *testing.T) *world {
		w := newWorld(t, Settings{})
		m := &mortal{Store: w.store, service: w.sii, at: 1, after: true}
		_, err := w.emitter(m).Prepare(t.Context(), "order-1", invoice(t, 1000), nil)
		require.ErrorIs(t, err, errDead)
		return w
	}
	t.Run("soon", func(t *testing.T) {
		t.Parallel()
		w := taken(t)
		w.clock.Pass(71 * time.Hour)
		p, err := w.Resume(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, p.Finished)
		doc, err := w.ByKey(t.Context(), "order-1")
		require.NoError(t, err)
		assert.Equal(t, StateSent, doc.State)
		assert.True(t, doc.Instant.Equal(noon))
	})
	t.Run("late", func(t *testing.T) {
		t.Parallel()
		w := taken(t)
		w.clock.Pass(73 * time.Hour)
		p, err := w.Resume(t.Context())
		require.ErrorIs(t, err, ErrStale)
		var stale *StaleError
		require.ErrorAs(t, err, &stale)
		assert.Equal(t, chile.Folio(1), stale.Document.Folio)
		assert.Equal(t, []string{"order-1"}, p.Stale)
		_, err = w.Issue(t.Context(), "order-1", invoice(t, 1000), nil)
		require.ErrorIs(t, err, ErrStale)
		assert.Zero(t, w.sii.uploads)
		assert.Equal(t, chile.Folio(2), w.issue("order-2", 2).ID.Folio, "the others go on")
		doc, err := w.Finish(t.Context(), "order-1")
		require.NoError(t, err)
		assert.Equal(t, StateSigned, doc.State)
		assert.Equal(t, dayOf("2026-11-20"), doc.Date)
		assert.Equal(t, StateAccepted, w.wait(doc).State)
	})
	t.Run("given up", func(t *testing.T) {
		t.Parallel()
		w := taken(t)
		w.clock.Pass(73 * time.Hour)
		doc, err := w.Void(t.Context(), "order-1", "the customer went away")
		require.NoError(t, err)
		assert.Equal(t, StateVoid, doc.State)
		_, err = w.Resume(t.Context())
		require.NoError(t, err)
	})
	t.Run("CAF", func(t *testing.T) {
		t.Parallel()
		w := bareWorld(t, Settings{})
		_, err := w.AddCAF(t.Context(), cafFile(t, 33, 1, 10, "2026-05-20"), nil) // until today
		require.NoError(t, err)
		m := &mortal{Store: w.store, service: w.sii, at: 1, after: true}
		_, err = w.emitter(m).Prepare(t.Context(), "order-1", invoice(t, 1000), nil)
		require.ErrorIs(t, err, errDead)
		w.clock.Pass(13 * time.Hour)
		_, err = w.Resume(t.Context())
		require.ErrorIs(t, err, ErrStale, "its CAF has ended since")
	})
}

// A program that only goes on needs neither draft nor CAF nor resolution.
func TestResumeNeedsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	m := &mortal{Store: w.store, service: w.sii, at: 1, after: true}
	_, err := w.emitter(m).Prepare(t.Context(), "order-1", invoice(t, 1000), nil)
	require.ErrorIs(t, err, errDead)
	e, err := New(nil, w.store, anaOnce(), Company{RUT: companyRUT}, w.opts...)
	require.NoError(t, err)
	_, err = e.Resume(t.Context())
	require.NoError(t, err)
	body, err := dte.ParseEnvelope(w.sii.bodies[0])
	require.NoError(t, err)
	assert.Equal(t, 80, body.Set.Cover.ResolutionNumber)
	assert.Equal(t, dayOf("2014-08-22"), body.Set.Cover.ResolutionDate)
}

func TestNoFolios(t *testing.T) {
	t.Parallel()
	w := bareWorld(t, Settings{})
	w.addCAF(33, 1, 2)
	out := w.IssueAll(t.Context(), []Order{{Key: "1", Draft: invoice(t, 1)}, {Key: "2", Draft: invoice(t, 2)}, {Key: "3", Draft: invoice(t, 3)}})
	for _, o := range out {
		require.ErrorIs(t, o.Err, storage.ErrNoFolios)
		assert.Nil(t, o.Document)
	}
	w.issue("1", 1)
	w.issue("2", 2)
	_, err := w.Issue(t.Context(), "3", invoice(t, 3), nil)
	require.ErrorIs(t, err, storage.ErrNoFolios)
	w.issue("2", 2)
	_, err = w.Resume(t.Context())
	require.NoError(t, err)
	assert.Contains(t, w.inbox.kinds(), siisync.AlertStock)
}

func TestClockThatGoesBackIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.issue("1", 1)
	w.clock.Pass(-time.Second)
	w.issue("2", 2)
	assert.Empty(t, w.inbox.kinds(), "keeping time takes some back")
	w.clock.Pass(-time.Hour)
	w.issue("3", 3)
	assert.Equal(t, []siisync.AlertKind{siisync.AlertClock}, w.inbox.kinds())
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	r, err := w.DryRun(t.Context(), invoice(t, 1000))
	require.NoError(t, err)
	assert.Equal(t, chile.Folio(1), r.ID.Folio)
	require.Len(t, r.Answer.Documents, 1)
	assert.True(t, r.Answer.Upload.Received(), "%+v", r.Answer)
	assert.Empty(t, r.Answer.Documents[0].Findings)
	doc := w.issue("order-1", 1000)
	assert.Equal(t, chile.Folio(1), doc.ID.Folio, "no folio was taken")
	assert.Equal(t, r.XML, doc.XML)
	bad := invoice(t, 1000)
	bad.Lines[0].Name = ""
	_, err = w.DryRun(t.Context(), bad)
	require.ErrorIs(t, err, ErrRefused)
	_, err = bareWorld(t, Settings{}).DryRun(t.Context(), invoice(t, 1000))
	require.ErrorIs(t, err, storage.ErrNoFolios)
	held, err := w.store.FolioOf(t.Context(), doc.ID)
	require.NoError(t, err)
	require.NoError(t, w.store.HoldCAF(t.Context(), held.CAF, "an old backup"))
	_, err = w.DryRun(t.Context(), invoice(t, 1000))
	require.ErrorIs(t, err, ErrStoreOld)
}

// A draft of an earlier day takes no folio that can no longer be stamped.
func TestFolioThatCannotBeStamped(t *testing.T) {
	t.Parallel()
	w := bareWorld(t, Settings{})
	_, err := w.AddCAF(t.Context(), cafFile(t, 33, 1, 10, "2026-05-20"), nil) // until today
	require.NoError(t, err)
	w.clock.Pass(24 * time.Hour)
	draft := invoice(t, 1000)
	draft.Identification.IssueDate = dayOf("2026-11-20")
	_, err = w.Issue(t.Context(), "1", draft, nil)
	require.ErrorIs(t, err, dte.ErrCAFExpired)
	_, err = w.ByKey(t.Context(), "1")
	require.ErrorIs(t, err, fs.ErrNotExist, "nothing was spent")
}
