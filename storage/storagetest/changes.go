package storagetest

import (
	"slices"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func changes() []sentence {
	return []sentence{
		{text: "the feed has what imports report, with import, register and time", test: feedHasResults},
		{text: "the first import of a register adds nothing to the feed", test: feedFirstImport},
		{text: "an import that changes nothing adds nothing to the feed", test: feedUnchanged},
		{text: "before and after are kept with every field", test: feedEveryField},
		{text: "the feed is never rewritten", test: feedIsKept},
		{text: "what the feed yields is the caller's", test: feedIsCallers},
		{text: "kinds are an accountant's", test: feedKinds},
		{text: "a query for a kind selects what happened beside another", test: feedKindBeside},
		{text: "a query selects by owner, book, month, import, time, counterparty, document and id", test: feedFilters},
		{text: "a query yields at most as many as its limit", test: feedLimit},
		{text: "the changes of a document are found by the id of the document, whoever issued it", test: feedOfDocument},
		{text: "a query yields the newest changes first, page by page, if it says so", test: feedNewest},
		{text: "who goes on after the last id seen misses no change, also of imports at once", test: feedIsFollowed},
	}
}

func (c *check) changes(q storage.ChangeQuery) []storage.StoredChange {
	c.Helper()
	return collect(c, c.store.Changes(c.ctx, q))
}

// feeds checks that the feed has the changes of the results after that id.
func (c *check) feeds(after int64, results ...*storage.ImportResult) []storage.StoredChange {
	c.Helper()
	got := c.changes(storage.ChangeQuery{AfterID: after})
	var want []storage.StoredChange
	for _, result := range results {
		for _, change := range result.Changes {
			want = append(want, storage.StoredChange{ImportID: result.ID, Key: result.Key, TakenAt: result.TakenAt, Change: change})
		}
	}
	last := after
	for i := range got {
		if got[i].ID <= last {
			c.Errorf("id %d after %d", got[i].ID, last)
		}
		last = got[i].ID
		if i < len(want) {
			want[i].ID = last
		}
	}
	c.equal("feed", got, want)
	return got
}

func feedHasResults(c *check) {
	c.importDocs(purchases, invoices(3, 1000)...)
	c.importDocs(sales)
	november := rcv.Key{Owner: stranger, Period: october.Next(), Book: rcv.Sales}
	c.importDocs(november, document(77_000_002, 33, 1, 1000))
	results := []*storage.ImportResult{
		c.importDocs(purchases, invoice(1, 1000), invoice(2, 2000), invoice(4, 1000)),
		c.importSnapshot(storage.Snapshot{Key: november, TakenAt: noon.Add(time.Hour), Rows: rows()}),
		c.importDocs(sales, document(77_000_002, 33, 10, 1000), document(0, 35, 9, 1000)),
		c.importDocs(purchases, invoices(4, 1000)...),
	}
	c.equal("changes", len(c.feeds(0, results...)), 8)
}

func feedFirstImport(c *check) {
	c.importDocs(purchases, invoices(3, 1000)...)
	c.importDocs(sales, invoices(3, 1000)...)
	c.equal("feed", len(c.changes(storage.ChangeQuery{})), 0)
}

func feedUnchanged(c *check) {
	for range 3 {
		c.importDocs(purchases, invoices(3, 1000)...)
	}
	c.equal("feed", len(c.changes(storage.ChangeQuery{})), 0)
}

func feedEveryField(c *check) {
	var results []*storage.ImportResult
	for i, filled := range filledDocuments(c.T) {
		key := rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Purchases}
		bare := rcv.Document{State: rcv.Registro, Type: filled.Type, Counterparty: filled.Counterparty, Folio: filled.Folio}
		filled.Folio += chile.Folio(i)
		bare.Folio = filled.Folio
		c.importDocs(key, bare)
		for _, doc := range []rcv.Document{filled, bare} {
			results = append(results, c.importDocs(key, doc))
		}
	}
	for _, change := range c.feeds(0, results...) {
		if change.Before == nil || change.After == nil {
			c.Fatalf("%s without before or after", change.Kind)
		}
	}
}

