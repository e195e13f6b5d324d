// Command rcvcsv reads CSV exports of the Registro de Compras y Ventas and
// prints what is in them.
package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
)

const about = `Reads CSV files that the SII's portal exports (RCV_COMPRA_*.csv, RCV_VENTA_*.csv in all five layouts, and single
boletas), also after a spreadsheet (commas, tabs, quotation marks, UTF-16), and prints, per file, the book and state,
how many documents it has, their sums, which columns of the layout are missing and which are not known, every row that
cannot be read, with line, heading and value, and every row whose amounts do not make up its total (a warning: the row
counts). Credit notes are subtracted from the sums; how many there are is said apart. The exit status is 1 if any file
or row could not be read.`

// summary is what the program says of one file.
type summary struct {
	File       string            `json:"file"`
	Layout     string            `json:"layout"` // register or boletas
	Book       rcv.Book          `json:"book"`
	State      rcv.State         `json:"state"`
	Missing    []string          `json:"missing_columns"` // of the SII's layout: what they would say is not known
	Unknown    []string          `json:"unknown_columns"` // are ignored
	Documents  int64             `json:"documents"`       // credit notes included
	Credits    int64             `json:"credit_notes"`    // of the documents, those that are subtracted
	NotRead    int64             `json:"rows_not_read"`
	Errors     []rowError        `json:"errors"`   // of those rows, the first thousand
	Warnings   []rowError        `json:"warnings"` // rows that were read, but do not add up
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

// maxErrors bounds the rows that are spelt out.
const maxErrors = 1000

type rowError struct {
	Line    int    `json:"line"`
	Heading string `json:"heading"`
	Value   string `json:"value"`
	Error   string `json:"error"`
}

func newRowError(e *rcv.RowError) rowError {
	return rowError{e.Line, e.Heading, e.Value, e.Err.Error()}
}

func main() {
	cli.Main("rcvcsv", func(_ context.Context, args []string, stdout, stderr io.Writer, _ func(string) string) error {
		return run(args, stdout, stderr)
	})
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := cli.NewFlags("rcvcsv", "[-json] [-state STATE] [-type TYPE] FILE...", about, stderr)
	flags.TakeFiles()
	asJSON := flags.Bool("json", false, "print one JSON object a file")
	var opts rcv.CSVOptions
	cli.StateVar(flags, &opts.State)
	cli.TypeVar(flags, &opts.Type)
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	out := cli.NewOutput(stdout, *asJSON)
	bad := 0
	for _, path := range flags.Args() {
		s := read(path, &opts)
		if s.Error != "" || s.NotRead > 0 {
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

func printText(out *cli.Output, s *summary) {
	if s.Layout == "boletas" {
		out.Text("%s: boletas", s.File)
	} else {
		out.Text("%s: %s %s", s.File, s.Book, s.State)
	}
	out.Text("  %d documents, %d of them credit notes (subtracted)", s.Documents, s.Credits)
	out.Text("  net %s  IVA %s  exempt %s  total %s", s.Net.Format(), s.VAT.Format(), s.Exempt.Format(), s.Total.Format())
	if s.LeavesOut != "" {
		out.Text("  the sums leave out %s", s.LeavesOut)
	}
	for _, code := range cli.SortedKeys(s.OtherTaxes) {
		out.Text("  other tax %d: %s", code, s.OtherTaxes[code].Format())
	}
	if len(s.Missing) > 0 {
		out.Text("  columns that are missing, so that what they would say is not known: %s", strings.Join(s.Missing, ", "))
	}
	if len(s.Unknown) > 0 {
		out.Text("  columns that are not known, and ignored: %s", strings.Join(s.Unknown, ", "))
	}
	for _, e := range s.Warnings {
		out.Text("  warning: line %d, %s = %q: %s", e.Line, e.Heading, e.Value, e.Error)
	}
	for _, e := range s.Errors {
		out.Text("  line %d, %s = %q: %s", e.Line, e.Heading, e.Value, e.Error)
	}
	if more := s.NotRead - int64(len(s.Errors)); more > 0 {
		out.Text("  and %d rows more that cannot be read", more)
	}
	if s.Error != "" {
		out.Text("  cannot be read: %s", s.Error)
	}
}
