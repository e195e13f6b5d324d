package storagetest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

func sha256Of(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func outbox() []sentence {
	return []sentence{
		{text: "an envelope is stored byte for byte, with its digest and documents", test: envelopeStored},
		{text: "the same bytes again are the stored envelope, whatever its state", test: envelopeAgain},
		{text: "a document is in one envelope that is pending, sending, sent or unknown", test: envelopeOne},
		{text: "of many that wrap a document at once one does", test: envelopeAtOnce},
		{text: "documents of a rejected or held envelope go in a new one", test: envelopeAnew},
		{text: "an envelope has signed documents of its issuer", test: envelopeForeign},
		{text: "an envelope that lacks what it needs is ErrInvalid", test: envelopeInvalid},
		{text: "an envelope of another environment is ErrEnvironment", test: envelopeEnvironment},
		{text: "an envelope moves as its state allows, and to nothing else", test: envelopeMoves},
		{text: "an envelope that somebody else has moved is ErrOvertaken, which tells its state", test: envelopeOvertaken},
		{text: "of many that move an envelope at once one does", test: envelopeMovedAtOnce},
		{text: "who has an older lease does not move an envelope, but brings a true answer", test: envelopeFence},
		{text: "each attempt counts, and answers are kept", test: envelopeAnswers},
		{text: "an envelope whose bytes may have left is unknown instead of pending", test: envelopeLeft},
		{text: "a sent envelope has a track id, its submission and sent folios", test: envelopeSent},
		{text: "a later track id is kept beside the first, and makes no submission", test: envelopeTracks},
		{text: "a submission that is there already is left as it is", test: envelopeKnownTrack},
		{text: "a rejected envelope has a rejected submission, and folios that are signed again unless they were judged", test: envelopeRejected},
		{text: "a held envelope with a document of another live one does not return", test: envelopeReturns},
		{text: "a folio is not void while an envelope with its document is stored, or returns, at the same time", test: envelopeVoidAtOnce},
		{text: "a document is not in two live envelopes though one returns while another is stored", test: envelopeReturnsAtOnce},
		{text: "a verdict at the same time as an envelope is sent is not lost", test: envelopeJudgedAtOnce},
		{text: "envelopes are listed by issuer, kind, state, document, next try and verdicts, page by page", test: envelopesListed},
		{text: "envelopes are counted by issuer, kind and state, with the time of the oldest", test: envelopesCounted, needs: aClock},
		{text: "what a method of the outbox returns, and was given, is the caller's", test: envelopeOwn},
		{text: "a method of the outbox whose context has ended returns its cause and has changed nothing", test: endedOutbox},
	}
}

func (c *check) envelope(id int64) *storage.Envelope {
	c.Helper()
	e, err := c.outbox().Envelope(c.ctx, id)
	c.ok(err)
	return e
}

func envelopeStored(c *check) {
	c.putsCAF(cafOf(1, 9))
	one, two := c.issues("order-1"), c.issues("order-2")
	n := envelopeOf(two, one)
	n.XML = append(n.XML, 0, '\r', 0xf1)
	stored, err := c.outbox().PutEnvelope(c.ctx, n)
	c.ok(err)
	want := storage.Envelope{
		ID: stored.ID, Environment: chile.Certification, Issuer: owner, Kind: "DTE", State: storage.EnvelopePending, Since: stored.CreatedAt,
		SHA256: sha256Of(n.XML), CreatedAt: stored.CreatedAt, UpdatedAt: stored.CreatedAt,
	}
	c.equal("stored", *stored, want)
	c.equal("listed", collect(c, c.outbox().Envelopes(c.ctx, storage.EnvelopeQuery{})), []storage.Envelope{want})
	want.XML, want.Folios = n.XML, []int64{two.ID, one.ID}
	c.equal("read", *c.envelope(stored.ID), want)
	_, err = c.outbox().Envelope(c.ctx, 99)
	c.absent("Envelope", err)
}

func envelopeAgain(c *check) {
	c.putsCAF(cafOf(1, 9))
	f := c.issues("order-1")
	e := c.wraps(f)
	c.unchanged(func() { c.equal("again", *c.wraps(f), *e) })
	sent := c.moves(e.ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeSent)
	c.unchanged(func() { c.equal("again", *c.wraps(f), *sent) })
}

func (c *check) refusesEnvelope(n storage.NewEnvelope, want error) {
	c.Helper()
	c.unchanged(func() {
		_, err := c.outbox().PutEnvelope(c.ctx, n)
		c.fails("PutEnvelope", err, want)
	})
}

func envelopeOne(c *check) {
	c.putsCAF(cafOf(1, 9))
	f, other := c.issues("order-1"), c.issues("order-2")
	e := c.wraps(f)
	n := envelopeOf(other, f)
	for _, states := range [][]storage.EnvelopeState{
		{storage.EnvelopePending},
		{storage.EnvelopePending, storage.EnvelopeSending},
		{storage.EnvelopeSending, storage.EnvelopeUnknown},
		{storage.EnvelopeUnknown, storage.EnvelopeSending, storage.EnvelopeSent},
	} {
		c.moves(e.ID, states...)
		c.refusesEnvelope(n, storage.ErrInEnvelope)
		_, err := c.outbox().PutEnvelope(c.ctx, n)
		var in *storage.InEnvelopeError
		if !errors.As(err, &in) {
			c.Fatalf("no *InEnvelopeError: %v", err)
		}
		c.equal("refused", *in, storage.InEnvelopeError{Document: f.Document, Envelope: e.ID, State: states[len(states)-1]})
	}
}

func envelopeAtOnce(c *check) {
	s := c.outbox()
	c.putsCAF(cafOf(1, 9))
	f, others := c.issues("order-0"), make([]*storage.TakenFolio, 6)
	for i := range others {
		others[i] = c.issues("order-" + string(rune('a'+i)))
	}
	refusals := make([]error, len(others))
	parallel(len(others), func(i int) {
		n := envelopeOf(f, others[i])
		if i%2 == 0 {
			n = envelopeOf(others[i], f)
		}
		_, refusals[i] = s.PutEnvelope(c.ctx, n)
	})
	stored := 0
	for _, err := range refusals {
		if err == nil {
			stored++
		} else {
			c.fails("PutEnvelope", err, storage.ErrInEnvelope)
		}
	}
	c.equal("stored", stored, 1)
}

func envelopeAnew(c *check) {
	c.putsCAF(cafOf(1, 9))
	one, two := c.issues("order-1"), c.issues("order-2")
	c.moves(c.wraps(one).ID, storage.EnvelopePending, storage.EnvelopeHeld)
	c.moves(c.wraps(two).ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeSent, storage.EnvelopeRejected)
	c.wraps(one, two)
}

func envelopeForeign(c *check) {
	c.putsCAF(cafOf(1, 9))
	reserved, void, accepted := c.takenFor(order("order-1")), c.issues("order-2"), c.issues("order-3")
	c.ok(c.folios().VoidFolio(c.ctx, void.ID, "wrong"))
	c.judged(accepted.ID, storage.VerdictAccepted)
	good := c.issues("order-4")
	_, err := c.outbox().PutEnvelope(c.ctx, envelopeOf(good, reserved))
	c.absent("reserved", err)
	_, err = c.outbox().PutEnvelope(c.ctx, envelopeOf(good, &storage.TakenFolio{ID: 99}))
	c.absent("unknown", err)
	c.refusesEnvelope(envelopeOf(good, void), storage.ErrFolioState)
	c.refusesEnvelope(envelopeOf(good, accepted), storage.ErrFolioState)
	theirs := envelopeOf(good)
	theirs.Issuer = stranger
	c.refusesEnvelope(theirs, storage.ErrFolioState)
	c.wraps(good)
}

func envelopeInvalid(c *check) {
	c.putsCAF(cafOf(1, 9))
	f := c.issues("order-1")
	for what, spoil := range map[string]func(*storage.NewEnvelope){
		"issuer":      func(n *storage.NewEnvelope) { n.Issuer = chile.RUT{} },
		"kind":        func(n *storage.NewEnvelope) { n.Kind = "" },
		"bad kind":    func(n *storage.NewEnvelope) { n.Kind = "\xf1" },
		"bytes":       func(n *storage.NewEnvelope) { n.XML = nil },
		"documents":   func(n *storage.NewEnvelope) { n.Folios = nil },
		"twice":       func(n *storage.NewEnvelope) { n.Folios = []int64{f.ID, f.ID} },
		"environment": func(n *storage.NewEnvelope) { n.Environment = "moon" },
	} {
		n := envelopeOf(f)
		spoil(&n)
		c.Log(what)
		c.refusesEnvelope(n, storage.ErrInvalid)
	}
}

func envelopeEnvironment(c *check) {
	c.putsCAF(cafOf(1, 9))
	n := envelopeOf(c.issues("order-1"))
	for _, of := range []chile.Environment{chile.Production, ""} {
		n.Environment = of
		c.refusesEnvelope(n, storage.ErrEnvironment)
	}
}

var envelopeStates = []storage.EnvelopeState{
	storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeSent, storage.EnvelopeUnknown, storage.EnvelopeRejected, storage.EnvelopeHeld,
}

// pathTo returns the states on the way to a state.
func pathTo(state storage.EnvelopeState) []storage.EnvelopeState {
	switch state {
	case storage.EnvelopePending:
		return []storage.EnvelopeState{state}
	case storage.EnvelopeSending, storage.EnvelopeHeld:
		return []storage.EnvelopeState{storage.EnvelopePending, state}
	default:
		return []storage.EnvelopeState{storage.EnvelopePending, storage.EnvelopeSending, state}
	}
}

func envelopeMoves(c *check) {
	c.putsCAF(cafOf(1, 99))
	n := 0
	for _, from := range envelopeStates {
		for _, to := range envelopeStates {
			n++
			e := c.wraps(c.issues(orders(n)[n-1].Key))
			c.moves(e.ID, pathTo(from)...)
			m := storage.EnvelopeMove{ID: e.ID, From: from, To: to}
			if to == storage.EnvelopeSent {
				m.TrackID = "1"
			}
			if !from.CanBecome(to) {
				c.refusesMove(m, storage.ErrInvalid)
				continue
			}
			before := c.envelope(e.ID)
			moved, err := c.outbox().MoveEnvelope(c.ctx, m)
			c.ok(err)
			c.equal("state", moved.State, to)
			if from == to && !moved.Since.Equal(before.Since) {
				c.Errorf("%s since %v, before %v", to, moved.Since, before.Since)
			}
			read := c.envelope(e.ID)
			read.XML, read.Folios = nil, nil
			c.equal("moved", *moved, *read)
		}
	}
	c.refusesMove(storage.EnvelopeMove{ID: 1, From: "", To: storage.EnvelopePending}, storage.ErrInvalid)
	c.refusesMove(storage.EnvelopeMove{ID: 1, From: storage.EnvelopePending, To: "lost"}, storage.ErrInvalid)
	_, err := c.outbox().MoveEnvelope(c.ctx, storage.EnvelopeMove{ID: 9999, From: storage.EnvelopePending, To: storage.EnvelopeSending})
	c.absent("MoveEnvelope", err)
}

func envelopeOvertaken(c *check) {
	c.putsCAF(cafOf(1, 9))
	e := c.wraps(c.issues("order-1"))
	m := storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopePending, To: storage.EnvelopeSending, Fence: 3}
	_, err := c.outbox().MoveEnvelope(c.ctx, m)
	c.ok(err)
	c.refusesMove(m, storage.ErrOvertaken)
	_, err = c.outbox().MoveEnvelope(c.ctx, m)
	var overtaken *storage.OvertakenError
	if !errors.As(err, &overtaken) {
		c.Fatalf("no *OvertakenError: %v", err)
	}
	c.equal("overtaken", *overtaken, storage.OvertakenError{Envelope: e.ID, State: storage.EnvelopeSending, Fence: 3})
}

