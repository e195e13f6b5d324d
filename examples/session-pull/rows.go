package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/session/pull"
)

// checkRows looks at the name of a file for rows before anything is downloaded.
func checkRows(path string) error {
	if ext := strings.ToLower(filepath.Ext(path)); path != "" && ext != ".csv" && ext != ".json" {
		return cli.Usagef("-rows takes a file that ends in .csv or .json, not %q", path)
	}
	return nil
}

// writeRows writes every row of a listing to a file: an array in JSON, or CSV with
// the same names as headings. A file that is there is not overwritten.
func writeRows(path string, listing *pull.Listing) (n int, err error) {
	rows, err := rowsOf(listing)
	if err != nil {
		return 0, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	write := writeCSV
	if strings.EqualFold(filepath.Ext(path), ".json") {
		write = writeJSON
	}
	return len(rows), errors.Join(write(file, rows), file.Close())
}

// row is a row as JSON, with its names in order.
type row struct {
	object json.RawMessage
	names  []string
	values map[string]string
}

// rowsOf returns the rows of all parts.
func rowsOf(listing *pull.Listing) (rows []row, err error) {
	for _, f := range listing.Parts {
		err = errors.Join(err, addRows(&rows, f.Documents), addRows(&rows, f.Boletas), addRows(&rows, f.Lines),
			addRows(&rows, f.Listed), addRows(&rows, f.BHE), addRows(&rows, f.MIPYME))
	}
	return rows, err
}

func addRows[T any](rows *[]row, list []T) error {
	for i := range list {
		object, err := json.Marshal(&list[i])
		if err != nil {
			return err
		}
		r := row{object: object, values: map[string]string{}}
		members := json.NewDecoder(strings.NewReader(string(object)))
		if _, err := members.Token(); err != nil {
			return err
		}
		for members.More() {
			name, err := members.Token()
			if err != nil {
				return err
			}
			var value json.RawMessage
			if err := members.Decode(&value); err != nil {
				return err
			}
			text, isText := string(value), ""
			if json.Unmarshal(value, &isText) == nil {
				text = isText
			}
			r.names = append(r.names, fmt.Sprint(name))
			r.values[fmt.Sprint(name)] = text
		}
		*rows = append(*rows, r)
	}
	return nil
}

func writeJSON(w io.Writer, rows []row) error {
	objects := make([]json.RawMessage, len(rows))
	for i := range rows {
		objects[i] = rows[i].object
	}
	return json.NewEncoder(w).Encode(objects)
}

// writeCSV writes all names that any row has as headings. A text that a
// spreadsheet would take for a formula has an apostrophe before it.
func writeCSV(w io.Writer, rows []row) error {
	var headings []string
	known := map[string]bool{}
	for _, r := range rows {
		for _, name := range r.names {
			if !known[name] {
				known[name], headings = true, append(headings, name)
			}
		}
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	err := out.Write(headings)
	cells := make([]string, len(headings))
	for _, r := range rows {
		for i, name := range headings {
			cells[i] = r.values[name]
			if strings.HasPrefix(cells[i], "=") || strings.HasPrefix(cells[i], "+") || strings.HasPrefix(cells[i], "@") {
				cells[i] = "'" + cells[i]
			}
		}
		err = errors.Join(err, out.Write(cells))
	}
	out.Flush()
	return errors.Join(err, out.Error())
}
