package sii

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/beevik/etree"
	"github.com/ofitec/chile"
)

// UploadStatus is the state of an upload (QueryEstUp). It has only counts: the SII
// sends the reasons to the issuer by mail.
type UploadStatus struct {
	TrackID string
	Estado  string // the SII's code, verbatim
	Glosa   string // the SII's text, verbatim
	Verdict Verdict

	// Known says that Estado is a code with a known meaning. If it is unknown, the
	// verdict is VerdictUnknown: ask again later, then let a person check.
	Known bool

	// Processed says that the SII has finished with the upload (EPR and the
	// rejections). It does not mean that anything was accepted.
	Processed bool

	// NotFound says that the SII does not find the upload for this company (-11
	// with ERR_CODE 1). This is normal for some minutes after an upload; later it
	// means that the track id or the company is wrong.
	NotFound bool

	// ByType counts the documents by type; the other fields are the sums.
	// Documents with objections are not counted as accepted (seen in a live
	// answer). All are zero until the upload was processed.
	ByType                                 []TypeCounts
	Informed, Accepted, Rejected, Observed int64

	AttentionNumber string // NUM_ATENCION, as it came
}

// UploadStatus queries the result of the upload with that track id (QueryEstUp, SII
// manual OI2004_CEUPDTE_MDE_1.10). An answer about another upload, or with impossible
// counts, is ErrProtocol.
func (s *DTEService) UploadStatus(ctx context.Context, issuer chile.RUT, trackID string) (*UploadStatus, error) {
	trackID = strings.TrimSpace(trackID)
	if issuer.IsZero() || trackID == "" || len(trackID) > 64 {
		return nil, &Error{Op: opUpload.name, Kind: ErrInvalidRequest, Err: errors.New("an upload needs an issuer and a track id")}
	}
	number, dv := splitRUT(issuer)
	var status *UploadStatus
	err := s.caller.authorized(ctx, opUpload, Subject{Owner: issuer, TrackID: trackID}, func(ctx context.Context, token string) (bool, error) {
		answer, err := s.caller.soap(ctx, opUpload, "QueryEstUp.jws", "getEstUp",
			argument{"RutCompania", number}, argument{"DvCompania", dv},
			argument{"TrackId", trackID}, argument{"Token", token})
		if err != nil {
			return false, err
		}
		status, err = interpretUpload(trackID, answer)
		return false, err
	})
	if err != nil {
		return nil, err
	}
	return status, nil
}

// interpretUpload reads an answer of getEstUp.
func interpretUpload(trackID string, answer *respuesta) (*UploadStatus, error) {
	status := &UploadStatus{
		TrackID: trackID, Estado: answer.estado(), Glosa: answer.glosa(),
		AttentionNumber: childText(answer.header, "NUM_ATENCION"),
	}
	code, known := uploadCodes.find(status.Estado)
	if said := childText(answer.header, "TRACKID"); said != "" && !SameTrackID(said, trackID) {
		return nil, unknownForm(opUpload.name, status.Estado, errors.New("an answer about another upload, by its TRACKID"))
	}
	switch {
	case status.Estado == "":
		return nil, unknownForm(opUpload.name, "", errors.New("the answer has no ESTADO"))
	case code.Kind != nil:
		return nil, code.refused(opUpload.name, status.Estado, status.Glosa)
	case status.Estado == uploadSee:
		return status, status.see(answer)
	}
	if err := status.readCounts(answer.body); err != nil {
		return nil, unknownForm(opUpload.name, status.Estado, err)
	}
	status.Known, status.Verdict = known, code.Verdict
	switch {
	case status.Estado == uploadProcessed:
		status.Processed, status.Verdict = true, verdictOf(TypeCounts{0, status.Informed, status.Accepted, status.Rejected, status.Observed})
	case code.Verdict == VerdictRejected, code.Verdict == VerdictObserved:
		status.Processed = true
	}
	return status, nil
}

// see reads the codes after -11: the upload is not there, or the query failed.
func (s *UploadStatus) see(answer *respuesta) error {
	errCode, srvCode := childText(answer.header, "ERR_CODE"), childText(answer.header, "SRV_CODE")
	server, _ := documentServerCodes.find(srvCode)
	detail, _ := uploadDetailCodes.find(errCode)
	code := server
	if code.Kind == nil || detail.Kind != nil {
		code = detail
	}
	if code.Kind != nil {
		e := code.refused(opUpload.name, s.Estado, s.Glosa)
		e.Err = errors.New("SRV_CODE " + srvCode + " ERR_CODE " + errCode)
		return e
	}
	s.Known, s.Verdict, s.NotFound = true, VerdictSent, errCode == "1"
	return nil
}

// readCounts reads the counts, which are flat siblings, five for each type of
// document. Impossible counts are refused: a repeated one, and more documents
// with a verdict than were informed.
func (s *UploadStatus) readCounts(body *etree.Element) error {
	seen := make(map[string]bool) // of the last type
	for _, n := range body.ChildElements() {
		if n.Tag == "TIPO_DOCTO" {
			typ, err := chile.ParseDocType(elementText(n))
			if err != nil {
				return err
			}
			s.ByType = append(s.ByType, TypeCounts{Type: typ})
			clear(seen)
			continue
		}
		var count, sum *int64
		last := &TypeCounts{}
		if len(s.ByType) > 0 {
			last = &s.ByType[len(s.ByType)-1]
		}
		switch n.Tag {
		case "INFORMADOS":
			count, sum = &last.Informed, &s.Informed
		case "ACEPTADOS":
			count, sum = &last.Accepted, &s.Accepted
		case "RECHAZADOS":
			count, sum = &last.Rejected, &s.Rejected
		case "REPAROS":
			count, sum = &last.Observed, &s.Observed
		default:
			continue
		}
		value, err := strconv.ParseInt(elementText(n), 10, 32)
		if err != nil || value < 0 || len(s.ByType) == 0 || seen[n.Tag] {
			return errors.New("count " + n.Tag + " cannot be read")
		}
		seen[n.Tag] = true
		*count = value
		*sum += value
	}
	for _, t := range s.ByType {
		if err := t.check(); err != nil {
			return err
		}
	}
	return nil
}

// The operations.
var (
	opUpload   = operation{name: "dte.upload", service: serviceSOAP, query: true}
	opDocument = operation{name: "dte.document", service: serviceSOAP, query: true}
)