func envelopeMovedAtOnce(c *check) {
	s := c.outbox()
	c.putsCAF(cafOf(1, 9))
	e := c.wraps(c.issues("order-1"))
	refusals := make([]error, 6)
	parallel(len(refusals), func(i int) {
		_, refusals[i] = s.MoveEnvelope(c.ctx, storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopePending, To: storage.EnvelopeSending, Fence: int64(i + 1)})
	})
	moved := 0
	for _, err := range refusals {
		if err == nil {
			moved++
		} else {
			c.fails("MoveEnvelope", err, storage.ErrOvertaken)
		}
	}
	c.equal("moved", moved, 1)
	c.equal("attempts", c.envelope(e.ID).Attempts, 1)
}

func envelopeFence(c *check) {
	c.putsCAF(cafOf(1, 9))
	e := c.wraps(c.issues("order-1"))
	move := func(from, to storage.EnvelopeState, fence int64) storage.EnvelopeMove {
		m := storage.EnvelopeMove{ID: e.ID, From: from, To: to, Fence: fence}
		if to == storage.EnvelopeSent {
			m.TrackID = "7"
		}
		return m
	}
	for _, m := range []storage.EnvelopeMove{
		move(storage.EnvelopePending, storage.EnvelopeSending, 5),
		move(storage.EnvelopeSending, storage.EnvelopeUnknown, 6), // the new lease holder
		move(storage.EnvelopeUnknown, storage.EnvelopeSending, 7),
	} {
		_, err := c.outbox().MoveEnvelope(c.ctx, m)
		c.ok(err)
	}
	c.equal("fence", c.envelope(e.ID).Fence, int64(7))
	for _, fence := range []int64{0, 5, 6} { // late answers
		c.refusesMove(move(storage.EnvelopeSending, storage.EnvelopePending, fence), storage.ErrOvertaken)
		c.refusesMove(move(storage.EnvelopeSending, storage.EnvelopeUnknown, fence), storage.ErrOvertaken)
		c.refusesMove(move(storage.EnvelopeSending, storage.EnvelopeRejected, fence), storage.ErrOvertaken)
	}
	late, err := c.outbox().MoveEnvelope(c.ctx, move(storage.EnvelopeSending, storage.EnvelopeSent, 5))
	c.ok(err)
	c.equal("state", late.State, storage.EnvelopeSent)
	c.equal("fence", late.Fence, int64(7))
	c.refusesMove(move(storage.EnvelopeSending, storage.EnvelopeSent, 7), storage.ErrOvertaken)
	_, err = c.outbox().MoveEnvelope(c.ctx, storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeSent, To: storage.EnvelopeRejected, Estado: "RSC"})
	c.ok(err) // under no lease
}

