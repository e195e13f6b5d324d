package siitest

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// judgeWorld returns what the judge knows about one upload. It stores the company
// that the judge requests as issuer.
func (u *uploads) judgeWorld(settings *UploadSettings, up *TakenUpload, issuer *chile.RUT) judge.World {
	now := up.At
	w := judge.World{
		Now: now, Uploader: up.Sender, Keys: CAFKeys(), MaxBytes: settings.maxBytes(), Format25: true,
		Company: func(rut chile.RUT) (judge.Company, bool) {
			*issuer = rut
			return u.company(rut)
		},
		CAF:      u.world.caf,
		Folio:    func(id chile.DocumentID) judge.Folio { return u.world.folio(id, settings.KeepRejected) },
		Document: func(id chile.DocumentID) (judge.Known, bool) { return u.received(id, now) },
		Uploaded: func(sum [sha256.Size]byte) (judge.Upload, bool) { return u.before(sum, now, settings.Forget) },
	}
	if up.Boleta {
		w.Gateway = boletaGateway
		if settings.Boletas == BoletaTaken {
			w.Uploaded = func([sha256.Size]byte) (judge.Upload, bool) { return judge.Upload{}, false }
		}
	}
	if settings.AnyCAF {
		w.CAF = nil
	}
	if settings.RefuseWhole {
		w.Whole = map[judge.Code]judge.State{judge.CodeReceived: judge.RFR}
	}
	if settings.World != nil {
		settings.World(&w)
	}
	return w
}

// boletaGateway are the immediate checks of the boleta service. Its remarks about
// the schema come with the state of the upload (sample of its OpenAPI).
var boletaGateway = []judge.Check{judge.CheckSize, judge.CheckAgain, judge.CheckCompany, judge.CheckUploader}

// received returns a document that the SII has by a time, from an upload or a
// register.
func (u *uploads) received(id chile.DocumentID, now time.Time) (judge.Known, bool) {
	if d, ok := u.world.document(id, now); ok {
		return judge.Known{Date: d.Issued, Receiver: d.Receiver, Total: d.Total}, true
	}
	return u.registered(id)
}

// company returns an issuer with its allowed senders: as registered or, for other
// companies, from Authorize.
func (u *uploads) company(rut chile.RUT) (judge.Company, bool) {
	company, ok := u.world.issuer(rut)
	if !ok {
		return company, false
	}
	users := map[chile.RUT]judge.Right{rut: judge.MaySend}
	for _, holder := range u.desk.access.holdersOf(rut) {
		users[holder] = judge.MaySend
	}
	for holder, right := range company.Users {
		users[holder] = right
	}
	company.Users = users
	return company, true
}

// stateOf is the state of a document. If the judge knows too little for a state,
// and nothing speaks against the document, the fake accepts it.
func stateOf(v *judge.Verdict) judge.State {
	if v.State != "" {
		return v.State
	}
	worst := judge.Level(0)
	for i := range v.Findings {
		worst = max(worst, v.Findings[i].Level)
	}
	switch worst {
	case judge.Rejects:
		return judge.RCH
	case judge.Serious:
		return judge.RPR
	case judge.Slight:
		return judge.RLV
	default:
		return judge.DOK
	}
}

// remark is what the SII says about an upload or a document.
type remark struct {
	text string // as in its mail: a code in brackets, then words

	// Its parts, as in the boleta service.
	section     string // ENV, DTE, HED …
	level, code int    // 3 is an error; the code is 0 without a number
	line        int
	words       string
	values      string // the found and the expected value
}

// remarks are findings in the SII's words.
func remarks(findings []judge.Finding) []remark {
	list := make([]remark, len(findings))
	for i := range findings {
		list[i] = remarkOf(&findings[i])
	}
	return list
}

func remarkOf(f *judge.Finding) remark {
	r := remark{section: "ENV", level: int(f.Level), line: f.Line, words: f.Words, text: f.Words}
	if f.Words != "" { // from a parser
		return r
	}
	r.words = f.Spanish()
	r.section, _, _ = strings.Cut(string(f.Code), "-")
	if parts := strings.Split(string(f.Code), "-"); len(parts) == 3 {
		r.level, _ = strconv.Atoi(parts[1])
		r.code, _ = strconv.Atoi(parts[2])
	}
	r.text = "(" + f.Text() + ") " + r.words
	if f.Got != "" || f.Want != "" {
		r.values = "[" + f.Got + "] <> [" + f.Want + "]"
		r.text += " " + r.values
	}
	return r
}

// texts are remarks in the form of the mail.
func texts(remarks []remark) []string {
	list := make([]string, len(remarks))
	for i := range remarks {
		list[i] = remarks[i].text
	}
	return list
}

// known is what the fake keeps about a document.
func known(d *dte.DTE, state judge.State, said []remark, trackID string, from time.Time) *knownDocument {
	return &knownDocument{
		UploadedDocument: UploadedDocument{
			ID: d.ID(), Receiver: d.Receiver(), Issued: d.IssueDate(), Total: d.Total(), TrackID: trackID, State: state, Details: texts(said),
		},
		signature: signatureOf(d.Source()), from: from,
	}
}
