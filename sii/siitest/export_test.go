package siitest

import "github.com/ofitec/chile"

// Unregister takes from a holder the option Certificado Digital, which a holder
// that the fake knows of always has.
func (s *Server) Unregister(holder chile.RUT) { s.desk.access.unregister(holder) }

// Find returns what the fake has of a document.
func (s *Server) Find(id chile.DocumentID, receiver chile.RUT) (Document, bool) {
	return s.documents.find(id, receiver, s.desk.now())
}

// SOAPOps returns the operations of the services of SOAP.
func (s *Server) SOAPOps() map[Op]bool {
	ops := map[Op]bool{}
	for _, service := range s.soap.services {
		for _, operation := range service.operations {
			ops[operation.op] = true
		}
	}
	return ops
}

// FacadeOps returns the operations of the pages of the portal with a backend.
func (s *Server) FacadeOps() map[Op]bool {
	ops := map[Op]bool{OpDefer: true}
	for _, page := range s.facade.pages {
		for _, method := range page.methods {
			ops[method.op] = true
		}
	}
	return ops
}
