package issue

import (
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

var (
	ruleNoReference = rule{
		"REF-3-415", LevelRejects,
		"una nota debe hacer referencia al documento que modifica",
		"a note must refer to the document that it changes",
	}
	ruleReferenceGuide = rule{
		"REF-3-415", LevelRejects,
		"una nota de crédito no puede referirse a una guía de despacho",
		"a credit note cannot refer to a guía",
	}
	ruleGuideNamed = rule{
		"REF-3-415", LevelAdvice,
		"una nota de crédito no modifica guías de despacho; no consta que el SII acepte que se nombren en ella",
		"a credit note changes no guías; it is not certain whether the SII accepts that it names one",
	}
	ruleNoCode = rule{
		"REF-3-758", LevelRejects,
		"ninguna referencia de la nota dice qué hace con el documento (CodRef 1, 2 o 3)",
		"no reference of the note says what it does to the document (CodRef 1, 2 or 3)",
	}
	ruleCodeMany = rule{
		"reference.single", LevelAdvice,
		"una nota que anula o corrige texto (CodRef 1, 2) se refiere a un solo documento",
		"a note that annuls or corrects text (CodRef 1, 2) refers to only one document",
	}
	ruleFolioText = rule{
		"reference.folio", LevelRejects,
		"el folio de un documento tributario es un número",
		"the folio of a tax document is a number",
	}
	ruleGlobal = rule{
		"reference.global", LevelReparo,
		"FolioRef es 0 si y solo si IndGlobal es 1 (más de 20 documentos de un tipo)",
		"FolioRef is 0 if and only if IndGlobal is 1 (more than 20 documents of a type)",
	}
	ruleReferenceType = rule{
		"reference.type", LevelAdvice,
		"no es un tipo de documento que se conozca, ni letras",
		"it is neither a known type of document nor letters",
	}
	ruleNoteType = rule{
		"reference.note", LevelAdvice,
		"una nota de este tipo no modifica documentos de ese tipo",
		"a note of this type does not change documents of that type",
	}
	ruleAnnulAmount = rule{
		"REF-2-780", LevelReparo,
		"una nota que anula lleva el mismo total que el documento",
		"a note that annuls has the same total as the document",
	}
	ruleAnnulUnknown = rule{
		"original.unchecked", LevelAdvice,
		"no se conoce el documento que se anula (Policy.Originals): no se revisó REF-2-780",
		"the document that is annulled is not known (Policy.Originals): REF-2-780 was not judged",
	}
	ruleOriginalDate = rule{
		"reference.date", LevelAdvice,
		"no es la fecha del documento de la referencia",
		"it is not the date of the document that is referred to",
	}
	ruleReferenceLater = rule{
		"reference.later", LevelAdvice,
		"la referencia es posterior al documento", "the reference is later than the document",
	}
	ruleSixMonths = rule{
		"reference.old", LevelAdvice,
		"han pasado más de seis meses desde la venta: la nota de crédito por devolución puede no rebajar el débito (DL 825, art. 21 n.º 2 y 70)",
		"more than six months have passed since the sale: a credit note for returned goods may not reduce the debit (DL 825, art. 21 no. 2 and 70)",
	}
	ruleCustomsSingle = rule{
		"reference.customs", LevelReparo,
		"el documento lleva a lo más una referencia de este tipo",
		"the document has at most one reference of this type",
	}
	ruleBoletaReference = rule{
		"HED-3-211", LevelRejects,
		"la referencia de una boleta no lleva este elemento; el set de pruebas se indica con CodRef SET y RazonRef",
		"a reference in a boleta does not have this element; the certification set is stated by CodRef SET and RazonRef",
	}
)

func isBoletaOf(t chile.DocType) bool { return isBoleta(t) || t == 35 || t == 38 }

// referenceType returns the type that a reference names, 0 for letters.
func referenceType(r *dte.Reference) chile.DocType {
	n, _ := strconv.Atoi(r.Type)
	return chile.DocType(n)
}

// refersTo reports whether a reference is to such a type.
func (c *checker) refersTo(is func(chile.DocType) bool) bool {
	return slices.ContainsFunc(c.references, func(r dte.Reference) bool { return is(referenceType(&r)) })
}

// namesFolio reports whether documents of a type are identified by a number.
// Documents of Customs and of buyers may have letters.
func namesFolio(t chile.DocType) bool {
	switch t {
	case 902, 903, 910, 911:
		return false
	default:
		return t.Known() && (t < 800 || t > 899)
	}
}

func (c *checker) checkReferences(doc *dte.DTE) {
	coded := 0
	for i := range c.references {
		r := &c.references[i]
		if isBoleta(c.kind) {
			c.boletaReference(i, r)
			continue
		}
		c.reference(i, r)
		if r.Code == "" {
			continue
		}
		coded++
		if isNote(c.kind) {
			c.change(i, r, doc)
		}
	}
	if !isNote(c.kind) {
		return
	}
	switch {
	case len(c.references) == 0:
		c.add(&ruleNoReference, "Referencia", "", "")
	case coded == 0:
		c.add(&ruleNoCode, "Referencia/CodRef", "", "1, 2, 3")
	case coded > 1 && slices.ContainsFunc(c.references, func(r dte.Reference) bool { return r.Code == "1" || r.Code == "2" }):
		c.add(&ruleCodeMany, "Referencia/CodRef", strconv.Itoa(coded), "1")
	}
}

// reference judges a reference of any document except boletas.
func (c *checker) reference(i int, r *dte.Reference) {
	t := referenceType(r)
	switch {
	case t != 0 && !t.Known(), t == 0 && r.Type != "" && !isLetters(r.Type):
		c.add(&ruleReferenceType, indexed("Referencia", i, "TpoDocRef"), r.Type, "")
	case t != 0 && namesFolio(t) && r.Folio != "" && !isDigits(r.Folio):
		c.add(&ruleFolioText, indexed("Referencia", i, "FolioRef"), r.Folio, "")
	}
	if (r.Folio == "0") != (r.Global == 1) {
		c.add(&ruleGlobal, indexed("Referencia", i, "FolioRef"), r.Folio, "")
	}
	if later(r.Date, c.identification.IssueDate) {
		c.add(&ruleReferenceLater, indexed("Referencia", i, "FchRef"), r.Date.String(), "≤ "+c.identification.IssueDate.String())
	}
	if c.kind == 61 && (t == 52 || t == 50) {
		told := &ruleReferenceGuide
		if r.Code == "" {
			told = &ruleGuideNamed
		}
		c.add(told, indexed("Referencia", i, "TpoDocRef"), r.Type, "")
	}
}

// change judges the reference of a note that says what it does.
func (c *checker) change(i int, r *dte.Reference, doc *dte.DTE) {
	t := referenceType(r)
	if !c.changes(t, r.Code) {
		c.add(&ruleNoteType, indexed("Referencia", i, "TpoDocRef"), r.Type, "")
	}
	if c.kind == 61 && r.Code != "2" && !r.Date.IsZero() && later(c.identification.IssueDate, sixMonthsAfter(r.Date)) {
		c.add(&ruleSixMonths, indexed("Referencia", i, "FchRef"), r.Date.String(), "")
	}
	original := c.original(r)
	switch {
	case original != nil:
		if r.Code == "1" && original.Total().Cmp(doc.Total()) != 0 {
			c.add(&ruleAnnulAmount, "Encabezado/Totales/MntTotal", doc.Total().String(), original.Total().String())
		}
		if issued := original.IssueDate(); issued != r.Date {
			c.add(&ruleOriginalDate, indexed("Referencia", i, "FchRef"), r.Date.String(), issued.String())
		}
	case r.Code == "1":
		c.add(&ruleAnnulUnknown, indexed("Referencia", i, "FolioRef"), r.Folio, "")
	}
}

// changes reports whether notes of the type change documents of another. Exports
// have their own notes. No note annuls a note of its own kind.
func (c *checker) changes(t chile.DocType, code string) bool {
	if t == 0 || t > 799 || t == 50 || t == 52 {
		return c.kind == 61 && (t == 50 || t == 52) // reported as REF-3-415
	}
	abroad := t == 101 || t == 104 || t == 106 || isExport(t)
	if abroad != (c.export != nil) {
		return false
	}
	switch c.kind {
	case 61:
		return code != "1" || t != 61 && t != 60
	case 56:
		return code != "1" || t != 56 && t != 55
	case 112:
		return code != "1" || t != 112 && t != 106
	default:
		return code != "1" || t != 111 && t != 104
	}
}

// original returns the document that a reference names; nil if it is not known.
func (c *checker) original(r *dte.Reference) *dte.DTE {
	t := referenceType(r)
	for _, doc := range c.policy.Originals {
		id := doc.ID()
		if id.Type == t && strconv.FormatInt(int64(id.Folio), 10) == r.Folio && (id.Issuer == c.issuer.RUT || id.Issuer == r.OtherRUT) {
			return doc
		}
	}
	return nil
}

// boletaReference judges a reference of a boleta. CodRef marks the certification
// set; TpoDocRef SET was rejected.
func (c *checker) boletaReference(i int, r *dte.Reference) {
	switch {
	case r.Type == "SET":
		c.add(&ruleBoletaReference, indexed("Referencia", i, "TpoDocRef"), r.Type, "")
	case r.Type != "" && r.Folio == "":
		c.add(&ruleExpected, indexed("Referencia", i, "FolioRef"), "", "")
	case isNumericInBoletas(referenceType(r)) && !isDigits(r.Folio):
		c.add(&ruleFolioText, indexed("Referencia", i, "FolioRef"), r.Folio, "")
	}
}

// isNumericInBoletas reports whether a boleta refers to documents of a type by a
// number (format of boletas 4.2).
func isNumericInBoletas(t chile.DocType) bool {
	return t == 39 || t == 41 || t == 50 || t == 52
}

// atMostOne reports references of some types beyond the first.
func (c *checker) atMostOne(types ...string) {
	seen := 0
	for i := range c.references {
		if slices.Contains(types, c.references[i].Type) {
			if seen++; seen > 1 {
				c.add(&ruleCustomsSingle, indexed("Referencia", i, "TpoDocRef"), c.references[i].Type, "")
			}
		}
	}
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isLetters(s string) bool {
	for _, r := range s {
		if r < 'A' || r > 'Z' && r < 'a' || r > 'z' {
			return false
		}
	}
	return s != ""
}
