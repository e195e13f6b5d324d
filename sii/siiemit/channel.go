package siiemit

import (
	"context"
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/xmlsig"
)

// The kinds of envelope: those of storage.Submission.
const (
	kindDTE    = "DTE"
	kindBoleta = "BOLETA"
)

// ErrNoChannel says that documents of a type cannot be sent.
var ErrNoChannel = errors.New("siiemit: no way to send documents of this type")

// kindOf returns the kind of envelope for documents of a type.
func kindOf(t chile.DocType) string {
	if t == chile.BoletaElectronica || t == chile.BoletaExentaElectronica {
		return kindBoleta
	}
	return kindDTE
}

// channel sends envelopes of a kind to the SII and asks about them.
type channel interface {
	// upload sends bytes. Errors are *sii.UploadError.
	upload(ctx context.Context, envelope *storage.Envelope) (trackID string, err error)

	// status asks for the state of an upload.
	status(ctx context.Context, trackID string) (*sii.UploadStatus, error)

	// look asks whether the SII has a document.
	look(ctx context.Context, doc *storage.IssuedDocument) (look, error)

	// ask asks whether the SII has any document of this type and folio.
	ask(ctx context.Context, of chile.DocumentID, receiver chile.RUT, day chile.Date) (look, error)

	// mail asks the SII to repeat the mail with the codes.
	mail(ctx context.Context, trackID string) error
}

// look is the SII's answer about a document.
type look struct {
	is            presence
	trackID       string // of the upload with the document; empty if not told
	estado, glosa string
}

// presence is whether the SII has a document. The zero value means that it does not say.
type presence int

const (
	untold  presence = iota
	has              // it has this document, and has accepted it
	arrived          // it has received this document, and does not say more
	other            // it has another document of this folio (DNK)
	missing          // it has none (FAU)
	spent            // the folio was annulled (FAN)
	refused          // the document cannot be valid (FNA, EMP)
)

// dteChannel sends envelopes to DTEUpload.
type dteChannel struct {
	service         Service
	sender, company chile.RUT
}

func (c *dteChannel) upload(ctx context.Context, envelope *storage.Envelope) (string, error) {
	receipt, err := c.service.Upload(ctx, c.sender, c.company, fmt.Sprintf("envio-%d.xml", envelope.ID), envelope.XML)
	if err != nil {
		return "", err
	}
	return receipt.TrackID, nil
}

func (c *dteChannel) status(ctx context.Context, trackID string) (*sii.UploadStatus, error) {
	return c.service.UploadStatus(ctx, c.company, trackID)
}

// look asks with the signature first (getEstDteAv). If that service does not answer, it
// asks without it (getEstDte).
func (c *dteChannel) look(ctx context.Context, doc *storage.IssuedDocument) (look, error) {
	q := sii.DocumentQuery{
		Issuer: doc.Document.Issuer, Receiver: doc.Receiver, Type: doc.Document.Type, Folio: doc.Document.Folio, Issued: doc.Date, Total: doc.Total,
	}
	signature, err := signatureOf(doc.XML)
	if err != nil {
		return look{}, err
	}
	signed, err := c.service.SignedStatus(ctx, sii.SignedQuery{DocumentQuery: q, Signature: signature})
	if err == nil {
		l := lookOf(&signed.DocumentStatus)
		l.trackID = signed.TrackID
		if l.is == untold && signed.Received == sii.ReceivedYes && signed.TrackID != "" {
			l.is = arrived
		}
		if l.is != untold {
			return l, nil
		}
	}
	if ctx.Err() != nil {
		return look{}, errors.Join(err, context.Cause(ctx))
	}
	plain, plainErr := c.service.DocumentStatus(ctx, q)
	if plainErr != nil {
		return look{}, errors.Join(err, plainErr)
	}
	return lookOf(plain), nil
}

func (c *dteChannel) ask(ctx context.Context, of chile.DocumentID, receiver chile.RUT, day chile.Date) (look, error) {
	status, err := c.service.DocumentStatus(ctx, sii.DocumentQuery{
		Issuer: of.Issuer, Receiver: receiver, Type: of.Type, Folio: of.Folio, Issued: day, Total: 1,
	})
	if err != nil {
		return look{}, err
	}
	return lookOf(status), nil
}

func (c *dteChannel) mail(ctx context.Context, trackID string) error {
	_, err := c.service.RequestMail(ctx, c.company, trackID)
	return err
}

func lookOf(s *sii.DocumentStatus) look {
	l := look{estado: s.Estado, glosa: s.Glosa}
	switch {
	case s.Mismatch:
		l.is = other
	case s.Estado == "FAN":
		l.is = spent
	case s.Verdict == sii.VerdictAccepted:
		l.is = has
	case s.Verdict == sii.VerdictRejected:
		l.is = refused
	case s.Estado == "FAU":
		l.is = missing
	}
	return l
}

// signatureOf returns the value of a document's signature.
func signatureOf(xml []byte) (string, error) {
	doc, err := xmlsig.Parse(xml)
	if err != nil {
		return "", fmt.Errorf("siiemit: stored document: %w", err)
	}
	return doc.Unverified().Child("Signature").Child("SignatureValue").Text(), nil
}
