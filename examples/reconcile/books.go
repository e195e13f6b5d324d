package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// readBooks reads the entries of a CSV file. A row that cannot be read ends it:
// books that are not whole prove nothing.
func readBooks(r io.Reader) iter.Seq2[rcv.Entry, error] {
	return func(yield func(rcv.Entry, error) bool) {
		buffered := bufio.NewReader(r)
		rows := csv.NewReader(buffered)
		if head, _ := buffered.Peek(1024); strings.Count(string(head), ";") > strings.Count(string(head), ",") {
			rows.Comma = ';'
		}
		header, err := rows.Read()
		if err != nil {
			yield(rcv.Entry{}, fmt.Errorf("books: %w", err))
			return
		}
		columns := map[string]int{}
		for i, name := range header {
			columns[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = i
		}
		for {
			row, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var entry rcv.Entry
			if err == nil {
				entry, err = readEntry(columns, row)
			}
			if err != nil {
				line, _ := rows.FieldPos(0)
				yield(rcv.Entry{}, fmt.Errorf("books: line %d: %w", line, err))
				return
			}
			if !yield(entry, nil) {
				return
			}
		}
	}
}

func readEntry(columns map[string]int, row []string) (e rcv.Entry, err error) {
	value := func(name string) string {
		if i, ok := columns[name]; ok {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	if e.Counterparty, err = chile.ParseRUT(value("rut")); err != nil {
		return e, err
	}
	if text := value("tipo"); text != "" {
		if e.Type, err = chile.ParseDocType(text); err != nil {
			return e, err
		}
	}
	if e.Folio, err = chile.ParseFolio(value("folio")); err != nil {
		return e, err
	}
	if text := value("fecha"); text != "" {
		if e.Date, err = chile.ParseDate(text); err != nil {
			return e, err
		}
	}
	e.Key = value("clave")
	e.Total, err = chile.ParseCLP(value("total"))
	return e, err
}
