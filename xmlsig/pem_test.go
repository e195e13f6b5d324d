package xmlsig_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

func TestParsePEM(t *testing.T) {
	t.Parallel()
	key := keyPEM(t, testkeys.Key(1))
	pkcs1 := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(testkeys.Key(1))})
	leaf, chain := certPEM(anaCertificate(t)), certPEM(authority(t))
	for name, files := range map[string][][]byte{
		"two files":      {key, leaf, chain},
		"one file":       {slices.Concat(leaf, chain, key)},
		"PKCS#1":         {pkcs1, leaf, chain},
		"leaf not first": {chain, leaf, key},
		"text between":   {slices.Concat([]byte("Bag Attributes\n  ñ\n"), key, []byte("subject=\r\n"), leaf, chain)},
		"another block":  {pem.EncodeToMemory(&pem.Block{Type: "DH PARAMETERS", Bytes: []byte{1}}), key, leaf, chain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := xmlsig.ParsePEM(files...)
			require.NoError(t, err)
			assert.Equal(t, "Ana Prueba", id.Certificate().Subject.CommonName)
			requireChain(t, id, authority(t))
			requireSigns(t, id)
		})
	}
}

func TestParsePEMRefusals(t *testing.T) {
	t.Parallel()
	key, leaf := keyPEM(t, testkeys.Key(1)), certPEM(anaCertificate(t))
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(curve)
	require.NoError(t, err)
	sec1, err := x509.MarshalECPrivateKey(curve)
	require.NoError(t, err)
	block := func(kind string, der []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	tests := map[string]struct {
		files [][]byte
		want  error
	}{
		"nothing":              {nil, xmlsig.ErrNoKey},
		"empty":                {[][]byte{{}}, xmlsig.ErrNoKey},
		"no key":               {[][]byte{leaf}, xmlsig.ErrNoKey},
		"no certificate":       {[][]byte{key}, xmlsig.ErrNoCertificate},
		"other key":            {[][]byte{keyPEM(t, testkeys.Key(2)), leaf}, xmlsig.ErrNoMatch},
		"two keys":             {[][]byte{keyPEM(t, testkeys.Key(2)), key, leaf}, xmlsig.ErrMalformed},
		"curve":                {[][]byte{block("PRIVATE KEY", pkcs8), leaf}, xmlsig.ErrNotRSA},
		"curve in SEC 1":       {[][]byte{block("EC PRIVATE KEY", sec1), leaf}, xmlsig.ErrNotRSA},
		"broken key":           {[][]byte{block("PRIVATE KEY", []byte("secreto")), leaf}, xmlsig.ErrMalformed},
		"broken PKCS#1 key":    {[][]byte{block("RSA PRIVATE KEY", []byte("secreto")), leaf}, xmlsig.ErrMalformed},
		"broken certificate":   {[][]byte{key, block("CERTIFICATE", []byte{0x30})}, xmlsig.ErrMalformed},
		"too large":            {[][]byte{make([]byte, 1<<20+1)}, xmlsig.ErrLimit},
		"cut in the last line": {[][]byte{leaf, key[:len(key)-10]}, xmlsig.ErrNoKey},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := xmlsig.ParsePEM(test.files...)
			require.ErrorIs(t, err, test.want)
			assert.NotContains(t, err.Error(), "secreto")
		})
	}
}

func TestParsePEMEncrypted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := write(t, dir, "key.pem", keyPEM(t, testkeys.Key(1)))
	for name, args := range map[string][]string{
		"PKCS#8": {"pkcs8", "-topk8", "-passout", "pass:clave"},
		"PKCS#1": {"rsa", "-traditional", "-aes128", "-passout", "pass:clave"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(dir, strings.ReplaceAll(name, "#", ""))
			run(t, "openssl", append(args, "-in", in, "-out", out)...)
			_, err := xmlsig.ParsePEM(read(t, out), certPEM(anaCertificate(t)))
			assert.ErrorIs(t, err, xmlsig.ErrEncryptedPEM)
		})
	}
}
