package storagetest

import (
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func importing() []sentence {
	return []sentence{
		{text: "the first import adds every row and lists no changes", test: firstImport},
		{text: "what appears in a register that was empty at its last import is a change", test: importAfterEmpty},
		{text: "rows that are new are added", test: importAdds},
		{text: "rows that differ are rewritten", test: importChanges},
		{text: "a document that moved to another state has changed", test: importMovesState},
		{text: "rows that the snapshot lacks are kept and marked as gone", test: importMarksGone},
		{text: "a row that is still gone keeps its mark and is not counted again", test: importStillGone},
		{text: "rows that were gone and are there again are rewritten without the mark", test: importReturns},
		{text: "all others are not written", test: importUnchanged},
		{text: "a row without a difference is written if the snapshot adds to it", test: importFillsIn},
		{text: "the SII's numbers of a row are filled in, and not replaced", test: importNumbers},
		{text: "what the source of a change cannot know is kept, and the change tells what changed", test: importKeeps},
		{text: "what sources say each in its own way is no change", test: importOtherSource},
		{text: "changes come in the order of the documents", test: importOrder},
		{text: "a register may have more rows than are written at once", test: importManyRows},
		{text: "supplier, type and folio tell purchases apart", test: importIdentity(purchases)},
		{text: "customer, type and folio tell sales apart", test: importIdentity(sales)},
		{text: "documents without a counterparty are told apart by type and folio", test: importNoCounterparty},
		{text: "an import leaves all other registers as they are", test: importOthers},
		{text: "an import appends one event about the owner", test: importEvent},
		{text: "the last import of the register", test: lastImport},
		{text: "ids of imports grow", test: importIDs},
		{text: "the zero TakenAt is the store's clock", test: importTakenAt, needs: aClock},
	}
}

func firstImport(c *check) {
	_, err := c.store.LastImport(c.ctx, purchases)
	c.absent("import of a register that was never imported", err)
	result := c.importDocs(purchases, invoices(3, 1000)...)
	c.equal("counts", result.Counts, storage.Counts{Added: 3})
	c.equal("changes", len(result.Changes), 0)
	c.holds(purchases, invoices(3, 1000)...)
}

func importAfterEmpty(c *check) {
	m := newModel(purchases)
	c.checkImport(m, noon)
	result := c.checkImport(m, noon.Add(time.Hour), invoices(2, 1000)...)
	c.equal("changes", len(result.Changes), 2)
}

func importAdds(c *check) {
	m := newModel(purchases)
	c.checkImport(m, noon, invoices(2, 1000)...)
	result := c.checkImport(m, noon.Add(time.Hour), invoices(3, 1000)...)
	third := invoice(3, 1000)
	c.equal("counts", result.Counts, storage.Counts{Added: 1, Unchanged: 2})
	c.equal("changes", result.Changes, []storage.Change{{Kind: storage.Added, After: &third}})
}

func importChanges(c *check) {
	m := newModel(purchases)
	c.checkImport(m, noon, invoices(2, 1000)...)
	before, after := invoice(2, 1000), invoice(2, 2000)
	result := c.checkImport(m, noon.Add(time.Hour), invoice(1, 1000), after)
	c.equal("counts", result.Counts, storage.Counts{Changed: 1, Unchanged: 1})
	c.equal("changes", result.Changes, []storage.Change{{Kind: storage.AmountsChanged, Before: &before, After: &after}})
}

func importMovesState(c *check) {
	m := newModel(purchases)
	pending := invoice(1, 1000)
	pending.State = rcv.Pendiente
	c.checkImport(m, noon, pending)
	result := c.checkImport(m, noon.Add(time.Hour), invoice(1, 1000))
	c.equal("counts", result.Counts, storage.Counts{Changed: 1})
}

func importMarksGone(c *check) {
	m := newModel(purchases)
	c.checkImport(m, noon, invoices(2, 1000)...)
	later := noon.Add(time.Hour)
	result := c.checkImport(m, later, invoice(1, 1000))
	second := invoice(2, 1000)
	c.equal("counts", result.Counts, storage.Counts{Gone: 1, Unchanged: 1})
	c.equal("changes", result.Changes, []storage.Change{{Kind: storage.Gone, Before: &second}})
	c.equal("gone at", c.stored(purchases)[1].GoneAt, later)
	c.holds(purchases, invoice(1, 1000))
}

func importStillGone(c *check) {
	m := newModel(purchases)
	c.checkImport(m, noon, invoices(2, 1000)...)
	later := noon.Add(time.Hour)
	c.checkImport(m, later, invoice(1, 1000))
	result := c.checkImport(m, noon.Add(2*time.Hour), invoice(1, 1000))
	c.equal("counts", result.Counts, storage.Counts{Unchanged: 1})
	c.equal("gone at", c.stored(purchases)[1].GoneAt, later)
}

func importReturns(c *check) {
	m := newModel(purchases)
	c.checkImport(m, noon, invoices(3, 1000)...)
	c.checkImport(m, noon.Add(time.Hour), invoice(1, 1000))
	same, other := invoice(2, 1000), invoice(3, 3000)
	same.DetailID = 9 // no difference, but a returned row is rewritten whole
	result := c.checkImport(m, noon.Add(2*time.Hour), invoice(1, 1000), same, other)
	c.equal("counts", result.Counts, storage.Counts{Returned: 2, Unchanged: 1})
	c.holds(purchases, invoice(1, 1000), same, other)
}

func importUnchanged(c *check) {
	m := newModel(purchases)
	first := invoice(1, 1000)
	first.DetailID = 1
	c.checkImport(m, noon, first)
	again := invoice(1, 1000)
	again.DetailID = 2 // an answer's own number, which rcv.Diff does not look at
	result := c.checkImport(m, noon.Add(time.Hour), again)
	c.equal("counts", result.Counts, storage.Counts{Unchanged: 1})
	c.equal("changes", len(result.Changes), 0)
	c.holds(purchases, first)
}

// sources returns the document of the tests about sources: as in a file of
// purchases, as from the facade, and with the values of both.
func sources() (file, facade, both rcv.Document) {
	file = invoice(1, 1000)
	file.OtherTaxTotal, file.Total = 100, file.Total+100
	facade = file
	file.Kind = 0 // files have only the text
	file.OtherTaxes = []rcv.OtherTax{{Code: 27, Amount: 100, Rate: "10"}}
	file.Received = file.Received.UTC()
	facade.SIIData = rcv.SIIData{HeaderID: 1, RegisterID: 2, DetailID: 3, Loaded: october, KindMayChange: true, RawState: "x"}
	facade.Event, facade.EventText = "ERM", "Otorga recibo"
	both = facade
	both.OtherTaxes = file.OtherTaxes
	return file, facade, both
}

// importFillsIn imports later versions of a document with more values than earlier
// ones, in both orders, and then versions with fewer.
func importFillsIn(c *check) {
	file, facade, both := sources()
	for i, order := range [][]rcv.Document{{file, facade}, {facade, file}} {
		m := newModel(rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Purchases})
		c.checkImport(m, noon, order[0])
		for j, doc := range []rcv.Document{order[1], order[0], order[1], both} {
			result := c.checkImport(m, noon.Add(time.Duration(j+1)*time.Hour), doc)
			c.equal("counts", result.Counts, storage.Counts{Unchanged: 1})
			c.equal("changes", len(result.Changes), 0)
			c.holds(m.key, both)
		}
	}
}

