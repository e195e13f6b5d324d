package sii

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Way is how rows are asked for.
type Way int

// The ways.
const (
	// AsJSON asks for the rows of each line of the summary (getDetalleCompra,
	// getDetalleVenta). They have more values than those of exports, such as the
	// receiver's event.
	AsJSON Way = iota

	// AsCSV asks for the export of each state (getDetalleCompraExport,
	// getDetalleVentaExport): one answer for all types.
	AsCSV
)

// Valid reports whether w is one of the ways.
func (w Way) Valid() bool { return w == AsJSON || w == AsCSV }

// Taxes is whether rows that come as JSON, which have the sum of a document's
// additional taxes alone, are completed with their breakdown.
type Taxes int

const (
	// TaxesAutomatic takes the breakdown from the export of the type, which is
	// asked for where a line of the summary, or a row, has additional taxes.
	TaxesAutomatic Taxes = iota

	// TaxesNever leaves the breakdown out.
	TaxesNever
)

// Valid reports whether t is one of the two.
func (t Taxes) Valid() bool { return t == TaxesAutomatic || t == TaxesNever }

// TaxFinding tells of a row whose additional taxes could not be broken down: its
// OtherTaxTotal is what the SII gives with the row, its OtherTaxes stay empty.
type TaxFinding struct {
	Key      rcv.Key
	State    rcv.State
	Document chile.DocumentID
	Total    chile.CLP // OtherTaxTotal of the row

	// Found is what the export has, with another sum; nil if it has nothing, or the
	// document is not in it. Err is why the export could not be read, or nil.
	Found []rcv.OtherTax
	Err   error
}

// String tells the finding in a line.
func (f TaxFinding) String() string {
	text := fmt.Sprintf("%s %s: additional taxes of %d", f.Key, f.Document, f.Total)
	switch {
	case f.Err != nil:
		return text + ": " + f.Err.Error()
	case len(f.Found) == 0:
		return text + " that the export does not have"
	}
	found := make([]string, len(f.Found))
	for i, tax := range f.Found {
		found[i] = fmt.Sprintf("%d: %d", tax.Code, tax.Amount)
	}
	return text + ", in the export " + strings.Join(found, ", ")
}

// ColumnFinding tells of an export with other columns than the SII's layout.
type ColumnFinding struct {
	Key   rcv.Key
	State rcv.State
	Type  chile.DocType // 0 is all types

	Missing []string // headings of the layout that the export lacks
	Unknown []string // headings that package rcv does not know
}
