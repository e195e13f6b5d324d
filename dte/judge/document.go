package judge

import (
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// document is a document that is being judged.
type document struct {
	e     *envelope
	w     *World
	v     *Verdict
	grade *dte.Verdict
	d     *dte.DTE

	element xmlsig.Element // the DTE in its file; zero if it is not signed
	id      chile.DocumentID
	kind    chile.DocType
	peso    *dte.Document // nil for exports
	export  *dte.Export   // nil for others
	lines   sums          // of the lines, computed when needed

	earlier map[chile.DocumentID]int // documents before it in the envelope

	check    Check // the present one
	rejected bool
}

func newDocument(e *envelope, grade *dte.Verdict, v *Verdict) *document {
	d := &document{e: e, w: e.w, v: v, grade: grade, d: grade.DTE}
	d.id = d.d.ID()
	d.kind, d.peso, d.export = d.id.Type, d.d.Peso(), d.d.Export
	v.ID, v.DTE = d.id, d.d
	if s := grade.Signature.Verdict.Signature; s.Exists() {
		d.element = s.Parent()
	}
	return d
}

// judge makes the checks of a document, in their order.
func (d *document) judge() {
	d.v.Gaps = slices.Clone(d.e.plan.leftOut)
	for _, r := range d.e.plan.document {
		if d.rejected && !d.w.Thorough {
			d.gap(Hidden)
			break
		}
		d.check = r.check
		r.document(d)
	}
	d.v.State = d.state()
}

func (d *document) state() State {
	worst := Level(0)
	for i := range d.v.Findings {
		worst = max(worst, d.v.Findings[i].Level)
	}
	switch {
	case worst == Rejects:
		return RCH
	case len(d.v.Gaps) > 0:
		return ""
	case worst == Serious:
		return RPR
	case worst == Slight:
		return RLV
	default:
		return DOK
	}
}

// gap reports that the check is not made.
func (d *document) gap(why Reason) { d.v.Gaps = append(d.v.Gaps, Gap{d.check, why}) }

// find reports a finding.
func (d *document) find(code Code, path, got, want string) { d.findAt(code, 0, path, got, want) }

// findAt reports a finding of a line.
func (d *document) findAt(code Code, line int, path, got, want string) {
	level := d.w.Levels[code]
	if level == 0 {
		level = codes[code].level
	}
	if level == Rejects {
		d.rejected = true
	}
	d.v.Findings = append(d.v.Findings, Finding{
		Check: d.check, Code: code, Level: level, Line: line, Path: path, Got: shown(got), Want: shown(want),
	})
}

// references returns the references of the document.
func (d *document) references() []dte.Reference {
	switch {
	case d.peso != nil:
		return d.peso.References
	case d.export != nil:
		return d.export.References
	default:
		return nil
	}
}

// isNote reports whether the document changes another one.
func (d *document) isNote() bool {
	return d.kind == 56 || d.kind == 61 || d.kind == 111 || d.kind == 112
}

func isBoleta(t chile.DocType) bool { return t == 39 || t == 41 }

func text[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// childText returns the text of a descendant as written, without surrounding spaces, or
// "".
func childText(e xmlsig.Element, names ...string) string {
	for _, name := range names {
		if !e.Exists() {
			return ""
		}
		e = e.Child(name)
	}
	if !e.Exists() {
		return ""
	}
	return trimmed(e.Text())
}
