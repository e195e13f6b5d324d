package xmlsig_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

// Files made by OpenSSL, as their README describes them.
func TestLoadPKCS12SharedFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file, rut, name string
		chain           int
		rutErr          error
	}{
		{file: "modern-aes256.p12", rut: "11111111-1", name: "Juana Prueba Soto"},
		{file: "legacy-3des.p12", rut: "11111111-1", name: "Juana Prueba Soto"},
		{file: "legacy-rc2-40-3des.p12", rut: "11111111-1", name: "Juana Prueba Soto"},
		{file: "chain-2ca.p12", rut: "11111111-1", name: "Juana Prueba Soto", chain: 2},
		{file: "chain-2ca-legacy.p12", rut: "11111111-1", name: "Juana Prueba Soto", chain: 2},
		{file: "expired.p12", rut: "11111111-1", name: "Vencido de Prueba"},
		{file: "no-rut.p12", name: "Certificado Sin Rut", rutErr: xmlsig.ErrNoRUT},
		{file: "rsa1024-sha1.p12", rut: "11111111-1", name: "Llave Corta 1024"},
		{file: "rut-san-leading-zero.p12", rut: "7880442-4", name: "Rut Con Cero"},
		{file: "rut-san-utf8string.p12", rut: "22222222-2", name: "Pedro Prueba Rojas"},
		{file: "rut-subject-serialnumber.p12", rut: "12345678-5", name: "MARIA DE PRUEBA GONZALEZ"},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			path := sharedtest.Path(t, "p12", test.file)
			id, err := xmlsig.LoadPKCS12(path, "test")
			require.NoError(t, err)
			assert.Equal(t, test.name, id.Certificate().Subject.CommonName)
			assert.Len(t, id.Chain(), test.chain)
			rut, err := id.RUT()
			assert.ErrorIs(t, err, test.rutErr)
			assert.Equal(t, test.rut, rut)
			requireSigns(t, id)

			_, err = xmlsig.LoadPKCS12(path, "Test")
			assert.ErrorIs(t, err, xmlsig.ErrWrongPassword)
			assert.ErrorContains(t, err, test.file)
			_, err = xmlsig.LoadPKCS12(path, "")
			assert.ErrorIs(t, err, xmlsig.ErrWrongPassword)
		})
	}
	t.Run("cert-only-no-key.p12", func(t *testing.T) {
		t.Parallel()
		_, err := xmlsig.LoadPKCS12(sharedtest.Path(t, "p12", "cert-only-no-key.p12"), "test")
		assert.ErrorIs(t, err, xmlsig.ErrNoKey)
	})
}

func TestLoadPKCS12NoFile(t *testing.T) {
	t.Parallel()
	_, err := xmlsig.LoadPKCS12(filepath.Join(t.TempDir(), "none.p12"), "test")
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "none.p12")
}

func TestValidAtSharedFiles(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		file string
		at   time.Time
		want error
	}{
		{"expired.p12", day(2022, 1, 2), xmlsig.ErrExpired},
		{"expired.p12", day(2020, 1, 1), nil},
		{"expired.p12", day(2018, 12, 31), xmlsig.ErrNotYetValid},
		{"modern-aes256.p12", day(2026, 11, 22), xmlsig.ErrNotYetValid},
		{"modern-aes256.p12", day(2030, 1, 1), nil},
		{"modern-aes256.p12", day(2036, 11, 22), xmlsig.ErrExpired},
	}
	for _, test := range tests {
		t.Run(test.file+" "+test.at.Format(time.DateOnly), func(t *testing.T) {
			t.Parallel()
			id, err := xmlsig.LoadPKCS12(sharedtest.Path(t, "p12", test.file), "test")
			require.NoError(t, err)
			assert.ErrorIs(t, id.ValidAt(test.at), test.want)
		})
	}
}

// The chain of the file and the authorities beside it are one chain.
func TestVerifyAgainstSharedRoots(t *testing.T) {
	t.Parallel()
	root, err := os.ReadFile(sharedtest.Path(t, "p12", "test-root-ca.pem"))
	require.NoError(t, err)
	block, _ := pem.Decode(root)
	require.NotNil(t, block)
	rootCert, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	id, err := xmlsig.LoadPKCS12(sharedtest.Path(t, "p12", "chain-2ca.p12"), "test")
	require.NoError(t, err)
	policy := xmlsig.Policy{
		Roots: []*x509.Certificate{rootCert},
		RUT:   "11111111-1", Time: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	doc, err := xmlsig.Parse(requireSigns(t, id))
	require.NoError(t, err)
	_, err = doc.Verify(policy)
	require.ErrorIs(t, err, xmlsig.ErrUntrusted, "no intermediate at hand")
	policy.Intermediates = id.Chain()
	verified, err := doc.Verify(policy)
	require.NoError(t, err)
	assert.Equal(t, "11111111-1", verified[0].RUT)
}

const seed = "<getToken><item><Semilla>030530912644</Semilla></item></getToken>"

// requireSigns proves that key and certificate of the identity belong together
// and are at work, and returns the signed seed.
func requireSigns(t *testing.T, id *xmlsig.Identity) []byte {
	t.Helper()
	signed, err := xmlsig.SignEnveloped([]byte(seed), id)
	require.NoError(t, err)
	doc, err := xmlsig.Parse(signed)
	require.NoError(t, err)
	verified, err := doc.Verify(xmlsig.Policy{Certificates: []*x509.Certificate{id.Certificate()}})
	require.NoError(t, err)
	require.Len(t, verified, 1)
	require.Equal(t, seed, string(verified[0].Content()))
	return signed
}
