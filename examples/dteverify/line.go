package main

import (
	"slices"

	"github.com/ofitec/chile/dte"
)

// line is what the program says of one document, or of one signature.
type line struct {
	File  string `json:"file"`
	Path  string `json:"path,omitempty"`
	Kind  string `json:"kind"` // what is signed: Documento, SetDTE …
	ID    string `json:"id,omitempty"`
	Error string `json:"error,omitempty"` // why the file could not be read

	Signature *signature `json:"signature,omitempty"`
	TED       *grade     `json:"ted,omitempty"`
	CAF       *grade     `json:"caf,omitempty"`
	Agreement *grade     `json:"agreement,omitempty"`
	Totals    *grade     `json:"totals,omitempty"`
	Dates     *grade     `json:"dates,omitempty"`
	Schema    *grade     `json:"schema,omitempty"`
	Values    *grade     `json:"values,omitempty"`
	Cover     *grade     `json:"cover,omitempty"`

	good bool
}

// grade is one grade: what is wrong makes it not ok.
type grade struct {
	OK       bool          `json:"ok"`
	Detail   string        `json:"detail,omitempty"` // the environment of a CAF, the bytes that a stamp covers
	Reason   string        `json:"reason,omitempty"` // of the first thing that is wrong
	Findings []dte.Finding `json:"findings,omitempty"`
}

type signature struct {
	grade
	Context string `json:"context,omitempty"` // the namespaces with which it holds
	Key     string `json:"key,omitempty"`     // where the key stands: KeyValue or certificate
	RUT     string `json:"rut,omitempty"`     // of the certificate
}

// lines returns a line per document and per signature that is of none.
func (s *settings) lines(file string, r *dte.Report) []*line {
	var list []*line
	var outer *line // of the file itself, which carries what is of no document
	for i := range r.Signatures {
		g := &r.Signatures[i]
		at := slices.IndexFunc(r.Documents, func(v dte.Verdict) bool { return v.Signature.Path == g.Path })
		if at >= 0 {
			list = append(list, s.document(file, &r.Documents[at]))
			continue
		}
		outer = &line{File: file, Path: g.Path, Kind: g.Element, ID: g.ID, Signature: s.signature(g)}
		outer.good = s.accepts(g, outer)
		list = append(list, outer)
	}
	for i := range r.Documents { // those of which the signature is not even missing
		v := &r.Documents[i]
		if !slices.ContainsFunc(r.Signatures, func(g dte.SignatureGrade) bool { return g.Path == v.Signature.Path }) {
			list = append(list, s.document(file, v))
		}
	}
	if outer == nil && (r.File.DTE == nil || len(r.Schema.Findings)+len(r.Values.Findings) > 0) {
		outer = &line{File: file, Kind: string(r.File.Kind), good: r.File.Kind != dte.KindUploadResult}
		list = append(list, outer)
	}
	if outer != nil {
		outer.Cover, outer.Schema, outer.Values = s.grade(&r.Cover, ""), s.grade(&r.Schema, ""), s.grade(&r.Values, "")
		outer.good = outer.good && outer.Cover.OK && outer.Schema.OK && outer.Values.OK
	}
	return list
}

func (s *settings) document(file string, v *dte.Verdict) *line {
	l := &line{
		File: file, Path: v.Signature.Path, Kind: v.Signature.Element, ID: v.DTE.ID().String(),
		Signature: s.signature(&v.Signature),
		TED:       s.grade(&v.Stamp.Grade, string(v.Stamp.Form)),
		CAF:       s.grade(&v.CAF.Grade, string(v.CAF.Environment)),
		Agreement: s.grade(&v.Agreement, ""),
		Totals:    s.grade(&v.Totals, ""),
		Dates:     s.grade(&v.Dates, ""),
		Schema:    s.grade(&v.Schema, ""),
		Values:    s.grade(&v.Values, ""),
		good:      v.OK(s.policy),
	}
	for _, f := range v.Refusals(s.policy) {
		switch f.Code {
		case dte.CodeCAFEnvironment:
			s.add(l.CAF, f)
		case dte.CodeSignatureUntrusted:
			s.add(&l.Signature.grade, f)
		}
	}
	return l
}

// add tells what a policy refuses and a grade does not have.
func (s *settings) add(g *grade, f dte.Finding) {
	g.OK, g.Findings = false, append(g.Findings, f)
	if g.Reason == "" {
		g.Reason = s.words.tell(f)
	}
}

func (s *settings) signature(g *dte.SignatureGrade) *signature {
	v := &g.Verdict
	found := &signature{grade: *s.grade(&g.Grade, ""), RUT: v.RUT}
	found.OK = found.OK && g.OK()
	if v.Context != 0 {
		found.Context = v.Context.String()
	}
	switch {
	case v.Key != nil && v.FromKeyValue:
		found.Key = "KeyValue"
	case v.Key != nil:
		found.Key = "certificate"
	}
	return found
}

// accepts reports whether the policy accepts a signature that is of no document.
func (s *settings) accepts(g *dte.SignatureGrade, l *line) bool {
	r := dte.Report{File: &dte.File{}, Signatures: []dte.SignatureGrade{*g}}
	refusals := r.Refusals(s.policy)
	for _, f := range refusals {
		if f.Code == dte.CodeSignatureUntrusted {
			s.add(&l.Signature.grade, f)
		}
	}
	return len(refusals) == 0
}

func (s *settings) grade(g *dte.Grade, detail string) *grade {
	found := &grade{OK: g.OK(), Detail: detail, Findings: slices.Clone(g.Findings)}
	for _, f := range g.Findings {
		if f.Severity == dte.Wrong {
			found.Reason = s.words.tell(f)
			break
		}
	}
	return found
}
