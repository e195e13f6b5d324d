package storage

import (
	"context"
	"iter"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Counterparties sums up what the registers have of a company's suppliers and
// customers.
type Counterparties interface {
	// Counterparties yields one element for each counterparty of which the query
	// selects documents, in the order of their RUTs. Documents that are gone count
	// too, one that stands in several months once. A query without owner or book is
	// ErrInvalid.
	Counterparties(ctx context.Context, query CounterpartyQuery) iter.Seq2[CounterpartyTotal, error]
}

// CounterpartyQuery selects counterparties. Owner and Book are required.
type CounterpartyQuery struct {
	Owner chile.RUT
	Book  rcv.Book

	// Counterparties are those to return; if nil, all. Documents without a
	// counterparty never count.
	Counterparties []chile.RUT

	// BeforeImport leaves out documents that the store has only since that import
	// or a later one; 0 leaves out none.
	BeforeImport int64

	// After selects the counterparties with a greater RUT; the zero value selects from
	// the beginning. Limit is how many at most; 0 is no limit.
	After chile.RUT
	Limit int
}

// CounterpartyTotal sums up the documents of one counterparty.
type CounterpartyTotal struct {
	Counterparty chile.RUT
	Documents    int64
	Largest      chile.CLP // the largest total of a document
}
