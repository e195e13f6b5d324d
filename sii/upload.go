package sii

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
)

// DTEService asks for the state of uploads and documents.
type DTEService struct{ core *core }

const opUpload = "dte.upload"

// UploadStatus is the state of an upload (QueryEstUp).
type UploadStatus struct {
	TrackID string
	Estado  string // the SII's code, verbatim
	Glosa   string // the SII's text, verbatim
	Verdict Verdict

	// Known says that Estado is a code with a known meaning. Of an unknown one the
	// verdict is VerdictUnknown: ask again later, then let a person look.
	Known bool

	// Processed says that the SII has finished with the upload (EPR and the
	// rejections). It does not mean that anything was accepted.
	Processed bool

	// NotFound says that the SII does not find the upload with this company (-11
	// with ERR_CODE 1). For some minutes after an upload that is normal; after that
	// the track id or the company is wrong.
	NotFound bool

	// ByType counts the documents by type, and the others are the sums. Documents
	// with objections are not among the accepted ones (seen in a live answer). All
	// are zero until the upload was processed.
	ByType                                 []TypeCounts
	Informed, Accepted, Rejected, Observed int64

	// Observations is always empty: the service gives counts only. The reasons come
	// by mail to the issuer.
	Observations []string

	AttentionNumber string // NUM_ATENCION, as it came
}

// TypeCounts are the counts of one type of document in an upload.
type TypeCounts struct {
	Type                                   chile.DocType
	Informed, Accepted, Rejected, Observed int64
}

