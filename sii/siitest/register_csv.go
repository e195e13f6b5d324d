package siitest

import (
	"errors"
	"fmt"
	"io"

	"github.com/ofitec/chile/rcv"
)

// readCSV reads an export of a book. It refuses unreadable rows, with the reasons.
func readCSV(key rcv.Key, name string, r io.Reader) ([]rcv.Document, error) {
	csv, err := rcv.OpenCSV(r, &rcv.CSVOptions{Book: key.Book})
	if err != nil {
		return nil, fmt.Errorf("siitest: %s: %w", name, err)
	}
	var docs []rcv.Document
	var bad []error
	for doc, err := range csv.Documents() {
		var row *rcv.RowError
		switch {
		case errors.As(err, &row):
			bad = append(bad, err)
		case err != nil:
			return nil, fmt.Errorf("siitest: %s: %w", name, err)
		default:
			docs = append(docs, doc)
		}
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("siitest: %s: %d rows cannot be read: %w", name, len(bad), errors.Join(bad...))
	}
	return docs, nil
}
