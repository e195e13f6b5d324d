package dte

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Codes of the agreement of stamp and document.
const (
	CodeAgreementIssuer    Code = "agreement.issuer"
	CodeAgreementType      Code = "agreement.type"
	CodeAgreementFolio     Code = "agreement.folio"
	CodeAgreementDate      Code = "agreement.date"
	CodeAgreementReceiver  Code = "agreement.receiver"
	CodeAgreementTotal     Code = "agreement.total"
	CodeAgreementLiteral   Code = "agreement.total-literal"
	CodeAgreementName      Code = "agreement.receiver-name"
	CodeAgreementItem      Code = "agreement.first-item"
	CodeAgreementStampedAt Code = "agreement.stamped-at"
)

// gradeAgreement compares the stamp with the document around it. The stamp
// vouches only for what both have in common.
func gradeAgreement(d *DTE) Grade {
	if !childOf(d.main(), "TED").Exists() {
		return Grade{} // the grade of the stamp says why
	}
	g := Grade{Made: true}
	dd, id := &d.Stamp().Data, d.ID()
	const path = "TED/DD/"
	compare := func(code Code, name, got, want string) {
		if got == "" || got == "0" || got != want {
			g.found(code, path+name, got, want)
		}
	}
	compare(CodeAgreementIssuer, "RE", dd.Issuer.String(), id.Issuer.String())
	compare(CodeAgreementType, "TD", strconv.Itoa(int(dd.Type)), strconv.Itoa(int(id.Type)))
	compare(CodeAgreementFolio, "F", strconv.FormatInt(int64(dd.Folio), 10), strconv.FormatInt(int64(id.Folio), 10))
	compare(CodeAgreementDate, "FE", dd.IssueDate.String(), d.IssueDate().String())
	compare(CodeAgreementReceiver, "RR", dd.Receiver.String(), d.Receiver().String())

	total := d.Total()
	switch {
	case dd.Total.IsZero() || total.IsZero() || dd.Total.Cmp(total) != 0:
		g.found(CodeAgreementTotal, path+"MNT", dd.Total.String(), total.String())
	case dd.Total != total && d.Export != nil:
		g.found(CodeAgreementLiteral, path+"MNT", dd.Total.String(), total.String())
	}

	_, _, receiver := d.identification()
	// Programs without a name omit it or put the RUT in its place.
	if name := strings.TrimSpace(dd.ReceiverName); name != "" && name != dd.Receiver.String() && !isCutOf(name, receiver.Name) {
		g.found(CodeAgreementName, path+"RSR", name, cut40(receiver.Name))
	}
	if item := strings.TrimSpace(dd.FirstItem); !isCutOf(item, d.firstItem()) {
		g.found(CodeAgreementItem, path+"IT1", item, cut40(d.firstItem()))
	}
	if signed := d.SignedAt(); !signed.IsZero() && dd.StampedAt.Compare(signed) > 0 {
		g.found(CodeAgreementStampedAt, path+"TSTED", dd.StampedAt.String(), signed.String())
	}
	return g
}

// firstItem returns the name of the first line.
func (d *DTE) firstItem() string {
	switch p := d.Peso(); {
	case p != nil && len(p.Lines) > 0:
		return p.Lines[0].Name
	case d.Export != nil && len(d.Export.Lines) > 0:
		return d.Export.Lines[0].Name
	default:
		return ""
	}
}

// isCutOf reports whether a text is the first 40 characters of another. Some
// programs cut before they trim, others after. Those that count bytes or the
// letters of &amp; cut a little earlier.
func isCutOf(short, long string) bool {
	const least = 20
	for _, cut := range []string{strings.TrimSpace(cut40(long)), strings.TrimSpace(cut40(strings.TrimSpace(long)))} {
		if short == cut || strings.HasPrefix(cut, short) && utf8.RuneCountInString(short) >= least {
			return true
		}
	}
	return false
}

func cut40(s string) string {
	n := 0
	for i := range s {
		if n == 40 {
			return s[:i]
		}
		n++
	}
	return s
}
