package sii

import (
	"context"
	"errors"
	"strings"

	"github.com/ofitec/chile"
)

// MailRequest is the answer to a request for a mail (wsDTECorreo).
type MailRequest struct {
	Estado string // the SII's code, verbatim
	Glosa  string // the SII's text, verbatim

	// Coming says that the SII has accepted the request (0): the mail will come.
	Coming bool

	// Pending says that the validation has not ended (114), so there is no mail
	// yet. Ask again later.
	Pending bool

	// Known says that Estado is a code with a known meaning.
	Known bool
}

// RequestMail asks the SII to send the mail with the result of an upload again
// (wsDTECorreo, SII manual OIFE2005_wsDTECorreo_MDE). The mail goes to the address
// that the company has at the SII, and is the only source of the codes of rejected
// documents: dte.UploadResult reads it. Each accepted request causes a mail, so the
// request is repeated only after a refused token. If the SII does not find the track
// id, perhaps not yet, the error is ErrInvalidRequest.
func (s *DTEService) RequestMail(ctx context.Context, issuer chile.RUT, trackID string) (*MailRequest, error) {
	trackID = strings.TrimSpace(trackID)
	if issuer.IsZero() || trackID == "" || len(trackID) > 64 {
		return nil, &Error{Op: opMail.name, Kind: ErrInvalidRequest, Err: errors.New("an upload needs an issuer and a track id")}
	}
	number, dv := splitRUT(issuer)
	var request *MailRequest
	err := s.caller.authorized(ctx, opMail, Subject{Owner: issuer, TrackID: trackID}, func(ctx context.Context, token string) (bool, error) {
		answer, err := s.caller.soap(ctx, opMail, "services/wsDTECorreo", "reenvioCorreo",
			argument{"Token", token}, argument{"RutEmpresa", number}, argument{"DvEmpresa", dv}, argument{"TrackId", trackID})
		if err != nil {
			return false, err
		}
		request, err = interpretMail(answer)
		return false, err
	})
	if err != nil {
		return nil, err
	}
	return request, nil
}

// interpretMail reads an answer of reenvioCorreo.
func interpretMail(answer *respuesta) (*MailRequest, error) {
	request := &MailRequest{Estado: answer.estado(), Glosa: answer.glosa()}
	code, known := mailCodes.find(request.Estado)
	switch {
	case request.Estado == "":
		return nil, unknownForm(opMail.name, "", errors.New("the answer has no ESTADO"))
	case code.Kind != nil:
		return nil, code.refused(opMail.name, request.Estado, request.Glosa)
	}
	request.Coming = isZero(request.Estado)
	request.Known = known || request.Coming
	request.Pending = known && code.Verdict == VerdictSent
	return request, nil
}

// opMail requests a mail. It is not a query: each request causes a mail.
var opMail = operation{name: "dte.mail", service: serviceSOAP}
