package xmlsig_test

import (
	"crypto/x509"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

// sharedFacts is what the manifest of the shared documents says of signatures:
// what xmlsec1 found, in place and of the element cut out with other namespaces.
type sharedFacts struct {
	Files []struct {
		Path  string
		Facts json.RawMessage
	}
}

type signatureFacts struct {
	Over        string
	Parent      string
	KeyValue    string   `json:"in_place_keyvalue"`
	SameKey     bool     `json:"keyvalue_is_certificate_key"`
	ExtractedOK []string `json:"extracted_ok_with"`
	Signer      string
}

// contextsOf translates how an extract was written.
var contextsOf = map[string]xmlsig.Context{"as-tagged": xmlsig.CutOut, "sii-ns": xmlsig.OnlySII, "no-ns": xmlsig.NoNamespace}

// Every signature in the shared documents has the verdict that xmlsec1 gave.
func TestInspectAgreesWithXmlsec1OnSharedDocuments(t *testing.T) {
	t.Parallel()
	var manifest sharedFacts
	require.NoError(t, json.Unmarshal(read(t, sharedtest.Path(t, "MANIFEST.json")), &manifest))
	count := 0
	for _, file := range manifest.Files {
		var facts struct{ Signatures []signatureFacts }
		if json.Unmarshal(file.Facts, &facts) != nil || len(facts.Signatures) == 0 {
			continue
		}
		count += len(facts.Signatures)
		t.Run(file.Path, func(t *testing.T) {
			t.Parallel()
			doc, err := xmlsig.Parse(read(t, sharedtest.Path(t, strings.Split(file.Path, "/")...)))
			require.NoError(t, err)
			verdicts := doc.Inspect()
			require.Len(t, verdicts, len(facts.Signatures))
			for _, fact := range facts.Signatures {
				i := slices.IndexFunc(verdicts, func(v xmlsig.Verdict) bool { return "#"+v.ID == fact.Over })
				require.GreaterOrEqual(t, i, 0, fact.Over)
				requireAgreement(t, &verdicts[i], &fact)
			}
			requirePolicies(t, doc, verdicts)
		})
	}
	assert.Greater(t, count, 60)
}

func requireAgreement(t *testing.T, v *xmlsig.Verdict, fact *signatureFacts) {
	t.Helper()
	inPlace := fact.KeyValue == "OK"
	switch {
	case !inPlace && len(fact.ExtractedOK) == 0:
		if fact.Parent == "SetDTE" { // a Signature in what it signs, which no profile has
			require.ErrorIs(t, v.Err, xmlsig.ErrShape, fact.Over)
			break
		}
		require.ErrorIs(t, v.Err, xmlsig.ErrDigest, fact.Over)
	case !fact.SameKey:
		require.ErrorIs(t, v.Err, xmlsig.ErrKeyMismatch, fact.Over)
		require.ErrorContains(t, v.Err, "that of KeyValue")
		assert.NotZero(t, v.Context)
	default:
		require.NoError(t, v.Err, fact.Over)
		require.True(t, v.Signed.Exists())
		id, _ := v.Signed.Attribute("ID")
		assert.Equal(t, fact.Over, "#"+id)
		assert.NotEmpty(t, v.Content())
	}
	if v.Err != nil {
		assert.Nil(t, v.Content())
		assert.False(t, v.Signed.Exists())
	}
	if inPlace {
		assert.Equal(t, xmlsig.InPlace, v.Context, fact.Over)
		return
	}
	allowed := []xmlsig.Context{0}
	if len(fact.ExtractedOK) > 0 {
		allowed = nil
	}
	for _, form := range fact.ExtractedOK {
		allowed = append(allowed, contextsOf[form])
	}
	assert.Contains(t, allowed, v.Context, fact.Over)
}

// requirePolicies checks that Verify gives out nothing unless all hold and the
// signers are trusted.
func requirePolicies(t *testing.T, doc *xmlsig.Document, verdicts []xmlsig.Verdict) {
	t.Helper()
	var certificates []*x509.Certificate
	bad := slices.ContainsFunc(verdicts, func(v xmlsig.Verdict) bool { return v.Err != nil })
	for _, v := range verdicts {
		certificates = append(certificates, v.Certificate)
	}
	verified, err := doc.Verify(xmlsig.Policy{Certificates: certificates})
	if bad {
		require.Error(t, err)
		require.Nil(t, verified)
		return
	}
	require.NoError(t, err)
	require.Len(t, verified, len(verdicts))
	assert.Equal(t, xmlsig.TrustCertificate, verified[0].Trust)
	_, err = doc.Verify(xmlsig.Policy{})
	require.ErrorIs(t, err, xmlsig.ErrUntrusted, "they hold, but whose they are nobody said")
}
