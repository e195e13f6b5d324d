package pagetest

import (
	"testing"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Bench measures the first page of 100 documents of a register, the last of 1,000, one
// in which nothing is selected by its state, and all pages of
// 1,000. The register has so many documents, all of them with State Registro.
func Bench(b *testing.B, store storage.Registers, key rcv.Key, documents int) {
	b.Helper()
	month := storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period}
	read := func(b *testing.B, q storage.DocumentQuery, want int) (last storage.Place) {
		b.Helper()
		n := 0
		for doc, err := range store.Documents(b.Context(), q) {
			if err != nil {
				b.Fatal(err)
			}
			n, last = n+1, doc.Place
		}
		if n != want {
			b.Fatalf("%d documents, want %d", n, want)
		}
		return last
	}
	before := month
	before.Limit = documents - 1000
	beforeLast := read(b, before, documents-1000)
	for _, page := range []struct {
		name  string
		query func(q *storage.DocumentQuery)
		want  int
	}{
		{"first-100", func(q *storage.DocumentQuery) { q.Limit = 100 }, 100},
		{"last-1000", func(q *storage.DocumentQuery) { q.After, q.Limit = beforeLast, 1000 }, 1000},
		{"both-books-last-1000", func(q *storage.DocumentQuery) { q.Book, q.After, q.Limit = "", beforeLast, 1000 }, 1000},
		{"no-state", func(q *storage.DocumentQuery) { q.States, q.Limit = []rcv.State{rcv.Pendiente}, 100 }, 0},
	} {
		b.Run(page.name, func(b *testing.B) {
			q := month
			page.query(&q)
			for b.Loop() {
				read(b, q, page.want)
			}
		})
	}
	b.Run("all-pages-of-1000", func(b *testing.B) {
		for b.Loop() {
			q := month
			q.Limit = 1000
			for range documents / 1000 {
				q.After = read(b, q, 1000)
			}
		}
	})
	b.Run("first-row-of-all", func(b *testing.B) {
		for b.Loop() {
			for _, err := range store.Documents(b.Context(), month) {
				if err != nil {
					b.Fatal(err)
				}
				break
			}
		}
	})
}
