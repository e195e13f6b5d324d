package storagetest

import (
	"errors"
	"io/fs"
	"time"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func reopening() []sentence {
	return []sentence{
		{text: "registers outlive the store", test: reopenRegisters, needs: aReopen},
		{text: "sessions, submissions and events outlive the store", test: reopenOthers, needs: aReopen},
		{text: "a token outlives the store or is absent", test: reopenToken, needs: aReopen},
	}
}

func (c *check) reopen() {
	c.Helper()
	c.store = c.harness.Reopen(c.T, c.store)
}

func reopenRegisters(c *check) {
	m := newModel(purchases)
	c.importDocs(purchases, filledDocuments(c.T)...)
	m.apply(noon, filledDocuments(c.T))
	result := c.importSnapshot(storage.Snapshot{
		Key: purchases, TakenAt: noon.Add(time.Hour), Rows: rows(invoices(3, 1000)...),
		Lines:   func() []rcv.SummaryLine { return filledLines(c.T)[:1] },
		Sources: func() []storage.Source { return []storage.Source{{Name: "compras.csv", SHA256: "a4", Bytes: 1}} },
	})
	m.apply(noon.Add(time.Hour), invoices(3, 1000))
	feed := c.changes(storage.ChangeQuery{})
	if len(feed) == 0 {
		c.Error("no changes")
	}
	for range 2 {
		c.reopen()
		c.equal("stored", c.stored(purchases), m.stored())
		c.equal("feed", c.changes(storage.ChangeQuery{}), feed)
		c.hasLines(purchases, filledLines(c.T)[0])
		last, err := c.store.LastImport(c.ctx, purchases)
		c.ok(err)
		c.equal("last import", *last, result.Import)
	}
	again := c.checkImport(m, noon.Add(2*time.Hour), invoices(2, 1000)...)
	c.equal("counts", again.Counts, storage.Counts{Gone: 1, Unchanged: 2})
	if again.ID <= result.ID {
		c.Errorf("id %d after %d", again.ID, result.ID)
	}
	c.equal("changes", len(c.changes(storage.ChangeQuery{AfterID: feed[len(feed)-1].ID})), 1)
}

func reopenOthers(c *check) {
	deleted := c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: farFuture})
	c.ok(c.store.DeleteSession(c.ctx, deleted))
	submission := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "0123", State: storage.Observed, Period: october, Hash: "0a"})
	event := c.appendEvent(storage.Event{Kind: "consulta", Owner: owner, SubmissionID: submission.ID, Detail: "{}"})
	c.reopen()
	session := c.createSession(storage.Session{UserID: 7, Cookies: "sealed", ExpiresAt: farFuture})
	if session == deleted {
		c.Errorf("session id %d is given again", deleted)
	}
	c.reopen()
	kept, err := c.store.Session(c.ctx, session)
	c.ok(err)
	c.equal("user", kept.UserID, int64(7))
	c.hasNoSession(deleted)
	read, err := c.store.Submission(c.ctx, owner, "0123")
	c.ok(err)
	c.equal("submission", *read, *submission)
	c.equal("events", c.events(storage.EventQuery{}), []storage.Event{event})
	if next := c.appendEvent(storage.Event{Kind: "consulta"}); next.ID <= event.ID {
		c.Errorf("event %d after %d", next.ID, event.ID)
	}
}

// reopenToken allows for a store without a key to seal tokens, which keeps them
// only in memory.
func reopenToken(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	c.reopen()
	value, expiry, err := c.store.Token(c.ctx, tokenKey)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	c.ok(err)
	c.equal("token", value, "first")
	c.equal("expiry", expiry, farFuture)
}
