package judge

import (
	"slices"

	"github.com/ofitec/chile"
)

var headerRules = []rule{
	{check: CheckIssueDate, document: (*document).issueDate, codes: []Code{CodeEarlyIssue}},
	{check: CheckLate, document: (*document).late, codes: []Code{CodeLate}},
	{check: CheckActivity, document: (*document).activity, codes: []Code{CodeActivity}},
	{check: CheckExemptInvoice, document: (*document).exemptInvoice, codes: []Code{CodeHeader}},
	{check: CheckBoletaReference, document: (*document).boletaReference, codes: []Code{CodeBoletaReference}},
}

// issueDate rejects a date of issue before the CAF.
func (d *document) issueDate() {
	if at, authorised := d.d.IssueDate(), d.cafDate(); at.Compare(authorised) < 0 {
		d.find(CodeEarlyIssue, "Encabezado/IdDoc/FchEmis", at.String(), authorised.String())
	}
}

// lateAfter is how many days after its date of issue a document may arrive.
const lateAfter = 3

// late finds a document that arrives too many days after its date of issue.
func (d *document) late() {
	if d.w.Now.IsZero() {
		d.gap(Untold)
		return
	}
	today := chile.DateOf(d.w.Now)
	if last := d.d.IssueDate().AddDays(lateAfter); today.Compare(last) > 0 {
		d.find(CodeLate, "Encabezado/IdDoc/FchEmis", d.d.IssueDate().String(), today.String())
	}
}

// activity rejects codes of activity that are not registered. Boletas have none.
func (d *document) activity() {
	var told []int
	switch {
	case isBoleta(d.kind):
		return
	case d.peso != nil:
		told = d.peso.Header.Issuer.ActivityCodes
	case d.export != nil:
		told = d.export.Header.Issuer.ActivityCodes
	}
	c, _ := d.w.company(d.id.Issuer)
	if c.Activities == nil {
		d.gap(Untold)
		return
	}
	for _, code := range told {
		if !slices.Contains(c.Activities, code) {
			d.find(CodeActivity, "Encabezado/Emisor/Acteco", text(code), "")
		}
	}
}

// exemptInvoice rejects an exempt invoice (34) that declares net, rate or VAT.
// Unverified: the number.
func (d *document) exemptInvoice() {
	if d.kind != 34 || d.peso == nil {
		return
	}
	t := &d.peso.Header.Totals
	if t.Net != nil || t.VAT != nil || !t.VATRate.IsZero() {
		d.find(CodeHeader, "Encabezado/Totales", "", "MntExe, MntTotal")
	}
}

// boletaReference rejects a boleta of the certification set whose reference to its case
// has more than CodRef and RazonRef. One program reports the contrary.
func (d *document) boletaReference() {
	if !isBoleta(d.kind) || d.w.Environment != chile.Certification {
		return
	}
	for _, r := range d.references() {
		if (r.Code == "SET" || r.Type == "SET") && (r.Type != "" || r.Folio != "") {
			d.findAt(CodeBoletaReference, r.Number, "Referencia["+text(r.Number)+"]/TpoDocRef", r.Type+" "+r.Folio, "")
		}
	}
}