func envelopeAnswers(c *check) {
	c.putsCAF(cafOf(1, 9))
	e := c.wraps(c.issues("order-1"))
	try := noon.Add(time.Hour + 7*time.Nanosecond)
	step := func(m storage.EnvelopeMove) *storage.Envelope {
		c.Helper()
		m.ID = e.ID
		moved, err := c.outbox().MoveEnvelope(c.ctx, m)
		c.ok(err)
		return moved
	}
	step(storage.EnvelopeMove{From: storage.EnvelopePending, To: storage.EnvelopeSending})
	back := step(storage.EnvelopeMove{From: storage.EnvelopeSending, To: storage.EnvelopePending, Answer: "no route to host", NextTry: try})
	c.equal("answer", []any{back.Attempts, back.Answer, back.NextTry, back.Left}, []any{1, "no route to host", noon.Add(time.Hour), false})
	step(storage.EnvelopeMove{From: storage.EnvelopePending, To: storage.EnvelopeSending})
	lost := step(storage.EnvelopeMove{From: storage.EnvelopeSending, To: storage.EnvelopeUnknown, Estado: "99", Glosa: "Envío"})
	c.equal("answer", []any{lost.Attempts, lost.Answer, lost.Estado, lost.Glosa, lost.NextTry.IsZero(), lost.Left}, []any{2, "no route to host", "99", "Envío", true, true})
	for what, m := range map[string]storage.EnvelopeMove{
		"answer": {Answer: "\xf1"}, "estado": {Estado: "\xf1"}, "glosa": {Glosa: "a\x00"}, "track id": {TrackID: "1"},
	} {
		m.ID, m.From, m.To = e.ID, storage.EnvelopeUnknown, storage.EnvelopeUnknown
		c.Log(what)
		c.refusesMove(m, storage.ErrInvalid)
	}
	c.refusesMove(storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeUnknown, To: storage.EnvelopeSent, TrackID: "\xf1"}, storage.ErrInvalid)
	c.refusesMove(storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeUnknown, To: storage.EnvelopeSent}, storage.ErrInvalid)
}

