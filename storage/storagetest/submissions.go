package storagetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

func submissions() []sentence {
	return []sentence{
		{text: "a submission that was never stored is absent", test: submissionAbsent},
		{text: "a submission comes back with all its fields", test: submissionStored, needs: aClock},
		{text: "an empty kind is DTE, an empty state is Sent", test: submissionDefaults},
		{text: "a submission without issuer or track id is ErrInvalid", test: submissionInvalid},
		{text: "issuer and track id tell submissions apart", test: submissionIdentity},
		{text: "State, Estado and Glosa are replaced", test: submissionReplaced, needs: aClock},
		{text: "Kind, Period and Hash are replaced unless they are empty", test: submissionKept},
		{text: "a change of state appends one event", test: stateChange},
		{text: "the first state and the same state append none", test: sameState},
		{text: "many that report one change append one event", test: stateChangeAtOnce},
		{text: "submissions are yielded oldest first, by issuer and state", test: submissionList},
	}
}

func (c *check) putSubmission(submission storage.Submission) *storage.Submission {
	c.Helper()
	stored, err := c.store.PutSubmission(c.ctx, submission)
	c.ok(err)
	return stored
}

func (c *check) stateChanges() []storage.Event {
	c.Helper()
	return collect(c, c.store.Events(c.ctx, storage.EventQuery{Kind: storage.EventStateChange}))
}

func submissionAbsent(c *check) {
	c.putSubmission(storage.Submission{Issuer: owner, TrackID: "0123"})
	for _, test := range []struct {
		issuer  chile.RUT
		trackID string
	}{{owner, "123"}, {stranger, "0123"}, {owner, ""}, {chile.RUT{}, "0123"}} {
		submission, err := c.store.Submission(c.ctx, test.issuer, test.trackID)
		c.absent(fmt.Sprint(test), err)
		if submission != nil {
			c.Error("a submission beside an error")
		}
	}
}

func submissionStored(c *check) {
	want := storage.Submission{
		Kind: "BOLETA", TrackID: "0000123456", Issuer: owner, State: storage.Observed, Period: october,
		Environment: chile.Certification,
		Hash:        strings.Repeat("0a", 32), Estado: "EPR", Glosa: "Envío Procesado «ñ» 'x'",
		ID: 1 << 20, CreatedAt: farFuture, UpdatedAt: farFuture, // must be assigned by the store
	}
	stored := c.putSubmission(want)
	if stored.ID == 0 || stored.ID == want.ID {
		c.Errorf("id %d", stored.ID)
	}
	want.ID, want.CreatedAt, want.UpdatedAt = stored.ID, noon, noon
	c.equal("stored", *stored, want)
	for range 2 { // after the first put and after another
		for range 2 { // the second look sees what the first one changed
			read, err := c.store.Submission(c.ctx, owner, want.TrackID)
			c.ok(err)
			c.equal("read", *read, want)
			read.Glosa, stored.Glosa = "spoilt", "spoilt"
		}
		stored = c.putSubmission(want)
	}
}

func submissionDefaults(c *check) {
	stored := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1"})
	c.equal("kind", stored.Kind, "DTE")
	c.equal("state", stored.State, storage.Sent)
	read, err := c.store.Submission(c.ctx, owner, "1")
	c.ok(err)
	c.equal("read", *read, *stored)
}

func submissionInvalid(c *check) {
	for _, submission := range []storage.Submission{{TrackID: "1"}, {Issuer: owner}} {
		_, err := c.store.PutSubmission(c.ctx, submission)
		c.fails("submission", err, storage.ErrInvalid)
	}
	c.equal("submissions", len(collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner}))), 0)
}

func submissionIdentity(c *check) {
	ids := make(map[int64]bool)
	for range 2 {
		for _, issuer := range []chile.RUT{owner, stranger} {
			for _, trackID := range []string{"123", "0123"} {
				stored := c.putSubmission(storage.Submission{Issuer: issuer, TrackID: trackID})
				c.equal("issuer", stored.Issuer, issuer)
				c.equal("track id", stored.TrackID, trackID)
				ids[stored.ID] = true
			}
		}
	}
	c.equal("ids", len(ids), 4)
}

