package storagetest

import (
	"context"
	"errors"
	"iter"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func undone() []sentence {
	return []sentence{
		{text: "an error of Rows ends the import with that error", test: rowsFail(errors.New("the answer was cut"))},
		{text: "a RowError ends the import with that error", test: rowsFail(&rcv.RowError{Line: 3, Heading: "Folio", Value: "x", Err: chile.ErrSyntax})},
		{text: "an error of Rows ends the loop", test: rowsEnd},
		{text: "a document that comes twice is a DuplicateError", test: rowsTwice},
		{text: "an invalid key is ErrInvalid", test: invalidKey},
		{text: "a snapshot without Rows is ErrInvalid", test: noRows},
		{text: "a row without type is ErrInvalid", test: rowWithoutType},
		{text: "an import whose context ends before it writes nothing", test: importEndedBefore},
		{text: "an import whose context ends within it writes nothing", test: importEndedWithin},
		{text: "an import whose context ends after the rows writes nothing", test: importEndedAfter},
		{text: "Accept is told what an import is about to write, and its error ends it", test: importNotAccepted},
		{text: "a first import that failed leaves a register that was never imported", test: firstImportFails},
	}
}

// nothingWritten imports a register, calls try, and checks that the register
// and everything else is unchanged.
func (c *check) nothingWritten(try func()) {
	c.Helper()
	lines := func() []rcv.SummaryLine { return []rcv.SummaryLine{{State: rcv.Registro, Type: 33, Documents: 3}} }
	c.importSnapshot(storage.Snapshot{Key: purchases, TakenAt: noon, Rows: rows(invoices(3, 1000)...), Lines: lines})
	c.importSnapshot(storage.Snapshot{Key: purchases, TakenAt: noon, Rows: rows(invoices(2, 1000)...), Lines: lines})
	stored, last, summary, events := c.everything()
	feed := c.changes(storage.ChangeQuery{})
	try()
	storedNow, lastNow, summaryNow, eventsNow := c.everything()
	c.equal("stored", storedNow, stored)
	c.equal("last import", lastNow, last)
	c.equal("summary", summaryNow, summary)
	c.equal("events", eventsNow, events)
	c.equal("feed", c.changes(storage.ChangeQuery{}), feed)
}

// everything returns the stored register and all events.
func (c *check) everything() ([]storage.StoredDocument, *storage.Import, []rcv.SummaryLine, []storage.Event) {
	c.Helper()
	last, err := c.store.LastImport(c.ctx, purchases)
	c.ok(err)
	lines, err := c.store.SummaryLines(c.ctx, purchases)
	c.ok(err)
	return c.stored(purchases), last, lines, collect(c, c.store.Events(c.ctx, storage.EventQuery{}))
}

// importFails imports and checks that there is that error and no result.
func (c *check) importFails(ctx context.Context, key rcv.Key, seq iter.Seq2[rcv.Document, error], want error) {
	c.Helper()
	result, err := c.store.ImportRegister(ctx, storage.Snapshot{Key: key, TakenAt: noon, Rows: seq})
	c.fails("import", err, want)
	if result != nil {
		c.Errorf("a result beside an error: %+v", result)
	}
}

// rowsFail makes Rows fail at the start, between rows and at the end.
func rowsFail(cause error) func(c *check) {
	return func(c *check) {
		c.nothingWritten(func() {
			c.importFails(c.ctx, purchases, rowsThen(cause), cause)
			c.importFails(c.ctx, purchases, rowsThen(cause, invoices(1, 5000)...), cause)
			c.importFails(c.ctx, purchases, rowsThen(cause, invoices(500, 5000)...), cause)
		})
	}
}

// importNotAccepted refuses an import in which one row is gone, one was gone
// before, one is different and one is new; then it accepts it.
func importNotAccepted(c *check) {
	cause := errors.New("too many are gone")
	snapshot := storage.Snapshot{
		Key: purchases, TakenAt: noon, Rows: rows(invoice(1, 5000), invoice(7, 1000)),
		Lines: func() []rcv.SummaryLine {
			return []rcv.SummaryLine{{State: rcv.Registro, Type: 33, Documents: 2, Total: 9}}
		},
		Sources: func() []storage.Source { return []storage.Source{{Name: "a"}} },
	}
	want := storage.Import{
		Key: purchases, TakenAt: noon, Counts: storage.Counts{Added: 1, Changed: 1, Gone: 1},
		Size: &storage.Size{Documents: 2, Total: 9}, Sources: []storage.Source{{Name: "a"}}, Environment: chile.OtherEnvironment,
	}
	c.nothingWritten(func() {
		calls := 0
		snapshot.Accept = func(planned storage.Import) error {
			calls++
			c.equal("planned", planned, want)
			planned.Sources[0].Name = "the caller's own"
			return cause
		}
		result, err := c.store.ImportRegister(c.ctx, snapshot)
		c.fails("import", err, cause)
		if result != nil || calls != 1 {
			c.Errorf("%d calls, result %+v", calls, result)
		}
	})
	snapshot.Accept = func(planned storage.Import) error {
		planned.Sources[0].Name = "the caller's own"
		return nil
	}
	result := c.importSnapshot(snapshot)
	want.ID = result.ID
	c.equal("import", result.Import, want)
}

func rowsEnd(c *check) {
	cause := &rcv.RowError{Line: 2, Heading: "Folio", Value: "x", Err: chile.ErrSyntax}
	c.nothingWritten(func() {
		c.importFails(c.ctx, purchases, func(yield func(rcv.Document, error) bool) {
			if yield(invoice(1, 5000), nil) && yield(rcv.Document{}, cause) {
				c.Error("the loop went on after an error")
			}
		}, cause)
	})
}

func rowsTwice(c *check) {
	moved := invoice(2, 5000)
	moved.State = rcv.Pendiente
	sold := document(77_000_002, 33, 2, 5000)
	note := document(77_000_002, 61, 2, 5000)
	note.OverPurchaseInvoice = 1
	for _, test := range []struct {
		key  rcv.Key
		docs []rcv.Document
		want chile.DocumentID
	}{
		{purchases, []rcv.Document{note, note}, chile.DocumentID{Issuer: owner, Type: 61, Folio: 2}},
		{sales, []rcv.Document{note, note}, chile.DocumentID{Issuer: rut(77_000_002), Type: 61, Folio: 2}},
		{purchases, append(invoices(3, 5000), invoice(2, 5000)), chile.DocumentID{Issuer: rut(77_000_001), Type: 33, Folio: 2}},
		{purchases, append(invoices(3, 5000), moved), chile.DocumentID{Issuer: rut(77_000_001), Type: 33, Folio: 2}},
		{sales, []rcv.Document{sold, invoice(2, 5000), sold}, chile.DocumentID{Issuer: owner, Type: 33, Folio: 2}},
		{sales, []rcv.Document{document(0, 30, 7, 1), document(0, 30, 7, 2)}, chile.DocumentID{Issuer: owner, Type: 30, Folio: 7}},
	} {
		c.nothingWritten(func() {
			_, err := c.store.ImportRegister(c.ctx, storage.Snapshot{Key: test.key, TakenAt: noon, Rows: rows(test.docs...)})
			var duplicate *storage.DuplicateError
			if !errors.As(err, &duplicate) {
				c.Fatalf("got error %v, want a DuplicateError", err)
			}
			c.equal("duplicate", *duplicate, storage.DuplicateError{Key: test.key, Document: test.want})
		})
	}
	c.holds(sales)
}

func invalidKey(c *check) {
	c.nothingWritten(func() {
		for _, key := range []rcv.Key{
			{},
			{Period: october, Book: rcv.Purchases},
			{Owner: owner, Book: rcv.Purchases},
			{Owner: owner, Period: october},
			{Owner: owner, Period: october, Book: "OTRO"},
			{Owner: owner, Period: chile.Period{Year: 2026, Month: 13}, Book: rcv.Sales},
		} {
			c.importFails(c.ctx, key, rows(), storage.ErrInvalid)
		}
	})
}

func noRows(c *check) {
	c.nothingWritten(func() { c.importFails(c.ctx, purchases, nil, storage.ErrInvalid) })
}

func rowWithoutType(c *check) {
	c.nothingWritten(func() {
		c.importFails(c.ctx, purchases, rows(invoice(1, 5000), document(77_000_001, 0, 2, 5000)), storage.ErrInvalid)
	})
}

func importEndedBefore(c *check) {
	ctx, cause := endedContext(c.ctx)
	c.nothingWritten(func() { c.importFails(ctx, purchases, rows(invoices(3, 5000)...), cause) })
}

// importEndedWithin ends the context between rows. Some rows notice, some go on
// to their end, and some are empty.
func importEndedWithin(c *check) {
	const ends, notices, far = 250, 260, 100_000
	endless := chile.Folio(far + 1)
	c.nothingWritten(func() {
		for _, last := range []chile.Folio{notices, ends + 50, endless} {
			ctx, end := context.WithCancelCause(c.ctx)
			c.importFails(ctx, purchases, func(yield func(rcv.Document, error) bool) {
				for folio := chile.Folio(1); folio <= last; folio++ {
					if folio == ends {
						end(errEnded)
					}
					if last == notices && folio == notices {
						yield(rcv.Document{}, context.Cause(ctx))
						return
					}
					if !yield(invoice(folio, 5000), nil) {
						return
					}
				}
				if last == endless {
					c.Error("the loop goes on long after the end of its context")
				}
			}, errEnded)
			end(nil)
		}
	})
}

// importEndedAfter ends the context when all rows were read and nothing is
// written yet.
func importEndedAfter(c *check) {
	c.nothingWritten(func() {
		ctx, end := context.WithCancelCause(c.ctx)
		defer end(nil)
		_, err := c.store.ImportRegister(ctx, storage.Snapshot{
			Key: purchases, Rows: rows(invoices(5, 5000)...),
			Lines:   func() []rcv.SummaryLine { return []rcv.SummaryLine{{State: rcv.Registro, Type: 61}} },
			Sources: func() []storage.Source { end(errEnded); return nil },
		})
		c.fails("import", err, errEnded)
	})
}

func firstImportFails(c *check) {
	cause := errors.New("the answer was cut")
	c.importFails(c.ctx, purchases, rowsThen(cause, invoices(3, 1000)...), cause)
	_, err := c.store.LastImport(c.ctx, purchases)
	c.absent("last import", err)
	_, err = c.store.SummaryLines(c.ctx, purchases)
	c.absent("summary lines", err)
	c.equal("stored", len(c.stored(purchases)), 0)
	result := c.importDocs(purchases, invoices(3, 1000)...)
	c.equal("changes", len(result.Changes), 0)
}