// importNumbers imports a document for which the facade adds only the SII's
// numbers to the file: no hash distinguishes them.
func importNumbers(c *check) {
	file, other := invoice(1, 1000), invoice(2, 1000)
	facade := file
	facade.SIIData = rcv.SIIData{HeaderID: 1, DetailID: 3}
	c.importDocs(purchases, file, other)
	for _, docs := range [][]rcv.Document{{facade, other}, {file, other}, {facade, other}} {
		result := c.importDocs(purchases, docs...)
		c.equal("counts", result.Counts, storage.Counts{Unchanged: 2})
		c.holds(purchases, facade, other)
	}
	again := facade
	again.DetailID = 4 // an answer's own number
	c.importDocs(purchases, again, other)
	c.holds(purchases, facade, other)
}

// importKeeps imports a change from one source of a document for which another
// source had more values: the change has what changed, and nothing is lost.
func importKeeps(c *check) {
	for i, of := range []func() (before, after, want rcv.Document){
		func() (before, after, want rcv.Document) { // a file after the facade
			file, facade, both := sources()
			file.Net, both.Net = 1001, 1001
			return facade, file, both
		},
		func() (before, after, want rcv.Document) { // the facade after a file
			file, facade, both := sources()
			facade.Net, both.Net = 1001, 1001
			return file, facade, both
		},
		func() (before, after, want rcv.Document) { // in another state
			file, facade, both := sources()
			facade.State, both.RawState = rcv.Pendiente, "" // which had that state
			return facade, file, both
		},
		func() (before, after, want rcv.Document) { // of another kind, whose number a file does not have
			file, facade, both := sources()
			file.KindText, both.Kind, both.KindText = "Activo Fijo", 0, "Activo Fijo"
			return facade, file, both
		},
		func() (before, after, want rcv.Document) { // with other taxes, of which the facade has the sum
			file, facade, both := sources()
			facade.OtherTaxTotal, both.OtherTaxTotal, both.OtherTaxes = 90, 90, nil
			return file, facade, both
		},
		func() (before, after, want rcv.Document) { // without a value that a file has a column for
			file, facade, both := sources()
			facade.Acknowledged, facade.CommonUseVAT = facade.Received, 7
			return facade, file, both
		},
	} {
		before, after, want := of()
		m := newModel(rcv.Key{Owner: rut(76_300_000 + int64(i)), Period: october, Book: rcv.Purchases})
		c.checkImport(m, noon, before)
		result := c.checkImport(m, noon.Add(time.Hour), after)
		c.equal("counts", result.Counts, storage.Counts{Changed: 1})
		c.holds(m.key, want)
		for _, change := range result.Changes {
			c.equal("document of the change", *change.After, want)
			c.equal("what changed", change.Differences(), rcv.Diff(&before, &want))
		}
		// It is also kept for a document that was gone.
		c.checkImport(m, noon.Add(2*time.Hour))
		result = c.checkImport(m, noon.Add(3*time.Hour), after)
		c.equal("counts", result.Counts, storage.Counts{Returned: 1})
		c.holds(m.key, want)
	}
}

