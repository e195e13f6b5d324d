package siihttp_test

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/ofitec/chile/storage"
)

var errBroken = errors.New("disk 7 of the service is gone")

// brokenStore fails after a number of documents in a list.
type brokenStore struct {
	storage.Storage
	after int
}

func (b *brokenStore) Documents(ctx context.Context, query storage.DocumentQuery) iter.Seq2[storage.StoredDocument, error] {
	return func(yield func(storage.StoredDocument, error) bool) {
		n := 0
		for doc, err := range b.Storage.Documents(ctx, query) {
			if n == b.after {
				yield(storage.StoredDocument{}, errBroken)
				return
			}
			if n++; !yield(doc, err) {
				return
			}
		}
	}
}

// legacyStore has a partly unreadable row of another program.
type legacyStore struct{ storage.Storage }

func (l *legacyStore) Documents(ctx context.Context, query storage.DocumentQuery) iter.Seq2[storage.StoredDocument, error] {
	return func(yield func(storage.StoredDocument, error) bool) {
		for doc, err := range l.Storage.Documents(ctx, query) {
			if doc.Folio == 100 { // its type is no number
				doc.Type, doc.Folio = 0, 0
				doc.Unread = []storage.Unread{{Column: "tipo_dte", Text: "FAC"}, {Column: "folio", Text: "B-1"}}
			}
			if doc.Folio == 7 {
				doc.Hash, doc.Unread = "", []storage.Unread{{Column: "neto", Text: "1000.5"}, {Column: "total", Text: "=NaN"}}
			}
			if doc.Folio == 8 { // it has a total, and no other amount that makes it up
				doc.Hash = ""
			}
			if !yield(doc, err) {
				return
			}
		}
	}
}

func readAll(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
