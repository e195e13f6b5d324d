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

// wantsCSV reports whether a list is wanted as a file.
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

// download sends documents as a file for spreadsheets: semicolons between, as
// Chilean settings want them, UTF-8 with its mark. A file that could not be made to
// its end is cut off in a way that the caller sees.
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

// csvRow returns the cells of a document. What of it cannot be read stands in its cell
// as it is stored, so that no sum takes it for what it is not.
func csvRow(d *storage.StoredDocument) []string {
	row := csvCells(d.Key.Book, &d.Document)
	for _, u := range d.Unread {
		if i, ok := csvColumns[u.Column]; ok {
			row[i] = textCell(u.Text)
		}
	}
	return row
}

// csvColumns are the cells of the columns of a table that other programs write.
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

// textCell returns a text as a cell that no spreadsheet takes for a formula: one
// that begins with = + - @, a tab or a line break, also in the wide forms that some
// spreadsheets take for them, gets an apostrophe before it (OWASP, CSV Injection).
// Cells with amounts are digits with at most a minus before them, which is a number
// and no formula: they stay as they are, or sums over them would lack them.
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
