package sii

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Way is how rows are requested.
type Way int

// The ways.
const (
	// AsJSON requests the rows of each line of the summary (getDetalleCompra,
	// getDetalleVenta). They have more values than exports, such as the receiver's
	// event.
	AsJSON Way = iota

	// AsCSV requests the export of each state (getDetalleCompraExport,
	// getDetalleVentaExport): one answer for all types.
	AsCSV
)

// Valid reports whether w is one of the ways.
func (w Way) Valid() bool { return w == AsJSON || w == AsCSV }

// Taxes says whether JSON rows, which have only the sum of a document's
// additional taxes, are completed with their breakdown.
type Taxes int

const (
	// TaxesAutomatic takes the breakdown from the export of the type, which is
	// requested if a line of the summary, or a row, has additional taxes.
	TaxesAutomatic Taxes = iota

	// TaxesNever leaves the breakdown out.
	TaxesNever
)

// Valid reports whether t is one of the two.
func (t Taxes) Valid() bool { return t == TaxesAutomatic || t == TaxesNever }

// TaxFinding describes a row whose additional taxes could not be broken down:
// its OtherTaxTotal is the SII's sum, and its OtherTaxes stay empty.
type TaxFinding struct {
	Key      rcv.Key
	State    rcv.State
	Document chile.DocumentID
	Total    chile.CLP // OtherTaxTotal of the row

	// Found are the taxes in the export, with another sum; nil if there are none,
	// or the document is not in it. Err says why the export could not be read, or
	// is nil.
	Found []rcv.OtherTax
	Err   error
}

// String returns the finding on one line.
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

// ColumnFinding describes an export whose columns differ from the SII's layout.
type ColumnFinding struct {
	Key   rcv.Key
	State rcv.State
	Type  chile.DocType // 0 for all types

	Missing []string // headings of the layout that the export lacks
	Unknown []string // headings that package rcv does not know
}
