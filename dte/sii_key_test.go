package dte_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/internal/testkeys"
)

func TestParseKey(t *testing.T) {
	t.Parallel()
	key, err := dte.ParseKey(readFile(t, "testdata/sii-666.pem"))
	require.NoError(t, err)
	assert.True(t, testkeys.Key(0).PublicKey.Equal(key))

	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	other, err := x509.MarshalPKIXPublicKey(&curve.PublicKey)
	require.NoError(t, err)
	for name, src := range map[string][]byte{
		"nothing":     nil,
		"certificate": readFile(t, "testdata/issuer.pem"),
		"private":     pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(testkeys.Key(0))}),
		"curve":       pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: other}),
		"damaged":     pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("x")}),
		"large":       make([]byte, 65<<10),
	} {
		_, err := dte.ParseKey(src)
		require.ErrorIs(t, err, dte.ErrCAFKey, name)
		assert.NotContains(t, err.Error(), "MII", name)
	}
}

func TestParseSharedKeys(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sii-caf-key-100-public.pem", "sii-caf-key-300-public.pem"} {
		key, err := dte.ParseKey(readFile(t, sharedtest.Path(t, "certs", name)))
		require.NoError(t, err)
		assert.Equal(t, 512, key.N.BitLen(), name)
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add(readFile(f, "testdata/sii-666.pem"))
	f.Fuzz(func(t *testing.T, src []byte) {
		key, err := dte.ParseKey(src)
		assert.Equal(t, key == nil, err != nil)
	})
}
