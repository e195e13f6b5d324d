package sii

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/ofitec/chile"
)

const opDocument = "dte.document"

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

	// Amendment says that another document has changed this one since.
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
	NotAmended           Amendment = ""
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

// documentCodes: SII manual OI2004_CEDTE_MDE_1.10, through one client.
var documentCodes = map[string]struct {
	verdict Verdict
	failure error
}{
	"DOK": {verdict: VerdictAccepted},
	"DNK": {verdict: VerdictUnknown},
	"FAU": {verdict: VerdictSent},
	"FNA": {verdict: VerdictRejected}, // folio not authorised
	"FAN": {verdict: VerdictRejected}, // folio annulled before it was sent
	"EMP": {verdict: VerdictRejected}, // company not authorised to issue DTE
	"TMD": {verdict: VerdictAccepted},
	"TMC": {verdict: VerdictAccepted},
	"MMD": {verdict: VerdictAccepted},
	"MMC": {verdict: VerdictAccepted},
	"AND": {verdict: VerdictAccepted},
	"ANC": {verdict: VerdictAccepted},
	"001": {failure: ErrUnauthorized},
	"002": {failure: ErrUnauthorized},
	"003": {failure: ErrUnauthorized},
	"-1":  {failure: ErrUnavailable},
	"-2":  {failure: ErrUnavailable},
	"-3":  {failure: ErrUnavailable},
	"-4":  {failure: ErrUnavailable},
}

// DocumentStatus asks whether the SII has a document, by what is printed on it
// (QueryEstDte, SII manual OI2004_CEDTE_MDE_1.10).
func (s *DTEService) DocumentStatus(ctx context.Context, q DocumentQuery) (*DocumentStatus, error) {
	if q.Requester.IsZero() {
		q.Requester = s.core.holder
	}
	if q.Issuer.IsZero() || q.Receiver.IsZero() || q.Type <= 0 || q.Folio <= 0 || q.Issued.IsZero() || q.Requester.IsZero() {
		return nil, &Error{
			Op: opDocument, Kind: ErrInvalidRequest,
			Err: errors.New("a query has a requester, an issuer, a receiver, a type, a folio and a date"),
		}
	}
	requester, requesterDV := splitRUT(q.Requester)
	issuer, issuerDV := splitRUT(q.Issuer)
	receiver, receiverDV := splitRUT(q.Receiver)
	var status *DocumentStatus
	subject := Subject{Owner: q.Issuer, Type: q.Type, Folio: q.Folio}
	err := s.core.authorized(ctx, opDocument, subject, func(ctx context.Context, token string) (bool, error) {
		answer, err := s.core.call(ctx, opDocument, "QueryEstDte.jws", "getEstDte",
			argument{"RutConsultante", requester}, argument{"DvConsultante", requesterDV},
			argument{"RutCompania", issuer}, argument{"DvCompania", issuerDV},
			argument{"RutReceptor", receiver}, argument{"DvReceptor", receiverDV},
			argument{"TipoDte", strconv.Itoa(int(q.Type))},
			argument{"FolioDte", strconv.FormatInt(int64(q.Folio), 10)},
			argument{"FechaEmisionDte", time.Date(q.Issued.Year(), q.Issued.Month(), q.Issued.Day(), 0, 0, 0, 0, time.UTC).Format(s.core.dateLayout)},
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
		Detail:          answer.header.text("GLOSA_ERR"),
		ErrCode:         answer.header.text("ERR_CODE"),
		AttentionNumber: answer.header.text("NUM_ATENCION"),
	}
	fail := func(kind error, cause error) error {
		return &Error{Op: opDocument, Kind: kind, Estado: status.Estado, Glosa: cutGlosa(status.Glosa), Err: cause}
	}
	code, known := documentCodes[status.Estado]
	srvCode := answer.header.text("SRV_CODE")
	switch {
	case status.Estado == "":
		return nil, fail(ErrProtocol, errors.New("the answer has no ESTADO"))
	case code.failure != nil:
		return nil, fail(code.failure, nil)
	case srvCode == "1":
		return nil, fail(ErrInvalidRequest, errors.New("SRV_CODE 1"))
	case srvCode == "2":
		return nil, fail(ErrUnavailable, errors.New("SRV_CODE 2, SQL_CODE "+answer.header.text("SQL_CODE")))
	}
	status.Known, status.Verdict = known, code.verdict
	switch amendment := Amendment(status.Estado); amendment {
	case TextByDebitNote, TextByCreditNote, AmountByDebitNote, AmountByCreditNote, AnnulledByDebitNote, AnnulledByCreditNote:
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
