package xmlsig_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	pool := func(certs ...*x509.Certificate) []*x509.Certificate { return certs }
	anaKey, betoKey := &testkeys.Key(1).PublicKey, &testkeys.Key(2).PublicKey
	leaf, root, betoCert := anaCertificate(t), authority(t), beto(t).Certificate()
	intermediate := certificate(t, testkeys.Request{
		CommonName: "CA intermedia", Serial: 3, CA: true, Key: testkeys.Key(2).Public(), Signer: testkeys.Key(0), Issuer: root,
	})
	deep := certificate(t, testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Serial: 9, Key: anaKey, Signer: testkeys.Key(2), Issuer: intermediate,
	})
	noCA := certificate(t, testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Serial: 10, Key: anaKey, Signer: testkeys.Key(2), Issuer: betoCert,
	})
	day := from.AddDate(1, 0, 0)
	tests := map[string]struct {
		leaf   *x509.Certificate // of who signs with key 1
		policy xmlsig.Policy
		want   error
	}{
		"nobody":                  {leaf, xmlsig.Policy{}, xmlsig.ErrUntrusted},
		"RUT alone is no trust":   {leaf, xmlsig.Policy{RUT: "11111111-1"}, xmlsig.ErrUntrusted},
		"time alone is no trust":  {leaf, xmlsig.Policy{Time: day}, xmlsig.ErrUntrusted},
		"certificate":             {leaf, xmlsig.Policy{Certificates: []*x509.Certificate{betoCert, leaf}}, nil},
		"other certificate":       {leaf, xmlsig.Policy{Certificates: []*x509.Certificate{betoCert}}, xmlsig.ErrUntrusted},
		"same key, other cert":    {deep, xmlsig.Policy{Certificates: []*x509.Certificate{leaf}}, xmlsig.ErrUntrusted},
		"key":                     {leaf, xmlsig.Policy{Keys: []*rsa.PublicKey{betoKey, anaKey}}, nil},
		"other key":               {leaf, xmlsig.Policy{Keys: []*rsa.PublicKey{betoKey}}, xmlsig.ErrUntrusted},
		"root":                    {leaf, xmlsig.Policy{Roots: pool(root)}, nil},
		"other root":              {leaf, xmlsig.Policy{Roots: pool(betoCert)}, xmlsig.ErrUntrusted},
		"no roots":                {leaf, xmlsig.Policy{Roots: pool()}, xmlsig.ErrUntrusted},
		"chain":                   {deep, xmlsig.Policy{Roots: pool(root), Intermediates: pool(intermediate)}, nil},
		"chain with a hole":       {deep, xmlsig.Policy{Roots: pool(root)}, xmlsig.ErrUntrusted},
		"intermediates alone":     {deep, xmlsig.Policy{Intermediates: pool(intermediate, root)}, xmlsig.ErrUntrusted},
		"issued by no authority":  {noCA, xmlsig.Policy{Roots: pool(betoCert)}, xmlsig.ErrUntrusted},
		"RUT":                     {leaf, xmlsig.Policy{Roots: pool(root), RUT: "11111111-1"}, nil},
		"other RUT":               {leaf, xmlsig.Policy{Roots: pool(root), RUT: "22222222-2"}, xmlsig.ErrUntrusted},
		"other RUT of pinned key": {leaf, xmlsig.Policy{Keys: []*rsa.PublicKey{anaKey}, RUT: "22222222-2"}, xmlsig.ErrUntrusted},
		"in time":                 {leaf, xmlsig.Policy{Roots: pool(root), Time: day}, nil},
		"expired":                 {leaf, xmlsig.Policy{Roots: pool(root), Time: until.Add(time.Second)}, xmlsig.ErrExpired},
		"not yet valid":           {leaf, xmlsig.Policy{Keys: []*rsa.PublicKey{anaKey}, Time: from.Add(-time.Second)}, xmlsig.ErrNotYetValid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := xmlsig.NewIdentity(testkeys.Key(1), test.leaf)
			require.NoError(t, err)
			signed, err := xmlsig.SignEnveloped([]byte(seed), id)
			require.NoError(t, err)
			doc, err := xmlsig.Parse(signed)
			require.NoError(t, err)
			if len(test.policy.Keys) == 0 && test.policy.RUT == "" { // which are not of the certificate by itself
				_, err := test.policy.Truster().TrustCertificate(test.leaf)
				require.ErrorIs(t, err, test.want)
			}
			verified, err := doc.Verify(test.policy)
			require.ErrorIs(t, err, test.want)
			if err != nil {
				assert.Nil(t, verified)
				return
			}
			require.Len(t, verified, 1)
			assert.True(t, verified[0].Certificate.Equal(test.leaf))
			assert.True(t, anaKey.Equal(verified[0].Key))
		})
	}
}

// A certificate that claims somebody's RUT proves nothing.
func TestPolicySelfSignedClaim(t *testing.T) {
	t.Parallel()
	claim := certificate(t, testkeys.Request{CommonName: "CA de Prueba", RUT: "11111111-1", Signer: testkeys.Key(2)})
	id, err := xmlsig.NewIdentity(testkeys.Key(2), claim)
	require.NoError(t, err)
	doc, err := xmlsig.Parse(requireSigns(t, id))
	require.NoError(t, err)
	roots := []*x509.Certificate{authority(t)}
	_, err = doc.Verify(xmlsig.Policy{Roots: roots, RUT: "11111111-1"})
	assert.ErrorIs(t, err, xmlsig.ErrUntrusted)
}

// A signature with KeyValue alone is good for a pinned key, and names nobody.
func TestPolicyKeyValueAlone(t *testing.T) {
	t.Parallel()
	doc, err := xmlsig.Parse(x509Data.ReplaceAll(requireSigns(t, ana(t)), nil))
	require.NoError(t, err)
	key := []*rsa.PublicKey{&testkeys.Key(1).PublicKey}
	verified, err := doc.Verify(xmlsig.Policy{Keys: key})
	require.NoError(t, err)
	assert.Nil(t, verified[0].Certificate)
	assert.Empty(t, verified[0].RUT)
	for name, policy := range map[string]xmlsig.Policy{
		"certificate": {Certificates: []*x509.Certificate{anaCertificate(t)}},
		"RUT":         {Keys: key, RUT: "11111111-1"},
		"roots":       {Roots: []*x509.Certificate{authority(t)}},
	} {
		_, err := doc.Verify(policy)
		assert.ErrorIs(t, err, xmlsig.ErrUntrusted, name)
	}
}

// The zero Verdict is that of no signature.
func TestZeroVerdict(t *testing.T) {
	t.Parallel()
	var none xmlsig.Verdict
	assert.False(t, none.OK())
	_, err := (xmlsig.Policy{Certificates: []*x509.Certificate{anaCertificate(t)}}).Truster().Trust(&none)
	require.ErrorIs(t, err, xmlsig.ErrNoSignature)
	assert.Nil(t, none.Content())
}

func TestParseRefusesSharedAttacks(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"billion-laughs-1.xml", "quadratic-blowup-entity-expansion.xml"} {
		_, err := xmlsig.Parse(read(t, sharedtest.Path(t, "xml-attacks", file)))
		assert.ErrorIs(t, err, xmlsig.ErrMalformed, file)
	}
}

func decodeLines(t testing.TB, text string) []byte {
	t.Helper()
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	require.NoError(t, err)
	return der
}
