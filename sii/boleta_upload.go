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

	// Verdict is that of the counts, and of Details where they tell worse. It is
	// VerdictUnknown if there are none: EPR itself is no verdict.
	Verdict Verdict

	Known     bool // Estado is a code with a known meaning
	Processed bool // the SII has finished with the upload, which does not mean that anything was accepted

	// Received is when the SII received the file, in Chile; zero if the SII does not
	// tell, or in a form that is not known.
	Received time.Time

	// ByType counts the boletas by type, and the others are the sums. All are zero
	// until the upload was processed, and if the SII gives no counts.
	ByType                                 []TypeCounts
	Informed, Accepted, Rejected, Observed int64

	// Details are the boletas that were rejected or have objections. Boletas that were
	// accepted without objections need not be among them.
	Details []BoletaDetail
}

// BoletaDetail is what became of a boleta, and why.
type BoletaDetail struct {
	Type    chile.DocType // 0 if the SII does not tell
	Folio   chile.Folio   // 0 if it is about the whole upload
	Estado  string        // the SII's code, verbatim: RCH, RPR, RLV, DOK
	Glosa   string        // the SII's text, verbatim
	Verdict Verdict
	Known   bool // Estado is a code with a known meaning
	Errors  []BoletaError
}

// BoletaError is an error or an objection in a boleta.
type BoletaError struct {
	// Code is the code as the table dte.validation has it: section, level and number,
	// such as HED-3-100. The level 3 is mostly of errors, 1 and 2 of objections, but what
	// became of the boleta, only its Estado says.
	Code   string
	Line   int64  // of the file; 0 if the SII does not tell
	Glosa  string // the SII's text, verbatim
	Detail string // a second text, verbatim
}

// UploadStatus asks what became of the upload with that track id. The company is the
// one that issued the boletas. An upload that the SII does not find, perhaps not yet,
// is ErrInvalidRequest, with a Code to be asked again later. An answer about another
// upload, or with counts that cannot be, is ErrProtocol.
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

// boletaUploadJSON is an answer. Lists may be null or absent, and so may what says
// what a detail is about.
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

// judge gives an upload its verdict: that of the state, if it is one, of the counts,
// and of the details where they tell worse.
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
