package siiemit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

func (w *world) resume() *Progress {
	w.t.Helper()
	p, err := w.Resume(w.t.Context())
	require.NoError(w.t, err)
	return p
}

func (w *world) state(key string) State {
	w.t.Helper()
	doc, err := w.ByKey(w.t.Context(), key)
	require.NoError(w.t, err)
	return doc.State
}

// marked asserts that an envelope is stored as sending when its bytes leave.
func TestMarkedBeforeTheFirstByte(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	var states []storage.EnvelopeState
	w.sii.onUpload = func() {
		open, err := w.envelopes(t.Context(), storage.EnvelopeQuery{})
		assert.NoError(t, err)
		states = append(states, open[0].State)
	}
	w.issue("1", 1)
	assert.Equal(t, []storage.EnvelopeState{storage.EnvelopeSending}, states)
}

// What did not leave goes back, the queue holds, and people are told once.
func TestNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.then(notSent, notSent, notSent)
	doc := w.issue("1", 1)
	assert.Equal(t, StatePending, doc.State)
	w.issue("2", 2)
	assert.Equal(t, 1, w.sii.uploads, "the queue holds")
	assert.Equal(t, []siisync.AlertKind{siisync.AlertStopped}, w.inbox.kinds())
	p := w.resume()
	assert.Equal(t, 1, w.sii.uploads, "it is not due")
	assert.Equal(t, 2, p.Open)
	assert.Equal(t, w.clock.Now().Add(30*time.Second).UTC(), p.Next)
	for range 2 {
		w.clock.Pass(w.resume().Next.Sub(w.clock.Now()))
		w.resume()
	}
	assert.Equal(t, 3, w.sii.uploads)
	w.clock.Pass(w.resume().Next.Sub(w.clock.Now()))
	w.resume()
	assert.Equal(t, []State{StateSent, StateSent}, []State{w.state("1"), w.state("2")})
	assert.Equal(t, []siisync.AlertKind{siisync.AlertStopped}, w.inbox.kinds(), "one alert for a stop")
	w.goOn(nil)
	w.requireOnce("1", "2")
}

// An upload whose answer was lost holds back itself alone, and is looked up before the
// same bytes go again.
func TestUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.then(dropAfter)
	first := w.issue("1", 1)
	assert.Equal(t, StateUnknown, first.State)
	require.ErrorIs(t, first.MayHandOut(), ErrUndecided)
	assert.Equal(t, StateSent, w.issue("2", 2).State, "the others go on")
	w.clock.Pass(time.Hour)
	w.resume()
	assert.Equal(t, 2, w.sii.uploads, "the SII has the document: nothing is sent")
	assert.Equal(t, StateSent, w.state("1"))
	doc, err := w.ByKey(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, []string{"0260000000"}, doc.TrackIDs)
	w.goOn(nil)
	w.requireOnce("1", "2")
}

func TestUnknownOfWhichTheSIIHasNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.then(dropBefore)
	w.issue("1", 1)
	w.clock.Pass(time.Hour)
	w.resume()
	assert.Equal(t, 2, w.sii.uploads)
	assert.Equal(t, StateSent, w.state("1"))
	w.goOn(nil)
	w.requireOnce("1")
}

// "Not received" is no proof while the SII is slow: the same bytes go again, and a second
// track id whose document the SII had before is no verdict.
func TestSecondCopyIsNoVerdict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.memory, w.sii.process = never, 20*time.Minute
	w.sii.then(dropAfter)
	w.issue("1", 1)
	w.clock.Pass(2 * time.Minute)
	w.resume()
	assert.Equal(t, 2, w.sii.uploads)
	doc, err := w.ByKey(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, []string{"0260000001"}, doc.TrackIDs)
	doc = w.wait(doc)
	assert.Equal(t, StateAccepted, doc.State)
	w.requireOnce("1")
}