func feedIsKept(c *check) {
	c.importDocs(purchases, invoices(2, 1000)...)
	results := []*storage.ImportResult{c.importDocs(purchases, invoice(1, 1000), invoice(2, 5000))}
	for i := range chile.CLP(4) {
		results = append(results, c.importDocs(purchases, invoice(2, i)), c.importDocs(purchases, invoice(1, 1000)))
		c.feeds(0, results...)
	}
}

func feedIsCallers(c *check) {
	c.importDocs(purchases)
	doc := invoice(1, 1000)
	doc.OtherTaxes = []rcv.OtherTax{{Code: 24, Amount: 1, Rate: "31.5"}}
	want := *c.importDocs(purchases, doc).Changes[0].After
	for range 2 { // the second round sees what the first one changed
		after := c.changes(storage.ChangeQuery{})[0].After
		c.equal("after", *after, want)
		after.OtherTaxes[0].Amount, after.Name = -1, "spoilt"
	}
	c.holds(purchases, want)
}

func feedKinds(c *check) {
	docs := invoices(6, 1000)
	docs[0].State = rcv.Pendiente
	c.importDocs(purchases, docs...)
	docs[0].State = rcv.Registro       // estado
	docs[1].NonRecoverableVAT = 7      // montos
	docs[2].Name = "Otra razón social" // otro
	docs[3].Claimed = noon             // otro
	now := append(docs[:5:5], invoice(7, 1000))
	c.importDocs(purchases, now...)                  // the sixth is gone
	c.importDocs(purchases, append(now, docs[5])...) // and returns
	var kinds []storage.ChangeKind
	for _, change := range c.changes(storage.ChangeQuery{}) {
		kinds = append(kinds, change.Kind)
		if !change.Is(change.Kind) {
			c.Errorf("%s is not itself", change.Kind)
		}
	}
	c.equal("kinds", kinds, []storage.ChangeKind{
		storage.StateChanged, storage.AmountsChanged, storage.OtherChanged, storage.OtherChanged,
		storage.Gone, storage.Added, storage.Returned,
	})
}

func feedKindBeside(c *check) {
	docs := invoices(3, 1000)
	docs[0].State = rcv.Pendiente
	c.importDocs(purchases, docs...)
	docs[0].State, docs[0].Net = rcv.Registro, 5000
	docs[1].State, docs[1].Net = rcv.Reclamado, 5000
	c.importDocs(purchases, docs[0], docs[2]) // the second is gone
	c.importDocs(purchases, docs...)          // and returns, with another state and amount
	count := func(kinds ...storage.ChangeKind) int { return len(c.changes(storage.ChangeQuery{Kinds: kinds})) }
	c.equal("state", count(storage.StateChanged), 2)
	c.equal("amounts", count(storage.AmountsChanged), 2)
	c.equal("gone", count(storage.Gone), 1)
	c.equal("gone or amounts", count(storage.Gone, storage.AmountsChanged), 3)
	c.equal("other", count(storage.OtherChanged), 0)
	c.equal("an unknown kind", count("desconocido"), 0)
}

