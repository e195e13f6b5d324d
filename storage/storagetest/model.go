package storagetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// model is one register by the contract, as simple as possible.
type model struct {
	key      rcv.Key
	rows     map[identity]storage.StoredDocument
	imported bool
}

// identity identifies a document in a register.
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

func compareDocuments(a, b rcv.Document) int { return identityOf(&a).compare(identityOf(&b)) }

func newModel(key rcv.Key) *model {
	return &model{key: key, rows: make(map[identity]storage.StoredDocument)}
}

// apply makes the model equal to the snapshot and returns what must be
// reported.
func (m *model) apply(takenAt time.Time, docs []rcv.Document) (counts storage.Counts, changes []storage.Change) {
	lists := m.imported || len(m.rows) > 0
	m.imported = true
	next := make(map[identity]rcv.Document, len(docs))
	for _, doc := range docs {
		next[identityOf(&doc)] = doc
	}
	for _, id := range m.identities(next) {
		before, known := m.rows[id]
		after, present := next[id]
		if known && present {
			after, _ = rcv.Merge(m.key.Book, &before.Document, &after)
		}
		var kind storage.ChangeKind
		switch {
		case !present && !before.GoneAt.IsZero():
			continue
		case !present:
			counts.Gone++
			before.GoneAt = takenAt
			m.rows[id] = before
			changes = append(changes, storage.Change{Kind: storage.Gone, Before: &before.Document})
			continue
		case !known:
			kind = storage.Added
			counts.Added++
		case !before.GoneAt.IsZero():
			kind = storage.Returned
			counts.Returned++
		case len(rcv.Diff(&before.Document, &after)) > 0:
			kind = changeKind(&before.Document, &after)
			counts.Changed++
		default:
			counts.Unchanged++
			if rcv.Adds(&before.Document, &after) {
				m.rows[id] = storage.StoredDocument{Key: m.key, Document: after, Hash: rcv.Hash(&after)}
			}
			continue
		}
		m.rows[id] = storage.StoredDocument{Key: m.key, Document: after, Hash: rcv.Hash(&after)}
		change := storage.Change{Kind: kind, After: &after}
		if known {
			change.Before = &before.Document
		}
		changes = append(changes, change)
	}
	if !lists {
		changes = nil
	}
	return counts, changes
}

// changeKind returns what differs in the documents of these tests.
func changeKind(before, after *rcv.Document) storage.ChangeKind {
	money := func(doc *rcv.Document) string {
		return fmt.Sprint(doc.Exempt, doc.Net, doc.VAT, doc.Total, doc.OtherTaxTotal, doc.NonRecoverableVAT, doc.CommonUseVAT)
	}
	switch {
	case before.State != after.State:
		return storage.StateChanged
	case money(before) != money(after):
		return storage.AmountsChanged
	default:
		return storage.OtherChanged
	}
}

// identities returns those of the model and of the snapshot, in order.
func (m *model) identities(next map[identity]rcv.Document) []identity {
	all := slices.AppendSeq(slices.Collect(maps.Keys(m.rows)), maps.Keys(next))
	slices.SortFunc(all, identity.compare)
	return slices.Compact(all)
}

// stored returns the rows in order, including those that are gone.
func (m *model) stored() []storage.StoredDocument {
	return slices.SortedFunc(maps.Values(m.rows), func(a, b storage.StoredDocument) int {
		return compareDocuments(a.Document, b.Document)
	})
}

// checkImport imports the documents into the store and the model and compares
// everything visible.
func (c *check) checkImport(m *model, takenAt time.Time, docs ...rcv.Document) *storage.ImportResult {
	c.Helper()
	result := c.importSnapshot(storage.Snapshot{Key: m.key, TakenAt: takenAt, Rows: rows(docs...)})
	counts, changes := m.apply(takenAt, docs)
	c.equal("key", result.Key, m.key)
	c.equal("taken at", result.TakenAt, takenAt)
	c.equal("counts", result.Counts, counts)
	c.equal("changes", result.Changes, changes)
	c.equal("stored", c.stored(m.key), m.stored())
	return result
}
