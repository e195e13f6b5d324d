package sii

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ofitec/chile"
)

// BoletaUploadStatus is the state of an upload of boletas.
type BoletaUploadStatus struct {
	TrackID string
	Estado  string // the SII's code, verbatim

	// Verdict is that of the counts, or of Details if they are worse. It is
	// VerdictUnknown if there are none: EPR itself is no verdict.
	Verdict Verdict

	Known     bool // Estado is a code with a known meaning
	Processed bool // the SII has finished with the upload; it does not mean that anything was accepted

	// Received is when the SII received the file, in Chile; zero if the SII does not say,
	// or in an unknown form.
	Received time.Time

	// ByType counts the boletas by type; the other fields are the sums. All are zero until
	// the upload was processed, and if the SII gives no counts.
	ByType                                 []TypeCounts
	Informed, Accepted, Rejected, Observed int64

	// Details are the boletas that were rejected or have objections. They may lack boletas
	// accepted without objections.
	Details []BoletaDetail
}

// BoletaDetail is the result for a boleta, with the reasons.
type BoletaDetail struct {
	Type    chile.DocType // 0 if the SII does not say
	Folio   chile.Folio   // 0 if it is about the whole upload
	Estado  string        // the SII's code, verbatim: RCH, RPR, RLV, DOK
	Glosa   string        // the SII's text, verbatim
	Verdict Verdict
	Known   bool // Estado is a code with a known meaning
	Errors  []BoletaError
}

// BoletaError is an error or an objection in a boleta.
type BoletaError struct {
	// Code is the code in the form of the table dte.validation: section, level and number,
	// such as HED-3-100. Level 3 is mostly an error, 1 and 2 an objection, but only Estado
	// tells the result for the boleta.
	Code   string
	Line   int64  // of the file; 0 if the SII does not say
	Glosa  string // the SII's text, verbatim
	Detail string // a second text, verbatim
}