// A document that is really rejected is found to be, though its bytes went twice.
func TestSecondCopyOfARejectedDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.memory = never
	w.sii.judge = func(chile.DocumentID) sii.Verdict { return sii.VerdictRejected }
	w.sii.then(dropAfter)
	w.issue("1", 1)
	w.clock.Pass(2 * time.Minute)
	w.resume()
	require.Equal(t, 2, w.sii.uploads)
	began := w.clock.Now()
	doc, err := w.ByKey(t.Context(), "1")
	require.NoError(t, err)
	doc = w.wait(doc)
	assert.Equal(t, StateRejected, doc.State)
	assert.GreaterOrEqual(t, w.clock.Now().Sub(began), time.Hour, "an earlier copy may have been in process")
}

func TestDuplicate(t *testing.T) {
	t.Parallel()
	t.Run("with a track id", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, Settings{})
		w.sii.process = time.Hour
		w.sii.then(dropAfter)
		w.issue("1", 1)
		w.clock.Pass(2 * time.Minute)
		w.resume()
		assert.Equal(t, 2, w.sii.uploads)
		doc, err := w.ByKey(t.Context(), "1")
		require.NoError(t, err)
		assert.Equal(t, StateSent, doc.State)
		assert.Equal(t, []string{"0260000000"}, doc.TrackIDs)
		w.goOn(nil)
		w.requireOnce("1")
	})
	t.Run("without one", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, Settings{})
		w.sii.process, w.sii.memory = time.Hour, forgetfully
		w.sii.then(dropAfter)
		w.issue("1", 1)
		w.clock.Pass(2 * time.Minute)
		p := w.resume()
		assert.Equal(t, StateUnknown, w.state("1"))
		assert.Equal(t, w.clock.Now().Add(900*time.Second).UTC(), p.Next, "it is left alone for 15 minutes")
		w.clock.Pass(899 * time.Second)
		w.resume()
		assert.Equal(t, 2, w.sii.uploads)
		w.clock.Pass(time.Second)
		w.resume()
		assert.Equal(t, 3, w.sii.uploads)
		w.goOn(nil)
		w.requireOnce("1")
	})
}

// An upload that was under way when its program ended is left alone for 30 seconds.
func TestSendingAtACrash(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	m := &mortal{Store: w.store, service: w.sii}
	w.sii.onUpload = func() { m.mu.Lock(); m.dead = true; m.mu.Unlock() }
	_, _ = w.emitter(m, WithService(m)).Issue(t.Context(), "1", invoice(t, 1), nil)
	w.sii.onUpload = nil
	assert.Equal(t, StateSending, w.state("1"))
	require.NoError(t, w.store.ReleaseLease(t.Context(), "siiemit/other/76111111-6/DTE", 1))
	w.clock.Pass(29 * time.Second)
	p := w.resume()
	assert.Equal(t, StateSending, w.state("1"))
	assert.Equal(t, w.clock.Now().Add(time.Second).UTC(), p.Next)
	w.clock.Pass(time.Second)
	w.resume()
	assert.Equal(t, StateSent, w.state("1"))
	w.goOn(nil)
	w.requireOnce("1")
}

// An envelope that the SII refuses is never sent again by itself; its documents, signed as
// they are, go in another one when somebody says so.
func TestHeld(t *testing.T) {
	t.Parallel()
	cases := map[string]func(w *world){
		"STATUS 7": func(w *world) { w.sii.then(malformed) },
		"STATUS 1": func(w *world) { w.sii.then(forbidden) },
		"RSC":      func(w *world) { w.sii.state = "RSC" },
		"RFR":      func(w *world) { w.sii.state = "RFR" },
		"RCT":      func(w *world) { w.sii.state = "RCT" },
	}
	for name, refuse := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Settings{})
			refuse(w)
			doc := w.issue("1", 1)
			after, err := w.Wait(t.Context(), doc.ID)
			require.ErrorIs(t, err, ErrHeld)
			assert.Equal(t, StateHeld, after.State)
			assert.NotEmpty(t, after.Estado)
			require.ErrorIs(t, after.MayHandOut(), ErrUndecided)
			assert.Equal(t, []siisync.AlertKind{siisync.AlertHeld}, w.inbox.kinds())
			w.clock.Pass(24 * time.Hour)
			w.resume()
			assert.Equal(t, StateHeld, w.issue("1", 1).State)
			assert.Equal(t, 1, w.sii.uploads, "never by itself")
			w.sii.state = ""
			assert.Equal(t, StateSent, w.issue("2", 2).State, "the others go on")
			again, err := w.Resend(t.Context(), after)
			require.NoError(t, err)
			assert.Equal(t, StateSent, again[0].State)
			assert.Equal(t, doc.XML, again[0].XML, "signed as it was")
			assert.Equal(t, StateAccepted, w.wait(again[0]).State)
			again, err = w.Resend(t.Context(), again[0])
			require.NoError(t, err)
			assert.Equal(t, StateAccepted, again[0].State)
			assert.Equal(t, 3, w.sii.uploads, "what is not held is left alone")
		})
	}
}

