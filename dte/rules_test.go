package dte_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// notes and warnings are the codes that leave a grade OK; all others do not. They
// are written here apart from the rules.
var (
	notes    = []dte.Code{"signature.context", "dates.signed", "dates.due", "totals.unknown-tax", "schema.unverified"}
	warnings = []dte.Code{
		"signature.stray", "signature.certificate",
		"stamp.algorithm", "stamp.form", "caf.algorithm", "caf.form", "caf.early-stamp",
		"agreement.total-literal", "agreement.receiver-name", "agreement.first-item", "agreement.stamped-at",
		"dates.period",
		"totals.tax", "totals.shares", "totals.deposits", "totals.commissions", "totals.unretained", "totals.unbilled", "totals.period",
		"cover.count", "cover.sender", "cover.signer", "cession.amount", "cession.signer",
	}
)

// sentinels are what a caller may decide by, for each code that has one.
var sentinels = map[error][]dte.Code{
	dte.ErrStamp:          {"stamp.absent", "stamp.malformed", "stamp.algorithm", "stamp.key", "stamp.signature", "stamp.fips"},
	dte.ErrCAF:            {"caf.absent", "caf.malformed", "caf.algorithm", "caf.fips"},
	dte.ErrCAFSignature:   {"caf.signature"},
	dte.ErrCAFIssuer:      {"caf.issuer"},
	dte.ErrCAFType:        {"caf.type"},
	dte.ErrCAFRange:       {"caf.range"},
	dte.ErrCAFFolio:       {"caf.folio"},
	dte.ErrCAFEarly:       {"caf.early-stamp", "caf.early-issue"},
	dte.ErrCAFEnvironment: {"caf.environment"},
	dte.ErrUnknownCAFKey:  {"caf.unknown-key"},
	dte.ErrCAFExpired:     {"caf.expired"},
	dte.ErrDisagreement:   {"agreement.issuer", "agreement.type", "agreement.folio", "agreement.date", "agreement.receiver", "agreement.total"},
	dte.ErrTotals:         {"totals.range", "totals.line", "totals.net", "totals.exempt", "totals.vat", "totals.tax", "totals.total", "totals.shares", "totals.deposits", "totals.commissions", "totals.unretained", "totals.unbilled", "totals.period"},
	dte.ErrKind:           {"values.kind"},
	dte.ErrUngraded:       {"grade.absent"},
	dte.ErrCover:          {"cover.issuer", "cover.count", "cover.sender", "cover.signer", "cession.document", "cession.sequence", "cession.amount", "cession.party", "cession.signer"},
	dte.ErrSchema:         {"schema.root", "schema.unexpected", "schema.missing", "schema.text", "schema.elements", "schema.type", "schema.list", "schema.pattern", "schema.length", "schema.range", "schema.digits", "schema.decimals", "schema.fixed", "schema.attribute-missing", "schema.attribute-unknown", "schema.too-many"},
	xmlsig.ErrNoSignature: {"signature.absent"},
	xmlsig.ErrShape:       {"signature.shape", "signature.element"},
	xmlsig.ErrDigest:      {"signature.digest"},
	xmlsig.ErrSignature:   {"signature.value"},
	xmlsig.ErrKeyMismatch: {"signature.keys"},
	xmlsig.ErrCertificate: {"signature.certificate-broken"},
	xmlsig.ErrLimit:       {"signature.limit"},
	xmlsig.ErrFIPS:        {"signature.fips"},
	xmlsig.ErrNotYetValid: {"signature.early"},
	xmlsig.ErrExpired:     {"signature.expired"},
	xmlsig.ErrUntrusted:   {"signature.untrusted"},
}

// severityOf returns the severity that a code should have.
func severityOf(code dte.Code) dte.Severity {
	for _, c := range notes {
		if c == code {
			return dte.Note
		}
	}
	for _, c := range warnings {
		if c == code {
			return dte.Warning
		}
	}
	return dte.Wrong
}

// requireRule checks the severity and the sentinel of what was found.
func requireRule(tb testing.TB, f *dte.Finding) {
	tb.Helper()
	require.Equal(tb, severityOf(f.Code).String(), f.Severity.String(), f.Code)
	has := false
	for sentinel, codes := range sentinels {
		for _, code := range codes {
			if code == f.Code {
				require.ErrorIs(tb, f, sentinel, f.Code)
				has = true
			}
		}
	}
	switch f.Code {
	case dte.CodeValuesUnreadable, dte.CodeSignatureKeySize: // with the cause, of which there are several
	default:
		require.Equal(tb, has, f.Err != nil, f.Code)
	}
}

func TestSeverity(t *testing.T) {
	t.Parallel()
	for severity, want := range map[dte.Severity]string{dte.Note: "note", dte.Warning: "warning", dte.Wrong: "wrong", 0: "", 9: ""} {
		text, err := severity.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
	for severity, ok := range map[dte.Severity]bool{dte.Note: true, dte.Warning: true, dte.Wrong: false} {
		g := dte.Grade{Made: true, Findings: []dte.Finding{{Severity: severity}}}
		assert.Equal(t, ok, g.OK(), severity)
	}
}

// A finding tells where, what stands there and what should, of long values the
// beginning.
func TestFindingInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f                dte.Finding
		text, es, failed string
	}{
		{
			dte.Finding{Code: dte.CodeTotalsVAT, Path: "IVA", Got: "1", Want: "2"},
			"IVA: the VAT is not the rate of the net: is 1, should be 2", "el IVA no es la tasa del neto: dice 1, debería decir 2",
			"dte: IVA: the VAT is not the rate of the net: is 1, should be 2",
		},
		{
			dte.Finding{Code: dte.CodeTotalsVAT, Want: "2"},
			"the VAT is not the rate of the net: should be 2", "el IVA no es la tasa del neto: debería decir 2",
			"dte: the VAT is not the rate of the net: should be 2",
		},
		{dte.Finding{Code: "nueva"}, "nueva", "nueva", "dte: nueva"},
	} {
		assert.Equal(t, c.text, c.f.String())
		assert.Equal(t, c.es, c.f.Spanish())
		require.EqualError(t, c.f, c.failed)
	}
}
