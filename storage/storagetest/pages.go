package storagetest

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func pages() []sentence {
	return []sentence{
		{text: "pages of documents are the list, whatever the query selects", test: documentPages},
		{text: "the zero place is before all documents", test: zeroPlace},
		{text: "places are in the order of the documents, each with one of its own", test: placesInOrder},
		{text: "the document of a place need not be selected", test: placeNotSelected},
		{text: "a place stays valid when imports change, add or remove documents", test: placeAcrossImports},
		{text: "a place stays valid in another month or book", test: placeElsewhere},
		{text: "imports do not look at places", test: placeIgnored},
		{text: "pages of events are the list, in both directions", test: eventPages},
		{text: "pages of submissions are the list, in both directions", test: submissionPages},
		{text: "pages of imports are the list, in both directions", test: importPages},
		{text: "pages of changes are the list, in both directions", test: changePages},
		{text: "pages of counterparties are the list", test: counterpartyPages},
		{text: "a query with a negative limit or id is ErrInvalid", test: queryNegative},
	}
}

// page returns a page of the store.
func (c *check) page(q storage.DocumentQuery) []storage.StoredDocument {
	c.Helper()
	docs := collect(c, c.store.Documents(c.ctx, q))
	for i := range docs {
		if docs[i].Place.IsZero() {
			c.Errorf("document %d of %s has no place", docs[i].Folio, docs[i].Key)
		}
	}
	return docs
}

// readOn returns all pages of a query, and passes each place as text.
func (c *check) readOn(q storage.DocumentQuery, limit int) (all []storage.StoredDocument) {
	c.Helper()
	for q.Limit = limit; ; {
		docs := c.page(q)
		if len(docs) > limit {
			c.Fatalf("a page has %d documents, want at most %d", len(docs), limit)
		}
		all = append(all, docs...)
		if len(docs) < limit {
			return all
		}
		text, err := docs[len(docs)-1].Place.MarshalText()
		c.ok(err)
		c.ok(q.After.UnmarshalText(text))
		c.equal("place", q.After, docs[len(docs)-1].Place)
	}
}

// fillPages stores three months of both books for three owners, with numbers of
// one to eight digits.
func (c *check) fillPages() {
	c.Helper()
	for _, who := range []chile.RUT{owner, stranger} {
		for period := range october.Previous().Through(october.Next()) {
			for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
				var docs []rcv.Document
				for i, other := range []int64{0, small, middle, great} {
					for _, typ := range []chile.DocType{33, 61, 110} {
						for _, folio := range []chile.Folio{0, 9, 10, 99, 12_345_678} {
							doc := document(other, typ, folio, 1000)
							doc.State = book.States()[i%len(book.States())]
							docs = append(docs, doc)
						}
					}
				}
				c.importDocs(rcv.Key{Owner: who, Period: period, Book: book}, docs...)
			}
		}
	}
}

// pageQueries are queries of all kinds.
var pageQueries = []storage.DocumentQuery{
	{Owner: owner},
	{Owner: owner, IncludeGone: true},
	{Owner: owner, Book: rcv.Purchases, From: october, To: october},
	{Owner: owner, Book: rcv.Sales, From: october},
	{Owner: owner, To: october},
	{Owner: owner, From: october, To: october.Next(), Types: []chile.DocType{61, 110}},
	{Owner: owner, States: []rcv.State{rcv.Pendiente, rcv.Reclamado}},
	{Owner: owner, Counterparty: rut(middle), IncludeGone: true},
	{Owner: owner, ReceivedFrom: time.Date(2026, time.January, 1, 0, 0, 0, 0, chile.Santiago())},
	{Owner: owner, From: october.Next(), To: october},
}

