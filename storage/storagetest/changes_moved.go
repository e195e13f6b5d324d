package storagetest

import (
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func moves() []sentence {
	return []sentence{
		{text: "a document that moved is found by the month where it is, if that is imported last", test: movedThenArrived},
		{text: "a document that moved is found by the month where it was, if that is imported last", test: arrivedThenGone},
		{text: "a document that moved back has moved", test: movedBack},
		{text: "a document that returned where it was has not moved", test: returnedHere},
		{text: "a document that moved twice moved from where it was last", test: movedTwice},
		{text: "a document that stands in another month has not moved from a third", test: standsElsewhere},
		{text: "a document that is gone moved to the latest month where it stands", test: goneToLatest},
		{text: "a document that moved may have other values", test: movedAndChanged},
		{text: "what is alike in another book, of another owner or counterparty has not moved", test: alikeElsewhere},
		{text: "a purchase without supplier has not moved", test: noSupplier},
		{text: "the first import of a month tells of no move, the other month does", test: movedToNewMonth},
		{text: "of two months that are imported at once, one tells of the move", test: movedAtOnce},
	}
}

// months are registers of one book: October, November, December.
func months(book rcv.Book) (all [3]rcv.Key) {
	for i := range all {
		all[i] = rcv.Key{Owner: owner, Period: october.Add(i), Book: book}
	}
	return all
}

// base imports empty registers of the months, so that what comes later is a
// change.
func (c *check) base(keys ...rcv.Key) {
	c.Helper()
	for _, key := range keys {
		c.importDocs(key)
	}
}

// step imports a register at an hour and checks its one change.
func (c *check) step(hour int, key rcv.Key, docs []rcv.Document, want storage.Change) *storage.ImportResult {
	c.Helper()
	result := c.importSnapshot(storage.Snapshot{Key: key, TakenAt: noon.Add(time.Duration(hour) * time.Hour), Rows: rows(docs...)})
	c.equal("changes", result.Changes, []storage.Change{want})
	feed := c.changes(storage.ChangeQuery{ImportID: result.ID})
	if len(feed) != 1 {
		c.Fatalf("%d changes in the feed", len(feed))
	}
	c.equal("feed", feed[0].Change, want)
	in := feed[0].InRegister()
	c.equal("is in the register", in != nil, len(docs) > 0)
	if in != nil {
		c.equal("document in the register", *in, docs[0])
	}
	return result
}

func one(doc rcv.Document) []rcv.Document { return []rcv.Document{doc} }

func movedThenArrived(c *check) {
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		m, doc := months(book), invoice(1, 1000)
		c.base(m[0], m[1])
		c.step(1, m[0], one(doc), storage.Change{Kind: storage.Added, After: &doc})
		c.step(2, m[0], nil, storage.Change{Kind: storage.Gone, Before: &doc})
		result := c.step(3, m[1], one(doc), storage.Change{
			Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &doc, After: &doc,
		})
		c.equal("counts", result.Counts, storage.Counts{Added: 1})
	}
}

func arrivedThenGone(c *check) {
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		m, doc := months(book), invoice(1, 1000)
		c.base(m[0], m[1])
		c.step(1, m[0], one(doc), storage.Change{Kind: storage.Added, After: &doc})
		c.step(2, m[1], one(doc), storage.Change{Kind: storage.Added, After: &doc})
		result := c.step(3, m[0], nil, storage.Change{
			Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &doc, After: &doc,
		})
		c.equal("counts", result.Counts, storage.Counts{Gone: 1})
	}
}

func movedBack(c *check) {
	m, doc := months(rcv.Purchases), invoice(1, 1000)
	c.base(m[0], m[1])
	c.step(1, m[0], one(doc), storage.Change{Kind: storage.Added, After: &doc})
	c.step(2, m[0], nil, storage.Change{Kind: storage.Gone, Before: &doc})
	c.step(3, m[1], one(doc), storage.Change{Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &doc, After: &doc})
	c.step(4, m[1], nil, storage.Change{Kind: storage.Gone, Before: &doc})
	result := c.step(5, m[0], one(doc), storage.Change{
		Kind: storage.PeriodMoved, From: october.Next(), To: october, Before: &doc, After: &doc,
	})
	c.equal("counts", result.Counts, storage.Counts{Returned: 1})
}

// returnedHere moves a document, which then disappears from its new month for a
// while. The old month, which it left long ago, must not matter.
func returnedHere(c *check) {
	m, doc := months(rcv.Purchases), invoice(1, 1000)
	c.base(m[0], m[1])
	c.step(1, m[0], one(doc), storage.Change{Kind: storage.Added, After: &doc})
	c.step(2, m[0], nil, storage.Change{Kind: storage.Gone, Before: &doc})
	c.step(3, m[1], one(doc), storage.Change{Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &doc, After: &doc})
	for _, hour := range []int{2, 4} { // also if it left the old month at the same time
		c.step(hour, m[1], nil, storage.Change{Kind: storage.Gone, Before: &doc})
		c.step(hour+1, m[1], one(doc), storage.Change{Kind: storage.Returned, Before: &doc, After: &doc})
	}
}

func movedTwice(c *check) {
	m, doc := months(rcv.Purchases), invoice(1, 1000)
	c.base(m[:]...)
	c.step(1, m[2], one(doc), storage.Change{Kind: storage.Added, After: &doc})
	c.step(2, m[2], nil, storage.Change{Kind: storage.Gone, Before: &doc})
	c.step(3, m[0], one(doc), storage.Change{Kind: storage.PeriodMoved, From: october.Add(2), To: october, Before: &doc, After: &doc})
	c.step(4, m[0], nil, storage.Change{Kind: storage.Gone, Before: &doc})
	c.step(5, m[1], one(doc), storage.Change{Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &doc, After: &doc})
}

