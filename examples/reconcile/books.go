package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// columnNames are the columns and the headings that they may have, in lower case:
// our own, and those of the SII's exports.
var columnNames = map[string][]string{
	"rut":   {"rut", "rut proveedor", "rut cliente"},
	"tipo":  {"tipo", "tipo doc"},
	"folio": {"folio"},
	"fecha": {"fecha", "fecha docto"},
	"total": {"total", "monto total"},
	"clave": {"clave"},
}

// required are the columns without which books say nothing.
var required = []string{"rut", "folio", "total"}

// readBooks reads the entries of a CSV file, in UTF-8 (with its mark or without) or
// Latin-1, with semicolons, commas or tabs between. A row that cannot be read ends
// it, with the line, the column and the value: books that are not whole prove
// nothing.
func readBooks(r io.Reader) iter.Seq2[rcv.Entry, error] {
	return func(yield func(rcv.Entry, error) bool) {
		bounded := &rowLimit{in: r, left: maxRow}
		rows, columns, err := openBooks(bounded)
		if err != nil {
			yield(rcv.Entry{}, fmt.Errorf("books: %w", err))
			return
		}
		for last := 1; ; last, _ = rows.FieldPos(0) {
			bounded.left = maxRow
			row, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if errors.Is(err, errLongRow) {
				err = fmt.Errorf("after line %d: %w", last, err)
			}
			var entry rcv.Entry
			if err == nil {
				entry, err = readEntry(columns, row)
				if line, _ := rows.FieldPos(0); err != nil {
					err = fmt.Errorf("line %d: %w", line, err)
				}
			}
			if err != nil {
				yield(rcv.Entry{}, fmt.Errorf("books: %w", err))
				return
			}
			if !yield(entry, nil) {
				return
			}
		}
	}
}

// maxRow bounds a row, which quotation marks may make many lines long: what is read
// while one is looked for, some of it ahead.
const maxRow = 1 << 20

var errLongRow = fmt.Errorf("a row of more than %d bytes, or a quotation mark that nothing closes", maxRow)

// rowLimit reads so many bytes more.
type rowLimit struct {
	in   io.Reader
	left int
}

func (l *rowLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLongRow
	}
	n, err := l.in.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// maxHeader bounds the first line.
const maxHeader = 64 << 10

// openBooks reads the headings and says where the columns are.
func openBooks(r io.Reader) (*csv.Reader, map[string]int, error) {
	buffered := bufio.NewReaderSize(r, maxHeader)
	head, err := buffered.Peek(maxHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return nil, nil, errors.New("the file is UTF-16: save it as CSV in UTF-8")
	}
	if mark := []byte("\xef\xbb\xbf"); bytes.HasPrefix(head, mark) {
		head = head[len(mark):]
		_, _ = buffered.Discard(len(mark))
	}
	rows := csv.NewReader(buffered)
	rows.ReuseRecord = true
	rows.Comma = separator(head)
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, nil, err
	}
	columns, err := findColumns(header)
	return rows, columns, err
}

// separator returns what stands most often between the headings.
func separator(head []byte) rune {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best := ','
	for _, r := range []rune{';', '\t'} {
		if bytes.Count(line, []byte(string(r))) > bytes.Count(line, []byte(string(best))) {
			best = r
		}
	}
	return best
}

func findColumns(header []string) (map[string]int, error) {
	columns := map[string]int{}
	for i, heading := range header {
		heading = strings.ToLower(strings.TrimSpace(text(heading)))
		for name, headings := range columnNames {
			if !slices.Contains(headings, heading) {
				continue
			}
			if _, twice := columns[name]; twice {
				return nil, fmt.Errorf("two columns are %q", name)
			}
			columns[name] = i
		}
	}
	for _, name := range required {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("no column is %q among %q", name, header)
		}
	}
	return columns, nil
}

// text returns a field in UTF-8: as it is or, if that is none, from Latin-1.
func text(field string) string {
	if utf8.ValidString(field) {
		return strings.Clone(field) // the reader uses its memory again
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(field)
	if err != nil {
		return strings.ToValidUTF8(field, "?")
	}
	return decoded
}

func readEntry(columns map[string]int, row []string) (e rcv.Entry, err error) {
	read := func(name string, parse func(string) error) {
		i, ok := columns[name]
		if !ok || err != nil {
			return
		}
		field := strings.TrimSpace(text(row[i]))
		if field == "" && !slices.Contains(required, name) {
			return
		}
		if parseErr := parse(field); parseErr != nil {
			err = fmt.Errorf("column %s: %w", name, parseErr)
		}
	}
	read("rut", func(s string) (err error) { e.Counterparty, err = chile.ParseHyphenatedRUT(s); return err })
	read("tipo", func(s string) (err error) { e.Type, err = chile.ParseDocType(s); return err })
	read("folio", func(s string) (err error) { e.Folio, err = chile.ParseFolio(s); return err })
	read("fecha", func(s string) (err error) { e.Date, err = chile.ParseDate(s); return err })
	read("total", func(s string) (err error) { e.Total, err = parseAmount(s, e.Type.Credit()); return err })
	read("clave", func(s string) error { e.Key = s; return nil })
	return e, err
}

// parseAmount reads an amount in pesos: 1234567, 1.234.567, 1,234,567, with a $
// before it or cents that are zero behind it. Other decimals are refused, and so
// are amounts below zero, but of credit notes, which books may carry so.
func parseAmount(s string, credit bool) (chile.CLP, error) {
	refuse := func(why string) (chile.CLP, error) { return 0, fmt.Errorf("%q is no amount in pesos: %s", s, why) }
	digits := strings.TrimSpace(strings.TrimPrefix(s, "$"))
	inner, negative := strings.CutPrefix(digits, "-")
	if negative {
		if digits = strings.TrimSpace(strings.TrimPrefix(inner, "$")); !credit {
			return refuse("it is below zero")
		}
	}
	if n := len(digits) - 3; n > 0 && (digits[n] == '.' || digits[n] == ',') {
		if digits[n+1:] != "00" {
			return refuse("pesos have no decimals")
		}
		if other := digits[:n]; strings.ContainsRune(other, rune(digits[n])) {
			return refuse("one mark for thousands and for decimals")
		}
		digits = digits[:n]
	}
	if strings.Contains(digits, ".") && strings.Contains(digits, ",") {
		return refuse("two marks for thousands")
	}
	groups := strings.Split(strings.ReplaceAll(digits, ",", "."), ".")
	for i, group := range groups {
		if i > 0 && len(group) != 3 || i == 0 && len(groups) > 1 && (group == "" || len(group) > 3) {
			return refuse("a mark that is not between thousands")
		}
	}
	digits = strings.Join(groups, "")
	if strings.HasPrefix(digits, "-") {
		return refuse("two signs")
	}
	return chile.ParseCLP(digits)
}
