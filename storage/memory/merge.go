package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// identity identifies a document in a register, and orders documents.
type identity struct {
	typ          chile.DocType
	counterparty chile.RUT
	folio        chile.Folio
}

func identityOf(doc *rcv.Document) identity {
	return identity{doc.Type, doc.Counterparty, doc.Folio}
}

func (id identity) compare(other identity) int {
	return cmp.Or(
		cmp.Compare(id.typ, other.typ),
		id.counterparty.Compare(other.counterparty),
		cmp.Compare(id.folio, other.folio),
	)
}

// change is a change that is not published yet.
type change struct {
	storage.Change
	goneSince time.Time // of a document that returned
}

// merge fills the rows and counts of a register from its earlier rows (nil if
// it was never imported) and from the documents of the snapshot, which it
// consumes. The changes are not ordered.
func (r *register) merge(before *register, docs map[identity]rcv.Document) (changes []change) {
	if before != nil {
		r.rows = make([]*row, 0, len(before.rows)+len(docs))
		for _, row := range before.rows {
			id := identityOf(&row.Document)
			var after *rcv.Document
			if doc, present := docs[id]; present {
				after = &doc
				delete(docs, id)
			}
			row, c := r.mergeRow(row, after)
			r.rows = append(r.rows, row)
			if c != nil {
				changes = append(changes, *c)
			}
		}
	}
	for _, doc := range docs {
		r.last.Counts.Added++
		row := r.newRow(doc, 0)
		r.rows = append(r.rows, row)
		if before != nil {
			changes = append(changes, change{Change: storage.Change{Kind: storage.Added, After: &row.Document}})
		}
	}
	slices.SortFunc(r.rows, func(a, b *row) int {
		return identityOf(&a.Document).compare(identityOf(&b.Document))
	})
	slices.SortFunc(changes, func(a, b change) int {
		return identityOf(a.Document()).compare(identityOf(b.Document()))
	})
	return changes
}

// mergeRow returns the new row, and its change if there is one.
func (r *register) mergeRow(before *row, after *rcv.Document) (*row, *change) {
	counts := &r.last.Counts
	c, changed := storage.CompareDocuments(&before.StoredDocument, after)
	switch {
	case !changed:
		if after == nil {
			return before, nil
		}
		counts.Unchanged++
		if rcv.Adds(&before.Document, c.After) {
			return r.newRow(*c.After, before.since), nil
		}
		return before, nil
	case c.Kind == storage.Gone:
		counts.Gone++
		marked := *before
		marked.GoneAt = r.last.TakenAt
		return &marked, &change{Change: c}
	case c.Kind == storage.Returned:
		counts.Returned++
	default:
		counts.Changed++
	}
	next := r.newRow(*c.After, before.since)
	c.After = &next.Document
	return next, &change{Change: c, goneSince: before.GoneAt}
}

func (r *register) newRow(doc rcv.Document, since int64) *row {
	return &row{storage.StoredDocument{Key: r.last.Key, Document: doc, Hash: rcv.Hash(&doc)}, since}
}

// find returns the row of a document; nil if there is none.
func (r *register) find(id identity) *row {
	i, ok := slices.BinarySearchFunc(r.rows, id, func(row *row, id identity) int {
		return identityOf(&row.Document).compare(id)
	})
	if !ok {
		return nil
	}
	return r.rows[i]
}
