package siitest

import "github.com/ofitec/chile"

// Unregister takes from a holder the option Certificado Digital, which a holder
// that the fake knows of always has.
func (s *Server) Unregister(holder chile.RUT) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.holders, holder)
}

// Find returns what the fake has of a document.
func (s *Server) Find(id chile.DocumentID, receiver chile.RUT) (Document, bool) {
	return s.find(id, receiver)
}