// importOtherSource imports a document from the facade and from a file, in both
// orders.
func importOtherSource(c *check) {
	facade := invoice(1, 1000)
	facade.SIIData = rcv.SIIData{HeaderID: 1, RegisterID: 2, DetailID: 3, Loaded: october, KindMayChange: true, RawState: "x"}
	file := invoice(1, 1000)
	file.Kind = 0 // files have only the text
	file.Received = file.Received.UTC()
	finer := invoice(1, 1000)
	finer.Received = finer.Received.Add(999 * time.Nanosecond) // truncated by the store
	for i, order := range [][]rcv.Document{{facade, file, finer}, {file, facade, finer}} {
		key := rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Purchases}
		c.importDocs(key, order[0])
		for _, doc := range append(order[1:], order[0]) {
			result := c.importDocs(key, doc)
			c.equal("counts", result.Counts, storage.Counts{Unchanged: 1})
			c.equal("changes", len(result.Changes), 0)
		}
		c.holds(key, facade)
	}
}

// importManyRows has more rows than adapters write per statement, of every kind
// of change, and long texts.
func importManyRows(c *check) {
	const documents = 1300
	m := newModel(purchases)
	long := strings.Repeat("ñ\"\\ ", 3000)
	for step := range 4 {
		var docs []rcv.Document
		for i := range documents {
			doc := document(int64(77_000_000+i%7), 33, chile.Folio(i+1), 1000)
			if step > 0 && i%3 == 0 {
				doc.Net += chile.CLP(step)
			}
			if i%500 == 0 {
				doc.RefFolio = long
			}
			if step == 0 || i%4 != step {
				docs = append(docs, doc)
			}
		}
		slices.Reverse(docs)
		c.checkImport(m, noon.Add(time.Duration(step)*time.Hour), docs...)
	}
}

func importOrder(c *check) {
	m := newModel(purchases)
	gone := document(77_000_001, 33, 2, 1000)
	changed := document(9_000_001, 33, 10, 1000)
	c.checkImport(m, noon, document(9_000_001, 110, 1, 1000), changed, gone)
	changed.Net = 1
	result := c.checkImport(m, noon.Add(time.Hour),
		document(9_000_001, 110, 1, 1000), document(77_000_001, 33, 11, 1000), changed, document(9_000_001, 33, 9, 1000))
	var kinds []storage.ChangeKind
	for _, change := range result.Changes {
		kinds = append(kinds, change.Kind)
	}
	// 9 before 10, and a RUT of seven digits before one of eight: as numbers.
	c.equal("kinds", kinds, []storage.ChangeKind{storage.Added, storage.AmountsChanged, storage.Gone, storage.Added})
}

