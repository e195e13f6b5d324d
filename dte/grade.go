package dte

import (
	"errors"
	"iter"
)

// Grade is the result of one check. The zero value is a grade that was not made;
// it is not OK.
type Grade struct {
	// Made says that the check took place. Without it, an empty list of findings
	// proves nothing.
	Made bool `json:"made"`

	Findings []Finding `json:"findings,omitempty"`
}

// ErrUngraded says that a check did not take place. Another grade says why: a
// file of the wrong kind, or a document without its stamp.
var ErrUngraded = errors.New("dte: not checked")

// CodeUngraded is found by a policy if a grade was not made. It cannot be waived.
const CodeUngraded Code = "grade.absent"

var gradeRules = map[Code]rule{
	CodeUngraded: {
		Wrong, ErrUngraded,
		"this was not checked",
		"esto no se revisó",
	},
}

// OK reports whether the grade was made and no finding is Wrong.
func (g *Grade) OK() bool {
	for i := range g.Findings {
		if g.Findings[i].Severity >= Wrong {
			return false
		}
	}
	return g.Made
}

// Has reports whether there is a finding of that code.
func (g *Grade) Has(code Code) bool {
	for i := range g.Findings {
		if g.Findings[i].Code == code {
			return true
		}
	}
	return false
}

// found adds a finding of the severity and the sentinel that its rule has.
func (g *Grade) found(code Code, path, got, want string) {
	r := ruleOf[code]
	g.Findings = append(g.Findings, Finding{
		Code: code, Severity: r.severity, Path: path, Got: shown(got), Want: shown(want), Err: r.err,
	})
}

// failed adds a finding with an error as its text.
func (g *Grade) failed(code Code, path string, err error) {
	g.found(code, path, err.Error(), "")
	g.Findings[len(g.Findings)-1].english = true
}

// Aspect names the subject of a Grade, as JSON does.
type Aspect string

// The aspects of a document and, the last three, of a file.
const (
	AspectSignature Aspect = "signature"
	AspectStamp     Aspect = "ted"
	AspectCAF       Aspect = "caf"
	AspectAgreement Aspect = "agreement"
	AspectTotals    Aspect = "totals"
	AspectDates     Aspect = "dates"
	AspectCover     Aspect = "cover"
	AspectSchema    Aspect = "schema"
	AspectValues    Aspect = "values"
)

// Grades yields all grades of a document, in the order of the fields. Programs
// that show or judge grades should range over it, so that they miss none.
func (v *Verdict) Grades() iter.Seq2[Aspect, *Grade] {
	return each(
		aspect{AspectSignature, &v.Signature.Grade},
		aspect{AspectStamp, &v.Stamp.Grade},
		aspect{AspectCAF, &v.CAF.Grade},
		aspect{AspectAgreement, &v.Agreement},
		aspect{AspectTotals, &v.Totals},
		aspect{AspectDates, &v.Dates},
		aspect{AspectSchema, &v.Schema},
		aspect{AspectValues, &v.Values},
	)
}

// Grades yields the grades of a file, except those of its signatures and
// documents. It includes Cover if the file carries documents or receipts.
func (r *Report) Grades() iter.Seq2[Aspect, *Grade] {
	list := []aspect{{AspectSchema, &r.Schema}, {AspectValues, &r.Values}}
	if r.File == nil || r.File.carries() {
		list = append([]aspect{{AspectCover, &r.Cover}}, list...)
	}
	return each(list...)
}

type aspect struct {
	name  Aspect
	grade *Grade
}

func each(list ...aspect) iter.Seq2[Aspect, *Grade] {
	return func(yield func(Aspect, *Grade) bool) {
		for _, a := range list {
			if !yield(a.name, a.grade) {
				return
			}
		}
	}
}
