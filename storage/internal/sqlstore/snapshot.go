package sqlstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// documentKey identifies a document in a register.
type documentKey struct {
	counterparty chile.RUT
	typ          int32 // a chile.DocType, at most 9999
	folio        chile.Folio
}

func keyOf(d *rcv.Document) documentKey {
	return documentKey{d.Counterparty, int32(d.Type), d.Folio} //nolint:gosec // checked when it came
}

// compare orders keys like the register's unique key, so rows written in this
// order are adjacent in its index.
func (k documentKey) compare(other documentKey) int {
	return cmp.Or(k.counterparty.Compare(other.counterparty), cmp.Compare(k.typ, other.typ), cmp.Compare(k.folio, other.folio))
}

// sumSize is how much of a hash is compared.
const sumSize = 16

// sumOf returns the first bytes of a stored hash. ok is false if the text is
// not a hash; older programs may have written such texts.
func sumOf[S string | sql.RawBytes](hash S) (sum [sumSize]byte, ok bool) {
	if len(hash) != hex.EncodedLen(sha256.Size) {
		return sum, false
	}
	var text [2 * sumSize]byte
	copy(text[:], hash)
	_, err := hex.Decode(sum[:], text[:])
	return sum, err == nil
}

// entry is what memory holds of a document of a snapshot.
type entry struct {
	key    documentKey
	at     int64 // position of its row in the spool
	sum    [sumSize]byte
	file   bool // it comes from an export
	stored bool // the register has a row for it
}

// arrival is a snapshot that was read and waits for its import's transaction.
type arrival struct {
	key     rcv.Key
	accept  func(storage.Import) error // if nil, all are accepted
	spool   rowSpool
	entries []entry // ordered by key
	answers []int64 // positions of the parts of the raw answers in the spool
	files   bool    // some of the documents come from an export
}

func (a *arrival) close() { a.spool.close() }

// rowsError is the error that ended the rows of a snapshot.
type rowsError struct{ error }

func (e rowsError) Unwrap() error { return e.error }

// arrive reads the rows of a snapshot.
func (a *arrival) arrive(ctx context.Context, rows iter.Seq2[rcv.Document, error]) error {
	var encoder rcv.Encoder
	var row []Value
	var doc rcv.Document
	for next, err := range rows {
		if err != nil {
			return rowsError{err}
		}
		doc = next // one heap variable serves all of them
		if err = ctx.Err(); err == nil {
			err = storage.CheckDocument(&doc)
		}
		if err != nil {
			return err
		}
		cutTimes(&doc)
		data, hash, err := encoder.Encode(&doc)
		if err != nil {
			return err
		}
		row = values(row[:0], &doc, hash)
		at, err := a.spool.add(row, data)
		if err != nil {
			return err
		}
		sum, _ := sumOf(hash)
		a.entries = append(a.entries, entry{key: keyOf(&doc), at: at, sum: sum, file: doc.FromFile()})
		a.files = a.files || doc.FromFile()
	}
	slices.SortFunc(a.entries, func(a, b entry) int { return a.key.compare(b.key) })
	for i := 1; i < len(a.entries); i++ {
		if a.entries[i].key == a.entries[i-1].key {
			d, err := a.document(&a.entries[i])
			if err != nil {
				return err
			}
			return &storage.DuplicateError{Key: a.key, Document: d.ID(a.key)}
		}
	}
	return nil
}

// find returns the entry of a document; nil if it is not in the snapshot.
func (a *arrival) find(key documentKey) *entry {
	i, found := slices.BinarySearchFunc(a.entries, key, func(e entry, key documentKey) int { return e.key.compare(key) })
	if !found {
		return nil
	}
	return &a.entries[i]
}

// added yields the entries without a row in the register.
func (a *arrival) added() iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		for i := range a.entries {
			if e := &a.entries[i]; !e.stored && !yield(e) {
				return
			}
		}
	}
}

// row appends the values of the columns of a document.
func (a *arrival) row(e *entry, row []Value) ([]Value, error) {
	return a.spool.read(e.at, keyValues(row, a.key, e.key))
}

// document returns a document of the snapshot as it will be stored.
func (a *arrival) document(e *entry) (*rcv.Document, error) {
	row, err := a.spool.read(e.at, nil)
	if err != nil {
		return nil, err
	}
	return decodeDocument(row[len(row)-1].Text)
}