// The lease of an upload is given back, and its loss is harmless.
func TestOneEnvelopeAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	var mu sync.Mutex
	under, most := 0, 0
	w.sii.onUpload = func() {
		mu.Lock()
		under++
		most = max(most, under)
		mu.Unlock()
		mu.Lock()
		under--
		mu.Unlock()
	}
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			e := w.emitter(w.store)
			_, err := e.Issue(t.Context(), fmt.Sprint(i), invoice(t, 1000+i), nil)
			assert.NoError(t, err)
		})
	}
	group.Wait()
	assert.Equal(t, 1, most)
	w.goOn(nil)
	keys := make([]string, 20)
	for i := range keys {
		keys[i] = fmt.Sprint(i)
	}
	w.requireOnce(keys...)
	fence, _, err := w.store.AcquireLease(t.Context(), "siiemit/other/76111111-6/DTE", time.Second)
	require.NoError(t, err)
	assert.Positive(t, fence, "nobody holds it")
}

// Two programs that send the same envelope at once, because the one lost its lease, send
// the same bytes.
func TestLeaseLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{Term: time.Minute, AfterCrash: time.Second})
	w.sii.memory = never
	second := w.emitter(w.store)
	w.sii.onUpload = func() {
		w.sii.onUpload = nil
		w.clock.Pass(2 * time.Minute) // longer than the term
		_, err := second.Resume(t.Context())
		assert.NoError(t, err)
	}
	doc := w.issue("1", 1)
	assert.Equal(t, StateSent, doc.State)
	assert.Len(t, doc.TrackIDs, 2, "both answers are kept")
	assert.Equal(t, 2, w.sii.uploads)
	w.goOn(nil)
	w.requireOnce("1")
}

// The documents of many orders go in few envelopes.
func TestEnvelopesAreCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{MaxDocuments: 3})
	var todo []Order
	for i := range 7 {
		todo = append(todo, Order{Key: fmt.Sprint(i), Draft: invoice(t, 1000+i)})
	}
	for _, out := range w.IssueAll(t.Context(), todo) {
		require.NoError(t, out.Err)
		assert.Equal(t, StateSent, out.Document.State)
	}
	assert.Equal(t, 3, w.sii.uploads)
	w.goOn(nil)
	w.requireOnce("0", "1", "2", "3", "4", "5", "6")
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc := w.issue("1", 1)
	w.sii.silent = true
	ctx, end := context.WithTimeout(t.Context(), time.Hour)
	end()
	after, err := w.Wait(ctx, doc.ID)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, StateSent, after.State)
}

func TestWaitGivesUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc := w.issue("1", 1)
	w.sii.silent = true
	after, err := w.Wait(t.Context(), doc.ID)
	require.ErrorIs(t, err, ErrNoVerdict)
	assert.Equal(t, StateSent, after.State)
	assert.Contains(t, w.inbox.kinds(), siisync.AlertUndecided)
	assert.Greater(t, w.clock.Now().Sub(noon), 72*time.Hour)

	w = newWorld(t, Settings{})
	w.sii.then(slices.Repeat([]fate{dropBefore}, 1000)...)
	doc = w.issue("1", 1)
	after, err = w.Wait(t.Context(), doc.ID)
	require.ErrorIs(t, err, ErrOutcomeUnknown)
	assert.Equal(t, StateUnknown, after.State)
	w.requireSameBytes()
	w.sii.fates = nil
	w.goOn(nil)
	w.requireOnce("1")
}

