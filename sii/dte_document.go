package sii

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/ofitec/chile"
)

// DocumentQuery is a document as its reader knows it. The SII compares it with
// what it has.
type DocumentQuery struct {
	Issuer   chile.RUT
	Receiver chile.RUT
	Type     chile.DocType
	Folio    chile.Folio
	Issued   chile.Date
	Total    chile.CLP

	// Requester is who asks. The default is the holder of the client's certificate.
	Requester chile.RUT
}

// DocumentStatus is the state of a document (QueryEstDte).
type DocumentStatus struct {
	Estado  string // the SII's code, verbatim
	Glosa   string // the SII's text, verbatim
	Detail  string // a second text (GLOSA_ERR), verbatim
	ErrCode string // ERR_CODE, verbatim

	// Verdict is VerdictAccepted if the SII has the document and the query agrees
	// with it, VerdictSent if it has not received it (yet), VerdictRejected if it
	// cannot be valid, VerdictUnknown if the answer does not tell. The service knows
	// accepted documents only: one that was rejected is not received.
	Verdict Verdict
	Known   bool // Estado is a code with a known meaning

	// Mismatch says that the SII has a document with that folio, but not this one:
	// date, total or receiver differ (DNK).
	Mismatch bool

	// Amendment says whether another document has changed this one since. It is
	// AmendmentUnknown unless the verdict is VerdictAccepted.
	Amendment Amendment

	// Observations are the SII's words where it says more than that it has the
	// document.
	Observations []string

	AttentionNumber string // NUM_ATENCION, as it came
}

// Amendment is how a later note has changed a document: the SII's code.
type Amendment string

// The amendments.
const (
	AmendmentUnknown     Amendment = ""    // the answer does not tell
	NotAmended           Amendment = "DOK" // the document is as it was received
	TextByDebitNote      Amendment = "TMD" // a debit note corrects its text
	TextByCreditNote     Amendment = "TMC" // a credit note corrects its text
	AmountByDebitNote    Amendment = "MMD" // a debit note changes its amounts
	AmountByCreditNote   Amendment = "MMC" // a credit note changes its amounts
	AnnulledByDebitNote  Amendment = "AND" // a debit note annuls it
	AnnulledByCreditNote Amendment = "ANC" // a credit note annuls it
)

// Annulled reports whether a later note annuls the document, which the SII
// still has.
func (s *DocumentStatus) Annulled() bool {
	return s.Amendment == AnnulledByDebitNote || s.Amendment == AnnulledByCreditNote
}

// DocumentStatus asks whether the SII has a document, by what is printed on it
// (QueryEstDte, SII manual OI2004_CEDTE_MDE_1.10).
func (s *DTEService) DocumentStatus(ctx context.Context, q DocumentQuery) (*DocumentStatus, error) {
	if q.Requester.IsZero() {
		q.Requester = s.holder
	}
	if q.Issuer.IsZero() || q.Receiver.IsZero() || q.Type <= 0 || q.Folio <= 0 || q.Issued.IsZero() || q.Requester.IsZero() {
		return nil, &Error{
			Op: opDocument.name, Kind: ErrInvalidRequest,
			Err: errors.New("a query has a requester, an issuer, a receiver, a type, a folio and a date"),
		}
	}
	requester, requesterDV := splitRUT(q.Requester)
	issuer, issuerDV := splitRUT(q.Issuer)
	receiver, receiverDV := splitRUT(q.Receiver)
	var status *DocumentStatus
	subject := Subject{Owner: q.Issuer, Type: q.Type, Folio: q.Folio}
	err := s.caller.authorized(ctx, opDocument, subject, func(ctx context.Context, token string) (bool, error) {
		answer, err := s.caller.soap(ctx, opDocument, "QueryEstDte.jws", "getEstDte",
			argument{"RutConsultante", requester}, argument{"DvConsultante", requesterDV},
			argument{"RutCompania", issuer}, argument{"DvCompania", issuerDV},
			argument{"RutReceptor", receiver}, argument{"DvReceptor", receiverDV},
			argument{"TipoDte", strconv.Itoa(int(q.Type))},
			argument{"FolioDte", strconv.FormatInt(int64(q.Folio), 10)},
			argument{"FechaEmisionDte", time.Date(q.Issued.Year(), q.Issued.Month(), q.Issued.Day(), 0, 0, 0, 0, time.UTC).Format(s.dateLayout)},
			argument{"MontoDte", strconv.FormatInt(int64(q.Total), 10)},
			argument{"Token", token})
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

// interpretDocument reads an answer of getEstDte.
func interpretDocument(answer *respuesta) (*DocumentStatus, error) {
	status := &DocumentStatus{
		Estado: answer.estado(), Glosa: answer.glosa(),
		Detail:          childText(answer.header, "GLOSA_ERR"),
		ErrCode:         childText(answer.header, "ERR_CODE"),
		AttentionNumber: childText(answer.header, "NUM_ATENCION"),
	}
	code, known := documentCodes.find(status.Estado)
	server, _ := documentServerCodes.find(childText(answer.header, "SRV_CODE"))
	switch {
	case status.Estado == "":
		return nil, unknownForm(opDocument.name, "", errors.New("the answer has no ESTADO"))
	case code.Kind != nil:
		return nil, code.refused(opDocument.name, status.Estado, status.Glosa)
	case server.Kind != nil:
		e := server.refused(opDocument.name, status.Estado, status.Glosa)
		e.Err = errors.New("SRV_CODE " + server.Code + ", SQL_CODE " + childText(answer.header, "SQL_CODE"))
		return nil, e
	}
	status.Known, status.Verdict = known, code.Verdict
	switch amendment := Amendment(status.Estado); amendment {
	case NotAmended, TextByDebitNote, TextByCreditNote, AmountByDebitNote, AmountByCreditNote, AnnulledByDebitNote, AnnulledByCreditNote:
		status.Amendment = amendment
	}
	status.Mismatch = status.Estado == "DNK"
	if status.Estado != "DOK" {
		for _, text := range []string{status.Glosa, status.Detail} {
			if text != "" && (len(status.Observations) == 0 || status.Observations[0] != text) {
				status.Observations = append(status.Observations, text)
			}
		}
	}
	return status, nil
}
