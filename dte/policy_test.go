package dte_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

func briefs(list []dte.Finding) (texts []string) {
	for i := range list {
		texts = append(texts, brief(&list[i]))
	}
	return texts
}

// A file in which all is good but nothing is signed is not accepted.
func TestPolicyOfUnsignedFile(t *testing.T) {
	t.Parallel()
	made := dte.Grade{Made: true}
	r := dte.Report{File: &dte.File{Kind: dte.KindUploadResult}, Schema: made, Values: made}
	assert.Equal(t, []string{"signature.absent /RESULTADO_ENVIO:  → "}, briefs(r.Refusals(dte.Policy{AnySigner: true})))
	g := dte.SignatureGrade{Grade: made, Path: "/DTE"}
	refusals := g.Refusals(dte.Policy{AnySigner: true})
	assert.Equal(t, []string{"signature.absent /DTE:  → "}, briefs(refusals))
	require.ErrorIs(t, refusals[0], xmlsig.ErrNoSignature)
}

// The policy's own time judges the certificate too.
func TestPolicyOfTime(t *testing.T) {
	t.Parallel()
	r := verifyOK(t, testDTE(t, 1))
	for year, want := range map[int]dte.Code{2020: dte.CodeSignatureEarly, 2030: "", 2040: dte.CodeSignatureExpired} {
		policy := anaPolicy(t)
		policy.Signers.Time = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		refusals := r.Refusals(policy)
		if want == "" {
			assert.Empty(t, refusals)
			continue
		}
		require.Len(t, refusals, 1, year)
		assert.Equal(t, want, refusals[0].Code)
	}
}

// Folios are accepted of one environment alone.
func TestPolicyOfEnvironment(t *testing.T) {
	t.Parallel()
	v := verifyOK(t, testDTE(t, 1, "<IDK>666", "<IDK>100")).Documents[0]
	for environment, refused := range map[chile.Environment]bool{"": true, chile.Production: true, chile.Certification: false} {
		policy := anaPolicy(t)
		policy.Environment = environment
		policy.Waive = []dte.Code{dte.CodeStampSignature, dte.CodeCAFSignature}
		assert.Equal(t, !refused, v.OK(policy), environment)
	}
}

// What is signed where nothing should be, and what is not signed where it should,
// is in the list of signatures.
func TestSignaturesAreAll(t *testing.T) {
	t.Parallel()
	has := func(src []byte, code dte.Code, path, element string) {
		t.Helper()
		for _, g := range verifyOK(t, src).Signatures {
			if g.Has(code) && g.Path == path {
				assert.Equal(t, element, g.Element)
				return
			}
		}
		t.Errorf("no %s at %s", code, path)
	}
	has(signed([]string{"x", "F1T33"}, "</Documento>", `</Documento><Otro><Nada ID="x"/></Otro>`)(t), dte.CodeSignatureStray, "/DTE/Otro/Signature", "Nada")
	has(of("<Documento ", `<Documento ID="y"/><Documento `)(t), dte.CodeSignatureAbsent, "/DTE/Documento[1]", "Documento")
	has([]byte(`<EnvioDTE xmlns="http://www.sii.cl/SiiDte"/>`), dte.CodeSignatureAbsent, "/EnvioDTE", "SetDTE")
	has([]byte(`<AEC xmlns="http://www.sii.cl/SiiDte"><DocumentoAEC/></AEC>`), dte.CodeSignatureAbsent, "/AEC/DocumentoAEC", "DocumentoAEC")
}
