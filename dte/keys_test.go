package dte_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"
)

// publicKey reads a public key in PEM.
func publicKey(tb testing.TB, data []byte) *rsa.PublicKey {
	tb.Helper()
	block, _ := pem.Decode(data)
	require.NotNil(tb, block)
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(tb, err)
	key, ok := parsed.(*rsa.PublicKey)
	require.True(tb, ok)
	return key
}
