package xmlsig_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// KeyInfo is not signed, and anyone can issue a certificate for a public key
// that is not theirs. So a pinned key proves nothing of the certificate beside
// it, nor of the RUT in that.
func TestVerifyPinnedKeyVouchesForNoRUT(t *testing.T) {
	t.Parallel()
	signed := string(requireSigns(t, ana(t)))
	forged := certificate(t, testkeys.Request{
		CommonName: "Ana Prueba", RUT: "22222222-2",
		Key: testkeys.Key(1).Public(), Signer: testkeys.Key(2),
		Issuer: certificate(t, testkeys.Request{CommonName: "CA de nadie", Signer: testkeys.Key(2), CA: true}),
	})
	own := base64.StdEncoding.EncodeToString(anaCertificate(t).Raw)
	require.Contains(t, signed, own)
	swapped := strings.Replace(signed, own, base64.StdEncoding.EncodeToString(forged.Raw), 1)
	keys := []*rsa.PublicKey{&testkeys.Key(1).PublicKey}
	verify := func(doc string, p xmlsig.Policy) ([]xmlsig.Verified, error) {
		parsed, err := xmlsig.Parse([]byte(doc))
		require.NoError(t, err)
		return parsed.Verify(p)
	}

	got, err := verify(swapped, xmlsig.Policy{Keys: keys})
	require.NoError(t, err, "the key did sign")
	assert.Equal(t, seed, string(got[0].Content()))
	assert.Empty(t, got[0].RUT)
	_, err = verify(swapped, xmlsig.Policy{Keys: keys, RUT: "22222222-2"})
	require.ErrorIs(t, err, xmlsig.ErrUntrusted)
	_, err = verify(swapped, xmlsig.Policy{Certificates: []*x509.Certificate{anaCertificate(t)}})
	require.ErrorIs(t, err, xmlsig.ErrUntrusted)

	roots := []*x509.Certificate{authority(t)}
	_, err = verify(swapped, xmlsig.Policy{Keys: keys, Roots: roots, RUT: "22222222-2"})
	require.ErrorIs(t, err, xmlsig.ErrUntrusted)
	for name, p := range map[string]xmlsig.Policy{
		"expected certificate": {Keys: keys, Certificates: []*x509.Certificate{anaCertificate(t)}, RUT: "11111111-1"},
		"chain":                {Keys: keys, Roots: roots, RUT: "11111111-1"},
	} {
		got, err := verify(signed, p)
		require.NoError(t, err, name)
		assert.Equal(t, "11111111-1", got[0].RUT, name)
	}
}
