package siihttp

import (
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/rcv"
)

// books are the words for the two books.
var books = map[string]rcv.Book{"compras": rcv.Purchases, "ventas": rcv.Sales}

// bookWord returns the word for a book.
func bookWord(book rcv.Book) string {
	if book == rcv.Sales {
		return "ventas"
	}
	return "compras"
}

func parseBook(word string) (rcv.Book, error) {
	if book, ok := books[word]; ok {
		return book, nil
	}
	return "", invalid(kindInvalidValue, "El libro es compras o ventas.")
}

// instant is a time in JSON, in Chile and to the second.
type instant time.Time

// IsZero reports whether the time is zero; such a time is omitted.
func (t instant) IsZero() bool { return time.Time(t).IsZero() }

// MarshalText writes the time.
func (t instant) MarshalText() ([]byte, error) {
	return time.Time(t).In(chile.Santiago()).AppendFormat(nil, time.RFC3339), nil
}

// cut shortens a text from outside, so that it may be repeated.
func cut(text string) string { return plain.Cut(text, 60) }
