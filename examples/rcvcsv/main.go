// Command rcvcsv reads CSV exports of the Registro de Compras y Ventas and
// prints what is in them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
)

const about = `Reads CSV files that the SII's portal exports (RCV_COMPRA_*.csv, RCV_VENTA_*.csv; all five layouts,
UTF-8 or ISO-8859-1) and prints, per file, the book and state, how many documents it has, their sums, and
every row that cannot be read, with line, heading and value. Credit notes are subtracted from the sums; how
many there are is said apart. The exit status is 1 if any file or row could not be read.`

// summary is what the program says of one file.
type summary struct {
	File       string            `json:"file"`
	Book       rcv.Book          `json:"book"`
	State      rcv.State         `json:"state"`
	Rows       int64             `json:"rows"`         // lines with data, those that continue a document included
	Documents  int64             `json:"documents"`    // credit notes included
	Credits    int64             `json:"credit_notes"` // of the documents, those that are subtracted
	Errors     []rowError        `json:"errors"`
	Net        chile.CLP         `json:"net"`
	VAT        chile.CLP         `json:"iva"`
	Exempt     chile.CLP         `json:"exempt"`
	Total      chile.CLP         `json:"total"`
	OtherTaxes map[int]chile.CLP `json:"other_taxes"`
	LeavesOut  string            `json:"leaves_out,omitempty"` // what the sums lack
	Error      string            `json:"error,omitempty"`      // why the file as a whole could not be read
}

// noBoletas says what no export of sales has.
const noBoletas = "boletas and the like, of which registers have only a total of the month, which is in the export of the summary"

type rowError struct {
	Line    int    `json:"line"`
	Heading string `json:"heading"`
	Value   string `json:"value"`
	Error   string `json:"error"`
}

func main() {
	cli.Main("rcvcsv", func(_ context.Context, args []string, stdout, stderr io.Writer, _ func(string) string) error {
		return run(args, stdout, stderr)
	})
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := cli.NewFlags("rcvcsv", "[-json] FILE...", about, stderr)
	flags.TakeFiles()
	asJSON := flags.Bool("json", false, "print one JSON object a file")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	out := cli.NewOutput(stdout, *asJSON)
	bad := 0
	for _, path := range flags.Args() {
		s := read(path)
		if s.Error != "" || len(s.Errors) > 0 {
			bad++
		}
		out.Event(s)
		printText(out, s)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d files have rows that cannot be read", bad, flags.NArg())
	}
	return out.Err()
}

// read reads one file to its end, whatever single rows are like.
func read(path string) *summary {
	s := &summary{File: path, Errors: []rowError{}, OtherTaxes: map[int]chile.CLP{}}
	if err := s.read(path); err != nil {
		s.Error = err.Error()
	}
	return s
}

func (s *summary) read(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	csv, err := rcv.OpenCSV(file, nil)
	if err != nil {
		return err
	}
	s.Book, s.State = csv.Book(), csv.State()
	if s.Book == rcv.Sales {
		s.LeavesOut = noBoletas
	}
	var totals rcv.Totals
	for doc, err := range csv.Documents() {
		var row *rcv.RowError
		switch {
		case errors.As(err, &row):
			s.Errors = append(s.Errors, rowError{row.Line, row.Heading, row.Value, row.Err.Error()})
		case err != nil:
			return err
		default:
			if err := errors.Join(totals.Add(&doc), s.addTaxes(&doc)); err != nil {
				return err
			}
		}
	}
	s.Rows, s.Documents, s.Credits = csv.Rows(), totals.Documents, totals.Credits
	s.Net, s.VAT, s.Exempt, s.Total = totals.Net, totals.VAT, totals.Exempt, totals.Total
	return nil
}

func (s *summary) addTaxes(doc *rcv.Document) error {
	for _, tax := range doc.OtherTaxes {
		amount := tax.Amount
		if doc.Type.Credit() {
			amount = -amount
		}
		sum, err := s.OtherTaxes[tax.Code].Add(amount)
		if err != nil {
			return err
		}
		s.OtherTaxes[tax.Code] = sum
	}
	return nil
}

func printText(out *cli.Output, s *summary) {
	out.Text("%s: %s %s", s.File, s.Book, s.State)
	out.Text("  %d rows, %d documents, %d of them credit notes (subtracted)", s.Rows, s.Documents, s.Credits)
	out.Text("  net %s  IVA %s  exempt %s  total %s", s.Net.Format(), s.VAT.Format(), s.Exempt.Format(), s.Total.Format())
	if s.LeavesOut != "" {
		out.Text("  the sums leave out %s", s.LeavesOut)
	}
	for _, code := range cli.SortedKeys(s.OtherTaxes) {
		out.Text("  other tax %d: %s", code, s.OtherTaxes[code].Format())
	}
	for _, e := range s.Errors {
		out.Text("  line %d, %s = %q: %s", e.Line, e.Heading, e.Value, e.Error)
	}
	if s.Error != "" {
		out.Text("  cannot be read: %s", s.Error)
	}
}
