package judge

import (
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

var referenceRules = []rule{
	{check: CheckReference, document: (*document).reference, codes: []Code{CodeReference}},
	{check: CheckReferenceCode, document: (*document).referenceCode, codes: []Code{CodeReferenceCode}},
	{check: CheckUnreceived, document: (*document).unreceived, codes: []Code{CodeUnreceived}},
	{check: CheckAnnulment, document: (*document).annulment, codes: []Code{CodeAnnulment}},
	{check: CheckTextCorrection, document: (*document).textCorrection, codes: []Code{CodeTextCorrection}},
}

// What a note does to the document that it refers to (CodRef).
const (
	annuls       = "1"
	correctsText = "2"
)

// reference rejects a note without references, and a credit note to a guía.
func (d *document) reference() {
	if !d.isNote() {
		return
	}
	list := d.references()
	if len(list) == 0 {
		d.find(CodeReference, "Referencia", "", "Referencia")
	}
	for i := range list {
		if r := &list[i]; d.kind == 61 && r.Code != "" && (r.Type == "52" || r.Type == "50") {
			d.findAt(CodeReference, r.Number, pathOf(r)+"TpoDocRef", r.Type, "")
		}
	}
}

func pathOf(r *dte.Reference) string { return "Referencia[" + text(r.Number) + "]/" }

// referenceCode rejects a note without any reference that says what the note does.
// Other references, such as SET and purchase orders, need not say it.
func (d *document) referenceCode() {
	list := d.references()
	if !d.isNote() || len(list) == 0 || slices.ContainsFunc(list, func(r dte.Reference) bool { return r.Code != "" }) {
		return
	}
	d.findAt(CodeReferenceCode, list[0].Number, pathOf(&list[0])+"CodRef", "", "1, 2, 3")
}

// electronic are the types of documents that the SII receives.
var electronic = []chile.DocType{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112}

// changed yields the electronic documents that a note changes, with the reference. If
// the number is no folio, the folio is 0.
func (d *document) changed(yield func(*dte.Reference, chile.DocumentID)) {
	if !d.isNote() {
		return
	}
	list := d.references()
	for i := range list {
		r := &list[i]
		n, _ := strconv.Atoi(r.Type)
		id := chile.DocumentID{Issuer: d.id.Issuer, Type: chile.DocType(n)}
		if r.Code == "" || r.Global == 1 || !slices.Contains(electronic, id.Type) {
			continue
		}
		if !r.OtherRUT.IsZero() {
			id.Issuer = r.OtherRUT
		}
		id.Folio, _ = chile.ParseFolio(trimmed(r.Folio))
		yield(r, id)
	}
}

// unreceived rejects a note to a document that the SII does not have.
func (d *document) unreceived() {
	d.changed(func(r *dte.Reference, id chile.DocumentID) {
		switch _, known := d.known(id); {
		case known:
		case d.w.Document == nil && id.Folio > 0:
			d.gap(Untold)
		default:
			d.findAt(CodeUnreceived, r.Number, pathOf(r)+"FolioRef", r.Type+" "+r.Folio, "")
		}
	})
}

// inEnvelope reports whether a document is earlier in the envelope, if that counts.
func (d *document) inEnvelope(id chile.DocumentID) bool {
	i, ok := d.earlier[id]
	return ok && d.w.SameEnvelope && d.e.a.Documents[i].State.Accepted()
}

// known returns what the SII knows of a document.
func (d *document) known(id chile.DocumentID) (Known, bool) {
	if d.w.Document != nil {
		if k, ok := d.w.Document(id); ok {
			return k, true
		}
	}
	if d.inEnvelope(id) {
		of := d.e.report.Documents[d.earlier[id]].DTE
		return Known{of.IssueDate(), of.Receiver(), of.Total()}, true
	}
	return Known{}, false
}

// annulment finds a note that annuls a document with another total.
func (d *document) annulment() {
	d.changed(func(r *dte.Reference, id chile.DocumentID) {
		if r.Code != annuls {
			return
		}
		switch k, known := d.known(id); {
		case known && k.Total.Cmp(d.d.Total()) != 0:
			d.findAt(CodeAnnulment, r.Number, "Encabezado/Totales/MntTotal", d.d.Total().String(), k.Total.String())
		case !known && d.w.Document == nil:
			d.gap(Untold)
		}
	})
}

// textCorrection finds a note that corrects text and has amounts.
func (d *document) textCorrection() {
	if !d.isNote() || !slices.ContainsFunc(d.references(), func(r dte.Reference) bool { return r.Code == correctsText }) {
		return
	}
	if total := d.d.Total(); total.Sign() != 0 {
		d.find(CodeTextCorrection, "Encabezado/Totales/MntTotal", total.String(), "0")
		return
	}
	if d.peso == nil {
		return
	}
	for i := range d.peso.Lines {
		if l := &d.peso.Lines[i]; l.Amount != 0 {
			d.findAt(CodeTextCorrection, l.Number, "Detalle["+text(l.Number)+"]/MontoItem", text(l.Amount), "0")
		}
	}
}
