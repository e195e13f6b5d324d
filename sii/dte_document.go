package sii

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/ofitec/chile"
)

// DocumentQuery identifies a document by what its reader knows. The SII
// compares it with its own data.
type DocumentQuery struct {
	Issuer   chile.RUT
	Receiver chile.RUT
	Type     chile.DocType
	Folio    chile.Folio
	Issued   chile.Date
	Total    chile.CLP

	// Requester is the person who asks. The default is the holder of the client's
	// certificate.
	Requester chile.RUT
}

// DocumentStatus is the state of a document (QueryEstDte).
type DocumentStatus struct {
	Estado  string // the SII's code, verbatim
	Glosa   string // the SII's text, verbatim
	Detail  string // a second text (GLOSA_ERR), verbatim
	ErrCode string // ERR_CODE, verbatim

	// Verdict is VerdictAccepted if the SII has the document and the query matches
	// it, VerdictSent if it has not received it (yet), VerdictRejected if it cannot
	// be valid, and VerdictUnknown if the answer does not say. The service knows
	// only accepted documents: a rejected one counts as not received.
	Verdict Verdict
	Known   bool // Estado is a code with a known meaning

	// Mismatch says that the SII has a document with that folio, but not this one:
	// date, total or receiver differ (DNK).
	Mismatch bool

	// Amendment says whether another document has changed this one since. It is
	// AmendmentUnknown unless the verdict is VerdictAccepted.
	Amendment Amendment

	// Observations are the SII's words if they say more than that it has the
	// document.
	Observations []string

	AttentionNumber string // NUM_ATENCION, as it came
}

// Annulled reports whether a later note annuls the document, which the SII
// still has.
func (s *DocumentStatus) Annulled() bool {
	return s.Amendment == AnnulledByDebitNote || s.Amendment == AnnulledByCreditNote
}

// DocumentStatus asks whether the SII has a document, by its printed data
// (QueryEstDte, SII manual OI2004_CEDTE_MDE_1.10).
func (s *DTEService) DocumentStatus(ctx context.Context, q DocumentQuery) (*DocumentStatus, error) {
	if q.Requester.IsZero() {
		q.Requester = s.holder
	}
	if !q.complete() {
		return nil, &Error{
			Op: opDocument.name, Kind: ErrInvalidRequest,
			Err: errors.New("a query needs a requester, an issuer, a receiver, a type, a folio and a date"),
		}
	}
	requester, requesterDV := splitRUT(q.Requester)
	issuer, issuerDV := splitRUT(q.Issuer)
	var status *DocumentStatus
	err := s.caller.authorized(ctx, opDocument, q.subject(), func(ctx context.Context, token string) (bool, error) {
		args := []argument{{"RutConsultante", requester}, {"DvConsultante", requesterDV}, {"RutCompania", issuer}, {"DvCompania", issuerDV}}
		args = append(args, q.arguments(s.dateLayout)...)
		answer, err := s.caller.soap(ctx, opDocument, "QueryEstDte.jws", "getEstDte", append(args, argument{"Token", token})...)
		if err != nil {
			return false, err
		}
		status, err = interpretDocument(answer)
		return false, err
	})
	if err != nil {
		return nil, err
	}
	return status, nil
}

// complete reports whether a query has all required fields.
func (q *DocumentQuery) complete() bool {
	return !q.Issuer.IsZero() && !q.Receiver.IsZero() && q.Type > 0 && q.Folio > 0 && !q.Issued.IsZero() && !q.Requester.IsZero()
}

func (q *DocumentQuery) subject() Subject {
	return Subject{Owner: q.Issuer, Type: q.Type, Folio: q.Folio}
}

// arguments are the arguments of a query after the issuer's, in the order of the
// services.
func (q *DocumentQuery) arguments(dateLayout string) []argument {
	receiver, receiverDV := splitRUT(q.Receiver)
	return []argument{
		{"RutReceptor", receiver},
		{"DvReceptor", receiverDV},
		{"TipoDte", strconv.Itoa(int(q.Type))},
		{"FolioDte", strconv.FormatInt(int64(q.Folio), 10)},
		{"FechaEmisionDte", time.Date(q.Issued.Year(), q.Issued.Month(), q.Issued.Day(), 0, 0, 0, 0, time.UTC).Format(dateLayout)},
		{"MontoDte", strconv.FormatInt(int64(q.Total), 10)},
	}
}

// interpretDocument reads an answer of getEstDte.
func interpretDocument(answer *respuesta) (*DocumentStatus, error) {
	estado, glosa := answer.estado(), answer.glosa()
	server, _ := documentServerCodes.find(childText(answer.header, "SRV_CODE"))
	status, err := documentStatus(opDocument.name, estado, glosa, childText(answer.header, "GLOSA_ERR"))
	switch {
	case err != nil:
		return nil, err
	case server.Kind != nil:
		e := server.refused(opDocument.name, estado, glosa)
		e.Err = errors.New("SRV_CODE " + server.Code + ", SQL_CODE " + childText(answer.header, "SQL_CODE"))
		return nil, e
	}
	status.ErrCode = childText(answer.header, "ERR_CODE")
	status.AttentionNumber = childText(answer.header, "NUM_ATENCION")
	return status, nil
}

// documentStatus returns the state for a code and its texts. It returns an error for
// a code that is not a document's.
func documentStatus(op, estado, glosa, detail string) (*DocumentStatus, error) {
	code, known := documentCodes.find(estado)
	switch {
	case estado == "":
		return nil, unknownForm(op, "", errors.New("the answer has no ESTADO"))
	case code.Kind != nil:
		return nil, code.refused(op, estado, glosa)
	}
	status := &DocumentStatus{
		Estado: estado, Glosa: glosa, Detail: detail,
		Known: known, Verdict: code.Verdict, Amendment: amendmentOf(estado), Mismatch: estado == documentDiffers,
	}
	if estado != string(NotAmended) {
		for _, text := range []string{glosa, detail} {
			if text != "" && (len(status.Observations) == 0 || status.Observations[0] != text) {
				status.Observations = append(status.Observations, text)
			}
		}
	}
	return status, nil
}
