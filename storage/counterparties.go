package storage

import (
	"context"
	"iter"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Counterparties sums up a company's suppliers and customers in the registers.
type Counterparties interface {
	// Counterparties yields one element for each counterparty with documents that
	// the query selects, in the order of their RUTs. Documents that are gone count
	// too; a document that is in several months counts once. A query without owner
	// or book is ErrInvalid.
	Counterparties(ctx context.Context, query CounterpartyQuery) iter.Seq2[CounterpartyTotal, error]
}

// CounterpartyQuery selects counterparties. Owner and Book are required.
type CounterpartyQuery struct {
	Owner chile.RUT
	Book  rcv.Book

	// Counterparties are those to return; if nil, all. Documents without a
	// counterparty never count.
	Counterparties []chile.RUT

	// BeforeImport leaves out documents that were first stored by that import or a
	// later one; 0 leaves out none.
	BeforeImport int64

	// After selects the counterparties with a greater RUT; the zero value selects
	// from the beginning.
	After chile.RUT

	Limit int // at most that many; 0 is no limit, a negative one is ErrInvalid
}

// CounterpartyTotal sums up the documents of one counterparty.
type CounterpartyTotal struct {
	Counterparty chile.RUT
	Documents    int64
	Largest      chile.CLP // the largest total of a document
}
