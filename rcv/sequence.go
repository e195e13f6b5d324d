package rcv

import (
	"iter"
	"sync/atomic"
)

// PurchaseDocuments yields the purchases of seq as documents, for functions
// that take either book.
func PurchaseDocuments(seq iter.Seq2[Purchase, error]) iter.Seq2[Document, error] {
	return typed(seq, func(p Purchase) Document { return p.Document })
}

// SaleDocuments yields the sales of seq as documents, for functions that take
// either book.
func SaleDocuments(seq iter.Seq2[Sale, error]) iter.Seq2[Document, error] {
	return typed(seq, func(s Sale) Document { return s.Document })
}

func asPurchase(d Document) Purchase { return Purchase{Document: d} }
func asSale(d Document) Sale         { return Sale{Document: d} }

// typed yields the elements of seq as another type.
func typed[From, To any](seq iter.Seq2[From, error], as func(From) To) iter.Seq2[To, error] {
	return func(yield func(To, error) bool) {
		for v, err := range seq {
			if !yield(as(v), err) {
				return
			}
		}
	}
}

// once allows a single loop over a sequence.
func once(seq iter.Seq2[Document, error]) iter.Seq2[Document, error] {
	var used atomic.Bool
	return func(yield func(Document, error) bool) {
		if used.Swap(true) {
			yield(Document{}, ErrUsed)
			return
		}
		seq(yield)
	}
}
