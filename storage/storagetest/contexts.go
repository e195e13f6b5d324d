package storagetest

import (
	"context"
	"errors"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func contexts() []sentence {
	return []sentence{
		{text: "a method whose context has ended returns its cause and has changed nothing", test: endedMethods},
		{text: "a deadline that has passed is a cause too", test: deadline},
	}
}

// errEnded is the cause of the contexts that end here, to distinguish it from
// ctx.Err.
var errEnded = errors.New("the program is to stop")

func endedContext(parent context.Context) (context.Context, error) {
	ctx, end := context.WithCancelCause(parent)
	end(errEnded)
	return ctx, errEnded
}

// methods calls each method that has a context and returns an error.
func methods(s storage.Storage, submission, session int64) map[string]func(ctx context.Context) error {
	return map[string]func(ctx context.Context) error{
		"ImportRegister": func(ctx context.Context) error {
			_, err := s.ImportRegister(ctx, storage.Snapshot{Key: purchases, Rows: rows(invoices(5, 9000)...)})
			return err
		},
		"SummaryLines":    func(ctx context.Context) error { _, err := s.SummaryLines(ctx, purchases); return err },
		"LastImport":      func(ctx context.Context) error { _, err := s.LastImport(ctx, purchases); return err },
		"RawAnswer":       func(ctx context.Context) error { _, err := s.RawAnswer(ctx, 1, 0); return err },
		"PurgeRawAnswers": func(ctx context.Context) error { _, err := s.PurgeRawAnswers(ctx, farFuture); return err },
		"Token":           func(ctx context.Context) error { _, _, err := s.Token(ctx, tokenKey); return err },
		"PutToken":        func(ctx context.Context) error { return s.PutToken(ctx, tokenKey, "second", farFuture) },
		"DeleteToken":     func(ctx context.Context) error { return s.DeleteToken(ctx, tokenKey, "first") },
		"CreateSession": func(ctx context.Context) error {
			_, err := s.CreateSession(ctx, storage.Session{Cookies: "sealed", ExpiresAt: farFuture})
			return err
		},
		"Session":       func(ctx context.Context) error { _, err := s.Session(ctx, session); return err },
		"DeleteSession": func(ctx context.Context) error { return s.DeleteSession(ctx, session) },
		"PurgeSessions": func(ctx context.Context) error { _, err := s.PurgeSessions(ctx); return err },
		"PutSubmission": func(ctx context.Context) error {
			_, err := s.PutSubmission(ctx, storage.Submission{Issuer: owner, TrackID: "1", State: storage.Accepted})
			return err
		},
		"Submission": func(ctx context.Context) error { _, err := s.Submission(ctx, owner, "1"); return err },
		"AppendEvent": func(ctx context.Context) error {
			_, err := s.AppendEvent(ctx, storage.Event{Kind: "consulta", SubmissionID: submission})
			return err
		},
	}
}

func endedMethods(c *check) {
	var session, submission int64
	c.nothingWritten(func() {
		// What is stored here is not compared there.
		c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
		session = c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: farFuture})
		submission = c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1"}).ID
		ctx, cause := endedContext(c.ctx)
		for name, call := range methods(c.store, submission, session) {
			c.fails(name, call(ctx), cause)
		}
	})
	c.hasToken(tokenKey, "first", farFuture)
	_, err := c.store.Session(c.ctx, session)
	c.ok(err)
	stored, err := c.store.Submission(c.ctx, owner, "1")
	c.ok(err)
	c.equal("state", stored.State, storage.Sent)
}

func deadline(c *check) {
	ctx, cancel := context.WithDeadline(c.ctx, noon.AddDate(-20, 0, 0))
	defer cancel()
	for name, call := range methods(c.store, 0, 0) {
		c.fails(name, call(ctx), context.DeadlineExceeded)
	}
	for _, err := range c.store.Documents(ctx, storage.DocumentQuery{Owner: owner, Book: rcv.Purchases}) {
		c.fails("Documents", err, context.DeadlineExceeded)
	}
}
