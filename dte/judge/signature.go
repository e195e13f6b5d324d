package judge

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// body returns the element of the document in its DTE, the zero Element if the
// DTE is not signed.
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

// signed rejects a document whose signature does not hold over the DTE as the SII
// looks at it: cut out of the envelope, with the namespaces that its own start tag
// declares and no others.
func (d *document) signed() {
	g := &d.grade.Signature
	v := &g.Verdict
	switch {
	case errors.Is(v.Err, xmlsig.ErrFIPS), errors.Is(v.Err, xmlsig.ErrLimit):
		d.untold()
	case !v.OK(), g.Has(dte.CodeSignatureElement):
		d.find(CodeSignature, "Signature", reasonOf(g), "")
	case !d.isolated(v):
		d.find(CodeSignature, "Signature", v.Context.String()+", "+v.InfoContext.String(), xmlsig.CutOut.String())
	case !d.w.InnerXSI && declaresXSI(d.startTag()):
		d.find(CodeSignature, "@xmlns:xsi", nsXSI, "")
	}
}

// isolated reports whether a signature that holds does so over the DTE cut out.
func (d *document) isolated(v *xmlsig.Verdict) bool {
	if v.Context == xmlsig.CutOut && v.InfoContext == xmlsig.CutOut {
		return true
	}
	if v.Context > xmlsig.CutOut || v.InfoContext > xmlsig.CutOut {
		return false
	}
	if !d.element.Parent().Exists() {
		return true // the file is the DTE alone
	}
	// In place may be the same as cut out, and the one verdict stands for both.
	alone, err := xmlsig.Parse(slices.Concat(declaration(d.e.b), d.element.Source()))
	if err != nil {
		return false // a prefix that only the envelope declares
	}
	for _, of := range alone.Inspect() {
		if of.ID == v.ID && of.OK() {
			return of.Context == xmlsig.InPlace && of.InfoContext == xmlsig.InPlace
		}
	}
	return false
}

// declaration returns the XML declaration of a file, which names its encoding.
func declaration(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if end := bytes.Index(b, []byte("?>")); bytes.HasPrefix(b, []byte("<?xml")) && end > 0 {
		return b[:end+len("?>")]
	}
	return nil
}

// startTag returns the start tag of the DTE as it is written.
func (d *document) startTag() []byte {
	if !d.element.Exists() {
		return nil
	}
	source := d.d.Source()
	quote := byte(0)
	for i, c := range source {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return source[:i]
		}
	}
	return source
}

// declaresXSI reports whether a start tag declares a prefix for the namespace of
// schema instances.
func declaresXSI(tag []byte) bool {
	_, after, ok := bytes.Cut(tag, []byte("xmlns:"))
	return ok && strings.Contains(string(after), nsXSI)
}
