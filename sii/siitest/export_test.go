package siitest

import (
	"crypto/sha256"
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/rcv"
)

// Unregister removes the option Certificado Digital from a holder. Every known
// holder has it by default.
func (s *Server) Unregister(holder chile.RUT) { s.desk.access.unregister(holder) }

// Find returns the fake's data about a document.
func (s *Server) Find(id chile.DocumentID, receiver chile.RUT) (Document, bool) {
	return s.documents.find(id, receiver, s.desk.now())
}

// SOAPOps returns the operations of the SOAP services.
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

// Keep adds that many invoices to the fake, as if in uploads of fifty.
func (s *Server) Keep(issuer chile.RUT, day chile.Date, n int) {
	for i := range n {
		total, _ := dte.DecimalOf(chile.CLP(i + 1))
		up := i / 50
		s.world.receive(&knownDocument{
			UploadedDocument: UploadedDocument{
				ID: chile.DocumentID{Issuer: issuer, Type: 33, Folio: chile.Folio(i + 1)}, Receiver: issuer, Issued: day, Total: total,
				TrackID: trackID(up, false), State: judge.DOK, Details: texts(nil),
			},
			signature: sha256.Sum256([]byte(strconv.Itoa(i))), from: s.desk.now(),
		})
		s.registers.enter(rcv.Key{Owner: issuer, Period: day.Period(), Book: rcv.Sales}, rcv.Document{
			State: rcv.Registro, Type: 33, Folio: chile.Folio(i + 1), Counterparty: issuer, Issued: day, Total: chile.CLP(i + 1),
		}, s.desk.now())
	}
}

// Take takes an upload without HTTP.
func (s *Server) Take(sender, issuer chile.RUT, content []byte) (status int) {
	settings := s.uploads.current()
	c := &call{desk: s.desk, now: s.desk.now()}
	return s.uploads.judged(c, &uploadForm{sender: sender, company: issuer, content: content}, &settings, &TakenUpload{Sender: sender}).status
}

// RowOf is the row of a document in the registers of its issuer.
func RowOf(d *dte.DTE) (key rcv.Key, row rcv.Document, ok bool) { return rowOf(d, time.Time{}) }
