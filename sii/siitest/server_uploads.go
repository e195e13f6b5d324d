package siitest

import "github.com/ofitec/chile"

// SetUpload scripts what the SII says of an upload: each query takes the next
// state, and the last one stays.
func (s *Server) SetUpload(issuer chile.RUT, trackID string, states ...Upload) {
	s.uploads.set(uploadKey{issuer, trackID}, states)
}

// SetDocument scripts what the SII says of a document. Documents of the
// registers need no script: the SII has them.
func (s *Server) SetDocument(id chile.DocumentID, doc Document) { s.documents.set(id, doc) }
