package siitest

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// AddIssuer registers a company that issues electronic documents. Without it,
// uploads for the company are refused (STATUS 6). An empty field of the company,
// such as its resolution, is not checked. Its Users, and all that Authorize allows
// to act for it, may send.
func (s *Server) AddIssuer(rut chile.RUT, company judge.Company) { s.world.addIssuer(rut, company) }

// NewCAF gives an issuer folios, as the function NewCAF does, and registers them.
// The day comes from the fake's clock, the name from NameCompany, and the key from
// WithSeed. The error is ErrCAF, also if some of the folios were given before.
func (s *Server) NewCAF(issuer chile.RUT, of chile.DocType, from, to chile.Folio, opts ...CAFOption) ([]byte, error) {
	s.cafs.mu.Lock()
	defer s.cafs.mu.Unlock()
	own := []CAFOption{WithCAFDate(chile.DateOf(s.desk.now())), WithCAFRandom(s.cafs.source)}
	if name := s.desk.access.name(issuer); name != "" {
		own = append(own, WithCAFName(name))
	}
	file, err := NewCAF(issuer, of, from, to, append(own, opts...)...)
	if err != nil {
		return nil, err
	}
	return file, s.AddCAF(file)
}

// AddCAF registers a CAF, from NewCAF or a real one. Unregistered folios are not
// authorised. Adding the same file again is no error. The error is ErrCAF if some
// folios were given before, or that of dte.ParseCAF.
func (s *Server) AddCAF(file []byte) error {
	authorization, err := dte.ParseCAF(file, CAFKeys())
	if err != nil {
		if authorization, err = dte.ParseCAF(file, nil); err != nil {
			return err
		}
	}
	caf := authorization.CAF()
	return s.world.authorize(&caf.Data)
}

// AnnulFolios annuls unused folios, both ends included. The error is ErrCAF if some
// were annulled before.
func (s *Server) AnnulFolios(issuer chile.RUT, of chile.DocType, from, to chile.Folio) error {
	return s.world.annul(issuer, of, from, to)
}

// SetUploads sets how uploads are taken from now on. The error is
// ErrUploadSettings.
func (s *Server) SetUploads(settings UploadSettings) error {
	if err := settings.check(); err != nil {
		return err
	}
	s.uploads.change(settings)
	return nil
}

// Uploads returns the uploads with a good form and a good token, including refused
// ones, in order: about the last hundred thousand.
func (s *Server) Uploads() []TakenUpload { return s.uploads.list() }

// UploadedDocument returns what happened to an uploaded folio.
func (s *Server) UploadedDocument(id chile.DocumentID) (UploadedDocument, bool) {
	return s.world.uploaded(id)
}

// UploadedDocuments returns the same for every folio, in no order.
func (s *Server) UploadedDocuments() []UploadedDocument { return s.world.all() }

// SendMail sends the mails of newly processed uploads.
func (s *Server) SendMail() { s.uploads.mailDue(s.desk.now()) }

// SetUpload scripts the SII's answers about an upload: each query gets the next
// state, and the last one stays.
func (s *Server) SetUpload(issuer chile.RUT, trackID string, states ...Upload) {
	s.uploads.set(uploadKey{issuer, trackID}, states)
}

// SetDocument scripts the SII's answer about a document. Documents of the
// registers and of uploads need no script.
func (s *Server) SetDocument(id chile.DocumentID, doc Document) { s.documents.set(id, doc) }
