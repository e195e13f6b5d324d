package dte

import (
	"errors"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// Policy says which verdicts are acceptable. The zero Policy accepts nothing,
// since it trusts no signer.
type Policy struct {
	// Signers says which signers to trust. Signature and stamp prove that nothing
	// changed since a holder of the issuer's folios stamped it. Only a certificate
	// issuer can say that the person of the certificate exists, and only the SII
	// that this person may sign for the company. docs/verification.md says how to
	// obtain the certificates of the Chilean issuers.
	Signers xmlsig.Policy

	// AnySigner accepts every valid signature, by any signer.
	AnySigner bool

	// Environment is the environment of accepted folios: Production by default.
	// Documents of Certification are tests, not invoices.
	Environment chile.Environment

	// Strict refuses warnings too.
	Strict bool

	// Waive are codes to overlook, such as CodeTotalsLine. CodeUngraded is never
	// overlooked.
	Waive []Code
}

// CodeCAFEnvironment is found if the folio was authorised in an environment that
// the policy does not accept.
const CodeCAFEnvironment Code = "caf.environment"

var policyRules = map[Code]rule{
	CodeCAFEnvironment: {
		Wrong, ErrCAFEnvironment,
		"the folio was authorised in another of the SII's environments",
		"el folio se autorizó en otro ambiente del SII",
	},
}

// OK reports whether the policy accepts the document.
func (v *Verdict) OK(p Policy) bool { return len(v.Refusals(p)) == 0 }

// Refusals returns why the policy does not accept the document; none if it
// does.
func (v *Verdict) Refusals(p Policy) []Finding {
	j := policyJudge{policy: &p}
	j.verdict(v)
	return j.refusals
}

// Refusals returns why the policy does not accept the signature. No reasons say
// nothing about what was signed.
func (g *SignatureGrade) Refusals(p Policy) []Finding {
	j := policyJudge{policy: &p}
	j.signature(g)
	return j.refusals
}

// OK reports whether the policy accepts the file: all its signatures and
// documents, and what carries them. A file without any signature is not
// accepted.
func (r *Report) OK(p Policy) bool { return len(r.Refusals(p)) == 0 }

// Refusals returns why the policy does not accept the file; none if it does.
func (r *Report) Refusals(p Policy) []Finding {
	j := policyJudge{policy: &p}
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
	truster  *xmlsig.Truster // made when it is first asked
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

// signature judges the signer, if the signature is valid.
func (j *policyJudge) signature(g *SignatureGrade) {
	j.grade(AspectSignature, &g.Grade)
	if !g.Verdict.OK() {
		if g.Grade.OK() { // cannot happen, but nothing unsigned may pass
			j.refuse(&Finding{Code: CodeSignatureAbsent, Severity: Wrong, Path: g.Path, Err: xmlsig.ErrNoSignature})
		}
		return
	}
	if j.policy.AnySigner {
		return
	}
	if j.truster == nil {
		j.truster = j.policy.Signers.Truster()
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
		f := Finding{Code: CodeCAFEnvironment, Severity: Wrong, Path: v.Signature.Path, Got: string(e), Want: string(accepted), Err: ErrCAFEnvironment}
		j.refuse(&f)
	}
}