func feedFilters(c *check) {
	november := rcv.Key{Owner: owner, Period: october.Next(), Book: rcv.Purchases}
	theirs := rcv.Key{Owner: stranger, Period: october, Book: rcv.Purchases}
	var imports []int64
	for i, key := range []rcv.Key{purchases, sales, november, theirs} {
		c.importDocs(key)
		docs := []rcv.Document{
			document(77_000_001, 33, chile.Folio(100+i), 1000), document(77_000_002, 33, 7, 1000), document(77_000_002, 61, 7, 1000),
		}
		result := c.importSnapshot(storage.Snapshot{Key: key, TakenAt: noon.Add(time.Duration(i) * time.Hour), Rows: rows(docs...)})
		imports = append(imports, result.ID)
	}
	all := c.changes(storage.ChangeQuery{})
	c.equal("changes", len(all), 12)
	bought := chile.DocumentID{Issuer: rut(77_000_002), Type: 33, Folio: 7}
	sold := chile.DocumentID{Issuer: owner, Type: 33, Folio: 7}
	for i, test := range []struct {
		query storage.ChangeQuery
		want  func(change storage.StoredChange) bool
		count int
	}{
		{storage.ChangeQuery{Owner: owner}, func(s storage.StoredChange) bool { return s.Key.Owner == owner }, 9},
		{storage.ChangeQuery{Book: rcv.Sales}, func(s storage.StoredChange) bool { return s.Key == sales }, 3},
		{storage.ChangeQuery{Period: october}, func(s storage.StoredChange) bool { return s.Key != november }, 9},
		{storage.ChangeQuery{ImportID: imports[2]}, func(s storage.StoredChange) bool { return s.Key == november }, 3},
		{storage.ChangeQuery{From: noon.Add(time.Hour)}, func(s storage.StoredChange) bool { return s.Key != purchases }, 9},
		{storage.ChangeQuery{To: noon.Add(time.Hour)}, func(s storage.StoredChange) bool { return s.Key == purchases }, 3},
		{
			storage.ChangeQuery{From: noon.Add(time.Hour).In(chile.Santiago()), To: noon.Add(3 * time.Hour)},
			func(s storage.StoredChange) bool { return s.Key == sales || s.Key == november }, 6,
		},
		{storage.ChangeQuery{Counterparty: rut(77_000_002)}, func(s storage.StoredChange) bool { return s.After.Folio == 7 }, 8},
		{storage.ChangeQuery{Document: bought}, func(s storage.StoredChange) bool { return s.After.ID(s.Key) == bought }, 3},
		{storage.ChangeQuery{Document: sold}, func(s storage.StoredChange) bool { return s.After.ID(s.Key) == sold }, 1},
		{storage.ChangeQuery{AfterID: all[7].ID}, func(s storage.StoredChange) bool { return s.ID > all[7].ID }, 4},
		{storage.ChangeQuery{AfterID: all[11].ID}, func(storage.StoredChange) bool { return false }, 0},
		{
			storage.ChangeQuery{Owner: owner, Counterparty: rut(77_000_001), Kinds: []storage.ChangeKind{storage.Added}, AfterID: all[0].ID},
			func(s storage.StoredChange) bool {
				return s.Key.Owner == owner && s.After.Folio > 100 && s.ID > all[0].ID
			}, 2,
		},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(s storage.StoredChange) bool { return !test.want(s) })
		if len(want) != test.count {
			c.Fatalf("query %d: the test expects %d of %d", i, len(want), test.count)
		}
		c.equal("query "+string(rune('A'+i)), c.changes(test.query), want)
	}
}

// feedOfDocument queries documents that the seller issued and documents that the
// buyer issued: facturas de compra and the notes about them.
func feedOfDocument(c *check) {
	c.importDocs(purchases)
	c.importDocs(sales)
	supplier, customer := rut(77_000_001), rut(77_000_002)
	for step, key := range []rcv.Key{purchases, sales, purchases, sales} {
		net := chile.CLP(1000 * (1 + step/2))
		marked, referring := document(77_000_002, 61, 7, net), document(77_000_001, 56, 7, net)
		marked.OverPurchaseInvoice, referring.RefType = 1, chile.FacturaCompra
		c.importDocs(key, document(77_000_001, 46, 7, net), document(77_000_002, 46, 7, net), marked, referring,
			document(77_000_001, 61, 7, net), document(77_000_001, 33, 7, net))
	}
	all := c.changes(storage.ChangeQuery{})
	c.equal("changes", len(all), 24)
	for id, want := range map[chile.DocumentID]int{
		{Issuer: owner, Type: 46, Folio: 7}:    4, // the owner is the buyer of both
		{Issuer: supplier, Type: 46, Folio: 7}: 2, // the owner sold, the buyer issued
		{Issuer: customer, Type: 46, Folio: 7}: 2, // another document
		{Issuer: owner, Type: 61, Folio: 7}:    4, // about a factura de compra, and among the sales
		{Issuer: customer, Type: 61, Folio: 7}: 2,
		{Issuer: supplier, Type: 61, Folio: 7}: 2,
		{Issuer: owner, Type: 56, Folio: 7}:    2,
		{Issuer: supplier, Type: 56, Folio: 7}: 2,
		{Issuer: supplier, Type: 33, Folio: 7}: 2,
		{Issuer: owner, Type: 33, Folio: 7}:    2,
		{Issuer: customer, Type: 33, Folio: 7}: 0,
	} {
		query := storage.ChangeQuery{Document: id}
		found := c.changes(query)
		c.equal("changes of "+id.String(), len(found), want)
		for _, change := range found {
			c.equal("document", change.Document().ID(change.Key), id)
		}
		if want > 1 {
			query.Limit = want - 1
			c.equal("as many as are wanted of "+id.String(), c.changes(query), found[:want-1])
			query.Newest = true
			slices.Reverse(found)
			c.equal("the newest of "+id.String(), c.changes(query), found[:want-1])
		}
	}
}

