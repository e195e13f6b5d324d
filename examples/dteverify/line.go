package main

import (
	"bytes"
	"encoding/json"
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

	grades []*grade // each under its name in JSON
	good   bool
}

// grade is one grade. It is not ok if something is wrong or was not checked.
type grade struct {
	aspect dte.Aspect

	OK       bool          `json:"ok"`
	Detail   string        `json:"detail,omitempty"` // the environment of a CAF, the bytes that a stamp covers
	Reason   string        `json:"reason,omitempty"` // of the first thing that is wrong
	Findings []dte.Finding `json:"findings,omitempty"`

	// Of a signature: the namespaces with which it holds, where the key stands
	// (KeyValue or certificate), and the RUT of the certificate.
	Context string `json:"context,omitempty"`
	Key     string `json:"key,omitempty"`
	RUT     string `json:"rut,omitempty"`
}

// MarshalJSON writes the grades behind the rest.
func (l *line) MarshalJSON() ([]byte, error) {
	type head line
	text, err := json.Marshal((*head)(l))
	if err != nil {
		return nil, err
	}
	text = bytes.TrimSuffix(text, []byte("}"))
	for _, g := range l.grades {
		value, err := json.Marshal(g)
		if err != nil {
			return nil, err
		}
		text = append(text, `,"`+string(g.aspect)+`":`...)
		text = append(text, value...)
	}
	return append(text, '}'), nil
}

// lines returns a line for each document, and for each signature of no document.
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
		outer = &line{File: file, Path: g.Path, Kind: g.Element, ID: g.ID, grades: []*grade{s.signature(g)}}
		refusals := g.Refusals(s.policy)
		outer.good = len(refusals) == 0
		s.refused(outer, refusals)
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
		for aspect, g := range r.Grades() {
			outer.grades = append(outer.grades, s.grade(aspect, g))
			outer.good = outer.good && g.OK()
		}
	}
	return list
}

func (s *settings) document(file string, v *dte.Verdict) *line {
	refusals := v.Refusals(s.policy)
	l := &line{File: file, Path: v.Signature.Path, Kind: v.Signature.Element, ID: v.DTE.ID().String(), good: len(refusals) == 0}
	for aspect, g := range v.Grades() {
		shown := s.grade(aspect, g)
		switch aspect {
		case dte.AspectSignature:
			shown = s.signature(&v.Signature)
		case dte.AspectStamp:
			shown.Detail = string(v.Stamp.Form)
		case dte.AspectCAF:
			shown.Detail = string(v.CAF.Environment)
		}
		l.grades = append(l.grades, shown)
	}
	s.refused(l, refusals)
	return l
}

// refused returns what the policy refuses and no grade has.
func (s *settings) refused(l *line, refusals []dte.Finding) {
	for _, f := range refusals {
		var of dte.Aspect
		switch f.Code {
		case dte.CodeCAFEnvironment:
			of = dte.AspectCAF
		case dte.CodeSignatureUntrusted:
			of = dte.AspectSignature
		case dte.CodeUngraded:
			of = dte.Aspect(f.Path)
		}
		for _, g := range l.grades {
			if g.aspect == of {
				g.OK, g.Findings = false, append(g.Findings, f)
				if g.Reason == "" {
					g.Reason = s.words.tell(f)
				}
			}
		}
	}
}

func (s *settings) signature(g *dte.SignatureGrade) *grade {
	v := &g.Verdict
	found := s.grade(dte.AspectSignature, &g.Grade)
	found.OK, found.RUT = g.OK(), v.RUT
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

func (s *settings) grade(aspect dte.Aspect, g *dte.Grade) *grade {
	found := &grade{aspect: aspect, OK: g.OK(), Findings: slices.Clone(g.Findings)}
	for _, f := range g.Findings {
		if f.Severity == dte.Wrong {
			found.Reason = s.words.tell(f)
			break
		}
	}
	return found
}
