package storagetest

import (
	"errors"
	"io/fs"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func rowsInUse() []sentence {
	return []sentence{
		{text: "Rows is ranged over once, Lines and Sources are called after it has ended", test: callOrder},
		{text: "Rows may use the store, which has the register as it was before", test: rowsUseStore},
		{text: "what an import was given and has returned is the caller's", test: importedIsCallers},
	}
}

func callOrder(c *check) {
	ranged, ended, lines, sources := 0, false, 0, 0
	c.importSnapshot(storage.Snapshot{
		Key: purchases,
		Rows: func(yield func(rcv.Document, error) bool) {
			ranged++
			for _, doc := range invoices(300, 1000) {
				if !yield(doc, nil) {
					return
				}
			}
			ended = true
		},
		Lines: func() []rcv.SummaryLine {
			lines++
			if !ended {
				c.Error("Lines was called before Rows had ended")
			}
			return nil
		},
		Sources: func() []storage.Source {
			sources++
			if !ended {
				c.Error("Sources was called before Rows had ended")
			}
			return nil
		},
	})
	c.equal("times that Rows was ranged over", ranged, 1)
	c.equal("calls of Lines", lines, 1)
	c.equal("calls of Sources", sources, 1)
}

// rowsUseStore uses the store within the rows as a download does: its client
// looks for a token, is refused, and stores another.
func rowsUseStore(c *check) {
	c.importDocs(purchases, invoices(2, 1000)...)
	const key = "cert/soap/0a"
	c.importSnapshot(storage.Snapshot{Key: purchases, TakenAt: noon, Rows: func(yield func(rcv.Document, error) bool) {
		for _, doc := range invoices(3, 5000) {
			if _, _, err := c.store.Token(c.ctx, key); err != nil && !errors.Is(err, fs.ErrNotExist) {
				yield(rcv.Document{}, err)
				return
			}
			if err := c.store.PutToken(c.ctx, key, "TOKEN", farFuture); err != nil {
				yield(rcv.Document{}, err)
				return
			}
			if _, err := c.store.AppendEvent(c.ctx, storage.Event{Kind: "descarga"}); err != nil {
				yield(rcv.Document{}, err)
				return
			}
			c.holds(purchases, invoices(2, 1000)...)
			if !yield(doc, nil) {
				return
			}
		}
		if err := c.store.DeleteToken(c.ctx, key, "TOKEN"); err != nil {
			yield(rcv.Document{}, err)
		}
	}})
	c.holds(purchases, invoices(3, 5000)...)
	c.equal("events", len(collect(c, c.store.Events(c.ctx, storage.EventQuery{Kind: "descarga"}))), 3)
}

func importedIsCallers(c *check) {
	taxed := func() rcv.Document {
		doc := invoice(1, 1000)
		doc.OtherTaxTotal = 315
		doc.OtherTaxes = []rcv.OtherTax{{Code: 24, Amount: 315, Rate: "31.5"}}
		return doc
	}
	lines := []rcv.SummaryLine{{State: rcv.Registro, Type: 33, Documents: 2}}
	sources := []storage.Source{{Name: "compras.csv", SHA256: "a4", Bytes: 1}}
	given := []rcv.Document{taxed()}
	c.importDocs(purchases)
	result := c.importSnapshot(storage.Snapshot{
		Key: purchases, TakenAt: noon, Rows: rows(given...),
		Lines:   func() []rcv.SummaryLine { return lines },
		Sources: func() []storage.Source { return sources },
	})
	spoil := func(docs ...*rcv.Document) {
		for _, doc := range docs {
			doc.OtherTaxes[0].Amount = -1
			doc.Name = "spoilt"
		}
	}
	spoil(&given[0], result.Changes[0].After)
	lines[0].Documents = -1
	sources[0].Name = "spoilt"
	result.Sources[0].Bytes = -1
	stored := c.stored(purchases)
	c.equal("stored", stored[0].Document, taxed())
	spoil(&stored[0].Document)
	c.holds(purchases, taxed())

	for range 2 { // the second round sees what the first one changed
		read, err := c.store.SummaryLines(c.ctx, purchases)
		c.ok(err)
		c.equal("lines", read, []rcv.SummaryLine{{State: rcv.Registro, Type: 33, Documents: 2}})
		read[0].Documents = -1
		last, err := c.store.LastImport(c.ctx, purchases)
		c.ok(err)
		c.equal("sources", last.Sources, []storage.Source{{Name: "compras.csv", SHA256: "a4", Bytes: 1}})
		last.Sources[0].Name = "spoilt"
	}
	changed := taxed()
	changed.Net = 5
	result = c.importDocs(purchases, changed)
	c.equal("before", *result.Changes[0].Before, taxed())
	spoil(result.Changes[0].Before, result.Changes[0].After)
	result = c.importDocs(purchases) // gone
	spoil(result.Changes[0].Before)
	c.equal("stored", c.stored(purchases)[0].Document, changed)
	result = c.importDocs(purchases, changed) // returned
	spoil(result.Changes[0].Before, result.Changes[0].After)
	c.holds(purchases, changed)
}