func documentPages(c *check) {
	c.fillPages()
	c.importDocs(purchases, document(great, 33, 9, 1000), document(small, 61, 10, 1000)) // the others are gone
	for _, q := range pageQueries {
		want := c.page(q)
		for _, limit := range []int{1, 7, 60, 1000} {
			c.equal(fmt.Sprintf("%+v, pages of %d", q, limit), c.readOn(q, limit), want)
		}
		for _, limit := range []int{1, 2, len(want), len(want) + 1} {
			first := q
			first.Limit = max(limit, 1)
			c.equal(fmt.Sprintf("%+v, the first %d", q, limit), c.page(first), want[:min(first.Limit, len(want))])
		}
		for i := 0; i < len(want); i += 11 {
			q.After = want[i].Place
			c.equal(fmt.Sprintf("%+v, without limit", q), c.page(q), want[i+1:])
		}
	}
}

func zeroPlace(c *check) {
	c.importDocs(purchases, document(0, 1, 0, 1000), document(great, 33, 1, 1000))
	c.equal("documents", len(c.page(storage.DocumentQuery{Owner: owner, After: storage.Place{}, Limit: 5})), 2)
	first := c.page(storage.DocumentQuery{Owner: owner, Limit: 1})
	c.equal("documents", len(first), 1)
	c.equal("compared", storage.Place{}.Compare(first[0].Place), -1)
}

func placesInOrder(c *check) {
	c.fillPages()
	docs := c.page(storage.DocumentQuery{Owner: owner})
	c.equal("documents", len(docs), 3*2*60)
	for i := 1; i < len(docs); i++ {
		if docs[i-1].Place.Compare(docs[i].Place) >= 0 {
			c.Errorf("%+v comes before %+v", docs[i-1].Place, docs[i].Place)
		}
	}
	for _, doc := range docs {
		c.equal("key", doc.Place.Key, storage.DocumentKey(&doc.Document))
		c.equal("in its register", doc.Place.In(doc.Key), true)
	}
}

func placeNotSelected(c *check) {
	c.fillPages()
	all := c.page(storage.DocumentQuery{Owner: owner})
	for _, q := range pageQueries {
		selected := c.page(q)
		for i := 0; i < len(all); i += 37 {
			q.After, q.Limit = all[i].Place, 5
			n, found := slices.BinarySearchFunc(selected, q.After, func(d storage.StoredDocument, p storage.Place) int { return d.Place.Compare(p) })
			if found {
				n++
			}
			c.equal(fmt.Sprintf("%+v", q), c.page(q), selected[n:min(n+5, len(selected))])
		}
	}
}

func placeAcrossImports(c *check) {
	docs := invoices(9, 1000)
	c.importDocs(purchases, docs[1:]...)
	query := storage.DocumentQuery{Owner: owner, Book: rcv.Purchases, From: october, To: october, Limit: 4}
	shown := c.page(query) // 2 to 5
	query.After = shown[3].Place
	folios := func() (list []chile.Folio) {
		for _, doc := range c.page(query) {
			list = append(list, doc.Folio)
		}
		return list
	}
	c.equal("after the first page", folios(), []chile.Folio{6, 7, 8, 9})
	changed := slices.Clone(docs)
	changed[5].Net, changed[5].State = 5, rcv.Reclamado
	c.importDocs(purchases, changed...) // 1 is new, 6 is changed
	c.equal("after a change", folios(), []chile.Folio{6, 7, 8, 9})
	c.importDocs(purchases, append(slices.Delete(slices.Clone(docs), 4, 5), invoice(10, 1000))...) // 5 is gone, 10 is new
	c.equal("after the last one is gone", folios(), []chile.Folio{6, 7, 8, 9})
	c.importDocs(purchases, docs[4:5]...) // all but 5 are gone
	c.equal("after all others are gone", len(folios()), 0)
	query.IncludeGone = true
	c.equal("with those that are gone", folios(), []chile.Folio{6, 7, 8, 9})
	c.importDocs(purchases, docs...)
	query.IncludeGone = false
	c.equal("after they returned", folios(), []chile.Folio{6, 7, 8, 9})
}

