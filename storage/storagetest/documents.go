package storagetest

import (
	"iter"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// The registers of most tests: the owner's purchases and sales.
var (
	owner    = rut(76_192_083)
	stranger = rut(9_007_920) // another owner, with fewer digits, so that text order puts it last
	october  = chile.Period{Year: 2026, Month: time.October}

	purchases = rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
	sales     = rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}
)

func rut(number int64) chile.RUT {
	r, err := chile.NewRUT(number)
	if err != nil {
		panic(err) //nolint:forbidigo // the numbers stand in this package
	}
	return r
}

// document returns a document with the amounts for that net.
func document(counterparty int64, typ chile.DocType, folio chile.Folio, net chile.CLP) rcv.Document {
	doc := rcv.Document{
		State:    rcv.Registro,
		Type:     typ,
		Folio:    folio,
		Name:     "Proveedora Ñuñoa Ltda.",
		Received: time.Date(2026, time.October, 5, 9, 30, 15, 0, chile.Santiago()),
		Net:      net,
		VAT:      net * 19 / 100,
		Total:    net + net*19/100,
	}
	doc.Issued = chile.DateOf(doc.Received)
	doc.Kind, doc.KindText = 1, "Del Giro"
	if counterparty != 0 {
		doc.Counterparty = rut(counterparty)
	}
	return doc
}

// invoice is a document of one supplier: a factura electrónica.
func invoice(folio chile.Folio, net chile.CLP) rcv.Document {
	return document(77_000_001, chile.FacturaElectronica, folio, net)
}

// invoices returns n invoices with folios from 1 and the same net.
func invoices(n int, net chile.CLP) []rcv.Document {
	docs := make([]rcv.Document, n)
	for i := range docs {
		docs[i] = invoice(chile.Folio(i+1), net)
	}
	return docs
}

// rows yields the documents.
func rows(docs ...rcv.Document) iter.Seq2[rcv.Document, error] {
	return rowsThen(nil, docs...)
}

// rowsThen yields the documents and then, if it is not nil, the error.
func rowsThen(err error, docs ...rcv.Document) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
		if err != nil {
			yield(rcv.Document{}, err)
		}
	}
}

// importDocs imports the documents as the whole register.
func (c *check) importDocs(key rcv.Key, docs ...rcv.Document) *storage.ImportResult {
	c.Helper()
	return c.importSnapshot(storage.Snapshot{Key: key, TakenAt: noon, Rows: rows(docs...)})
}

func (c *check) importSnapshot(snapshot storage.Snapshot) *storage.ImportResult {
	c.Helper()
	result, err := c.store.ImportRegister(c.ctx, snapshot)
	c.ok(err)
	return result
}

// query returns the stored documents, without their places, which differ between
// stores.
func (c *check) query(q storage.DocumentQuery) []storage.StoredDocument {
	c.Helper()
	docs := c.page(q)
	for i := range docs {
		docs[i].Place = storage.Place{}
	}
	return docs
}

// stored returns the documents of the register, including those that are gone.
func (c *check) stored(key rcv.Key) []storage.StoredDocument {
	c.Helper()
	return c.query(storage.DocumentQuery{
		Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period, IncludeGone: true,
	})
}

// holds checks that the register has exactly these documents, without gone
// ones, in any order.
func (c *check) holds(key rcv.Key, want ...rcv.Document) {
	c.Helper()
	var got []rcv.Document
	for _, doc := range c.query(storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period}) {
		c.equal("key", doc.Key, key)
		c.equal("mark", doc.GoneAt, time.Time{})
		got = append(got, doc.Document)
	}
	want = slices.Clone(want)
	slices.SortFunc(want, compareDocuments)
	c.equal(key.String(), got, want)
}

// collect ends the test if the sequence has an error.
func collect[T any](c *check, seq iter.Seq2[T, error]) []T {
	c.Helper()
	var all []T
	for v, err := range seq {
		c.ok(err)
		all = append(all, v)
	}
	return all
}
