package storagetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func randomImports() []sentence {
	var all []sentence
	for seed := range uint64(4) {
		all = append(all, sentence{text: fmt.Sprintf("any sequence of imports, seed %d", seed), test: anyImports(seed)})
	}
	return all
}

// anyImports imports random snapshots of few documents into both books; some
// fail. It compares each step with the model.
func anyImports(seed uint64) func(c *check) {
	return func(c *check) {
		r := rand.New(rand.NewPCG(seed, 2026))
		books := []*model{newModel(purchases), newModel(sales)}
		cause := errors.New("the answer was cut")
		for step := range 30 {
			m := books[r.IntN(len(books))]
			docs := anyDocuments(r)
			switch r.IntN(6) {
			case 0:
				c.importFails(c.ctx, m.key, rowsThen(cause, docs...), cause)
				c.equal("stored", c.stored(m.key), m.stored())
			case 1:
				docs = nil // nothing is left
				fallthrough
			default:
				c.checkImport(m, noon.Add(time.Duration(step)*time.Hour), docs...)
			}
			if c.Failed() {
				c.Fatalf("seed %d, step %d", seed, step)
			}
		}
		both := slices.Concat(books[0].stored(), books[1].stored())
		c.equal("both books", c.query(storage.DocumentQuery{Owner: owner, IncludeGone: true}), both)
	}
}

// anyDocuments returns a random subset of a small set of documents, in any
// order, each with one of few values.
func anyDocuments(r *rand.Rand) []rcv.Document {
	var docs []rcv.Document
	for _, counterparty := range []int64{0, 9_000_001, 77_000_001} {
		for _, typ := range []chile.DocType{33, 46, 110} {
			for _, folio := range []chile.Folio{1, 9, 10} {
				if r.IntN(3) == 0 {
					continue
				}
				doc := document(counterparty, typ, folio, 1000)
				vary(r, &doc)
				docs = append(docs, doc)
			}
		}
	}
	r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	return docs
}

// vary sometimes changes a value of each kind.
func vary(r *rand.Rand, doc *rcv.Document) {
	for _, change := range []func(){
		func() { doc.State = rcv.Pendiente },
		func() { doc.Net += chile.CLP(r.IntN(2)) },
		func() { doc.Name = "Otra razón social" },
		func() { doc.Claimed = noon.Add(time.Duration(r.IntN(2)) * time.Hour) },
		func() { doc.Issued = chile.Date{} },
		func() { doc.Kind = 0 },
		func() { doc.DetailID = r.Int64N(3) },
		func() { doc.RefFolio = "10370-10371" },
		func() { doc.SettlementRUT = rut(77_000_003) },
		func() { doc.OtherTaxTotal, doc.OtherTaxes = 100, []rcv.OtherTax{{Code: 24, Amount: 100, Rate: "31.5"}} },
	} {
		if r.IntN(12) == 0 {
			change()
		}
	}
}
