package judge

import (
	"bytes"
	"errors"
	"slices"

	"github.com/ofitec/chile/xmlsig"
)

// body returns the element of the document in its DTE, or the zero Element if the DTE
// is not signed.
func (d *document) body() xmlsig.Element {
	if d.element.Exists() {
		for child := range d.element.Children() {
			switch child.Name() {
			case "Documento", "Liquidacion", "Exportaciones":
				return child
			}
		}
	}
	return xmlsig.Element{}
}

// signed rejects a document whose signature is not valid for the DTE as the SII sees
// it: cut out of the envelope, with only the namespaces that its own start tag declares.
func (d *document) signed() {
	g := &d.grade.Signature
	v := &g.Verdict
	switch {
	case errors.Is(v.Err, xmlsig.ErrFIPS), errors.Is(v.Err, xmlsig.ErrLimit):
		d.gap(Uncheckable)
	case !v.OK(), v.Signed != d.body():
		d.find(CodeSignature, "Signature", reasonOf(g), "")
	case !d.isolated(v):
		d.find(CodeSignature, "Signature", v.Context.String()+", "+v.InfoContext.String(), xmlsig.CutOut.String())
	case !d.w.InnerXSI && bytes.Contains(d.startTag(), []byte(nsXSI)):
		d.find(CodeSignature, "@xmlns:xsi", nsXSI, "")
	}
}

// isolated reports whether a signature that is valid in place is also valid for the DTE
// cut out.
func (d *document) isolated(v *xmlsig.Verdict) bool {
	if v.Context == xmlsig.CutOut && v.InfoContext == xmlsig.CutOut {
		return true
	}
	if !d.element.Parent().Exists() { // the file is the DTE alone
		return v.Context == xmlsig.InPlace && v.InfoContext == xmlsig.InPlace
	}
	// If in place is the same as cut out, one verdict is enough.
	alone, err := xmlsig.Parse(slices.Concat(declaration(d.e.b), d.element.Source()))
	if err != nil {
		return false // a prefix that only the envelope declares
	}
	return slices.ContainsFunc(alone.Inspect(), func(of xmlsig.Verdict) bool {
		return of.Context == xmlsig.InPlace && of.InfoContext == xmlsig.InPlace
	})
}

// declaration returns the XML declaration of a file, which names its encoding.
func declaration(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if end := bytes.Index(b, []byte("?>")); bytes.HasPrefix(b, []byte("<?xml")) && end > 0 {
		return b[:end+len("?>")]
	}
	return nil
}

// startTag returns the start tag of the DTE as written, with the white space after it.
func (d *document) startTag() []byte {
	tag, _, _ := bytes.Cut(bytes.TrimPrefix(d.d.Source(), []byte("<")), []byte("<"))
	return tag
}
