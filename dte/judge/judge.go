package judge

import (
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// Envelope predicts the SII's answer to the upload of an EnvioDTE or EnvioBOLETA. For a
// single DTE it predicts the verdict on the document in an envelope, and judges no
// envelope. It never fails: if a file cannot be read, the Answer says so.
//
// Envelope may be called from many goroutines if the functions of the World may. Its
// memory is bounded by the size of the file, as with dte.Verify.
func Envelope(b []byte, w World) *Answer {
	e := &envelope{b: b, w: &w, a: &Answer{}, plan: w.plan()}
	e.judge()
	if e.report != nil {
		e.documents()
	}
	e.conclude()
	return e.a
}

// envelope is a file that is being judged.
type envelope struct {
	b    []byte
	w    *World
	a    *Answer
	plan plan

	wasRead bool
	report  *dte.Report    // nil if it could not be read
	err     error          // why it could not be read
	root    xmlsig.Element // zero if it is not well-formed
	cover   *dte.Cover     // nil without envelope

	check   Check // the present one
	refused *rule // the first one that refused
}

// plan is a World's list of checks, resolved.
type plan struct {
	envelope, document []*rule
	leftOut            []Gap // checks of documents that are not made
	gaps               []Gap // checks of the envelope that are not made, and strange ones
}

func (w *World) plan() plan {
	var p plan
	list := w.Checks
	if list == nil {
		list = DefaultChecks()
	}
	for i, c := range list {
		switch r := ruleOf(c); {
		case r == nil:
			p.gaps = append(p.gaps, Gap{c, Strange})
		case slices.Contains(list[:i], c):
		case r.envelope != nil:
			p.envelope = append(p.envelope, r)
		default:
			p.document = append(p.document, r)
		}
	}
	for i := range rules {
		switch r := &rules[i]; {
		case slices.Contains(list, r.check):
		case r.envelope != nil:
			p.gaps = append(p.gaps, Gap{r.check, LeftOut})
		default:
			p.leftOut = append(p.leftOut, Gap{r.check, LeftOut})
		}
	}
	return p
}

// judge makes the checks of the envelope, in their order.
func (e *envelope) judge() {
	e.a.Gaps = slices.Clone(e.plan.gaps)
	for _, r := range e.plan.envelope {
		if e.refused != nil && !e.w.Thorough {
			e.gap(r.check, Hidden)
			continue
		}
		e.check = r.check
		if r.reads && !e.readable(r) {
			continue
		}
		before := len(e.a.Findings)
		r.envelope(e)
		if len(e.a.Findings) > before && e.refused == nil {
			e.refused = r
		}
	}
	e.read() // documents are always read
}

// readable reads the file, once, and reports whether the check can be made.
func (e *envelope) readable(r *rule) bool {
	e.read()
	switch {
	case e.report == nil && e.a.Kind != "":
		e.gap(e.check, Strange)
	case e.report == nil:
		e.gap(e.check, Unread)
	case e.cover == nil && !r.alone:
		e.gap(e.check, NoEnvelope)
	default:
		return true
	}
	return false
}

func (e *envelope) read() {
	if e.wasRead {
		return
	}
	e.wasRead = true
	limit := xmlsig.WithMaxSize(e.w.maxBytes())
	e.report, e.err = dte.Verify(e.b, &dte.VerifyOptions{Keys: e.w.Keys, Schema: e.w.Schema, Parse: []xmlsig.Option{limit}})
	e.root = e.findRoot(limit)
	if e.err != nil {
		e.report = nil
		return
	}
	e.a.Kind = e.report.File.Kind
	switch f := e.report.File; {
	case f.Envelope != nil:
		e.cover = &f.Envelope.Set.Cover
	case f.DTE == nil: // a book, a cession, an answer
		e.report = nil
	}
}

// findRoot returns the root of the file, the zero Element if it is not well-formed.
func (e *envelope) findRoot(limit xmlsig.Option) xmlsig.Element {
	if e.err == nil {
		for i := range e.report.Signatures {
			if el := e.report.Signatures[i].Verdict.Signature; el.Exists() {
				return rootOf(el)
			}
		}
	}
	doc, err := xmlsig.Parse(e.b, limit)
	if err != nil {
		return xmlsig.Element{}
	}
	return doc.Unverified()
}

func rootOf(e xmlsig.Element) xmlsig.Element {
	for parent := e.Parent(); parent.Exists(); parent = e.Parent() {
		e = parent
	}
	return e
}

func (w *World) maxBytes() int {
	if w.MaxBytes > 0 {
		return w.MaxBytes
	}
	return defaultMaxBytes
}

func (e *envelope) gap(c Check, why Reason) {
	e.a.Gaps = append(e.a.Gaps, Gap{c, why})
}

// find reports a finding of the envelope, which refuses it.
func (e *envelope) find(code Code, path, got, want string) {
	e.a.Findings = append(e.a.Findings, Finding{
		Check: e.check, Code: code, Level: Rejects, Path: path, Got: shown(got), Want: shown(want),
	})
}

// word reports a finding of the parser or the schema processor.
func (e *envelope) word(code Code, path, words string) {
	e.a.Findings = append(e.a.Findings, Finding{Check: e.check, Code: code, Level: Rejects, Path: path, Words: words})
}

// documents judges the documents of a file that could be read.
func (e *envelope) documents() {
	verdicts := e.report.Documents
	e.a.Documents = make([]Verdict, len(verdicts))
	seen := make(map[chile.DocumentID]int, len(verdicts))
	for i := range verdicts {
		d := newDocument(e, &verdicts[i], &e.a.Documents[i])
		d.earlier = seen
		if e.refused != nil && !e.w.Thorough {
			d.v.Gaps = []Gap{{e.refused.check, Hidden}}
		} else {
			d.judge()
		}
		if _, ok := seen[d.v.ID]; !ok {
			seen[d.v.ID] = i
		}
	}
}

// conclude draws receipt, states and counts from the findings.
func (e *envelope) conclude() {
	a := e.a
	a.Upload = e.receipt()
	switch {
	case e.refused != nil && (a.Upload.Status == 0 || !e.refused.stateless):
		a.State = e.refused.state
	case e.refused == nil && len(a.Gaps) == 0:
		a.State = EPR
		e.whole()
	}
	for i := range a.Documents {
		v := &a.Documents[i]
		switch {
		case e.refused != nil || a.State != EPR && a.State != "":
			v.State = "" // not processed
		case a.State == "" && e.cover != nil && v.State != RCH:
			v.State = "" // not known whether it is processed
		}
	}
	if a.State == EPR {
		a.Counts = counts(a.Documents)
	}
}

// whole refuses the envelope for a finding of a document if the World says so.
func (e *envelope) whole() {
	for i := range e.a.Documents {
		for _, f := range e.a.Documents[i].Findings {
			if state := e.w.Whole[f.Code]; state != "" {
				e.a.State = state
				f.Level = Rejects
				e.a.Findings = append(e.a.Findings, f)
				return
			}
		}
	}
}

// receipt returns the gateway's answer.
func (e *envelope) receipt() Receipt {
	if e.report != nil && e.cover == nil {
		return Receipt{} // a single DTE is not uploaded
	}
	gateway := e.w.Gateway
	if gateway == nil {
		gateway = DefaultGateway()
	}
	if e.refused != nil && e.refused.status != 0 && slices.Contains(gateway, e.refused.check) {
		r := Receipt{Made: true, Status: e.refused.status}
		for i := range e.a.Findings {
			if f := &e.a.Findings[i]; f.Check == e.refused.check && f.Words != "" {
				r.Errors = append(r.Errors, f.Words)
			}
		}
		return r
	}
	undecided := func(g Gap) bool { return slices.Contains(gateway, g.Check) && g.Why != Hidden }
	return Receipt{Made: !slices.ContainsFunc(e.a.Gaps, undecided)}
}

func counts(documents []Verdict) []Count {
	byType := make(map[chile.DocType]*Count)
	for i := range documents {
		v := &documents[i]
		c := byType[v.ID.Type]
		if c == nil {
			c = &Count{Type: v.ID.Type}
			byType[v.ID.Type] = c
		}
		c.Reported++
		switch v.State {
		case DOK:
			c.Accepted++
		case RPR, RLV:
			c.Observed++
		case RCH:
			c.Rejected++
		default:
			c.Unjudged++
		}
	}
	list := make([]Count, 0, len(byType))
	for _, c := range byType {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Count) int { return int(a.Type) - int(b.Type) })
	return list
}
