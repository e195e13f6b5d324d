package storagetest

import (
	"reflect"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func roundTrip() []sentence {
	return []sentence{
		{text: "every field of a document comes back", test: everyField},
		{text: "every field comes back of a document that changed", test: everyFieldChanged},
		{text: "what a document does not have stays absent", test: bareDocument},
		{text: "amounts, folios and codes come back at their limits", test: limits},
		{text: "texts come back as they are", test: texts},
		{text: "times are kept to the microsecond, what is finer is cut off", test: microseconds},
		{text: "a row's hash is that of the row as it is stored", test: storedHash},
	}
}

// comesBack imports documents into a register of their own and compares.
func (c *check) comesBack(docs ...rcv.Document) {
	c.Helper()
	for i, doc := range docs {
		key := rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Purchases}
		c.importDocs(key, doc)
		c.holds(key, doc)
	}
}

func everyField(c *check) {
	c.comesBack(filledDocuments(c.T)...)
}

// everyFieldChanged stores a document with nothing in it first, so that all is
// written by way of a change, and at last takes everything away again.
func everyFieldChanged(c *check) {
	for i, filled := range filledDocuments(c.T) {
		key := rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Purchases}
		bare := rcv.Document{State: rcv.Registro, Type: filled.Type, Counterparty: filled.Counterparty, Folio: filled.Folio}
		without := bare
		without.DetailID = 1 // of the facade, which can tell everything but the breakdown of taxes
		for _, doc := range []rcv.Document{bare, filled, without} {
			c.importDocs(key, doc)
			c.holds(key, doc)
		}
	}
}

func bareDocument(c *check) {
	c.comesBack(rcv.Document{State: rcv.Registro, Type: 33, Folio: 1}, rcv.Document{State: rcv.NoIncluir, Type: 914})
}

func limits(c *check) {
	const most = 999_999_999_999_999_999 // of a CLP and of a Folio
	doc := document(99_999_999, 9999, most, 0)
	doc.Net, doc.Exempt, doc.Total = most, -most, -1
	doc.OtherTaxTotal = most
	doc.OtherTaxes = []rcv.OtherTax{{Code: 9999, Amount: -most}, {Code: 0, Amount: most, Rate: "2.967999999"}}
	doc.HeaderID, doc.DetailID = 1<<63-1, -1
	doc.Issued, _ = chile.NewDate(1900, time.January, 1)
	doc.Loaded = chile.Period{Year: 2199, Month: time.December}
	smallest := document(1, 1, 1, 1)
	smallest.TaxRate = "0" // is not the absent rate
	c.comesBack(doc, smallest)
	c.importSnapshot(storage.Snapshot{
		Key: sales, TakenAt: noon, Rows: rows(),
		Lines: func() []rcv.SummaryLine {
			return []rcv.SummaryLine{{State: rcv.Registro, Type: 39, Documents: 1 << 40, Total: most, Exempt: -most}}
		},
	})
	lines, err := c.store.SummaryLines(c.ctx, sales)
	c.ok(err)
	c.equal("line", lines[0].Total, chile.CLP(most))
	c.equal("line", lines[0].Exempt, chile.CLP(-most))
	c.equal("line", lines[0].Documents, int64(1<<40))
}

func texts(c *check) {
	var docs []rcv.Document
	for _, text := range []string{
		"Ñandú & Cía. <Ltda.> «Nº 1»",
		`O'Higgins "S.A." \ ; -- % _ $1 ? :a @b {c,d}`,
		" spaces around ",
		"tab\tand\r\nlines",
		"null", "NULL", `\N`, "-", "",
		"𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🧾",
		strings.Repeat("larga ", 1000),
	} {
		doc := invoice(1, 1000)
		doc.Name, doc.RefFolio, doc.Cancelled, doc.KindText = text, text, text, text
		doc.OtherTaxes = []rcv.OtherTax{{Code: 1, Amount: 1, Rate: rcv.Rate(text)}}
		docs = append(docs, doc)
	}
	c.comesBack(docs...)
}

func microseconds(c *check) {
	zone := time.FixedZone("", 11*60*60)
	var given, want []rcv.Document
	for i, t := range []time.Time{
		time.Date(2026, time.October, 31, 23, 59, 59, 999_999_999, zone),
		time.Date(2026, time.October, 31, 23, 59, 59, 1_999, time.UTC),
		time.Date(1969, time.December, 31, 23, 59, 59, 999_999_999, time.UTC),
		// The hour that comes twice when summer time ends in Chile.
		time.Date(2026, time.April, 5, 2, 30, 0, 0, time.UTC).In(chile.Santiago()),
		time.Date(2026, time.April, 5, 3, 30, 0, 0, time.UTC).In(chile.Santiago()),
	} {
		doc := invoice(chile.Folio(i+1), 1000)
		eachTime(reflect.ValueOf(&doc).Elem(), func(p *time.Time) { *p = t })
		given = append(given, doc)
		eachTime(reflect.ValueOf(&doc).Elem(), func(p *time.Time) { *p = t.Truncate(time.Microsecond) })
		want = append(want, doc)
	}
	result := c.importSnapshot(storage.Snapshot{Key: purchases, TakenAt: noon.Add(999).In(zone), Rows: rows(given...)})
	c.equal("taken at", result.TakenAt, noon)
	c.holds(purchases, want...)
	result = c.importSnapshot(storage.Snapshot{Key: purchases, TakenAt: noon.Add(1999).In(zone), Rows: rows()})
	for i, doc := range c.stored(purchases) {
		c.equal("gone at", doc.GoneAt, noon.Add(time.Microsecond))
		c.equal("before", *result.Changes[i].Before, want[i])
	}
}

func storedHash(c *check) {
	docs := filledDocuments(c.T)[:1]
	docs = append(docs, invoices(2, 1000)...)
	docs[1].Received = docs[1].Received.Add(1)
	c.importDocs(purchases, docs...)
	for range 2 {
		for _, doc := range c.stored(purchases) {
			c.equal("hash", doc.Hash, rcv.Hash(&doc.Document))
		}
		docs[1].Net++
		docs[2].DetailID++ // not written
		c.importDocs(purchases, docs...)
	}
}
