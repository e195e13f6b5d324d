package storagetest

import (
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func documents() []sentence {
	return []sentence{
		{text: "documents are ordered by period, book, type, counterparty and folio", test: documentOrder},
		{text: "a query without owner is ErrInvalid", test: queryWithoutOwner},
		{text: "a query selects by owner", test: queryOwner},
		{text: "a query selects by book, period, state and type", test: queryFilters},
		{text: "a query selects by counterparty", test: queryCounterparty},
		{text: "a query selects by when the SII received", test: queryReceived},
		{text: "a query selects what is gone only if asked", test: queryGone},
		{text: "what selects nothing yields nothing", test: queryNothing},
	}
}

func documentOrder(c *check) {
	november := october.Next()
	want := []storage.StoredDocument{
		{Key: purchases, Document: document(0, 33, 8, 1)},
		{Key: purchases, Document: document(9_000_001, 33, 9, 1)},
		{Key: purchases, Document: document(9_000_001, 33, 10, 1)},
		{Key: purchases, Document: document(77_000_001, 33, 1, 1)},
		{Key: purchases, Document: document(9_000_001, 110, 1, 1)},
		{Key: sales, Document: document(9_000_001, 33, 1, 1)},
		{Key: rcv.Key{Owner: owner, Period: november, Book: rcv.Purchases}, Document: document(9_000_001, 33, 1, 1)},
		{Key: rcv.Key{Owner: owner, Period: november, Book: rcv.Sales}, Document: document(9_000_001, 33, 1, 1)},
		{Key: rcv.Key{Owner: owner, Period: november.Add(2), Book: rcv.Purchases}, Document: document(9_000_001, 33, 1, 1)},
	}
	registers := make(map[rcv.Key][]rcv.Document)
	for i := len(want) - 1; i >= 0; i-- { // backwards
		want[i].Hash = rcv.Hash(&want[i].Document)
		registers[want[i].Key] = append(registers[want[i].Key], want[i].Document)
	}
	for key, docs := range registers { // in any order
		c.importDocs(key, docs...)
	}
	c.equal("documents", c.query(storage.DocumentQuery{Owner: owner}), want)
}

func queryWithoutOwner(c *check) {
	c.importDocs(purchases, invoices(2, 1000)...)
	failures := 0
	for _, err := range c.store.Documents(c.ctx, storage.DocumentQuery{Book: rcv.Purchases}) {
		c.fails("query without owner", err, storage.ErrInvalid)
		failures++
	}
	c.equal("elements", failures, 1)
}

// queryOwner: two owners buy from one supplier, who gave each a folio 1, and
// each writes that supplier a factura de compra 46 with folio 1.
func queryOwner(c *check) {
	theirs := purchases
	theirs.Owner = stranger
	register := func(net chile.CLP) []rcv.Document {
		return append(invoices(2, net), document(77_000_001, chile.FacturaCompraElectronica, 1, net))
	}
	c.importDocs(purchases, register(1000)...)
	c.importDocs(theirs, register(2000)...)
	c.holds(purchases, register(1000)...)
	c.holds(theirs, register(2000)...)
	c.importDocs(theirs)
	c.equal("documents", len(c.query(storage.DocumentQuery{Owner: owner})), 3)
	c.equal("documents", len(c.query(storage.DocumentQuery{Owner: stranger})), 0)
}

// queryFilters stores registers of both books for five months, with each state
// of each of three types, and counts the selected documents.
func queryFilters(c *check) {
	first := chile.Period{Year: 2025, Month: time.November}
	last := first.Add(4)
	for period := range first.Through(last) {
		for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
			var docs []rcv.Document
			for i, state := range book.States() {
				for _, typ := range []chile.DocType{33, 34, 61} {
					doc := document(77_000_001, typ, chile.Folio(i+1), 1000)
					doc.State = state
					docs = append(docs, doc)
				}
			}
			c.importDocs(rcv.Key{Owner: owner, Period: period, Book: book}, docs...)
		}
	}
	// A month has 12 purchases in four states and 3 sales in one.
	for _, test := range []struct {
		query storage.DocumentQuery
		want  int
	}{
		{storage.DocumentQuery{}, 5 * 15},
		{storage.DocumentQuery{Book: rcv.Purchases}, 5 * 12},
		{storage.DocumentQuery{Book: rcv.Sales}, 5 * 3},
		{storage.DocumentQuery{From: first.Add(2), To: first.Add(2)}, 15},
		{storage.DocumentQuery{From: first.Add(1), To: first.Add(3)}, 3 * 15},
		{storage.DocumentQuery{From: first.Add(3)}, 2 * 15},
		{storage.DocumentQuery{To: first.Add(2)}, 3 * 15},
		{storage.DocumentQuery{From: first.Add(-20), To: first.Add(20)}, 5 * 15},
		{storage.DocumentQuery{States: []rcv.State{rcv.Registro}}, 5 * 6},
		{storage.DocumentQuery{States: []rcv.State{rcv.Pendiente, rcv.Reclamado}}, 5 * 6},
		{storage.DocumentQuery{States: []rcv.State{rcv.NoIncluir, rcv.NoIncluir}}, 5 * 3},
		{storage.DocumentQuery{Types: []chile.DocType{61}}, 5 * 5},
		{storage.DocumentQuery{Types: []chile.DocType{34, 33}}, 5 * 10},
		{storage.DocumentQuery{States: []rcv.State{}, Types: []chile.DocType{}}, 5 * 15},
		{storage.DocumentQuery{
			Book: rcv.Purchases, From: last, To: last,
			States: []rcv.State{rcv.Registro, rcv.Pendiente}, Types: []chile.DocType{33, 61},
		}, 4},
	} {
		q := test.query
		q.Owner = owner
		docs := c.query(q)
		if len(docs) != test.want {
			c.Errorf("%+v selects %d documents, want %d", test.query, len(docs), test.want)
		}
		for _, doc := range docs {
			if !selects(q, doc) {
				c.Errorf("%+v selects %s %s %d", q, doc.Key, doc.State, doc.Type)
			}
		}
	}
}

