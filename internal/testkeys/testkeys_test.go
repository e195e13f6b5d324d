package testkeys_test

import (
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/smallrsa"
	"github.com/ofitec/chile/internal/testkeys"
)

var (
	from  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	until = time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestKeys(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for n := range testkeys.Count {
		key := testkeys.Key(n)
		require.NoError(t, key.Validate())
		assert.Equal(t, 2048, key.N.BitLen())
		assert.Same(t, key, testkeys.Key(n))
		seen[key.N.String()] = true
	}
	assert.Len(t, seen, testkeys.Count, "the keys differ")
}

// The keys with which the SII signs CAFs have 512 bits.
func TestCAFKey(t *testing.T) {
	t.Parallel()
	key := testkeys.CAFKey()
	require.NoError(t, smallrsa.CheckPrivate(key))
	assert.Equal(t, 512, key.N.BitLen())
	assert.Equal(t, 65537, key.E)
	assert.Same(t, key, testkeys.CAFKey())
}

func TestCertificateIssued(t *testing.T) {
	t.Parallel()
	root, err := testkeys.Certificate(testkeys.Request{
		CommonName: "CA de Prueba", NotBefore: from, NotAfter: until, Signer: testkeys.Key(0), CA: true,
	})
	require.NoError(t, err)
	request := testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Serial: 7, NotBefore: from, NotAfter: until,
		Key: testkeys.Key(1).Public(), Signer: testkeys.Key(0), Issuer: root,
	}
	leaf, err := testkeys.Certificate(request)
	require.NoError(t, err)
	again, err := testkeys.Certificate(request)
	require.NoError(t, err)
	assert.Equal(t, leaf.Raw, again.Raw, "equal requests give equal certificates")
	assert.Equal(t, "7", leaf.SerialNumber.String())
	assert.True(t, testkeys.Key(1).PublicKey.Equal(leaf.PublicKey))

	roots := x509.NewCertPool()
	roots.AddCert(root)
	_, err = leaf.Verify(x509.VerifyOptions{
		Roots: roots, CurrentTime: from.AddDate(1, 0, 0), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	assert.NoError(t, err)
}

// OpenSSL, as an independent reader, finds the RUT where issuers put it.
func TestCertificateRUT(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("openssl is not installed")
		}
		t.Skip("openssl is not installed")
	}
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", NotBefore: from, NotAfter: until, Signer: testkeys.Key(2),
	})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "cert.der")
	require.NoError(t, os.WriteFile(file, cert.Raw, 0o600))
	out, err := exec.Command("openssl", "x509", "-inform", "DER", "-in", file, "-noout", "-text").CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Regexp(t, `othername: ?1\.3\.6\.1\.4\.1\.8321\.1:+ ?11111111-1`, string(out))
}

func TestCertificateRefusesNonsense(t *testing.T) {
	t.Parallel()
	_, err := testkeys.Certificate(testkeys.Request{
		CommonName: "x", RUT: "ñ", NotBefore: from, NotAfter: until, Signer: testkeys.Key(0),
	})
	assert.ErrorContains(t, err, "testkeys: RUT")
}