func envelopeLeft(c *check) {
	c.putsCAF(cafOf(1, 9))
	one, other := c.wraps(c.issues("order-1")), c.wraps(c.issues("order-2"))
	sending := c.moves(one.ID, storage.EnvelopePending, storage.EnvelopeSending)
	c.equal("left", sending.Left, true)
	c.equal("left", c.envelope(one.ID).Left, true)
	back := c.moves(one.ID, storage.EnvelopeSending, storage.EnvelopePending)
	c.equal("left", back.Left, false)
	again := c.moves(one.ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeUnknown, storage.EnvelopeSending, storage.EnvelopePending)
	c.equal("state", again.State, storage.EnvelopeUnknown)
	c.equal("left", again.Left, true)
	held := c.moves(other.ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeHeld, storage.EnvelopePending)
	c.equal("state", held.State, storage.EnvelopeUnknown)
}

func envelopeSent(c *check) {
	c.putsCAF(cafOf(1, 9))
	one, judged := c.issues("order-1"), c.issues("order-2")
	e := c.wraps(one, judged)
	c.judged(judged.ID, storage.VerdictAccepted)
	sent, err := c.outbox().MoveEnvelope(c.ctx, c.sends(e.ID, storage.EnvelopeMove{TrackID: "0123", Estado: "0", Glosa: "Upload OK"}))
	c.ok(err)
	c.equal("tracks", sent.TrackIDs, []string{"0123"})
	c.hasState(one, storage.FolioSent)
	c.hasState(judged, storage.FolioAccepted)
	submission, err := c.store.Submission(c.ctx, owner, "0123")
	c.ok(err)
	c.equal("submission", *submission, storage.Submission{
		ID: submission.ID, Kind: "DTE", TrackID: "0123", Issuer: owner, State: storage.Sent, Period: october, Hash: e.SHA256,
		Environment: chile.Certification, Estado: "0", Glosa: "Upload OK", CreatedAt: submission.CreatedAt, UpdatedAt: submission.UpdatedAt,
	})
}

