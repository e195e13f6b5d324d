package storage

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// Check returns ErrInvalid for a query that no store answers: one without owner, or
// with a negative number. Adapters call it before they read, as those of the other
// queries.
func (q *DocumentQuery) Check() error {
	if q.Owner.IsZero() {
		return fmt.Errorf("%w: a query of documents needs an owner", ErrInvalid)
	}
	return checkNumbers("documents", q.Limit, q.After.ID)
}

// Check returns ErrInvalid for a query without owner or book, or with a negative
// number.
func (q *CounterpartyQuery) Check() error {
	if q.Owner.IsZero() || !q.Book.Valid() {
		return fmt.Errorf("%w: a query of counterparties needs an owner and a book", ErrInvalid)
	}
	return checkNumbers("counterparties", q.Limit, q.BeforeImport)
}

// Check returns ErrInvalid for a query with a negative number.
func (q *ImportQuery) Check() error {
	return checkNumbers("imports", q.Limit, q.AfterID, q.BeforeID)
}

// Check returns ErrInvalid for a query with a negative number.
func (q *ChangeQuery) Check() error {
	return checkNumbers("changes", q.Limit, q.AfterID, q.BeforeID, q.ImportID)
}

// Check returns ErrInvalid for a query with a negative number.
func (q *EventQuery) Check() error {
	return checkNumbers("events", q.Limit, q.AfterID, q.BeforeID, q.SubmissionID)
}

// Check returns ErrInvalid for a query without issuer, or with a negative number.
func (q *SubmissionQuery) Check() error {
	return checkIssuer("submissions", q.Issuer, q.Limit, q.AfterID, q.BeforeID)
}

// Check returns ErrInvalid for a query with a negative number.
func (q *CAFQuery) Check() error { return checkNumbers("CAFs", q.Limit, q.AfterID) }

// Check returns ErrInvalid for a query without issuer, or with a negative number.
func (q *FolioQuery) Check() error { return checkIssuer("folios", q.Issuer, q.Limit, q.AfterID) }

// Check returns ErrInvalid for a query without issuer, or with a negative number.
func (q *OrphanQuery) Check() error { return checkIssuer("orphans", q.Issuer, q.Limit, q.AfterID) }

// Check returns ErrInvalid for a query without issuer, or with a negative number.
func (q *IssuedQuery) Check() error {
	return checkIssuer("issued documents", q.Issuer, q.Limit, q.AfterID, q.Envelope)
}

// Check returns ErrInvalid for a query with a negative number, or a track id that is
// no number.
func (q *EnvelopeQuery) Check() error {
	if strings.Trim(q.TrackID, "0123456789") != "" {
		return fmt.Errorf("%w: track id %.40q", ErrInvalid, q.TrackID)
	}
	return checkNumbers("envelopes", q.Limit, q.AfterID, q.Folio)
}

// checkIssuer refuses a query without issuer, and what checkNumbers does.
func checkIssuer(of string, issuer chile.RUT, limit int, ids ...int64) error {
	if issuer.IsZero() {
		return fmt.Errorf("%w: a query of %s needs an issuer", ErrInvalid, of)
	}
	return checkNumbers(of, limit, ids...)
}

// checkNumbers refuses a negative limit or id in a query.
func checkNumbers(of string, limit int, ids ...int64) error {
	if err := option.NotNegative("query of "+of+": limit", ErrInvalid, limit); err != nil {
		return err
	}
	return option.NotNegative("query of "+of+": id", ErrInvalid, ids...)
}
