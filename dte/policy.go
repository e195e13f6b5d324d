package dte

import (
	"errors"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// Policy says what is good enough. The zero Policy accepts nothing, since it
// trusts nobody.
type Policy struct {
	// Signers says whom to trust. Signature and stamp prove that nothing was changed
	// since a holder of the issuer's folios stamped it; that the person of the
	// certificate exists, only an issuer of certificates can say, and whether that
	// person may sign for the company, only the SII. docs/verification.md tells how
	// to obtain the certificates of the Chilean issuers.
	Signers xmlsig.Policy

	// AnySigner accepts signatures that hold, whoever made them.
	AnySigner bool

	// Environment is whose folios are accepted: Production by default. Those of
	// Certification are for tests, and no invoices.
	Environment chile.Environment

	// Strict refuses warnings too.
	Strict bool

	// Waive are codes to overlook, such as CodeTotalsLine. CodeUngraded is never
	// overlooked.
	Waive []Code
}

// CodeCAFEnvironment is found if the folio was authorised in another of the SII's
// environments than the policy accepts.
const CodeCAFEnvironment Code = "caf.environment"

var policyRules = map[Code]rule{
	CodeCAFEnvironment: {
		Wrong, ErrCAF,
		"the folio was authorised in another of the SII's environments",
		"el folio se autorizó en otro ambiente del SII",
	},
}

// OK reports whether the policy accepts the document.
func (v *Verdict) OK(p Policy) bool { return len(v.Refusals(p)) == 0 }

// Refusals returns why the policy does not accept the document.
func (v *Verdict) Refusals(p Policy) []Finding {
	j := policyJudge{policy: &p, truster: p.Signers.Truster()}
	j.verdict(v)
	return j.refusals
}

// Refusals returns why the policy does not accept the signature. That it has no
// reason says nothing of what was signed.
func (g *SignatureGrade) Refusals(p Policy) []Finding {
	j := policyJudge{policy: &p, truster: p.Signers.Truster()}
	j.signature(g)
	return j.refusals
}

// OK reports whether the policy accepts the file: all signatures in it, all
// documents, and what carries them. A file without any signature is not
// accepted.
func (r *Report) OK(p Policy) bool { return len(r.Refusals(p)) == 0 }

// Refusals returns why the policy does not accept the file.
func (r *Report) Refusals(p Policy) []Finding {
	j := policyJudge{policy: &p, truster: p.Signers.Truster()}
	if len(r.Signatures) == 0 {
		f := Finding{Code: CodeSignatureAbsent, Severity: Wrong, Err: xmlsig.ErrNoSignature}
		if r.File != nil {
			f.Path = "/" + string(r.File.Kind)
		}
		j.refuse(&f)
	}
	told := make(map[string]bool, len(r.Documents))
	for i := range r.Documents {
		j.verdict(&r.Documents[i])
		told[r.Documents[i].Signature.Path] = true
	}
	for i := range r.Signatures {
		if s := &r.Signatures[i]; !told[s.Path] {
			j.signature(s)
		}
	}
	for name, g := range r.Grades() {
		j.grade(name, g)
	}
	return j.refusals
}

type policyJudge struct {
	policy   *Policy
	truster  *xmlsig.Truster
	refusals []Finding
}

func (j *policyJudge) refuse(f *Finding) {
	if !slices.Contains(j.policy.Waive, f.Code) {
		j.refusals = append(j.refusals, *f)
	}
}

func (j *policyJudge) grade(name Aspect, g *Grade) {
	if !g.Made {
		j.refusals = append(j.refusals, Finding{Code: CodeUngraded, Severity: Wrong, Path: string(name), Err: ErrUngraded})
	}
	for i := range g.Findings {
		if f := &g.Findings[i]; f.Severity >= Wrong || f.Severity == Warning && j.policy.Strict {
			j.refuse(f)
		}
	}
}

// signature judges who signed, if the signature holds.
func (j *policyJudge) signature(g *SignatureGrade) {
	j.grade(AspectSignature, &g.Grade)
	if !g.Verdict.OK() {
		if g.Grade.OK() { // never, but nothing unsigned may pass
			j.refuse(&Finding{Code: CodeSignatureAbsent, Severity: Wrong, Path: g.Path, Err: xmlsig.ErrNoSignature})
		}
		return
	}
	if j.policy.AnySigner {
		return
	}
	if _, err := j.truster.Trust(&g.Verdict); err != nil {
		code := CodeSignatureUntrusted
		switch {
		case errors.Is(err, xmlsig.ErrExpired):
			code = CodeSignatureExpired
		case errors.Is(err, xmlsig.ErrNotYetValid):
			code = CodeSignatureEarly
		}
		j.refuse(&Finding{Code: code, Severity: Wrong, Path: g.Path, Got: shown(err.Error()), Err: err})
	}
}

func (j *policyJudge) verdict(v *Verdict) {
	for name, g := range v.Grades() {
		if name == AspectSignature {
			j.signature(&v.Signature)
			continue
		}
		j.grade(name, g)
	}
	accepted := j.policy.Environment
	if accepted == "" {
		accepted = chile.Production
	}
	if e := v.CAF.Environment; e != "" && e != accepted {
		f := Finding{Code: CodeCAFEnvironment, Severity: Wrong, Path: v.Signature.Path, Got: string(e), Want: string(accepted), Err: ErrCAF}
		j.refuse(&f)
	}
}
