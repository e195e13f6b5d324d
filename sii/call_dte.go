package sii

import "github.com/ofitec/chile"

// DTEService sends documents, and asks for the state of uploads and documents.
type DTEService struct {
	caller     *caller
	holder     chile.RUT // who signs in; zero if nobody knows
	dateLayout string    // of a query, see Wire
}