// UploadStatus queries the result of the upload with that track id. The company is the
// issuer of the boletas. If the SII does not find the upload (yet), it is
// ErrInvalidRequest, with a Code that says to ask again later. An answer about another
// upload, or with impossible counts, is ErrProtocol.
func (s *BoletaService) UploadStatus(ctx context.Context, company chile.RUT, trackID string) (*BoletaUploadStatus, error) {
	trackID = strings.TrimSpace(trackID)
	if company.IsZero() || asTrackID(trackID) == "" {
		return nil, &Error{Op: opBoletaUpload.name, Kind: ErrInvalidRequest, Err: errors.New("an upload needs an issuer and a track id")}
	}
	var status *BoletaUploadStatus
	path := boletaPath + ".envio/" + company.String() + "-" + trackID
	err := s.ask(ctx, opBoletaUpload, Subject{Owner: company, TrackID: trackID}, path, func(body []byte) (err error) {
		status, err = readBoletaUpload(body, company, trackID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return status, nil
}

// boletaUploadJSON is an answer. Lists, and the fields that name a detail's boleta, may
// be null or absent.
type boletaUploadJSON struct {
	Issuer   scalar `json:"rut_emisor"`
	TrackID  scalar `json:"trackid"`
	Received scalar `json:"fecha_recepcion"`
	Estado   scalar `json:"estado"`
	Counts   []struct {
		Type     scalar `json:"tipo"`
		Informed scalar `json:"informados"`
		Accepted scalar `json:"aceptados"`
		Rejected scalar `json:"rechazados"`
		Observed scalar `json:"reparos"`
	} `json:"estadistica"`
	Details []boletaDetailJSON `json:"detalle_rep_rech"`
}

type boletaDetailJSON struct {
	Type   scalar `json:"tipo"`
	Folio  scalar `json:"folio"`
	Estado scalar `json:"estado"`
	Glosa  scalar `json:"descripcion"`
	Errors []struct {
		Section scalar `json:"seccion"`
		Line    scalar `json:"linea"`
		Level   scalar `json:"nivel"`
		Number  scalar `json:"codigo"`
		Glosa   scalar `json:"descripcion"`
		Detail  scalar `json:"detalle"`
	} `json:"error"`
}

// readBoletaUpload reads an answer about an upload.
func readBoletaUpload(body []byte, company chile.RUT, trackID string) (*BoletaUploadStatus, error) {
	var answer boletaUploadJSON
	if err := readJSON(body, &answer); err != nil {
		return nil, err
	}
	status := &BoletaUploadStatus{TrackID: trackID, Estado: string(answer.Estado), Received: answer.Received.time()}
	switch {
	case answer.TrackID != "" && !SameTrackID(string(answer.TrackID), trackID), answer.Issuer.contradicts(company):
		return nil, unknownForm(opBoletaUpload.name, cutTo(status.Estado, maxEstado), errors.New("an answer about another upload"))
	case status.Estado == "":
		return nil, unknownForm(opBoletaUpload.name, "", errors.New("the answer has no estado"))
	}
	err := status.readCounts(&answer)
	for i := 0; err == nil && i < len(answer.Details); i++ {
		err = status.readDetail(&answer.Details[i])
	}
	if err != nil {
		return nil, unknownForm(opBoletaUpload.name, cutTo(status.Estado, maxEstado), err)
	}
	status.judge()
	return status, nil
}

func (s *BoletaUploadStatus) readCounts(answer *boletaUploadJSON) error {
	for _, c := range answer.Counts {
		var counts TypeCounts
		typ, err := c.Type.number()
		counts.Type = chile.DocType(typ)
		for _, field := range []struct {
			text       scalar
			count, sum *int64
		}{
			{c.Informed, &counts.Informed, &s.Informed},
			{c.Accepted, &counts.Accepted, &s.Accepted},
			{c.Rejected, &counts.Rejected, &s.Rejected},
			{c.Observed, &counts.Observed, &s.Observed},
		} {
			if err == nil {
				*field.count, err = field.text.number()
				*field.sum += *field.count
			}
		}
		if err == nil {
			err = counts.check()
		}
		if err != nil {
			return err
		}
		s.ByType = append(s.ByType, counts)
	}
	return nil
}

func (s *BoletaUploadStatus) readDetail(d *boletaDetailJSON) error {
	typ, err := d.Type.number()
	if err != nil {
		return err
	}
	folio, err := d.Folio.number()
	if err != nil {
		return err
	}
	code, known := boletaStates.find(string(d.Estado))
	detail := BoletaDetail{
		Type: chile.DocType(typ), Folio: chile.Folio(folio), Estado: string(d.Estado), Glosa: string(d.Glosa),
		Verdict: code.Verdict, Known: known,
	}
	for _, e := range d.Errors {
		line, err := e.Line.number()
		if err != nil {
			return err
		}
		detail.Errors = append(detail.Errors, BoletaError{
			Code: string(e.Section + "-" + e.Level + "-" + e.Number), Line: line, Glosa: string(e.Glosa), Detail: string(e.Detail),
		})
	}
	s.Details = append(s.Details, detail)
	return nil
}

// judge sets the verdict of an upload: that of the state, if it is one, else of the
// counts, or of the details if they are worse.
func (s *BoletaUploadStatus) judge() {
	code, known := boletaStates.find(s.Estado)
	s.Known, s.Verdict = known, code.Verdict
	if s.Estado != uploadProcessed {
		s.Processed = code.Verdict == VerdictRejected || code.Verdict == VerdictObserved
		return
	}
	s.Processed = true
	s.Verdict = verdictOf(TypeCounts{Informed: s.Informed, Accepted: s.Accepted, Rejected: s.Rejected, Observed: s.Observed})
	for _, d := range s.Details {
		switch {
		case d.Verdict == VerdictRejected:
			s.Verdict = VerdictRejected
		case d.Verdict == VerdictObserved && s.Verdict == VerdictAccepted:
			s.Verdict = VerdictObserved
		}
	}
}
