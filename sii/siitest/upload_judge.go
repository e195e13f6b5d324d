package siitest

import (
	"crypto/sha256"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// what the judge is told and asks, of one upload.
func (u *uploads) judgeWorld(settings *UploadSettings, now time.Time, holder chile.RUT) judge.World {
	w := judge.World{
		Now: now, Uploader: holder, Keys: CAFKeys(), MaxBytes: settings.maxBytes(), Format25: true,
		Company:  u.company,
		CAF:      u.world.caf,
		Folio:    func(id chile.DocumentID) judge.Folio { return u.world.folio(id, settings.KeepRejected) },
		Document: func(id chile.DocumentID) (judge.Known, bool) { return u.received(id, now) },
		Uploaded: func(sum [sha256.Size]byte) (judge.Upload, bool) { return u.before(sum, now, settings.Forget) },
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

// received returns a document that the SII has by a time: of an upload, or of a
// register.
func (u *uploads) received(id chile.DocumentID, now time.Time) (judge.Known, bool) {
	if d, ok := u.world.document(id, now); ok {
		return judge.Known{Date: d.Issued, Receiver: d.Receiver, Total: d.Total}, true
	}
	return u.registered(id)
}

// company is an issuer with those who may act for it: as it was told or, of others,
// as Authorize says.
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

// stateOf is the state of a document. Where the judge was not told enough to say
// one, and nothing speaks against the document, the SII of this fake has it.
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

// details are findings as the SII's mail tells them: a code in brackets, and words.
func details(findings []judge.Finding) (list []string) {
	for i := range findings {
		f := &findings[i]
		if f.Words != "" {
			list = append(list, f.Words)
			continue
		}
		var b strings.Builder
		b.WriteString("(" + f.Text() + ") " + f.Spanish())
		if f.Got != "" || f.Want != "" {
			b.WriteString(" [" + f.Got + "] <> [" + f.Want + "]")
		}
		list = append(list, b.String())
	}
	return list
}

// known is what the fake keeps of a document.
func known(d *dte.DTE, state judge.State, details []string, trackID string, from time.Time) *knownDocument {
	return &knownDocument{
		UploadedDocument: UploadedDocument{
			ID: d.ID(), Receiver: d.Receiver(), Issued: d.IssueDate(), Total: d.Total(), TrackID: trackID, State: state, Details: details,
		},
		signature: signatureOf(d.Source()), from: from,
	}
}
