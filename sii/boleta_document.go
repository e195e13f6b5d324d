package sii

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/ofitec/chile"
)

// BoletaQuery is a boleta as its issuer knows it. The SII compares it with its own data.
// All fields are required: without them the service does not answer (seen in one client),
// though the OpenAPI says otherwise.
type BoletaQuery struct {
	Issuer   chile.RUT
	Type     chile.DocType // 39 or 41
	Folio    chile.Folio
	Receiver chile.RUT // 66666666-6 if the boleta names nobody
	Total    chile.CLP
	Issued   chile.Date
}

// BoletaStatus is the state of a boleta.
type BoletaStatus struct {
	Estado string // the SII's code, verbatim
	Glosa  string // the SII's text, verbatim

	// Verdict is VerdictAccepted if the SII has the boleta and the query agrees with it,
	// VerdictSent if it has not received it (yet), VerdictRejected if it cannot be valid,
	// VerdictUnknown if the answer does not say.
	Verdict Verdict
	Known   bool // Estado is a code with a known meaning

	// Mismatch says that the SII has a boleta with that folio, but not this one: date,
	// total or receiver differ (DNK).
	Mismatch bool

	// Amendment says whether a later note has changed the boleta.
	Amendment Amendment
}

// DocumentStatus asks whether the SII has a boleta. If it has not received it, an upload
// may still be on its way.
func (s *BoletaService) DocumentStatus(ctx context.Context, q BoletaQuery) (*BoletaStatus, error) {
	if q.Issuer.IsZero() || q.Receiver.IsZero() || q.Type <= 0 || q.Folio <= 0 || q.Issued.IsZero() {
		return nil, &Error{
			Op: opBoletaDocument.name, Kind: ErrInvalidRequest,
			Err: errors.New("a query has an issuer, a type, a folio, a receiver and a date"),
		}
	}
	receiver, receiverDV := splitRUT(q.Receiver)
	path := fmt.Sprintf("%s/%s-%d-%d/estado?rut_receptor=%s&dv_receptor=%s&monto=%s&fechaEmision=%s", boletaPath, q.Issuer, int(q.Type), int64(q.Folio),
		receiver, receiverDV, url.QueryEscape(strconv.FormatInt(int64(q.Total), 10)), q.dayFirst())
	var status *BoletaStatus
	err := s.ask(ctx, opBoletaDocument, Subject{Owner: q.Issuer, Type: q.Type, Folio: q.Folio}, path, func(body []byte) (err error) {
		status, err = readBoletaStatus(body)
		return err
	})
	if err != nil {
		return nil, err
	}
	return status, nil
}

// dayFirst returns the date of a query in the service's form.
func (q *BoletaQuery) dayFirst() string {
	return fmt.Sprintf("%02d-%02d-%04d", q.Issued.Day(), int(q.Issued.Month()), q.Issued.Year())
}

// readBoletaStatus reads an answer about a boleta. Its codes are those of
// QueryEstDte.
func readBoletaStatus(body []byte) (*BoletaStatus, error) {
	var answer struct {
		Estado scalar `json:"codigo"`
		Glosa  scalar `json:"descripcion"`
	}
	if err := readJSON(body, &answer); err != nil {
		return nil, err
	}
	estado := string(answer.Estado)
	code, known := documentCodes.find(estado)
	switch {
	case estado == "":
		return nil, unknownForm(opBoletaDocument.name, "", errors.New("the answer has no codigo"))
	case code.Kind != nil:
		return nil, code.refused(opBoletaDocument.name, estado, string(answer.Glosa))
	}
	return &BoletaStatus{
		Estado: estado, Glosa: string(answer.Glosa),
		Known: known, Verdict: code.Verdict, Mismatch: estado == documentDiffers, Amendment: amendmentOf(estado),
	}, nil
}
