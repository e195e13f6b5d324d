package rcv

import (
	"cmp"
	"strconv"

	"github.com/ofitec/chile"
)

// Entry is a document on one side of a reconciliation: a row of the register,
// or an entry of the company's own books (accounts payable or receivable).
// Amounts are positive, even for credit notes.
type Entry struct {
	Counterparty chile.RUT
	Type         chile.DocType // 0 if unknown in the books
	Folio        chile.Folio
	Date         chile.Date
	Total        chile.CLP

	// RefType and RefFolio are the document that a note refers to, if known.
	RefType  chile.DocType
	RefFolio chile.Folio

	// Kind is the kind of purchase or sale in the register. It is not compared.
	Kind TransactionKind

	// Key is its name on its own side: a number of the books, or the state in the
	// register. It is not compared.
	Key string
}

// Entry returns the compared values of a row of the register. Its Key is the
// state.
func (d *Document) Entry() Entry {
	folio, err := strconv.ParseInt(d.RefFolio, 10, 64)
	if err != nil {
		folio = 0 // absent, or a list
	}
	return Entry{
		Counterparty: d.Counterparty, Type: d.Type, Folio: d.Folio, Date: d.Issued, Total: d.Total,
		RefType: d.RefType, RefFolio: chile.Folio(folio), Kind: d.KindIn(""), Key: string(d.State),
	}
}

// Compare orders entries by counterparty, type and folio: the order that
// ReconcileOptions.Sorted asks for.
func (e Entry) Compare(other Entry) int {
	return cmp.Or(e.Counterparty.Compare(other.Counterparty), cmp.Compare(e.Type, other.Type), cmp.Compare(e.Folio, other.Folio))
}

// signed returns the amount with its sign: credit notes are subtracted.
func (e *Entry) signed() int64 {
	if e.Type.Credit() {
		return -int64(e.Total)
	}
	return int64(e.Total)
}