func placeElsewhere(c *check) {
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		c.importDocs(rcv.Key{Owner: owner, Period: october, Book: book}, invoices(2, 1000)...)
	}
	first := c.page(storage.DocumentQuery{Owner: owner, Book: rcv.Purchases, Limit: 1})[0].Place
	last := c.page(storage.DocumentQuery{Owner: owner, Book: rcv.Sales})[1].Place
	for _, test := range []struct {
		after storage.Place
		query storage.DocumentQuery
		want  int
	}{
		{first, storage.DocumentQuery{Book: rcv.Sales}, 2},
		{first, storage.DocumentQuery{Book: rcv.Purchases}, 1},
		{first, storage.DocumentQuery{From: october.Next()}, 0},
		{last, storage.DocumentQuery{Book: rcv.Purchases}, 0},
		{last, storage.DocumentQuery{}, 0},
		{storage.Place{Period: "2026-09", Book: rcv.Sales, Key: "9"}, storage.DocumentQuery{}, 4},
		{storage.Place{Period: "2026-11", Book: rcv.Purchases}, storage.DocumentQuery{}, 0},
	} {
		for _, limit := range []int{0, 10} {
			test.query.Owner, test.query.After, test.query.Limit = owner, test.after, limit
			c.equal(fmt.Sprintf("%+v", test.query), len(c.page(test.query)), test.want)
		}
	}
}

func placeIgnored(c *check) {
	c.importDocs(purchases, invoices(3, 1000)...)
	before := c.page(storage.DocumentQuery{Owner: owner})
	result := c.importDocs(purchases, invoices(3, 1000)...)
	c.equal("unchanged", result.Counts.Unchanged, int64(3))
	c.equal("documents", c.page(storage.DocumentQuery{Owner: owner}), before)
}

// paged reads a list page by page in both directions.
func paged[T any](c *check, what string, all []T, id func(T) int64, read func(after, before int64, newest bool, limit int) []T) {
	c.Helper()
	backwards := slices.Clone(all)
	slices.Reverse(backwards)
	for _, limit := range []int{1, 3, len(all), len(all) + 1} {
		for newest, want := range map[bool][]T{false: all, true: backwards} {
			var got []T
			for after, before := int64(0), int64(0); ; {
				list := read(after, before, newest, limit)
				got = append(got, list...)
				if len(list) < limit || len(got) > len(all) {
					break
				}
				if last := id(list[len(list)-1]); newest {
					before = last
				} else {
					after = last
				}
			}
			c.equal(fmt.Sprintf("%s, pages of %d, newest first: %t", what, limit, newest), got, want)
		}
	}
	first, last := id(all[0]), id(all[len(all)-1])
	c.equal(what+" between two", read(first, last, false, 0), all[1:len(all)-1])
}

func eventPages(c *check) {
	for i := range 7 {
		c.appendEvent(storage.Event{Kind: "consulta", Owner: owner, Detail: strconv.Itoa(i)})
		c.appendEvent(storage.Event{Kind: "consulta", Owner: stranger})
	}
	paged(c, "events", c.events(storage.EventQuery{Owner: owner}), func(e storage.Event) int64 { return e.ID },
		func(after, before int64, newest bool, limit int) []storage.Event {
			return c.events(storage.EventQuery{Owner: owner, AfterID: after, BeforeID: before, Newest: newest, Limit: limit})
		})
}

func submissionPages(c *check) {
	for i := range 7 {
		c.putSubmission(storage.Submission{Issuer: owner, TrackID: strconv.Itoa(100 - i)})
		c.putSubmission(storage.Submission{Issuer: owner, TrackID: strconv.Itoa(200 - i), State: storage.Accepted})
		c.putSubmission(storage.Submission{Issuer: stranger, TrackID: strconv.Itoa(i)})
	}
	for _, state := range []storage.SubmissionState{"", storage.Accepted} {
		all := collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner, State: state}))
		paged(c, "submissions", all, func(s storage.Submission) int64 { return s.ID },
			func(after, before int64, newest bool, limit int) []storage.Submission {
				return collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{
					Issuer: owner, State: state, AfterID: after, BeforeID: before, Newest: newest, Limit: limit,
				}))
			})
	}
}