// sends moves an envelope into EnvelopeSending and returns the move out of it.
func (c *check) sends(id int64, m storage.EnvelopeMove) storage.EnvelopeMove {
	c.Helper()
	c.moves(id, storage.EnvelopePending, storage.EnvelopeSending)
	m.ID, m.From, m.To = id, storage.EnvelopeSending, storage.EnvelopeSent
	return m
}

func envelopeTracks(c *check) {
	c.putsCAF(cafOf(1, 9))
	e := c.wraps(c.issues("order-1"))
	_, err := c.outbox().MoveEnvelope(c.ctx, c.sends(e.ID, storage.EnvelopeMove{TrackID: "0123"}))
	c.ok(err)
	for _, track := range []string{"0999", "0123", "", "0500"} {
		_, err := c.outbox().MoveEnvelope(c.ctx, storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeSent, To: storage.EnvelopeSent, TrackID: track})
		c.ok(err)
	}
	c.equal("tracks", c.envelope(e.ID).TrackIDs, []string{"0123", "0999", "0500"})
	c.equal("submissions", len(collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner}))), 1)
}

func envelopeKnownTrack(c *check) {
	c.putsCAF(cafOf(1, 9))
	e := c.wraps(c.issues("order-1"))
	known, err := c.store.PutSubmission(c.ctx, storage.Submission{Issuer: owner, TrackID: "0123", State: storage.Accepted, Environment: chile.Certification, Hash: "0a"})
	c.ok(err)
	_, err = c.outbox().MoveEnvelope(c.ctx, c.sends(e.ID, storage.EnvelopeMove{TrackID: "0123"}))
	c.ok(err)
	again, err := c.store.Submission(c.ctx, owner, "0123")
	c.ok(err)
	c.equal("submission", *again, *known)
}

