package sii

import (
	"context"
	"errors"
	"strings"

	"github.com/ofitec/chile/internal/plain"
)

// SignedQuery identifies a document by what its issuer knows, including its
// signature, which the SII also compares. The Requester of the query is not used.
type SignedQuery struct {
	DocumentQuery
	Signature string // the text of DTE/Signature/SignatureValue; white space is ignored
}

// SignedStatus is the state of a document (QueryEstDteAv).
//
// Unverified: the names of its fields come from two clients, and no client shows
// their positions in the answer.
type SignedStatus struct {
	DocumentStatus

	// Received says whether the SII has the document.
	Received Received

	// TrackID identifies the upload that brought the document; empty if the SII does
	// not say.
	TrackID string
}

// Received says whether the SII has received a document (RECIBIDO), in the SII's
// word.
type Received string

// The answers. Another word is kept, and means neither.
const (
	ReceivedUnknown Received = "" // the answer does not say
	ReceivedYes     Received = "SI"
	ReceivedNo      Received = "NO"
)

// SignedStatus asks whether the SII has a document, by its printed data and its
// signature (QueryEstDteAv, SII manual OIFE2006_QueryEstDteAv_MDE). It also returns
// the upload that brought the document. If the SII has not received the document, it
// may still do so: an upload may be on its way. A contradictory answer is
// ErrProtocol.
func (s *DTEService) SignedStatus(ctx context.Context, q SignedQuery) (*SignedStatus, error) {
	signature := strings.Join(strings.Fields(q.Signature), "")
	q.Requester = q.Issuer
	if !q.complete() || signature == "" || len(signature) > maxSignature {
		return nil, &Error{
			Op: opSigned.name, Kind: ErrInvalidRequest,
			Err: errors.New("a query needs an issuer, a receiver, a type, a folio, a date and a signature"),
		}
	}
	issuer, issuerDV := splitRUT(q.Issuer)
	var status *SignedStatus
	err := s.caller.authorized(ctx, opSigned, q.subject(), func(ctx context.Context, token string) (bool, error) {
		args := []argument{{"RutEmpresa", issuer}, {"DvEmpresa", issuerDV}}
		args = append(args, q.arguments(s.dateLayout)...)
		args = append(args, argument{"FirmaDte", signature}, argument{"Token", token})
		answer, err := s.caller.soap(ctx, opSigned, "services/QueryEstDteAv", "getEstDteAv", args...)
		if err != nil {
			return false, err
		}
		status, err = interpretSigned(answer)
		return false, err
	})
	if err != nil {
		return nil, err
	}
	return status, nil
}

// maxSignature bounds a signature: one of 16,384 bits has 2,732 letters.
const maxSignature = 4 << 10

// interpretSigned reads an answer of getEstDteAv. The ESTADO of its header is the
// result of the query, that of its body the state of the document.
func interpretSigned(answer *respuesta) (*SignedStatus, error) {
	if said := answer.estado(); said == "" {
		return nil, unknownForm(opSigned.name, "", errors.New("the answer has no ESTADO"))
	} else if !isZero(said) {
		return nil, codeOf(signatureCodes, said).refused(opSigned.name, said, answer.glosa())
	}
	status := &SignedStatus{
		Received: Received(strings.ToUpper(plain.Text(cutTo(childText(answer.body, "RECIBIDO"), maxEstado)))),
		TrackID:  asTrackID(childText(answer.body, "TRACKID")),
	}
	estado, glosa := childText(answer.body, "ESTADO"), childText(answer.body, "GLOSA")
	if estado == "" && status.Received == ReceivedNo {
		estado = documentMissing // the same in other words
	}
	document, err := documentStatus(opSigned.name, estado, glosa, "")
	if err != nil {
		return nil, err
	}
	status.DocumentStatus = *document
	status.AttentionNumber = childText(answer.body, "NUMATENCION")
	has := status.Verdict == VerdictAccepted || status.Mismatch
	if has && status.Received == ReceivedNo || estado == documentMissing && status.Received == ReceivedYes {
		return nil, unknownForm(opSigned.name, estado, errors.New("RECIBIDO contradicts it"))
	}
	return status, nil
}

// opSigned asks for a document with its signature.
var opSigned = operation{name: "dte.signature", service: serviceSOAP, query: true}
