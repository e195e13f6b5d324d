package judge

import (
	"slices"
	"time"

	"github.com/ofitec/chile"
)

var folioRules = []rule{
	{check: CheckRepeated, document: (*document).repeated, codes: []Code{CodeRepeated}},
	{check: CheckReceived, document: (*document).received, codes: []Code{CodeReceived, CodeRepeated}},
	{check: CheckAnnulled, document: (*document).annulled, codes: []Code{CodeAnnulled}},
	{check: CheckExpired, document: (*document).expired, codes: []Code{CodeExpired}},
	{check: CheckAuthorized, document: (*document).authorized, codes: []Code{CodeCAF}},
}

// repeated rejects the second document of a folio in the envelope.
func (d *document) repeated() {
	if _, ok := d.earlier[d.id]; ok {
		d.find(CodeRepeated, "Encabezado/IdDoc/Folio", text(d.id.Folio), "")
	}
}

// received rejects a folio that was received before.
func (d *document) received() {
	switch d.folio() {
	case FolioReceived:
		code := CodeReceived
		if d.w.SameAgain != "" && d.sameAgain() {
			code = d.w.SameAgain
		}
		d.find(code, "Encabezado/IdDoc/Folio", text(d.id.Folio), "")
	case FolioFree, FolioAnnulled:
	default:
		d.gap(Untold)
	}
}

func (d *document) folio() Folio {
	if d.w.Folio == nil {
		return FolioUntold
	}
	return d.w.Folio(d.id)
}

// sameAgain reports whether the SII has a document with the same data.
func (d *document) sameAgain() bool {
	if d.w.Document == nil {
		return false
	}
	k, ok := d.w.Document(d.id)
	return ok && k.Date == d.d.IssueDate() && k.Receiver == d.d.Receiver() && k.Total.Cmp(d.d.Total()) == 0
}

// annulled rejects a folio that was annulled on the portal.
func (d *document) annulled() {
	switch d.folio() {
	case FolioAnnulled:
		d.find(CodeAnnulled, "Encabezado/IdDoc/Folio", text(d.id.Folio), "")
	case FolioFree, FolioReceived:
	default:
		d.gap(Untold)
	}
}

// expiring are the types whose CAFs expire, as far as known: those with a right to
// fiscal credit.
var expiring = []chile.DocType{33, 43, 46, 56, 61}

// expired rejects a document that was signed after the last day of its CAF.
func (d *document) expired() {
	types := d.w.Expiring
	if types == nil {
		types = expiring
	}
	authorised, signed := d.cafDate(), d.d.SignedAt().Date
	if authorised.IsZero() || !slices.Contains(types, d.kind) {
		return // without a date the CAF is not accepted in any case
	}
	if last := lastDay(authorised); signed.Compare(last) > 0 {
		d.find(CodeExpired, "TmstFirma", signed.String(), last.String())
	}
}

// lastDay returns the last day of a CAF: the same day of the sixth month or, for
// those before 2018-07-01, of the eighteenth, at most 2018-12-31.
func lastDay(authorised chile.Date) chile.Date {
	changed, _ := chile.NewDate(2018, time.July, 1)
	if authorised.Compare(changed) >= 0 {
		return monthsLater(authorised, 6)
	}
	end, _ := chile.NewDate(2018, time.December, 31)
	if last := monthsLater(authorised, 18); last.Compare(end) < 0 {
		return last
	}
	return end
}

// monthsLater returns the same day, or the last one, of a later month.
func monthsLater(d chile.Date, months int) chile.Date {
	month := int(d.Month()) - 1 + months
	year := d.Year() + month/12
	for day := d.Day(); day > 0; day-- {
		if later, err := chile.NewDate(year, time.Month(month%12+1), day); err == nil {
			return later
		}
	}
	return d
}
