package judge

import (
	"errors"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

var coverRules = []rule{
	{check: CheckResolution, envelope: (*envelope).resolution, reads: true, state: RCT, codes: []Code{CodeResolution}},
	{check: CheckCover, envelope: (*envelope).agreement, reads: true, state: RCT, codes: []Code{CodeCover}},
	{check: CheckSetSigned, envelope: (*envelope).signature, reads: true, status: 8, state: RFR, codes: []Code{CodeEnvelopeSignature}},
	{check: CheckSender, envelope: (*envelope).sender, reads: true, state: RFR, codes: []Code{CodeSender}},
}

// resolution refuses a date or number other than the company's in this environment.
func (e *envelope) resolution() {
	c, _ := e.theCompany()
	if c.Resolution == (Resolution{}) {
		e.gap(e.check, Untold)
		return
	}
	if got := (Resolution{e.cover.ResolutionDate, e.cover.ResolutionNumber}); got != c.Resolution {
		e.find(CodeResolution, "Caratula/FchResol", got.text(), c.Resolution.text())
	}
}

func (r Resolution) text() string { return r.Date.String() + "/" + text(r.Number) }

// theSII is the receiver of an upload.
var theSII = chile.MustParseRUT("60803000-K")

// agreement refuses a carátula that does not agree with its documents: all must have
// its issuer, and it must count each type. Unverified: the numbers of these errors; RCT
// is the state.
func (e *envelope) agreement() {
	if e.cover.Receiver != theSII {
		e.find(CodeCover, "Caratula/RutReceptor", e.cover.Receiver.String(), theSII.String())
	}
	there := make(map[chile.DocType]int)
	for i := range e.report.Documents {
		id := e.report.Documents[i].DTE.ID()
		there[id.Type]++
		if id.Issuer != e.cover.Issuer {
			e.find(CodeCover, "DTE["+text(i+1)+"]/*/Encabezado/Emisor/RUTEmisor", id.Issuer.String(), e.cover.Issuer.String())
			return // the others are reported once this one is corrected
		}
	}
	told := make(map[chile.DocType]int)
	for _, c := range e.cover.Counts {
		if _, twice := told[c.Type]; twice {
			e.find(CodeCover, "Caratula/SubTotDTE/TpoDTE", text(c.Type), "")
		}
		told[c.Type] += c.Count
		if _, ok := there[c.Type]; !ok {
			there[c.Type] = 0
		}
	}
	types := make([]chile.DocType, 0, len(there))
	for t := range there {
		types = append(types, t)
	}
	slices.Sort(types)
	for _, t := range types {
		if told[t] != there[t] {
			e.find(CodeCover, "Caratula/SubTotDTE["+text(t)+"]/NroDTE", text(told[t]), text(there[t]))
		}
	}
}

// signature refuses an envelope whose own signature is not valid in place.
func (e *envelope) signature() {
	g := e.setSignature()
	switch {
	case g == nil:
		e.find(CodeEnvelopeSignature, "/"+string(e.a.Kind)+"/Signature", "", "Signature")
	case errors.Is(g.Verdict.Err, xmlsig.ErrFIPS), errors.Is(g.Verdict.Err, xmlsig.ErrLimit):
		e.gap(e.check, Uncheckable)
	case !g.OK(), g.Verdict.Context != xmlsig.InPlace, g.Verdict.InfoContext != xmlsig.InPlace:
		e.find(CodeEnvelopeSignature, g.Path, reasonOf(g), "")
	}
}

// setSignature returns the grade of the envelope's own signature, or nil.
func (e *envelope) setSignature() *dte.SignatureGrade {
	for i := range e.report.Signatures {
		if g := &e.report.Signatures[i]; g.Verdict.Signature.Exists() && g.Verdict.Signature.Parent() == e.root {
			return g
		}
	}
	return nil
}

func reasonOf(g *dte.SignatureGrade) string {
	if g.Verdict.Err != nil {
		return g.Verdict.Err.Error()
	}
	return g.Verdict.Context.String()
}

// sender refuses an envelope whose RutEnvia is not the signer, is not the uploader, or
// has no right to send for the company.
func (e *envelope) sender() {
	sender := e.cover.Sender
	if g := e.setSignature(); g == nil || g.Verdict.RUT == "" {
		e.gap(e.check, Untold) // the certificate has no RUT
	} else if g.Verdict.RUT != sender.String() {
		e.find(CodeSender, "Caratula/RutEnvia", sender.String(), g.Verdict.RUT)
		return
	}
	if !e.w.Uploader.IsZero() && e.w.Uploader != sender {
		e.find(CodeSender, "Caratula/RutEnvia", sender.String(), e.w.Uploader.String())
		return
	}
	switch c, _ := e.theCompany(); {
	case c.Users == nil:
		e.gap(e.check, Untold)
	case c.Users[sender] != MaySend:
		e.find(CodeSender, "Caratula/RutEnvia", sender.String(), "")
	}
}