func envelopeRejected(c *check) {
	c.putsCAF(cafOf(1, 9))
	one, judged := c.issues("order-1"), c.issues("order-2")
	e := c.wraps(one, judged)
	_, err := c.outbox().MoveEnvelope(c.ctx, c.sends(e.ID, storage.EnvelopeMove{TrackID: "0123"}))
	c.ok(err)
	c.judged(judged.ID, storage.VerdictRejected)
	rejected, err := c.outbox().MoveEnvelope(c.ctx, storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeSent, To: storage.EnvelopeRejected, Estado: "RSC", Glosa: "Rechazado por schema"})
	c.ok(err)
	c.equal("estado", rejected.Estado, "RSC")
	c.hasState(one, storage.FolioSigned)
	c.hasState(judged, storage.FolioRejected)
	submission, err := c.store.Submission(c.ctx, owner, "0123")
	c.ok(err)
	c.equal("submission", []any{submission.State, submission.Estado, submission.Glosa, submission.Hash, submission.Period}, []any{storage.Rejected, "RSC", "Rechazado por schema", e.SHA256, october})
	unsent := c.wraps(c.issues("order-3"))
	c.moves(unsent.ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeRejected) // STATUS 7, without a track id
	c.equal("submissions", len(collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner}))), 1)
	// Another envelope with the document was sent since: it is not taken back.
	again := c.issues("order-4")
	lost := c.wraps(again)
	c.moves(lost.ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeUnknown, storage.EnvelopeHeld)
	n := envelopeOf(again)
	n.XML = []byte("anew")
	anew, err := c.outbox().PutEnvelope(c.ctx, n)
	c.ok(err)
	_, err = c.outbox().MoveEnvelope(c.ctx, c.sends(anew.ID, storage.EnvelopeMove{TrackID: "0124"}))
	c.ok(err)
	c.moves(lost.ID, storage.EnvelopeHeld, storage.EnvelopeRejected)
	c.hasState(again, storage.FolioSent)
}

func envelopeReturns(c *check) {
	c.putsCAF(cafOf(1, 9))
	one, two := c.issues("order-1"), c.issues("order-2")
	e := c.wraps(one, two)
	c.moves(e.ID, storage.EnvelopePending, storage.EnvelopeHeld)
	other := c.wraps(two)
	c.refusesMove(storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeHeld, To: storage.EnvelopePending}, storage.ErrInEnvelope)
	c.moves(other.ID, storage.EnvelopePending, storage.EnvelopeHeld)
	c.moves(e.ID, storage.EnvelopeHeld, storage.EnvelopePending)
	c.refusesMove(storage.EnvelopeMove{ID: other.ID, From: storage.EnvelopeHeld, To: storage.EnvelopePending}, storage.ErrInEnvelope)
}

// rounds is how often concurrent calls are tried.
const rounds = 12

func envelopeVoidAtOnce(c *check) {
	s, folios := c.outbox(), c.folios()
	c.putsCAF(cafOf(1, 99))
	for i := range rounds {
		f := c.issues(orders(rounds)[i].Key)
		envelope := func() error { _, err := s.PutEnvelope(c.ctx, envelopeOf(f)); return err }
		if i%2 == 0 {
			e := c.wraps(f)
			c.moves(e.ID, storage.EnvelopePending, storage.EnvelopeHeld)
			envelope = func() error {
				_, err := s.MoveEnvelope(c.ctx, storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeHeld, To: storage.EnvelopePending})
				return err
			}
		}
		both := [2]error{}
		parallel(2, func(n int) {
			if n == 0 {
				both[0] = folios.VoidFolio(c.ctx, f.ID, "wrong")
			} else {
				both[1] = envelope()
			}
		})
		if both[0] == nil {
			c.fails("envelope", both[1], storage.ErrFolioState)
		} else {
			c.fails("VoidFolio", both[0], storage.ErrHandedOut)
			c.ok(both[1])
		}
	}
}