func TestVerdictOn(t *testing.T) {
	t.Parallel()
	upload := func(outcome sii.Outcome, e *sii.Error) error { return fmt.Errorf("x: %w", failed(outcome, e)) }
	for name, tt := range map[string]struct {
		cause  error
		ended  bool
		to     storage.EnvelopeState
		answer string
	}{
		"of another service":       {errors.New("x"), false, storage.EnvelopeUnknown, answerLost},
		"lost":                     {upload(sii.OutcomeUnknown, &sii.Error{Kind: sii.ErrUnavailable}), false, storage.EnvelopeUnknown, answerLost},
		"context ended under way":  {upload(sii.OutcomeUnknown, &sii.Error{HTTPStatus: 200}), true, storage.EnvelopeUnknown, answerLost},
		"maintenance":              {upload(sii.OutcomeUnknown, &sii.Error{HTTPStatus: 503, Kind: sii.ErrUnavailable}), false, storage.EnvelopeUnknown, answerStopped},
		"no connection":            {upload(sii.OutcomeNotSent, &sii.Error{Kind: sii.ErrUnavailable}), false, storage.EnvelopePending, answerStopped},
		"context ended before":     {upload(sii.OutcomeNotSent, &sii.Error{Err: context.Canceled}), true, storage.EnvelopePending, answerEnded},
		"a file that cannot be":    {upload(sii.OutcomeNotSent, &sii.Error{Op: "dte.send", Kind: sii.ErrInvalidRequest}), false, storage.EnvelopeHeld, answerRefused},
		"no token":                 {upload(sii.OutcomeNotSent, &sii.Error{Op: "token", Estado: "7", Kind: sii.ErrRejected}), false, storage.EnvelopePending, answerStopped},
		"STATUS 2":                 {upload(sii.OutcomeRefused, &sii.Error{Estado: "2", Kind: sii.ErrInvalidRequest}), false, storage.EnvelopeRejected, answerRefused},
		"STATUS 3":                 {upload(sii.OutcomeRefused, &sii.Error{Estado: "3", Kind: sii.ErrUnavailable}), false, storage.EnvelopePending, answerStopped},
		"STATUS 5":                 {upload(sii.OutcomeRefused, &sii.Error{Estado: "5", Kind: sii.ErrUnauthorized}), false, storage.EnvelopePending, answerStopped},
		"STATUS 6":                 {upload(sii.OutcomeRefused, &sii.Error{Estado: "6", Kind: sii.ErrForbidden}), false, storage.EnvelopeHeld, answerRefused},
		"STATUS 8":                 {upload(sii.OutcomeRefused, &sii.Error{Estado: "8", Kind: sii.ErrRejected}), false, storage.EnvelopeRejected, answerRefused},
		"STATUS 9":                 {upload(sii.OutcomeRefused, &sii.Error{Estado: "9", Kind: sii.ErrUnavailable}), false, storage.EnvelopePending, answerStopped},
		"STATUS 106":               {upload(sii.OutcomeRefused, &sii.Error{Estado: "106", Kind: sii.ErrForbidden}), false, storage.EnvelopeHeld, answerRefused},
		"HTTP 404 of another host": {upload(sii.OutcomeRefused, &sii.Error{HTTPStatus: 404, Kind: sii.ErrInvalidRequest}), false, storage.EnvelopePending, answerStopped},
		"STATUS 99":                {upload(sii.OutcomeDuplicate, &sii.Error{Estado: "99"}), false, storage.EnvelopeUnknown, answerDuplicate},
	} {
		n := verdictOn(tt.cause, tt.ended)
		assert.Equal(t, tt.to, n.to, name)
		assert.Equal(t, tt.answer, n.answer, name)
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	w := bareWorld(t, Settings{})
	var waits []time.Duration
	for n := range 8 {
		waits = append(waits, w.backoff(n))
	}
	assert.Equal(t, []time.Duration{
		30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute, 15 * time.Minute,
	}, waits)
}

// A document whose envelope waits may be void; the others go in another one.
func TestVoidOfAnEnvelopeThatWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.then(notSent)
	docs := w.issueMany("1", "2", "3")
	require.Equal(t, StatePending, docs[1].State)
	doc, err := w.Void(t.Context(), "2", "not wanted")
	require.NoError(t, err)
	assert.Equal(t, StateVoid, doc.State)
	w.clock.Pass(time.Hour)
	w.goOn(nil)
	w.requireOnce("1", "3")
	assert.Len(t, w.sii.bodies, 1)
	assert.NotContains(t, string(w.sii.bodies[0]), "<Folio>2</Folio>")
}

