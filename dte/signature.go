package dte

import (
	"errors"
	"slices"
	"time"

	"github.com/ofitec/chile/xmlsig"
)

// SignatureGrade says whether a signature is valid over the element that must be
// signed in its place. It does not say whether the signer is to be trusted: a
// Policy does.
type SignatureGrade struct {
	Grade

	// Path is the path of the signature or, if it is missing, of the unsigned
	// element.
	Path string `json:"path"`

	// Element is the name of the element that was or should be signed, such as
	// Documento or SetDTE; ID is its attribute.
	Element string `json:"element"`
	ID      string `json:"id,omitempty"`

	// Verdict is the full result for the signature; the zero Verdict if there is
	// no signature.
	Verdict xmlsig.Verdict `json:"-"`

	signed xmlsig.Element // the element that should be signed
}

// signedIn names, for each element that carries a signature, what it signs (DTE
// format notes, 5.2).
var signedIn = map[string][]string{
	"DTE":              {"Documento", "Liquidacion", "Exportaciones"},
	"EnvioDTE":         {"SetDTE"},
	"EnvioBOLETA":      {"SetDTE"},
	"ConsumoFolios":    {"DocumentoConsumoFolios"},
	"LibroCompraVenta": {"EnvioLibro"},
	"LibroGuia":        {"EnvioLibro"},
	"LibroBoleta":      {"EnvioLibro"},
	"RespuestaDTE":     {"Resultado"},
	"EnvioRecibos":     {"SetRecibos"},
	"Recibo":           {"DocumentoRecibo"},
	"AEC":              {"DocumentoAEC"},
	"DTECedido":        {"DocumentoDTECedido"},
	"Cesion":           {"DocumentoCesion"},
}

// holders are elements that contain elements with signatures.
var holders = []string{"SetDTE", "SetRecibos", "DocumentoAEC", "Cesiones", "DocumentoDTECedido"}

// gradeSignatures grades every signature of a document, and every element that
// lacks one, in document order.
func gradeSignatures(doc *xmlsig.Document) []SignatureGrade {
	verdicts := doc.Inspect()
	j := signatureJudge{verdicts: verdicts, grades: make([]SignatureGrade, 0, len(verdicts))}
	j.unit(doc.Unverified())
	j.strays(len(j.verdicts))
	return j.grades
}

// signatureJudge walks a document and its signatures in parallel.
type signatureJudge struct {
	verdicts []xmlsig.Verdict
	next     int // first verdict that was not graded
	grades   []SignatureGrade
}

// unit grades the signatures of an element that carries one, and those inside
// it.
func (j *signatureJudge) unit(e xmlsig.Element) {
	expected := signedIn[e.Name()]
	var unsigned []xmlsig.Element // elements that wait for their signature
	for child := range e.Children() {
		name := child.Name()
		switch {
		case name == "Signature" && child.Namespace() == dsigNamespace:
			unsigned = j.signature(child, unsigned)
			continue
		case slices.Contains(expected, name) && ofSII(child):
			j.absent(unsigned)
			unsigned = []xmlsig.Element{child}
		}
		if signedIn[name] != nil || slices.Contains(holders, name) {
			j.unit(child)
		}
	}
	j.absent(unsigned)
	if len(expected) > 0 && !j.sawIn(e, expected) {
		g := SignatureGrade{Grade: Grade{Made: true}, Path: e.Path(), Element: expected[0]}
		g.found(CodeSignatureAbsent, e.Path(), "", expected[0])
		j.grades = append(j.grades, g)
	}
}

// sawIn reports whether an element has one of the expected elements.
func (j *signatureJudge) sawIn(e xmlsig.Element, expected []string) bool {
	for child := range e.Children() {
		if slices.Contains(expected, child.Name()) && ofSII(child) {
			return true
		}
	}
	return false
}

func (j *signatureJudge) absent(unsigned []xmlsig.Element) {
	for _, e := range unsigned {
		g := SignatureGrade{Grade: Grade{Made: true}, Path: e.Path(), Element: e.Name(), signed: e}
		g.ID, _ = e.Attribute("ID")
		g.found(CodeSignatureAbsent, e.Path(), "", "Signature")
		j.grades = append(j.grades, g)
	}
}

// signature grades one signature, and returns the elements that are still
// unsigned.
func (j *signatureJudge) signature(signature xmlsig.Element, unsigned []xmlsig.Element) []xmlsig.Element {
	i := slices.IndexFunc(j.verdicts[j.next:], func(v xmlsig.Verdict) bool { return v.Signature == signature })
	if i < 0 {
		return unsigned // more signatures than are checked: the last verdict says so
	}
	j.strays(j.next + i)
	v := j.verdicts[j.next]
	j.next++
	g := gradeVerdict(&v)
	if len(unsigned) > 0 {
		g.signed, g.Element = unsigned[0], unsigned[0].Name()
		unsigned = nil
	} else if last := len(j.grades) - 1; last >= 0 && j.grades[last].signed.Exists() && v.Signed == j.grades[last].signed {
		g.signed, g.Element = v.Signed, v.Signed.Name() // a second signature of the same
	}
	if v.Err == nil && v.Signed != g.signed {
		g.found(CodeSignatureElement, g.Path, v.Signed.Path(), g.Element)
	}
	j.grades = append(j.grades, g)
	return unsigned
}

// strays grades the signatures before until, which are where no signature
// belongs.
func (j *signatureJudge) strays(until int) {
	for ; j.next < until; j.next++ {
		g := gradeVerdict(&j.verdicts[j.next])
		g.found(CodeSignatureStray, g.Path, "", "")
		j.grades = append(j.grades, g)
	}
}

// gradeVerdict turns a verdict of xmlsig into findings.
func gradeVerdict(v *xmlsig.Verdict) SignatureGrade {
	g := SignatureGrade{Grade: Grade{Made: true}, Path: v.Path(), ID: v.ID, Verdict: *v}
	if v.Err != nil {
		code := CodeSignatureShape
		for _, c := range signatureCodes {
			if errors.Is(v.Err, c.err) {
				code = c.code
				break
			}
		}
		g.Findings = append(g.Findings, Finding{Code: code, Severity: Wrong, Path: g.Path, Got: shown(v.Err.Error()), Err: v.Err})
		return g
	}
	g.Element = v.Signed.Name()
	if v.Context != xmlsig.InPlace {
		g.found(CodeSignatureContext, g.Path, v.Context.String(), "")
	}
	if v.Unreadable != nil {
		g.failed(CodeSignatureCertificate, g.Path, v.Unreadable)
	}
	return g
}

// OK reports whether the signature is valid.
func (g *SignatureGrade) OK() bool {
	return g.Grade.OK() && g.Verdict.OK()
}

// datedAt judges the certificate at the time of signing that the document
// states.
func (g *SignatureGrade) datedAt(at time.Time) {
	cert := g.Verdict.Certificate
	if cert == nil || at.IsZero() {
		return
	}
	const day = time.DateOnly
	switch {
	case at.Before(cert.NotBefore):
		g.found(CodeSignatureEarly, g.Path, at.Format(day), cert.NotBefore.Format(day))
	case at.After(cert.NotAfter):
		g.found(CodeSignatureExpired, g.Path, at.Format(day), cert.NotAfter.Format(day))
	}
}

const dsigNamespace = "http://www.w3.org/2000/09/xmldsig#"

func ofSII(e xmlsig.Element) bool {
	uri := e.Namespace()
	return uri == siiNamespace || uri == ""
}
