package rcv

import (
	"cmp"
	"strconv"

	"github.com/ofitec/chile"
)

// Entry is a document as either side of a reconciliation knows it: a row of the
// register, or an entry of the company's own books (accounts payable or
// receivable). Amounts are positive, also of credit notes.
type Entry struct {
	Counterparty chile.RUT
	Type         chile.DocType // 0 if the books do not know it
	Folio        chile.Folio
	Date         chile.Date
	Total        chile.CLP

	// RefType and RefFolio are the document that a note refers to, if it is known.
	RefType  chile.DocType
	RefFolio chile.Folio

	// Kind is what the register says it was bought or sold for. It is not compared.
	Kind TransactionKind

	// Key is what its own side calls it: a number of the books, or the state in the
	// register. It is not compared.
	Key string
}

// Entry returns what is compared of a row of the register. Its Key is the state.
func (d *Document) Entry() Entry {
	folio, err := strconv.ParseInt(d.RefFolio, 10, 64)
	if err != nil {
		folio = 0 // none, or a list
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

// signed returns the amount as it counts: credit notes are subtracted.
func (e *Entry) signed() int64 {
	if e.Type.Credit() {
		return -int64(e.Total)
	}
	return int64(e.Total)
}