func standsElsewhere(c *check) {
	m, doc := months(rcv.Purchases), invoice(1, 1000)
	c.base(m[:]...)
	c.step(1, m[0], one(doc), storage.Change{Kind: storage.Added, After: &doc})
	c.step(2, m[0], nil, storage.Change{Kind: storage.Gone, Before: &doc})
	c.step(3, m[1], one(doc), storage.Change{Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &doc, After: &doc})
	c.step(4, m[2], one(doc), storage.Change{Kind: storage.Added, After: &doc}) // November is not checked yet
	c.step(5, m[1], nil, storage.Change{Kind: storage.PeriodMoved, From: october.Next(), To: october.Add(2), Before: &doc, After: &doc})
}

func goneToLatest(c *check) {
	m, doc := months(rcv.Purchases), invoice(1, 1000)
	c.base(m[:]...)
	for i, key := range []rcv.Key{m[0], m[2], m[1]} {
		c.step(i, key, one(doc), storage.Change{Kind: storage.Added, After: &doc})
	}
	c.step(5, m[0], nil, storage.Change{Kind: storage.PeriodMoved, From: october, To: october.Add(2), Before: &doc, After: &doc})
}

func movedAndChanged(c *check) {
	m, pending, accepted := months(rcv.Purchases), invoice(1, 1000), invoice(1, 2000)
	pending.State = rcv.Pendiente
	c.base(m[0], m[1])
	c.step(1, m[0], one(pending), storage.Change{Kind: storage.Added, After: &pending})
	c.step(2, m[0], nil, storage.Change{Kind: storage.Gone, Before: &pending})
	c.step(3, m[1], one(accepted), storage.Change{
		Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &pending, After: &accepted,
	})
	for _, kind := range []storage.ChangeKind{storage.PeriodMoved, storage.StateChanged, storage.AmountsChanged} {
		c.equal(string(kind), len(c.changes(storage.ChangeQuery{Kinds: []storage.ChangeKind{kind}})), 1)
	}
}

func alikeElsewhere(c *check) {
	m, doc := months(rcv.Purchases), invoice(1, 1000)
	c.base(m[0], sales, rcv.Key{Owner: stranger, Period: october, Book: rcv.Purchases}, m[1])
	c.step(1, m[0], one(doc), storage.Change{Kind: storage.Added, After: &doc})
	c.step(2, m[0], nil, storage.Change{Kind: storage.Gone, Before: &doc})
	c.step(3, sales, one(doc), storage.Change{Kind: storage.Added, After: &doc})
	c.step(4, rcv.Key{Owner: stranger, Period: october, Book: rcv.Purchases}, one(doc), storage.Change{Kind: storage.Added, After: &doc})
	for i, other := range []rcv.Document{document(77_000_002, 33, 1, 1000), invoice(2, 1000), document(77_000_001, 34, 1, 1000)} {
		c.importDocs(m[1])
		result := c.importSnapshot(storage.Snapshot{Key: m[1], TakenAt: noon.Add(time.Duration(5+i) * time.Hour), Rows: rows(other)})
		c.equal("kind", result.Changes[0].Kind, storage.Added)
	}
}

func noSupplier(c *check) {
	m, doc := months(rcv.Purchases), document(0, 914, 1, 1000)
	c.base(m[0], m[1])
	c.step(1, m[0], one(doc), storage.Change{Kind: storage.Added, After: &doc})
	c.step(2, m[0], nil, storage.Change{Kind: storage.Gone, Before: &doc})
	c.step(3, m[1], one(doc), storage.Change{Kind: storage.Added, After: &doc})

	s, sold := months(rcv.Sales), document(0, 35, 1, 1000) // the owner's own folios identify sales
	c.base(s[0], s[1])
	c.step(4, s[0], one(sold), storage.Change{Kind: storage.Added, After: &sold})
	c.step(5, s[0], nil, storage.Change{Kind: storage.Gone, Before: &sold})
	c.step(6, s[1], one(sold), storage.Change{Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &sold, After: &sold})
}

func movedToNewMonth(c *check) {
	m, doc := months(rcv.Purchases), invoice(1, 1000)
	c.importDocs(m[0], doc)
	c.importDocs(m[1], doc) // all of it is new
	c.equal("feed", len(c.changes(storage.ChangeQuery{})), 0)
	c.step(1, m[0], nil, storage.Change{Kind: storage.PeriodMoved, From: october, To: october.Next(), Before: &doc, After: &doc})
}

// movedAtOnce imports both halves of a move at the same time, many times.
func movedAtOnce(c *check) {
	m, doc := months(rcv.Purchases), invoice(1, 1000)
	c.importDocs(m[0], doc)
	c.base(m[1])
	for round := range 6 {
		now := [][]rcv.Document{nil, {doc}}
		if round%2 == 1 {
			now[0], now[1] = now[1], now[0]
		}
		parallel(2, func(i int) {
			_, err := c.store.ImportRegister(c.ctx, storage.Snapshot{
				Key: m[i], TakenAt: noon.Add(time.Duration(2*round+1+i) * time.Hour), Rows: rows(now[i]...),
			})
			if err != nil {
				c.Error(err)
			}
		})
		from, to := october, october.Next()
		if round%2 == 1 {
			from, to = to, from
		}
		feed := c.changes(storage.ChangeQuery{})
		if len(feed) != 2*(round+1) {
			c.Fatalf("round %d: %d changes", round, len(feed))
		}
		last := feed[len(feed)-1]
		c.equal("kind", last.Kind, storage.PeriodMoved)
		c.equal("from and to", [2]chile.Period{last.From, last.To}, [2]chile.Period{from, to})
	}
}
