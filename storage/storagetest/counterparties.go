package storagetest

import (
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func counterparties() []sentence {
	return []sentence{
		{text: "counterparties have the number of their documents and the largest total", test: counterpartyTotals},
		{text: "counterparties are those of an owner and a book", test: counterpartyBooks},
		{text: "a query selects counterparties", test: counterpartyFilter},
		{text: "documents that are gone count, one that stands in several months once", test: counterpartyGone},
		{text: "what the store has only since an import is left out", test: counterpartyBefore},
		{text: "a query without owner or book is ErrInvalid", test: counterpartyInvalid},
	}
}

func (c *check) counterparties(q storage.CounterpartyQuery) []storage.CounterpartyTotal {
	c.Helper()
	return collect(c, c.store.Counterparties(c.ctx, q))
}

// Three suppliers, in the order of their RUTs as numbers.
const small, middle, great = 900_000, 9_000_001, 77_000_001

func counterpartyTotals(c *check) {
	c.importDocs(purchases,
		document(great, 33, 1, 1000), document(middle, 33, 1, 100), document(great, 61, 1, 5000), document(great, 33, 2, 200),
		document(small, 33, 1, -500), document(0, 914, 1, 9999))
	c.equal("counterparties", c.counterparties(storage.CounterpartyQuery{Owner: owner, Book: rcv.Purchases}), []storage.CounterpartyTotal{
		{Counterparty: rut(small), Documents: 1, Largest: -595},
		{Counterparty: rut(middle), Documents: 1, Largest: 119},
		{Counterparty: rut(great), Documents: 3, Largest: 5950},
	})
}

func counterpartyBooks(c *check) {
	theirs := rcv.Key{Owner: stranger, Period: october, Book: rcv.Purchases}
	for i, key := range []rcv.Key{purchases, sales, theirs} {
		c.importDocs(key, document(great, 33, 1, chile.CLP(100*(i+1))))
	}
	for i, key := range []rcv.Key{purchases, sales, theirs} {
		c.equal(key.String(), c.counterparties(storage.CounterpartyQuery{Owner: key.Owner, Book: key.Book}), []storage.CounterpartyTotal{
			{Counterparty: rut(great), Documents: 1, Largest: chile.CLP(119 * (i + 1))},
		})
	}
}

func counterpartyFilter(c *check) {
	c.importDocs(purchases, document(great, 33, 1, 1000), document(middle, 33, 1, 1000), document(small, 33, 1, 1000))
	for _, test := range []struct {
		wanted []chile.RUT
		want   int
	}{{nil, 3}, {[]chile.RUT{}, 0}, {[]chile.RUT{rut(middle)}, 1}, {[]chile.RUT{rut(great), rut(small), rut(5)}, 2}} {
		got := c.counterparties(storage.CounterpartyQuery{Owner: owner, Book: rcv.Purchases, Counterparties: test.wanted})
		c.equal(fmt.Sprint(test.wanted), len(got), test.want)
	}
}

func counterpartyGone(c *check) {
	november := rcv.Key{Owner: owner, Period: october.Next(), Book: rcv.Purchases}
	c.importDocs(purchases, document(great, 33, 1, 1000), document(great, 33, 2, 3000))
	c.importDocs(purchases)
	c.importDocs(november, document(great, 33, 1, 2000))
	c.equal("counterparties", c.counterparties(storage.CounterpartyQuery{Owner: owner, Book: rcv.Purchases}), []storage.CounterpartyTotal{
		{Counterparty: rut(great), Documents: 2, Largest: 3570},
	})
}

func counterpartyBefore(c *check) {
	november := rcv.Key{Owner: owner, Period: october.Next(), Book: rcv.Purchases}
	first := document(great, 33, 1, 1000)
	var ids []int64
	for i, snapshot := range []storage.Snapshot{
		{Key: purchases, Rows: rows(first)},
		{Key: purchases, Rows: rows(first, document(great, 33, 2, 5000), document(middle, 33, 1, 10))},
		{Key: november, Rows: rows(document(great, 33, 3, 9000))},
		{Key: purchases, Rows: rows(document(great, 33, 1, 2000), document(great, 33, 2, 5000))},
	} {
		snapshot.TakenAt = noon.Add(-time.Duration(i) * time.Hour) // must not matter
		ids = append(ids, c.importSnapshot(snapshot).ID)
	}
	before := func(id int64) []storage.CounterpartyTotal {
		return c.counterparties(storage.CounterpartyQuery{Owner: owner, Book: rcv.Purchases, BeforeImport: id})
	}
	// Totals are current.
	c.equal("before the first", len(before(ids[0])), 0)
	c.equal("before the second", before(ids[1]), []storage.CounterpartyTotal{{Counterparty: rut(great), Documents: 1, Largest: 2380}})
	c.equal("before the third", before(ids[2]), []storage.CounterpartyTotal{
		{Counterparty: rut(middle), Documents: 1, Largest: 11}, {Counterparty: rut(great), Documents: 2, Largest: 5950},
	})
	c.equal("before the last", before(ids[3])[1], storage.CounterpartyTotal{Counterparty: rut(great), Documents: 3, Largest: 10_710})
	c.equal("before the next", before(ids[3]+1), before(0))
}

func counterpartyInvalid(c *check) {
	for _, q := range []storage.CounterpartyQuery{{}, {Owner: owner}, {Book: rcv.Sales}, {Owner: owner, Book: "OTRO"}} {
		n := 0
		for _, err := range c.store.Counterparties(c.ctx, q) {
			n++
			c.fails("query", err, storage.ErrInvalid)
		}
		c.equal("errors", n, 1)
	}
}