// importIdentity imports documents that differ in only one part of their
// identity, among them two facturas de compra 46 with folio 1, which the owner
// wrote for two suppliers.
func importIdentity(key rcv.Key) func(c *check) {
	return func(c *check) {
		m := newModel(key)
		docs := []rcv.Document{
			document(77_000_001, chile.FacturaCompraElectronica, 1, 1000),
			document(77_000_002, chile.FacturaCompraElectronica, 1, 2000),
			document(77_000_001, chile.FacturaCompraElectronica, 2, 3000),
			document(77_000_001, chile.FacturaElectronica, 1, 4000),
		}
		c.checkImport(m, noon, docs...)
		docs[1].Net++
		result := c.checkImport(m, noon.Add(time.Hour), docs...)
		c.equal("counts", result.Counts, storage.Counts{Changed: 1, Unchanged: 3})
		c.holds(key, docs...)
	}
}

func importNoCounterparty(c *check) {
	m := newModel(sales)
	docs := []rcv.Document{
		document(0, chile.Factura, 1, 1000),
		document(0, chile.Factura, 2, 2000),
		document(77_000_001, chile.Factura, 1, 3000),
	}
	c.checkImport(m, noon, docs...)
	result := c.checkImport(m, noon.Add(time.Hour), docs...)
	c.equal("counts", result.Counts, storage.Counts{Unchanged: 3})
}

func importOthers(c *check) {
	others := []rcv.Key{
		sales,
		{Owner: owner, Period: october.Next(), Book: rcv.Purchases},
		{Owner: stranger, Period: october, Book: rcv.Purchases},
	}
	for i, key := range others {
		c.importDocs(key, invoices(2, chile.CLP(100*i))...)
	}
	c.importDocs(purchases, invoices(2, 1000)...)
	c.importDocs(purchases, invoice(1, 7000)) // changes one, and one is gone
	for i, key := range others {
		c.holds(key, invoices(2, chile.CLP(100*i))...)
		last, err := c.store.LastImport(c.ctx, key)
		c.ok(err)
		c.equal("counts of "+key.String(), last.Counts, storage.Counts{Added: 2})
	}
}

func importEvent(c *check) {
	var imports []*storage.ImportResult
	for range 2 { // one event also if nothing changed
		imports = append(imports, c.importDocs(purchases, invoices(2, 1000)...))
	}
	events := collect(c, c.store.Events(c.ctx, storage.EventQuery{}))
	c.equal("events", len(events), 2)
	for i, event := range events {
		want, err := storage.ImportEvent(imports[i])
		c.ok(err)
		c.equal("detail", event.Detail, want.Detail)
		c.equal("kind", event.Kind, storage.EventImport)
		c.equal("owner", event.Owner, owner)
		c.equal("submission", event.SubmissionID, int64(0))
	}
}

func lastImport(c *check) {
	c.importDocs(purchases, invoices(2, 1000)...)
	result := c.importSnapshot(storage.Snapshot{
		Key:     purchases,
		TakenAt: noon.Add(time.Hour),
		Rows:    rows(invoices(3, 1000)...),
		Sources: func() []storage.Source {
			return []storage.Source{
				{Name: "getDetalleCompra REGISTRO", SHA256: "b5", Bytes: 2},
				{Name: "compras.csv", SHA256: "a4", Bytes: 1 << 40},
				{Name: "compras.csv", SHA256: "a4", Bytes: 1 << 40}, // one file may have been read twice
			}
		},
	})
	c.equal("sources", len(result.Sources), 3)
	last, err := c.store.LastImport(c.ctx, purchases)
	c.ok(err)
	c.equal("last import", *last, result.Import)

	// An import without sources does not show the previous ones.
	result = c.importDocs(purchases)
	last, err = c.store.LastImport(c.ctx, purchases)
	c.ok(err)
	c.equal("sources", len(last.Sources), 0)
	c.equal("last import", *last, result.Import)
}

func importIDs(c *check) {
	last := int64(0)
	for range 3 {
		id := c.importDocs(purchases).ID
		if id <= last {
			c.Errorf("id %d after %d", id, last)
		}
		last = id
	}
}

func importTakenAt(c *check) {
	result := c.importSnapshot(storage.Snapshot{Key: purchases, Rows: rows(invoices(2, 1000)...)})
	c.equal("taken at", result.TakenAt, noon)
	c.clock.Advance(time.Minute)
	c.importSnapshot(storage.Snapshot{Key: purchases, Rows: rows(invoice(1, 1000))})
	c.equal("gone at", c.stored(purchases)[1].GoneAt, noon.Add(time.Minute))
	for i, event := range collect(c, c.store.Events(c.ctx, storage.EventQuery{})) {
		c.equal("event", event.CreatedAt, noon.Add(time.Duration(i)*time.Minute))
	}
}