func importPages(c *check) {
	for i := range 7 {
		c.importDocs(purchases, invoices(i, 1000)...)
		c.importDocs(sales)
	}
	paged(c, "imports", c.imports(storage.ImportQuery{Book: rcv.Purchases}), func(i storage.Import) int64 { return i.ID },
		func(after, before int64, newest bool, limit int) []storage.Import {
			return c.imports(storage.ImportQuery{Book: rcv.Purchases, AfterID: after, BeforeID: before, Newest: newest, Limit: limit})
		})
}

func changePages(c *check) {
	for i := range 4 {
		c.importDocs(purchases, invoices(3, chile.CLP(1000*i))...)
	}
	paged(c, "changes", c.changes(storage.ChangeQuery{Owner: owner}), func(s storage.StoredChange) int64 { return s.ID },
		func(after, before int64, newest bool, limit int) []storage.StoredChange {
			return c.changes(storage.ChangeQuery{Owner: owner, AfterID: after, BeforeID: before, Newest: newest, Limit: limit})
		})
}

func counterpartyPages(c *check) {
	c.importDocs(purchases, document(0, 33, 1, 1000), document(small, 33, 1, 1000), document(middle, 33, 1, 1000), document(middle, 33, 2, 1000),
		document(great, 33, 1, 1000), document(great+1, 33, 1, 1000))
	q := storage.CounterpartyQuery{Owner: owner, Book: rcv.Purchases}
	all := c.counterparties(q)
	c.equal("counterparties", len(all), 4)
	for limit := 1; limit <= 5; limit++ {
		var got []storage.CounterpartyTotal
		for q.After, q.Limit = (chile.RUT{}), limit; ; {
			list := c.counterparties(q)
			got = append(got, list...)
			if len(list) < limit || len(got) > len(all) {
				break
			}
			q.After = list[len(list)-1].Counterparty
		}
		c.equal(fmt.Sprintf("pages of %d", limit), got, all)
	}
	q.After, q.Limit = rut(middle+1), 0 // has no documents
	c.equal("after another", c.counterparties(q), all[2:])
}

func queryNegative(c *check) {
	c.importDocs(purchases, invoices(3, 1000)...)
	c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1"})
	for _, n := range []int{-1, math.MinInt} {
		id := int64(n)
		refused(c, "documents", c.store.Documents,
			storage.DocumentQuery{Owner: owner, Limit: n}, storage.DocumentQuery{Owner: owner, After: storage.Place{Period: october.String(), ID: id}})
		refused(c, "counterparties", c.store.Counterparties,
			storage.CounterpartyQuery{Owner: owner, Book: rcv.Purchases, Limit: n}, storage.CounterpartyQuery{Owner: owner, Book: rcv.Purchases, BeforeImport: id})
		refused(c, "imports", c.store.Imports, storage.ImportQuery{Limit: n}, storage.ImportQuery{AfterID: id}, storage.ImportQuery{BeforeID: id})
		refused(c, "changes", c.store.Changes,
			storage.ChangeQuery{Limit: n}, storage.ChangeQuery{AfterID: id}, storage.ChangeQuery{BeforeID: id}, storage.ChangeQuery{ImportID: id})
		refused(c, "events", c.store.Events,
			storage.EventQuery{Limit: n}, storage.EventQuery{AfterID: id}, storage.EventQuery{BeforeID: id}, storage.EventQuery{SubmissionID: id})
		refused(c, "submissions", c.store.Submissions, storage.SubmissionQuery{Issuer: owner, Limit: n},
			storage.SubmissionQuery{Issuer: owner, AfterID: id}, storage.SubmissionQuery{Issuer: owner, BeforeID: id})
	}
}

// refused checks that a store answers queries with one error, and nothing else.
func refused[Q, T any](c *check, what string, ask func(context.Context, Q) iter.Seq2[T, error], queries ...Q) {
	c.Helper()
	for _, query := range queries {
		elements := 0
		for _, err := range ask(c.ctx, query) {
			c.fails(fmt.Sprintf("%s: %+v", what, query), err, storage.ErrInvalid)
			elements++
		}
		c.equal(fmt.Sprintf("%s: %+v: elements", what, query), elements, 1)
	}
}
