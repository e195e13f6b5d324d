package memory

import (
	"cmp"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// identity tells the documents of one register apart, and orders them.
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

// merge fills the rows and counts of a register from those it had before, nil
// if it was never imported, and from the documents of the snapshot, which it
// uses up.
func (r *register) merge(before *register, docs map[identity]rcv.Document) (changes []storage.Change) {
	if before != nil {
		r.rows = make([]*storage.StoredDocument, 0, len(before.rows)+len(docs))
		for _, row := range before.rows {
			id := identityOf(&row.Document)
			doc, present := docs[id]
			delete(docs, id)
			row, change := r.mergeRow(row, doc, present)
			r.rows = append(r.rows, row)
			if change != nil {
				changes = append(changes, *change)
			}
		}
	}
	for _, doc := range docs {
		r.last.Counts.Added++
		row := r.newRow(doc)
		r.rows = append(r.rows, row)
		if before != nil {
			after := cloneDocument(&row.Document)
			changes = append(changes, storage.Change{Kind: storage.Added, After: &after})
		}
	}
	slices.SortFunc(r.rows, func(a, b *storage.StoredDocument) int {
		return identityOf(&a.Document).compare(identityOf(&b.Document))
	})
	slices.SortFunc(changes, func(a, b storage.Change) int {
		return identityOf(cmp.Or(a.After, a.Before)).compare(identityOf(cmp.Or(b.After, b.Before)))
	})
	return changes
}

// mergeRow returns what becomes of a row, with the change that is to be
// reported, if there is one.
func (r *register) mergeRow(
	row *storage.StoredDocument, doc rcv.Document, present bool,
) (*storage.StoredDocument, *storage.Change) {
	counts := &r.last.Counts
	gone := !row.GoneAt.IsZero()
	before := cloneDocument(&row.Document)
	change := storage.Change{Before: &before}
	switch {
	case !present && gone:
		return row, nil
	case !present:
		counts.Gone++
		change.Kind = storage.Gone
		marked := *row
		marked.GoneAt = r.last.TakenAt
		return &marked, &change
	case gone:
		counts.Returned++
		change.Kind = storage.Returned
	case len(rcv.Diff(&before, &doc)) > 0:
		counts.Changed++
		change.Kind = storage.Changed
	default:
		counts.Unchanged++
		return row, nil
	}
	after := cloneDocument(&doc)
	change.After = &after
	return r.newRow(doc), &change
}

func (r *register) newRow(doc rcv.Document) *storage.StoredDocument {
	return &storage.StoredDocument{Key: r.last.Key, Document: doc, Hash: rcv.Hash(&doc)}
}