// UploadStatus asks what became of the upload with that track id (QueryEstUp,
// SII manual OI2004_CEUPDTE_MDE_1.10).
func (s *DTEService) UploadStatus(ctx context.Context, issuer chile.RUT, trackID string) (*UploadStatus, error) {
	trackID = strings.TrimSpace(trackID)
	if issuer.IsZero() || trackID == "" || len(trackID) > 64 {
		return nil, &Error{Op: opUpload, Kind: ErrInvalidRequest, Err: errors.New("an upload has an issuer and a track id")}
	}
	number, dv := splitRUT(issuer)
	var status *UploadStatus
	err := s.core.authorized(ctx, opUpload, Subject{Owner: issuer, TrackID: trackID}, func(ctx context.Context, token string) (bool, error) {
		answer, err := s.core.call(ctx, opUpload, "QueryEstUp.jws", "getEstUp",
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

func splitRUT(rut chile.RUT) (number, dv string) {
	number, dv, _ = strings.Cut(rut.String(), "-")
	return number, dv
}

// uploadCode is what a code of QueryEstUp means.
type uploadCode struct {
	verdict   Verdict
	processed bool
	failure   error // kind of error, for codes that are no state of an upload
}

const (
	uploadProcessed = "EPR"
	uploadSee       = "-11" // see ERR_CODE, SRV_CODE and SQL_CODE
)

// uploadCodes: SII manual OI2004_CEUPDTE_MDE_1.10 and two clients. Where those
// disagree (PRD, RLV) the manual's reading is taken. Codes of books (LOK, LTC …)
// and 004, 005, 007, 106, 107, whose meaning nobody tells, are left out: they are
// unknown.
var uploadCodes = map[string]uploadCode{
	"REC": {verdict: VerdictSent},
	"SOK": {verdict: VerdictSent},
	"SDK": {verdict: VerdictSent}, // SOK misspelt, seen in one client
	"CRT": {verdict: VerdictSent},
	"FOK": {verdict: VerdictSent},
	"PDR": {verdict: VerdictSent},
	"PRD": {verdict: VerdictSent},
	"RSC": {verdict: VerdictRejected, processed: true},
	"RFR": {verdict: VerdictRejected, processed: true},
	"RCT": {verdict: VerdictRejected, processed: true},
	"RCH": {verdict: VerdictRejected, processed: true},
	"VOF": {verdict: VerdictRejected, processed: true},
	"RPT": {verdict: VerdictRejected, processed: true},
	"RPR": {verdict: VerdictObserved, processed: true},
	"RLV": {verdict: VerdictObserved, processed: true},
	"001": {failure: ErrUnauthorized},
	"002": {failure: ErrUnauthorized},
	"003": {failure: ErrUnauthorized},
	"-1":  {failure: ErrUnavailable},
	"-2":  {failure: ErrUnavailable},
	"-4":  {failure: ErrUnavailable},
	"-5":  {failure: ErrUnavailable},
	"-7":  {failure: ErrUnavailable},
	"-8":  {failure: ErrUnavailable},
	"-9":  {failure: ErrUnavailable},
	"-12": {failure: ErrUnavailable},
	"-14": {failure: ErrUnavailable},
	"-3":  {failure: ErrForbidden},
	"-6":  {failure: ErrForbidden},
	"-10": {failure: ErrForbidden},
	"-13": {failure: ErrInvalidRequest},
}

// interpretUpload reads an answer of getEstUp.
func interpretUpload(trackID string, answer *respuesta) (*UploadStatus, error) {
	status := &UploadStatus{
		TrackID: trackID, Estado: answer.estado(), Glosa: answer.glosa(),
		AttentionNumber: answer.header.text("NUM_ATENCION"),
	}
	fail := func(kind error, cause error) error {
		return &Error{Op: opUpload, Kind: kind, Estado: status.Estado, Glosa: cutGlosa(status.Glosa), Err: cause}
	}
	code, known := uploadCodes[status.Estado]
	switch {
	case status.Estado == "":
		return nil, fail(ErrProtocol, errors.New("the answer has no ESTADO"))
	case code.failure != nil:
		return nil, fail(code.failure, nil)
	case status.Estado == uploadSee:
		return status, status.see(answer, fail)
	case status.Estado == uploadProcessed:
		status.Known, status.Processed = true, true
		if err := status.readCounts(answer.body); err != nil {
			return nil, fail(ErrProtocol, err)
		}
		status.Verdict = status.judge()
	default:
		status.Known, status.Processed, status.Verdict = known, code.processed, code.verdict
		if err := status.readCounts(answer.body); err != nil {
			return nil, fail(ErrProtocol, err)
		}
	}
	return status, nil
}

// see reads the codes behind -11: SRV_CODE 1 is an input error, 2 one of the
// database; ERR_CODE 1 says that the upload does not belong to the company, 2
// that the query failed.
func (s *UploadStatus) see(answer *respuesta, fail func(kind, cause error) error) error {
	errCode, srvCode := answer.header.text("ERR_CODE"), answer.header.text("SRV_CODE")
	switch {
	case srvCode == "2" || errCode == "2":
		return fail(ErrUnavailable, errors.New("SRV_CODE "+srvCode+" ERR_CODE "+errCode))
	case srvCode == "1":
		return fail(ErrInvalidRequest, errors.New("SRV_CODE "+srvCode+" ERR_CODE "+errCode))
	}
	s.Known, s.Verdict, s.NotFound = true, VerdictSent, errCode == "1"
	return nil
}

// readCounts reads the counts, which stand as flat siblings, five for each type
// of document.
func (s *UploadStatus) readCounts(body *node) error {
	for _, n := range body.children {
		if n.name == "TIPO_DOCTO" {
			typ, err := chile.ParseDocType(trim(n.chardata))
			if err != nil {
				return err
			}
			s.ByType = append(s.ByType, TypeCounts{Type: typ})
			continue
		}
		var count, sum *int64
		last := &TypeCounts{}
		if len(s.ByType) > 0 {
			last = &s.ByType[len(s.ByType)-1]
		}
		switch n.name {
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
		value, err := strconv.ParseInt(trim(n.chardata), 10, 32)
		if err != nil || value < 0 || len(s.ByType) == 0 {
			return errors.New("count " + n.name + " cannot be read")
		}
		*count += value
		*sum += value
	}
	return nil
}

// judge returns the verdict on an upload that was processed: EPR itself is none.
func (s *UploadStatus) judge() Verdict {
	switch {
	case s.Rejected > 0:
		return VerdictRejected
	case s.Observed > 0:
		return VerdictObserved
	case s.Informed > 0 && s.Accepted == s.Informed:
		return VerdictAccepted
	default:
		return VerdictUnknown // no counts, or counts that do not add up
	}
}
