package dte

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ofitec/chile"
)

// carries reports whether a file holds other files or receipts.
func (f *File) carries() bool { return f.Envelope != nil || f.AEC != nil || f.Receipts != nil }

// cover compares an envelope or cession with its documents and its signer.
func (r *Report) cover() {
	switch f := r.File; {
	case f.Envelope != nil:
		c := coverCheck{cover: &f.Envelope.Set.Cover}
		for i := range r.Documents {
			c.document(r.Documents[i].DTE)
		}
		c.end(r.signer("SetDTE"))
		r.Cover = c.Grade
	case f.AEC != nil:
		r.cession(&f.AEC.Document)
	case f.Receipts != nil:
		r.receipts(f.Receipts.Set.Receipts)
	}
}

// coverCheck compares an envelope with its documents, one by one.
type coverCheck struct {
	Grade
	cover  *Cover
	counts map[chile.DocType]int
	others int // documents of another issuer
}

// maxOthers bounds the documents of other issuers that are reported. maxTypes
// bounds the types that are counted.
const (
	maxOthers = 100
	maxTypes  = 100
)

func (c *coverCheck) document(d *DTE) {
	if c.counts == nil {
		c.counts = make(map[chile.DocType]int)
	}
	id := d.ID()
	if _, seen := c.counts[id.Type]; seen || len(c.counts) < maxTypes {
		c.counts[id.Type]++
	}
	if id.Issuer != c.cover.Issuer {
		if c.others++; c.others <= maxOthers {
			c.found(CodeCoverIssuer, d.element.Path(), id.Issuer.String(), c.cover.Issuer.String())
		}
	}
}

// end compares counts and signer. The certificate may have no RUT.
func (c *coverCheck) end(signer string) {
	told := make(map[chile.DocType]int)
	for i := range c.cover.Counts {
		told[c.cover.Counts[i].Type] += c.cover.Counts[i].Count
	}
	types := make([]chile.DocType, 0, len(told)+len(c.counts))
	for t := range told {
		types = append(types, t)
	}
	for t := range c.counts {
		types = append(types, t)
	}
	slices.Sort(types)
	for _, t := range slices.Compact(types) {
		if told[t] != c.counts[t] {
			c.found(CodeCoverCount, fmt.Sprintf("Caratula/SubTotDTE[%d]", int(t)), strconv.Itoa(told[t]), strconv.Itoa(c.counts[t]))
		}
	}
	c.Made = true
	if signer != "" && signer != c.cover.Sender.String() {
		c.found(CodeCoverSender, "Caratula/RutEnvia", c.cover.Sender.String(), signer)
	}
}

// signer returns the RUT of the certificate that signed the first element of a
// name, or "" if there is none.
func (r *Report) signer(element string) string {
	for i := range r.Signatures {
		if r.Signatures[i].Element == element {
			return r.Signatures[i].Verdict.RUT
		}
	}
	return ""
}

// cession compares the assignments of an AEC with its document and with each
// other.
func (r *Report) cession(a *AECDocument) {
	g := &r.Cover
	g.Made = len(a.Assignments.List) > 0 && len(r.Documents) > 0
	if !g.Made {
		return
	}
	d := &a.Assignments.DTE.Document.DTE
	want := AssignedInvoice{Type: d.ID().Type, Issuer: d.ID().Issuer, Receiver: d.Receiver(), Folio: d.ID().Folio, IssueDate: d.IssueDate()}
	owner := d.ID().Issuer // of the credit
	if d.ID().Type == 46 {
		owner = d.Receiver() // the debtor issues a factura de compra
	}
	for i := range a.Assignments.List {
		c := &a.Assignments.List[i].Document
		path := fmt.Sprintf("Cesiones/Cesion[%d]/DocumentoCesion/", i+1)
		if c.Sequence != i+1 {
			g.found(CodeCessionNumber, path+"SeqCesion", strconv.Itoa(c.Sequence), strconv.Itoa(i+1))
		}
		got := c.DTE
		if total, err := d.Total().CLP(); err != nil || d.Total().IsZero() || total != got.Total {
			g.found(CodeCessionDTE, path+"IdDTE/MntTotal", strconv.FormatInt(int64(got.Total), 10), d.Total().String())
		}
		if int64(c.Amount) > int64(got.Total) {
			g.found(CodeCessionAmount, path+"MontoCesion", strconv.FormatInt(int64(c.Amount), 10), strconv.FormatInt(int64(got.Total), 10))
		}
		if got.Type != want.Type || got.Issuer != want.Issuer || got.Receiver != want.Receiver || got.Folio != want.Folio || got.IssueDate != want.IssueDate {
			g.found(CodeCessionDTE, path+"IdDTE", describe(&got), describe(&want))
		}
		if c.Assignor.RUT != owner {
			g.found(CodeCessionParty, path+"Cedente/RUT", c.Assignor.RUT.String(), owner.String())
		}
		owner = c.Assignee.RUT
	}
	last := &a.Assignments.List[len(a.Assignments.List)-1].Document
	if a.Cover.Assignor != last.Assignor.RUT || a.Cover.Assignee != last.Assignee.RUT {
		g.found(CodeCessionParty, "Caratula", a.Cover.Assignor.String()+" "+a.Cover.Assignee.String(), last.Assignor.RUT.String()+" "+last.Assignee.RUT.String())
	}
	r.assignors(a.Assignments.List)
}

func describe(i *AssignedInvoice) string {
	return fmt.Sprintf("%d %d %s %s %s", int(i.Type), int64(i.Folio), i.Issuer, i.Receiver, i.IssueDate)
}

// assignors compares the signers of each assignment with its authorised
// signers.
func (r *Report) assignors(list []Assignment) {
	at := -1
	seen := ""
	for i := range r.Signatures {
		s := &r.Signatures[i]
		if s.Element != "DocumentoCesion" {
			continue
		}
		if s.ID != seen || at < 0 { // a Cesion has one signature per authorised signer
			at, seen = at+1, s.ID
		}
		if at >= len(list) || s.Verdict.RUT == "" {
			continue
		}
		if !slices.ContainsFunc(list[at].Document.Assignor.Signers, func(a AuthorizedSigner) bool { return a.RUT.String() == s.Verdict.RUT }) {
			r.Cover.found(CodeCessionSigner, s.Path, s.Verdict.RUT, "")
		}
	}
}

// receipts compares the signer of each receipt with the one it names.
func (r *Report) receipts(list []Receipt) {
	r.Cover.Made = len(list) > 0
	at := 0
	for i := range r.Signatures {
		s := &r.Signatures[i]
		if s.Element != "DocumentoRecibo" || at >= len(list) {
			continue
		}
		if want := list[at].Document.Signer.String(); s.Verdict.RUT != "" && s.Verdict.RUT != want {
			r.Cover.found(CodeCoverSigner, s.Path, want, s.Verdict.RUT)
		}
		at++
	}
}
