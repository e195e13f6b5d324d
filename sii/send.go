package sii

import (
	"context"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/redact"
)

// UploadReceipt is the SII's receipt of a file (RECEPCIONDTE). It says that the
// file has arrived. The result for its documents comes later, from
// DTEService.UploadStatus.
type UploadReceipt struct {
	TrackID string // the SII's digits, including leading zeros
	Status  string // STATUS, verbatim

	// Received is when the SII received the file (TIMESTAMP), Chilean time; zero if
	// the SII does not say, or in a form other than 2026-03-05 10:30:00.
	Received time.Time

	// Details are the SII's further texts (DETAIL): at most 20, each cut to 500 bytes.
	Details []string
}

const uploadPath = "/cgi_dte/UPL/DTEUpload"

// Upload sends a file: an EnvioDTE, a book or another one for DTEUpload (SII manual
// OI2003_UPDTE_MDE_1.5). The sender is the holder of the certificate, RutEnvia in
// the carátula; if zero, it is the client's holder. The company is RutEmisor there.
// The name has letters, digits, dots, hyphens and underscores, such as envio.xml.
// The bytes are sent unchanged, at most 32 MiB: they are signed, and declare their
// own encoding (ISO-8859-1).
//
// An upload changes something at the SII, so it is never repeated automatically:
// not by RetrySettings, not by net/http, and not after a redirection. The only
// exception is a token that the SII says it has not accepted (STATUS 5 and the
// like), since nothing was taken then: it is renewed, and the same bytes are sent
// once more.
//
// An error is an UploadError, which states the outcome: not sent, refused, taken
// before (ErrDuplicate, with its track id), or unknown. Never rebuild a file with
// an unknown outcome: see ErrUnknownOutcome.
//
// Pages and texts instead of an answer mean an unknown outcome, except those that
// say that nobody is logged in: one report has a page for an upload that was taken
// and rejected.
func (s *DTEService) Upload(ctx context.Context, sender, company chile.RUT, name string, content []byte) (*UploadReceipt, error) {
	f := &file{sender: sender, company: company, name: name, content: content}
	if err := f.sentBy(s.holder); err != nil {
		return nil, &UploadError{Outcome: OutcomeNotSent, Err: &Error{Op: opSend.name, Kind: ErrInvalidRequest, Err: err}}
	}
	var receipt *UploadReceipt
	err := s.caller.sendFile(ctx, s.caller.tokens, f, &fileService{
		op: opSend, address: s.caller.env.SOAP + uploadPath, accept: "text/xml, application/xml, */*", refusal: sendRefusal,
		read: func(r *response, body []byte, known *redact.Redactor) (err error) {
			receipt, err = readReceipt(r, body, f, known)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return receipt, nil
}

// opSend sends a file. It is not a query, so it is never retried.
var opSend = operation{name: "dte.send", service: serviceUpload}
