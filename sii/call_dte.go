package sii

import "github.com/ofitec/chile"

// DTEService sends documents, and queries the state of uploads and documents.
type DTEService struct {
	caller     *caller
	holder     chile.RUT // who is logged in; zero if unknown
	dateLayout string    // of a query, see Wire
}
