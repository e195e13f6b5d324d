package sii

import (
	"context"
	"errors"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/redact"
)

// BoletaReceipt is the SII's receipt of an upload of boletas. It says that the file has
// arrived. BoletaService.UploadStatus returns the result for its boletas later: the SII
// advises to ask after about ten minutes.
type BoletaReceipt struct {
	TrackID string // the SII's digits, up to 15 of them
	Estado  string // the SII's code, verbatim: REC
	Verdict Verdict
	Known   bool // Estado is a code with a known meaning

	// Received is when the SII received the file, in Chile; zero if the SII does not say,
	// or in an unknown form.
	Received time.Time
}

// Upload sends an EnvioBOLETA with at most 500 boletas; the SII recommends 50. It works
// like DTEService.Upload with another service: see there for the arguments, repetition
// and errors. If even a new token is refused, the cause may be the User-Agent: the error
// says so.
//
// No source says what the service answers if the same bytes arrive twice. If the outcome
// is unknown, ask for one boleta (DocumentStatus); if the SII does not have it, send the
// same bytes again.
func (s *BoletaService) Upload(ctx context.Context, sender, company chile.RUT, name string, content []byte) (*BoletaReceipt, error) {
	f := &file{sender: sender, company: company, name: name, content: content}
	err := f.sentBy(s.holder)
	if err != nil {
		return nil, &UploadError{Outcome: OutcomeNotSent, Err: &Error{Op: opBoletaSend.name, Kind: ErrInvalidRequest, Err: err}}
	}
	if e := s.check(opBoletaSend, s.caller.env.BoletaUpload); e != nil {
		return nil, &UploadError{Outcome: OutcomeNotSent, Err: e}
	}
	var receipt *BoletaReceipt
	err = s.caller.sendFile(ctx, s.tokens, f, &fileService{
		op: opBoletaSend, address: s.caller.env.BoletaUpload + boletaPath + ".envio", accept: "application/json", refusal: boletaRefusal,
		read: func(r *response, body []byte, known *redact.Redactor) (err error) {
			receipt, err = readBoletaReceipt(body, f, known)
			var unread *unreadError
			if errors.As(err, &unread) {
				return r.noReceipt(opBoletaSend.name, unread.cause)
			}
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return receipt, nil
}

// readBoletaReceipt reads an answer to an upload.
func readBoletaReceipt(body []byte, f *file, known *redact.Redactor) (*BoletaReceipt, error) {
	var answer struct {
		Issuer   scalar `json:"rut_emisor"`
		Sender   scalar `json:"rut_envia"`
		TrackID  scalar `json:"trackid"`
		Received scalar `json:"fecha_recepcion"`
		Estado   scalar `json:"estado"`
	}
	if err := readJSON(body, &answer); err != nil {
		return nil, err
	}
	receipt := &BoletaReceipt{TrackID: asTrackID(string(answer.TrackID)), Estado: known.Cut(string(answer.Estado), maxEstado), Received: answer.Received.time()}
	switch {
	case answer.Issuer.contradicts(f.company), answer.Sender.contradicts(f.sender):
		return nil, unknownForm(opBoletaSend.name, receipt.Estado, errors.New("an answer about another upload, by its RUT"))
	case receipt.TrackID == "":
		return nil, unknownForm(opBoletaSend.name, receipt.Estado, errors.New("the answer has no track id"))
	}
	var code Code
	code, receipt.Known = boletaStates.find(receipt.Estado)
	receipt.Verdict = code.Verdict
	return receipt, nil
}