func feedLimit(c *check) {
	c.importDocs(purchases)
	c.importDocs(purchases, invoices(5, 1000)...)
	all := c.changes(storage.ChangeQuery{})
	for limit, want := range map[int]int{0: 5, 1: 1, 4: 4, 5: 5, 6: 5} {
		c.equal("changes", c.changes(storage.ChangeQuery{Limit: limit}), all[:want])
	}
	c.equal("changes", c.changes(storage.ChangeQuery{AfterID: all[1].ID, Limit: 2}), all[2:4])
}

func feedNewest(c *check) {
	c.importDocs(purchases)
	c.importDocs(purchases, invoices(5, 1000)...)
	all := c.changes(storage.ChangeQuery{})
	slices.Reverse(all)
	c.equal("changes", c.changes(storage.ChangeQuery{Newest: true}), all)
	c.equal("first page", c.changes(storage.ChangeQuery{Owner: owner, Newest: true, Limit: 2}), all[:2])
	c.equal("second page", c.changes(storage.ChangeQuery{Owner: owner, BeforeID: all[1].ID, Newest: true, Limit: 2}), all[2:4])
	c.equal("between", c.changes(storage.ChangeQuery{AfterID: all[4].ID, BeforeID: all[2].ID}), all[3:4])
}

// feedIsFollowed imports many registers at once, large and small, while a reader
// follows the feed.
func feedIsFollowed(c *check) {
	const writers, each = 6, 5
	var written sync.WaitGroup
	for w := range writers {
		written.Go(func() {
			key := rcv.Key{Owner: owner, Period: october.Add(w), Book: rcv.Sales}
			for i := range each {
				docs := invoices(1+i*(5+40*(w%3)), 1000)
				for j := range docs {
					docs[j].Folio += chile.Folio(10_000 * w)
				}
				if _, err := c.store.ImportRegister(c.ctx, storage.Snapshot{Key: key, Rows: rows(docs...)}); err != nil {
					c.Error(err)
					return
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		written.Wait()
		close(ended)
	}()
	var followed []storage.StoredChange
	for last, more := int64(0), true; more; {
		select {
		case <-ended:
			more = false // except for one last look
		default:
		}
		for change, err := range c.store.Changes(c.ctx, storage.ChangeQuery{AfterID: last, Limit: 50 * (1 + len(followed)%3)}) {
			if err != nil {
				c.Error(err)
				<-ended
				return
			}
			followed, last = append(followed, change), change.ID
			more = true
		}
	}
	all := c.changes(storage.ChangeQuery{})
	c.equal("changes", len(all), 2*(5+45+85)*(each-1))
	for i := range min(len(followed), len(all)) {
		if followed[i].ID != all[i].ID {
			c.Fatalf("change %d is followed by %d: %d is missed", followed[max(i-1, 0)].ID, followed[i].ID, all[i].ID)
		}
	}
	c.equal("changes that were followed", len(followed), len(all))
}