func envelopeReturnsAtOnce(c *check) {
	s := c.outbox()
	c.putsCAF(cafOf(1, 99))
	for i := range rounds {
		f := c.issues(orders(rounds)[i].Key)
		e := c.wraps(f)
		c.moves(e.ID, storage.EnvelopePending, storage.EnvelopeHeld)
		anew := envelopeOf(f)
		anew.XML = append(anew.XML, " anew"...)
		both := [2]error{}
		parallel(2, func(n int) {
			if n == 0 {
				_, both[0] = s.MoveEnvelope(c.ctx, storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeHeld, To: storage.EnvelopePending})
			} else {
				_, both[1] = s.PutEnvelope(c.ctx, anew)
			}
		})
		if both[0] == nil {
			both[0], both[1] = both[1], both[0]
		}
		c.fails("the later one", both[0], storage.ErrInEnvelope)
		c.ok(both[1])
	}
}

func envelopeJudgedAtOnce(c *check) {
	s, issued := c.outbox(), c.issued()
	c.putsCAF(cafOf(1, 99))
	for i := range rounds {
		f := c.issues(orders(rounds)[i].Key)
		e := c.wraps(f)
		move := c.sends(e.ID, storage.EnvelopeMove{TrackID: f.Key})
		both := [2]error{}
		parallel(2, func(n int) {
			if n == 0 {
				_, both[0] = s.MoveEnvelope(c.ctx, move)
			} else {
				both[1] = issued.PutVerdict(c.ctx, f.ID, storage.Verdict{State: storage.VerdictAccepted})
			}
		})
		c.ok(errors.Join(both[:]...))
		c.hasState(f, storage.FolioAccepted)
	}
}

func envelopesListed(c *check) {
	c.putsCAF(cafOf(1, 9))
	theirs := cafOf(1, 9)
	theirs.Issuer, theirs.Digest = stranger, "theirs"
	c.putsCAF(theirs)
	var ids []int64
	var folios []*storage.TakenFolio
	for _, r := range orders(4) {
		f := c.issues(r.Key)
		folios, ids = append(folios, f), append(ids, c.wraps(f).ID)
	}
	r := order("order-1")
	r.Issuer = stranger
	foreign := c.takenFor(r)
	c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(foreign)}))
	n := envelopeOf(foreign)
	n.Issuer, n.Kind = stranger, "BOLETA"
	last, err := c.outbox().PutEnvelope(c.ctx, n)
	c.ok(err)
	ids = append(ids, last.ID)
	c.moves(ids[1], storage.EnvelopePending, storage.EnvelopeSending)
	c.moves(ids[2], storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeSent)
	_, err = c.outbox().MoveEnvelope(c.ctx, storage.EnvelopeMove{ID: ids[3], From: storage.EnvelopePending, To: storage.EnvelopePending, NextTry: noon})
	c.ok(err)
	c.judged(folios[2].ID, storage.VerdictAccepted)
	for what, test := range map[string]struct {
		query storage.EnvelopeQuery
		want  []int
	}{
		"all":       {storage.EnvelopeQuery{}, []int{0, 1, 2, 3, 4}},
		"issuer":    {storage.EnvelopeQuery{Issuer: owner}, []int{0, 1, 2, 3}},
		"kind":      {storage.EnvelopeQuery{Kind: "BOLETA"}, []int{4}},
		"state":     {storage.EnvelopeQuery{States: []storage.EnvelopeState{storage.EnvelopeSending, storage.EnvelopeSent}}, []int{1, 2}},
		"folio":     {storage.EnvelopeQuery{Folio: folios[1].ID}, []int{1}},
		"due":       {storage.EnvelopeQuery{Due: noon}, []int{0, 1, 2, 3, 4}},
		"not due":   {storage.EnvelopeQuery{Due: noon.Add(-time.Microsecond)}, []int{0, 1, 2, 4}},
		"undecided": {storage.EnvelopeQuery{Undecided: true}, []int{0, 1, 3, 4}},
		"track id":  {storage.EnvelopeQuery{TrackID: "123456789"}, []int{2}},
		"no such":   {storage.EnvelopeQuery{TrackID: "12345678"}, nil},
		"page":      {storage.EnvelopeQuery{AfterID: ids[1], Limit: 2}, []int{2, 3}},
	} {
		var got []int
		for _, e := range collect(c, c.outbox().Envelopes(c.ctx, test.query)) {
			got = append(got, slices.Index(ids, e.ID))
			if e.XML != nil || e.Folios != nil {
				c.Errorf("%s: with bytes or folios", what)
			}
		}
		c.equal(what, got, test.want)
	}
}

