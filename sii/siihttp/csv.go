package siihttp

import (
	"encoding/csv"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// wantsCSV reports whether the caller wants a list as a file.
func (c *call) wantsCSV() (bool, error) {
	switch c.param("formato") {
	case "csv":
		return true, nil
	case "json":
		return false, nil
	case "":
		return accepts(c.r, "text/csv") && !accepts(c.r, "application/json"), nil
	}
	return false, invalid(kindInvalidValue, "formato es csv o json.")
}

var csvHeadings = []string{
	"Estado", "Tipo", "Documento", "Folio", "Fecha emisión", "Fecha recepción", "RUT", "Razón social",
	"Neto", "IVA", "Exento", "IVA no recuperable", "IVA uso común", "Otros impuestos", "Total", "Tipo de compra o venta",
}

// download sends documents as a file for spreadsheets: semicolons, as in Chilean
// settings, and UTF-8 with a byte order mark. If the file cannot be completed, the
// answer is cut off, so that the caller sees it.
func (c *call) download(key rcv.Key, docs iter.Seq2[storage.StoredDocument, error]) error {
	begin := func() error {
		name := fmt.Sprintf("%s-%s-%s.csv", bookWord(key.Book), key.Owner, key.Period)
		c.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		if err := c.start(http.StatusOK, "text/csv; charset=utf-8; header=present"); err != nil {
			return err
		}
		_, err := c.w.Write([]byte("\ufeff"))
		return err
	}
	out := csv.NewWriter(c.w)
	out.Comma, out.UseCRLF = ';', true
	for doc, err := range docs {
		if err != nil {
			return err
		}
		if c.status == 0 { // not before the first document is here
			if err := begin(); err != nil {
				return err
			}
			if err := out.Write(csvHeadings); err != nil {
				return err
			}
		}
		if err := out.Write(csvRow(&doc)); err != nil {
			return err
		}
	}
	if c.status == 0 {
		if err := begin(); err != nil {
			return err
		}
		if err := out.Write(csvHeadings); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// csvRow returns the cells of a document. An unreadable value appears as stored, so
// that no sum counts it.
func csvRow(d *storage.StoredDocument) []string {
	row := csvCells(d.Key.Book, &d.Document)
	for _, u := range d.Unread {
		if i, ok := csvColumns[u.Column]; ok {
			row[i] = textCell(u.Text)
		}
	}
	return row
}

// csvColumns are the cells of the columns that other programs write to a table.
var csvColumns = map[string]int{
	"tipo_dte": 1, "folio": 3, "fecha_emision": 4, "rut_emisor": 6, "rut_receptor": 6, "neto": 8, "iva": 9, "exento": 10, "total": 14,
}

func csvCells(book rcv.Book, d *rcv.Document) []string {
	amount := func(v chile.CLP) string { return strconv.FormatInt(int64(v), 10) }
	received := ""
	if !d.Received.IsZero() {
		received = d.Received.In(chile.Santiago()).Format(time.DateTime)
	}
	return []string{
		textCell(string(d.State)), strconv.Itoa(int(d.Type)), textCell(d.Type.String()), strconv.FormatInt(int64(d.Folio), 10),
		d.Issued.String(), received, textCell(d.Counterparty.String()), textCell(d.Name),
		amount(d.Net), amount(d.VAT), amount(d.Exempt), amount(d.NonRecoverableVAT), amount(d.CommonUseVAT), amount(d.OtherTaxTotal), amount(d.Total),
		textCell(kindWords(book, d)),
	}
}

// textCell returns a text as a cell that no spreadsheet takes for a formula. A text
// that begins with = + - @, a tab or a line break, or with a wide form of these,
// gets an apostrophe before it (OWASP, CSV Injection). Cells with amounts have
// digits and at most a minus: they are numbers, not formulas. They stay unchanged,
// or sums would lose them.
func textCell(text string) string {
	first := strings.TrimLeft(text, " \u00a0\u3000\ufeff")
	if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.HasPrefix(text, "\n") || formulaStart(first) {
		return "'" + text
	}
	return text
}

func formulaStart(text string) bool {
	for _, start := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}