func submissionReplaced(c *check) {
	want := *c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1", Estado: "REC", Glosa: "Recibido"})
	c.clock.Advance(time.Minute)
	want.State, want.Estado, want.Glosa, want.UpdatedAt = storage.Rejected, "RCH", "", noon.Add(time.Minute)
	stored := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1", State: storage.Rejected, Estado: "RCH"})
	c.equal("stored", *stored, want)
	read, err := c.store.Submission(c.ctx, owner, "1")
	c.ok(err)
	c.equal("read", *read, want)
}

func submissionKept(c *check) {
	c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1", Kind: "BOLETA", Period: october, Hash: "0a"})
	stored := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1"})
	c.equal("kind", stored.Kind, "BOLETA")
	c.equal("period", stored.Period, october)
	c.equal("hash", stored.Hash, "0a")
	stored = c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1", Kind: "DTE", Period: october.Next(), Hash: "0b"})
	c.equal("kind", stored.Kind, "DTE")
	c.equal("period", stored.Period, october.Next())
	c.equal("hash", stored.Hash, "0b")
}

func stateChange(c *check) {
	c.putSubmission(storage.Submission{Issuer: stranger, TrackID: "1"})
	stored := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1"})
	changes := []storage.SubmissionState{storage.Accepted, storage.Observed, storage.Sent}
	before := storage.Sent
	for i, state := range changes {
		for range 2 { // a repeated state is not a change
			c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1", State: state})
		}
		events := c.stateChanges()
		if len(events) != i+1 {
			c.Fatalf("%d events after %d changes", len(events), i+1)
		}
		event := events[i]
		c.equal("submission", event.SubmissionID, stored.ID)
		c.equal("owner", event.Owner, owner)
		for _, word := range []storage.SubmissionState{before, state} {
			if !strings.Contains(event.Detail, string(word)) {
				c.Errorf("detail %q of a change from %s to %s", event.Detail, before, state)
			}
		}
		before = state
	}
}

func sameState(c *check) {
	c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1", State: storage.Rejected})
	c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1", State: storage.Rejected, Glosa: "otra"})
	c.putSubmission(storage.Submission{Issuer: owner, TrackID: "2"})
	c.putSubmission(storage.Submission{Issuer: owner, TrackID: "2", State: storage.Sent})
	c.equal("events", len(c.stateChanges()), 0)
}

func stateChangeAtOnce(c *check) {
	ids := make([]int64, 8)
	for round, state := range []storage.SubmissionState{storage.Sent, storage.Accepted} {
		parallel(len(ids), func(i int) {
			stored, err := c.store.PutSubmission(c.ctx, storage.Submission{Issuer: owner, TrackID: "1", State: state})
			if err != nil {
				c.Error(err)
				return
			}
			ids[i] = stored.ID
		})
		c.equal("events", len(c.stateChanges()), round)
	}
	for _, id := range ids {
		c.equal("id", id, ids[0])
	}
	c.equal("submissions", len(collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner}))), 1)
}

func submissionList(c *check) {
	var want []storage.Submission
	for i, trackID := range []string{"9", "10", "1", "05"} {
		state := storage.Sent
		if i%2 == 1 {
			state = storage.Accepted
		}
		c.putSubmission(storage.Submission{Issuer: stranger, TrackID: trackID})
		want = append(want, *c.putSubmission(storage.Submission{Issuer: owner, TrackID: trackID, State: state}))
	}
	// A repeated put does not make it younger.
	want[0] = *c.putSubmission(storage.Submission{Issuer: owner, TrackID: "9", Glosa: "otra"})
	c.equal("all", collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner})), want)
	c.equal("sent", collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner, State: storage.Sent})), []storage.Submission{want[0], want[2]})
	c.equal("accepted", collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner, State: storage.Accepted})), []storage.Submission{want[1], want[3]})
	c.equal("rejected", len(collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner, State: storage.Rejected}))), 0)
	n := 0
	for _, err := range c.store.Submissions(c.ctx, storage.SubmissionQuery{State: storage.Sent}) {
		c.fails("query without issuer", err, storage.ErrInvalid)
		n++
	}
	c.equal("errors", n, 1)
}