func envelopesCounted(c *check) {
	c.putsCAF(cafOf(1, 9))
	var ids []int64
	for _, r := range orders(4) {
		ids = append(ids, c.wraps(c.issues(r.Key)).ID)
		c.clock.Advance(time.Minute)
	}
	c.moves(ids[0], storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeUnknown)
	c.clock.Advance(time.Minute)
	c.moves(ids[1], storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeUnknown)
	c.clock.Advance(time.Hour)
	c.moves(ids[0], storage.EnvelopeUnknown, storage.EnvelopeUnknown) // asked again
	want := []storage.OutboxCount{
		{Issuer: owner, Kind: "DTE", State: storage.EnvelopePending, Count: 2, Oldest: noon.Add(2 * time.Minute)},
		{Issuer: owner, Kind: "DTE", State: storage.EnvelopeUnknown, Count: 2, Oldest: noon.Add(4 * time.Minute)},
	}
	for _, issuer := range []chile.RUT{owner, {}} {
		counts, err := c.outbox().OutboxCounts(c.ctx, issuer)
		c.ok(err)
		c.equal("counts", counts, want)
	}
	counts, err := c.outbox().OutboxCounts(c.ctx, stranger)
	c.ok(err)
	c.equal("counts", len(counts), 0)
}

func envelopeOwn(c *check) {
	c.putsCAF(cafOf(1, 9))
	f := c.issues("order-1")
	n := envelopeOf(f)
	e, err := c.outbox().PutEnvelope(c.ctx, n)
	c.ok(err)
	n.XML[0], n.Folios[0] = 'X', 99
	sent := c.moves(e.ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeSent)
	sent.TrackIDs[0] = "X"
	for range 2 {
		read := c.envelope(e.ID)
		c.equal("bytes", string(read.XML), string(envelopeOf(f).XML))
		c.equal("folios", read.Folios, []int64{f.ID})
		c.equal("tracks", read.TrackIDs, []string{"0123456789"})
		read.XML[0], read.Folios[0], read.TrackIDs[0] = 'Y', 98, "Y"
		for e, err := range c.outbox().Envelopes(c.ctx, storage.EnvelopeQuery{}) {
			c.ok(err)
			e.TrackIDs[0] = "Z"
		}
	}
}

func endedOutbox(c *check) {
	s := c.outbox()
	c.putsCAF(cafOf(1, 9))
	f := c.issues("order-1")
	e := c.wraps(c.issues("order-2"))
	ctx, cause := endedContext(c.ctx)
	c.unchanged(func() {
		for name, call := range map[string]func() error{
			"PutEnvelope":  func() error { _, err := s.PutEnvelope(ctx, envelopeOf(f)); return err },
			"Envelope":     func() error { _, err := s.Envelope(ctx, e.ID); return err },
			"OutboxCounts": func() error { _, err := s.OutboxCounts(ctx, owner); return err },
			"MoveEnvelope": func() error {
				_, err := s.MoveEnvelope(ctx, storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopePending, To: storage.EnvelopeSending})
				return err
			},
		} {
			c.fails(name, call(), cause)
		}
	})
}
