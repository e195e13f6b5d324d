package sii

import (
	"context"
	"errors"
	"strings"

	"github.com/ofitec/chile/internal/plain"
)

// SignedQuery is a document as its issuer knows it: with its signature, which the
// SII compares too. The Requester of the query is not used.
type SignedQuery struct {
	DocumentQuery
	Signature string // the text of DTE/Signature/SignatureValue; white space is left out
}

// SignedStatus is the state of a document (QueryEstDteAv).
//
// Unverified: the names of its fields come from two clients, their places in the
// answer from none.
type SignedStatus struct {
	DocumentStatus

	// Received says whether the SII has the document at all.
	Received Received

	// TrackID is that of the upload that the SII has it from; empty if it does not tell.
	TrackID string
}

// Received is whether the SII has received a document (RECIBIDO): the SII's word.
type Received string

// The answers. Another word is kept, and means neither.
const (
	ReceivedUnknown Received = "" // the answer does not tell
	ReceivedYes     Received = "SI"
	ReceivedNo      Received = "NO"
)

// SignedStatus asks whether the SII has a document, by what is printed on it and its
// signature (QueryEstDteAv, SII manual OIFE2006_QueryEstDteAv_MDE). It tells also
// from which upload the SII has it. That the SII has not received it is no proof
// that it will not: an upload may be on its way. An answer that contradicts itself is
// ErrProtocol.
func (s *DTEService) SignedStatus(ctx context.Context, q SignedQuery) (*SignedStatus, error) {
	signature := strings.Join(strings.Fields(q.Signature), "")
	q.Requester = q.Issuer
	if !q.complete() || signature == "" || len(signature) > maxSignature {
		return nil, &Error{
			Op: opSigned.name, Kind: ErrInvalidRequest,
			Err: errors.New("a query has an issuer, a receiver, a type, a folio, a date and a signature"),
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

// interpretSigned reads an answer of getEstDteAv. The ESTADO of its header says how
// the query went, that of its body what became of the document.
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
