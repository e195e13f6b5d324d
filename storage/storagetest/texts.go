package storagetest

import (
	"fmt"
	"reflect"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func badTexts() []sentence {
	return []sentence{
		{text: "a document with a text that is not UTF-8, or that has a NUL, is ErrInvalid", test: badDocument},
		{text: "so are summary lines and sources", test: badImport},
		{text: "so are submissions, events, sessions and tokens", test: badRest},
	}
}

// spoiled calls the function for every text in a value, one at a time, while it
// cannot be stored.
func spoiled(path string, v reflect.Value, f func(path string)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				spoiled(path+"."+field.Name, v.Field(i), f)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoiled(fmt.Sprintf("%s[%d]", path, i), v.Index(i), f)
		}
	case reflect.String:
		before := v.String()
		for _, bad := range []string{"a\x00b", "\x00", "Compa\xf1\xeda", "\xed\xa0\x80"} {
			v.SetString(bad)
			f(path)
		}
		v.SetString(before)
	default:
	}
}

func badDocument(c *check) {
	doc := filledDocuments(c.T)[0]
	c.nothingWritten(func() {
		spoiled("Document", reflect.ValueOf(&doc).Elem(), func(path string) {
			_, err := c.store.ImportRegister(c.ctx, storage.Snapshot{Key: purchases, Rows: rows(invoice(1, 5000), doc)})
			c.fails(path, err, storage.ErrInvalid)
		})
	})
	c.importDocs(purchases, doc) // it is valid again
}

func badImport(c *check) {
	lines, sources := filledLines(c.T), []storage.Source{{Name: "compras.csv", SHA256: "a4", Bytes: 1}}
	try := func(path string) {
		_, err := c.store.ImportRegister(c.ctx, storage.Snapshot{
			Key: purchases, Rows: rows(invoice(1, 5000)),
			Lines:   func() []rcv.SummaryLine { return lines },
			Sources: func() []storage.Source { return sources },
		})
		c.fails(path, err, storage.ErrInvalid)
	}
	c.nothingWritten(func() {
		spoiled("SummaryLine", reflect.ValueOf(&lines).Elem(), try)
		spoiled("Source", reflect.ValueOf(&sources).Elem(), try)
	})
}

func badRest(c *check) {
	submission := storage.Submission{Kind: "DTE", TrackID: "7", Issuer: owner, State: storage.Sent}
	spoiled("Submission", reflect.ValueOf(&submission).Elem(), func(path string) {
		_, err := c.store.PutSubmission(c.ctx, submission)
		c.fails(path, err, storage.ErrInvalid)
	})
	event := storage.Event{Kind: "x"}
	spoiled("Event", reflect.ValueOf(&event).Elem(), func(path string) {
		_, err := c.store.AppendEvent(c.ctx, event)
		c.fails(path, err, storage.ErrInvalid)
	})
	session := storage.Session{Cookies: "c", ExpiresAt: farFuture}
	spoiled("Session", reflect.ValueOf(&session).Elem(), func(path string) {
		_, err := c.store.CreateSession(c.ctx, session)
		c.fails(path, err, storage.ErrInvalid)
	})
	token := struct{ Key, Value string }{"cert/soap/0a", "T"}
	spoiled("Token", reflect.ValueOf(&token).Elem(), func(path string) {
		c.fails(path, c.store.PutToken(c.ctx, token.Key, token.Value, farFuture), storage.ErrInvalid)
	})
	c.equal("submissions", len(collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner}))), 0)
	c.equal("events", len(collect(c, c.store.Events(c.ctx, storage.EventQuery{}))), 0)
}
