package siihttp

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// repeatable are the parameters that may come several times.
var repeatable = map[string]bool{"estado": true, "tipo": true, "clase": true}

// pathOf returns the path that was asked for, as the caller wrote it.
func pathOf(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if path == "" {
		path = r.URL.EscapedPath()
	}
	return path
}

func (c *call) param(name string) string { return c.r.URL.Query().Get(name) }

// period returns a parameter that must be a month.
func (c *call) period(name string) (chile.Period, error) {
	text := c.param(name)
	period, err := chile.ParsePeriod(text)
	if err != nil {
		return period, invalid(kindInvalidValue, name+" debe ser un mes como 2026-10.")
	}
	return period, nil
}

// optionalPeriod returns a parameter that may be a month.
func (c *call) optionalPeriod(name string) (chile.Period, error) {
	if c.param(name) == "" {
		return chile.Period{}, nil
	}
	return c.period(name)
}

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

const (
	defaultLimit = 100
	maxLimit     = 1000
)

// limit returns how many elements are wanted.
func (c *call) limit() (int, error) {
	text := c.param("limite")
	if text == "" {
		return defaultLimit, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxLimit {
		return 0, invalid(kindInvalidValue, "limite va de 1 a "+strconv.Itoa(maxLimit)+".")
	}
	return n, nil
}

// instant is a time in JSON, in Chile and to the second.
type instant time.Time

// IsZero has the zero time left out.
func (t instant) IsZero() bool { return time.Time(t).IsZero() }

// MarshalText writes the time.
func (t instant) MarshalText() ([]byte, error) {
	return time.Time(t).In(chile.Santiago()).AppendFormat(nil, time.RFC3339), nil
}
