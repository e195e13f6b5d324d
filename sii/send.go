package sii

import (
	"context"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/redact"
)

// UploadReceipt is the SII's receipt of a file (RECEPCIONDTE). It says that the
// file has arrived. What becomes of its documents, DTEService.UploadStatus tells
// later.
type UploadReceipt struct {
	TrackID string // the SII's digits, zeros in front included
	Status  string // STATUS, verbatim

	// Received is when the SII received the file (TIMESTAMP), in Chile; zero if the SII
	// does not tell, or in another form than 2026-03-05 10:30:00.
	Received time.Time

	// Details are what the SII says further (DETAIL): at most 20 texts, each cut to 500
	// bytes.
	Details []string
}

const uploadPath = "/cgi_dte/UPL/DTEUpload"

// Upload sends a file: an EnvioDTE, a book or another one that DTEUpload takes (SII
// manual OI2003_UPDTE_MDE_1.5). The sender is the holder of the certificate, and
// stands in the carátula as RutEnvia; if zero, it is the holder of the client's. The
// company stands there as RutEmisor. The name has letters, digits, points, hyphens
// and underscores, as envio.xml. The bytes are sent as they are, at most 32 MiB:
// they are signed, and declare their own encoding (ISO-8859-1).
//
// An upload changes something at the SII, so it is never repeated by itself: not by
// RetrySettings, nor by net/http, nor after a redirection. The one exception is a
// token that the SII says it has not accepted (STATUS 5 and its like), for which
// nothing was taken: it is renewed, and the same bytes are sent, once.
//
// An error is an UploadError, which says what is known of the file: not sent,
// refused, taken before (ErrDuplicate, with its track id), or unknown. It wraps an
// Error, whose Code says what a STATUS means and whether to send the same bytes
// again. A file of which the outcome is unknown must not be built anew: see
// ErrUnknownOutcome.
//
// Pages and texts in place of an answer are of unknown outcome, but for those that
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

// opSend sends a file. It is not a query: nothing repeats it.
var opSend = operation{name: "dte.send", service: serviceUpload}
