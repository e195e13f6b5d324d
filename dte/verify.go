package dte

import (
	"errors"
	"slices"

	"github.com/ofitec/chile/xmlsig"
)

// VerifyOptions are options of Verify. If nil or zero, the defaults apply.
type VerifyOptions struct {
	// Keys are keys of the SII for CAFs, in addition to the known ones.
	Keys Keys

	// Schema is the set of schemas to check against: SchemaNewer by default.
	Schema SchemaSet

	// Parse are options for reading, such as xmlsig.WithMaxSize.
	Parse []xmlsig.Option
}

// Verdict is the result for one DTE, as separate grades. OK decides with a Policy
// whether that is enough. The zero value has no grades; no policy accepts it.
//
// If a DTE does not hold exactly one document, the document's content is not
// graded.
type Verdict struct {
	// DTE has the values that were judged; if the signature is valid, it covers
	// them. It does not cover unknown elements beside the document.
	DTE *DTE `json:"-"`

	Signature SignatureGrade `json:"signature"` // of the document
	Stamp     StampGrade     `json:"ted"`       // FRMT over DD
	CAF       CAFGrade       `json:"caf"`       // FRMA over DA, and the CAF's limits
	Agreement Grade          `json:"agreement"` // of stamp and document
	Totals    Grade          `json:"totals"`    // arithmetic
	Dates     Grade          `json:"dates"`     // with each other
	Schema    Grade          `json:"schema"`    // of the SII
	Values    Grade          `json:"values"`    // that could not be read
}

// Report is the result for a file. No policy accepts the zero value.
type Report struct {
	// File has the values that were judged.
	File *File

	// Signatures are the grades of all signatures and of unsigned elements, in
	// file order, including those of the documents.
	Signatures []SignatureGrade

	// Documents are the verdicts of the DTEs, in the order of the file.
	Documents []Verdict

	// Cover says whether an envelope or cession agrees with its documents and its
	// signer. It is not made for a file that carries nothing, nor for a cession
	// without its document or its assignments. Schema and Values judge the file
	// without its documents.
	Cover, Schema, Values Grade
}

// Verify reads and grades a file of any kind. The errors are those of Parse;
// unreadable values are reported in the grade Values. It allocates at most 64
// times the size of the file in total; real files need a fraction of that.
func Verify(src []byte, opts *VerifyOptions) (*Report, error) {
	if opts == nil {
		opts = &VerifyOptions{}
	}
	doc, err := xmlsig.Parse(src, opts.Parse...)
	if err != nil {
		return nil, err
	}
	return verify(doc, opts)
}

// Verify grades a parsed file. It reads the values again, since those of the File
// may have been changed.
func (f *File) Verify(opts *VerifyOptions) (*Report, error) {
	if f.document == nil {
		return nil, ErrKind
	}
	if opts == nil {
		opts = &VerifyOptions{}
	}
	return verify(f.document, opts)
}

func verify(doc *xmlsig.Document, opts *VerifyOptions) (*Report, error) {
	file, err := read(doc)
	var values *ValuesError
	if err != nil && !errors.As(err, &values) {
		return nil, err
	}
	r := &Report{File: file, Signatures: gradeSignatures(doc)}
	bySigned := make(map[xmlsig.Element]int, len(r.Signatures))
	for i := range r.Signatures {
		if _, taken := bySigned[r.Signatures[i].signed]; !taken {
			bySigned[r.Signatures[i].signed] = i
		}
	}
	dtes := file.dtes()
	r.Documents = make([]Verdict, len(dtes))
	for i, d := range dtes {
		v := &r.Documents[i]
		v.DTE = d
		if at, ok := bySigned[d.main()]; ok && d.main().Exists() {
			v.Signature = r.Signatures[at]
		} else {
			v.Signature.absent(d.element)
		}
		v.Values.Made = true
		if values != nil {
			v.Values.unreadable(decode(d.element, new(DTE)))
		}
		v.grade(doc.Encoding(), opts)
		if at, ok := bySigned[d.main()]; ok {
			r.Signatures[at] = v.Signature // now with the finding about its date
		}
	}
	r.Values.Made = true
	r.Values.unreadable(err)
	r.Values.without(r.Documents)
	r.cover()
	gradeSchema(r, doc.Unverified(), opts.Schema)
	return r, nil
}

// grade fills all grades but those of signature, schema and values.
func (v *Verdict) grade(encoding string, opts *VerifyOptions) {
	d := v.DTE
	if n := d.count(); n != 1 {
		v.Values.found(CodeValuesKind, d.element.Path(), "", "")
		return
	}
	ted := childOf(d.main(), "TED")
	stamp := d.Stamp()
	v.Stamp = gradeStamp(ted, encoding)
	v.CAF = gradeCAF(ted, encoding, stamp, opts.Keys)
	v.Agreement = gradeAgreement(d)
	v.Totals = CheckTotals(d)
	v.Dates = gradeDates(d)
	v.Signature.datedAt(d.SignedAt().Time())
}

// count returns how many documents a DTE has; it should have one.
func (d *DTE) count() (n int) {
	for _, has := range []bool{d.Document != nil, d.Settlement != nil, d.Export != nil} {
		if has {
			n++
		}
	}
	return n
}

// main returns the element of the document.
func (d *DTE) main() xmlsig.Element {
	for _, name := range signedIn["DTE"] {
		for e := range namedChildren(d.element, name) {
			return e
		}
	}
	return xmlsig.Element{}
}

// dtes returns the DTEs of a file.
func (f *File) dtes() []*DTE {
	var list []*DTE
	switch {
	case f.DTE != nil:
		list = append(list, f.DTE)
	case f.Envelope != nil:
		for i := range f.Envelope.Set.DTEs {
			list = append(list, &f.Envelope.Set.DTEs[i])
		}
	case f.AEC != nil:
		if d := &f.AEC.Document.Assignments.DTE.Document.DTE; d.element.Exists() {
			list = append(list, d)
		}
	}
	return list
}

// absent reports that the content of an element is not signed.
func (g *SignatureGrade) absent(e xmlsig.Element) {
	g.Made, g.Path, g.Element = true, e.Path(), signedIn["DTE"][0]
	g.found(CodeSignatureAbsent, g.Path, "", g.Element)
}

// unreadable reports the values that an error lists.
func (g *Grade) unreadable(err error) {
	var values *ValuesError
	if !errors.As(err, &values) {
		return
	}
	for _, f := range values.Fields {
		g.Findings = append(g.Findings, Finding{
			Code: CodeValuesUnreadable, Severity: Wrong, Path: f.Path, Got: shown(f.Value), Want: shown(f.Err.Error()), Err: f.Err,
		})
	}
	if values.More > 0 {
		g.found(CodeValuesUnreadable, "", "…", "")
	}
}

// without removes what the grades of documents report.
func (g *Grade) without(documents []Verdict) {
	g.Findings = slices.DeleteFunc(g.Findings, func(f Finding) bool {
		return slices.ContainsFunc(documents, func(v Verdict) bool {
			return slices.ContainsFunc(v.Values.Findings, func(of Finding) bool { return of.Path == f.Path && f.Path != "" })
		})
	})
}