// An envelope that another certificate signed goes with that certificate, or not at all.
func TestAnotherCertificate(t *testing.T) {
	t.Parallel()
	beto := person("Beto Prueba", "22222222-2", 2)
	as := func(w *world) *Emitter {
		e, err := New(nil, w.store, beto, w.company, w.opts...)
		require.NoError(t, err)
		return e
	}
	t.Run("not left", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, Settings{})
		w.sii.then(notSent)
		w.issue("1", 1)
		w.clock.Pass(time.Hour)
		e := as(w)
		for range 2 {
			_, err := e.Resume(t.Context())
			require.NoError(t, err)
		}
		require.Len(t, w.sii.bodies, 1)
		assert.Contains(t, string(w.sii.bodies[0]), "<RutEnvia>22222222-2</RutEnvia>")
		w.goOn(nil)
		w.requireOnce("1")
	})
	t.Run("left", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, Settings{})
		w.sii.then(dropBefore)
		w.issue("1", 1)
		w.clock.Pass(time.Hour)
		_, err := as(w).Resume(t.Context())
		require.NoError(t, err)
		assert.Equal(t, StateUnknown, w.state("1"))
		assert.Empty(t, w.sii.bodies)
		assert.Equal(t, []siisync.AlertKind{siisync.AlertUndecided}, w.inbox.kinds())
		w.clock.Pass(2 * time.Hour)
		w.goOn(nil)
		w.requireOnce("1")
		assert.Contains(t, string(w.sii.bodies[0]), "<RutEnvia>11111111-1</RutEnvia>")
	})
}

// After a day without an answer somebody is told, once.
func TestAdrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.then(slices.Repeat([]fate{dropBefore}, 500)...)
	w.issue("1", 1)
	for w.clock.Now().Sub(noon) < 26*time.Hour {
		w.clock.Pass(w.resume().Next.Sub(w.clock.Now()))
	}
	assert.Equal(t, []siisync.AlertKind{siisync.AlertUndecided}, w.inbox.kinds())
	w.requireSameBytes()
}

// A track id that the SII does not know leaves the documents to be asked for.
func TestTrackIDThatTheSIIDoesNotKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc := w.issue("1", 1)
	w.sii.docs[doc.ID].trackID, w.sii.tracks[0].id = "77", "77"
	w.clock.Pass(30 * time.Minute)
	w.resume()
	assert.Equal(t, StateSent, w.state("1"), "it may come yet")
	assert.Equal(t, StateAccepted, w.wait(doc).State)
}

// An envelope whose bytes went twice is not refused while the SII does not say whether
// it has its documents.
func TestRefusalNeedsAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.memory = never
	w.sii.then(dropAfter)
	w.issue("1", 1)
	w.clock.Pass(2 * time.Minute)
	w.resume()
	require.Equal(t, 2, w.sii.uploads)
	w.sii.state, w.sii.mute = "RFR", true
	w.clock.Pass(3 * time.Hour)
	w.resume()
	assert.Equal(t, StateSent, w.state("1"))
}
