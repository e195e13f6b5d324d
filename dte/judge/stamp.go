package judge

import (
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

var stampRules = []rule{
	{check: CheckStamp, document: (*document).stamp, codes: []Code{CodeStamp}},
	{check: CheckStampDate, document: (*document).stampDate, codes: []Code{CodeEarlyStamp}},
	{check: CheckStampData, document: (*document).stampData, codes: []Code{CodeStampData}},
	{check: CheckStampTotal, document: (*document).stampTotal, codes: []Code{CodeStampTotal}},
	{check: CheckSigned, document: (*document).signed, codes: []Code{CodeSignature}},
}

// data returns the data of the stamp, empty without stamp.
func (d *document) data() *dte.StampData {
	if ted := d.d.Stamp(); ted != nil {
		return &ted.Data
	}
	return &dte.StampData{}
}

func (d *document) cafDate() chile.Date { return d.data().CAF.Data.Date }

// authorized rejects a folio that its CAF does not authorise, and a CAF that is not the
// SII's. Unverified: the number. A CAF of another company, and a folio stamped with
// another CAF's key, were seen to give RFR for the whole envelope.
func (d *document) authorized() {
	da := &d.data().CAF.Data
	const path = "TED/DD/CAF/DA/"
	switch {
	case da.Issuer != d.id.Issuer:
		d.find(CodeCAF, path+"RE", da.Issuer.String(), d.id.Issuer.String())
	case da.Type != d.kind:
		d.find(CodeCAF, path+"TD", text(da.Type), text(d.kind))
	case d.id.Folio < da.Range.From || d.id.Folio > da.Range.To:
		d.find(CodeCAF, path+"RNG", text(da.Range.From)+"-"+text(da.Range.To), text(d.id.Folio))
	case d.w.CAF != nil:
		granted, ok := d.w.CAF(d.id)
		if !ok || !sameCAF(&granted, da) {
			d.find(CodeCAF, path+"RNG", text(da.Range.From)+"-"+text(da.Range.To), "")
		}
	default:
		d.sealedCAF(path)
	}
}

// sealedCAF judges a CAF by the SII's signature in it.
func (d *document) sealedCAF(path string) {
	g := &d.grade.CAF
	switch {
	case !g.Made, g.Has(dte.CodeCAFFIPS):
		d.gap(Uncheckable)
	case g.Has(dte.CodeCAFUnknownKey):
		d.gap(Untold)
	case g.Form == "":
		d.find(CodeCAF, "TED/DD/CAF/FRMA", "", "")
	case d.w.Environment == "":
		d.gap(Untold)
	case g.Environment != "" && g.Environment != d.w.Environment:
		d.find(CodeCAF, path+"IDK", string(g.Environment), string(d.w.Environment))
	}
}

// sameCAF compares the CAF that the SII granted with the one in a stamp.
func sameCAF(a, b *dte.CAFData) bool {
	return a.Issuer == b.Issuer && a.Type == b.Type && a.Range.From == b.Range.From && a.Range.To == b.Range.To &&
		a.Date == b.Date && a.KeyID == b.KeyID && sameKey(a.RSAKey, b.RSAKey)
}

func sameKey(a, b *dte.RSAKey) bool {
	return a != nil && b != nil && compact(a.Modulus) == compact(b.Modulus) && compact(a.Exponent) == compact(b.Exponent)
}

func compact(s string) string { return strings.Join(strings.Fields(s), "") }

func trimmed(s string) string { return strings.Trim(s, " \t\r\n") }

// stamp finds a FRMT that is not valid for the flattened ISO-8859-1 text of DD.
func (d *document) stamp() {
	g := &d.grade.Stamp
	switch {
	case !g.Made, g.Has(dte.CodeStampFIPS):
		d.gap(Uncheckable)
	case g.Form != dte.FormSII:
		d.find(CodeStamp, "TED/FRMT", string(g.Form), string(dte.FormSII))
	}
}

// stampDate finds a stamp with a date before its CAF.
func (d *document) stampDate() {
	at, authorised := d.data().StampedAt.Date, d.cafDate()
	if !at.IsZero() && at.Compare(authorised) < 0 {
		d.find(CodeEarlyStamp, "TED/DD/TSTED", at.String(), authorised.String())
	}
}

// stampData rejects the stamp of another document. Unverified: the number.
func (d *document) stampData() {
	dd := d.data()
	for _, part := range []struct{ name, got, want string }{
		{"RE", dd.Issuer.String(), d.id.Issuer.String()},
		{"TD", text(dd.Type), text(d.kind)},
		{"F", text(dd.Folio), text(d.id.Folio)},
		{"FE", dd.IssueDate.String(), d.d.IssueDate().String()},
		{"RR", dd.Receiver.String(), d.d.Receiver().String()},
	} {
		if part.got != part.want {
			d.find(CodeStampData, "TED/DD/"+part.name, part.got, part.want)
		}
	}
}

// stampTotal finds a MNT that is not written as MntTotal. For exports, a rounded one is
// a finding too.
func (d *document) stampTotal() {
	body := d.body()
	got, want := childText(body, "TED", "DD", "MNT"), childText(body, "Encabezado", "Totales", "MntTotal")
	if got != want {
		d.find(CodeStampTotal, "TED/DD/MNT", got, want)
	}
}