// selects is a second implementation of the query.
func selects(q storage.DocumentQuery, doc storage.StoredDocument) bool {
	among := len(q.States) == 0
	for _, state := range q.States {
		among = among || state == doc.State
	}
	typed := len(q.Types) == 0
	for _, typ := range q.Types {
		typed = typed || typ == doc.Type
	}
	return among && typed && doc.Key.Owner == q.Owner &&
		(q.Book == "" || q.Book == doc.Key.Book) &&
		(q.From.IsZero() || q.From.Compare(doc.Key.Period) <= 0) &&
		(q.To.IsZero() || q.To.Compare(doc.Key.Period) >= 0)
}

// queryCounterparty has one company as counterparty in both books.
func queryCounterparty(c *check) {
	const other, third = 77_000_001, 77_000_010
	for _, key := range []rcv.Key{purchases, sales, {Owner: owner, Period: october.Next(), Book: rcv.Purchases}} {
		c.importDocs(key, document(other, 33, 1, 1000), document(other, 61, 2, 1000), document(third, 33, 1, 1000), document(0, 33, 1, 1000))
	}
	c.importDocs(rcv.Key{Owner: stranger, Period: october, Book: rcv.Purchases}, document(other, 33, 1, 1000))
	for _, test := range []struct {
		query storage.DocumentQuery
		want  int
	}{
		{storage.DocumentQuery{Counterparty: rut(other)}, 6},
		{storage.DocumentQuery{Counterparty: rut(other), Book: rcv.Sales}, 2},
		{storage.DocumentQuery{Counterparty: rut(third), Types: []chile.DocType{33}, To: october}, 2},
		{storage.DocumentQuery{Counterparty: owner}, 0},
	} {
		test.query.Owner = owner
		docs := c.query(test.query)
		c.equal("documents", len(docs), test.want)
		for _, doc := range docs {
			c.equal("counterparty", doc.Counterparty, test.query.Counterparty)
		}
	}
}

// queryReceived queries at the bounds of the time of reception.
func queryReceived(c *check) {
	early, late, never := invoice(1, 1000), invoice(2, 1000), invoice(3, 1000)
	late.Received = early.Received.Add(48 * time.Hour)
	never.Received = time.Time{}
	c.importDocs(purchases, early, late, never)
	for _, test := range []struct {
		from, to time.Time
		want     []rcv.Document
	}{
		{time.Time{}, time.Time{}, []rcv.Document{early, late, never}},
		{early.Received, time.Time{}, []rcv.Document{early, late}},
		{early.Received.Add(time.Microsecond), time.Time{}, []rcv.Document{late}},
		{late.Received.Add(time.Microsecond - 1).UTC(), time.Time{}, []rcv.Document{late}},
		{late.Received.Add(time.Microsecond), time.Time{}, nil},
		{time.Time{}, early.Received, nil},
		{time.Time{}, early.Received.Add(time.Microsecond), []rcv.Document{early}},
		{early.Received, late.Received, []rcv.Document{early}},
		{late.Received, early.Received, nil},
	} {
		var got []rcv.Document
		for _, doc := range c.query(storage.DocumentQuery{Owner: owner, ReceivedFrom: test.from, ReceivedTo: test.to}) {
			got = append(got, doc.Document)
		}
		c.equal(fmt.Sprintf("documents from %s to %s", test.from, test.to), got, test.want)
	}
}

func queryGone(c *check) {
	claimed := invoice(3, 1000)
	claimed.State = rcv.Reclamado
	c.importDocs(purchases, append(invoices(2, 1000), claimed)...)
	c.importDocs(purchases, invoice(2, 1000))
	c.holds(purchases, invoice(2, 1000))
	gone := c.query(storage.DocumentQuery{Owner: owner, IncludeGone: true})
	c.equal("documents", len(gone), 3)
	for i, marked := range []bool{true, false, true} {
		c.equal("gone", !gone[i].GoneAt.IsZero(), marked)
	}
	gone = c.query(storage.DocumentQuery{Owner: owner, IncludeGone: true, States: []rcv.State{rcv.Reclamado}})
	c.equal("documents that were in the state", len(gone), 1)
}

func queryNothing(c *check) {
	c.importDocs(purchases, invoices(2, 1000)...)
	for _, q := range []storage.DocumentQuery{
		{Owner: stranger},
		{Owner: owner, Book: rcv.Sales},
		{Owner: owner, From: october.Next()},
		{Owner: owner, To: october.Previous()},
		{Owner: owner, From: october.Next(), To: october.Previous()},
		{Owner: owner, Types: []chile.DocType{34}},
		{Owner: owner, States: []rcv.State{rcv.Pendiente}},
	} {
		c.equal("documents", len(c.query(q)), 0)
	}
}
