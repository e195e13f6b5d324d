package session

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// The certificates that are presented lead from the holder's to the last that is
// no root, each once, whatever else a file has.
func TestChainIsPresentedInOrder(t *testing.T) {
	t.Parallel()
	make := func(name string, key, signer int, issuer *x509.Certificate) *x509.Certificate {
		cert, err := testkeys.Certificate(testkeys.Request{
			CommonName: name, Key: &testkeys.Key(key).PublicKey, Signer: testkeys.Key(signer), Issuer: issuer, CA: name != "Ana",
			NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		})
		require.NoError(t, err)
		return cert
	}
	root := make("Raíz", 0, 0, nil)
	middle := make("Intermedia", 1, 0, root)
	leaf := make("Ana", 2, 1, middle)
	stranger := make("Otra", 0, 0, root)
	chain := func(rest ...*x509.Certificate) [][]byte {
		id, err := xmlsig.NewIdentity(testkeys.Key(2), leaf, rest...)
		require.NoError(t, err)
		return chainOf(id)
	}
	assert.Equal(t, [][]byte{leaf.Raw}, chain())
	assert.Equal(t, [][]byte{leaf.Raw, middle.Raw}, chain(root, stranger, middle))
	assert.Equal(t, [][]byte{leaf.Raw}, chain(root, stranger), "its issuer is not there")

	// Two that issued each other do not go round for ever.
	one := make("Uno", 0, 1, make("Dos", 1, 1, nil))
	two := make("Dos", 1, 0, one)
	leaf = make("Ana", 2, 0, one)
	assert.Equal(t, [][]byte{leaf.Raw, one.Raw, two.Raw}, chain(one, two))
}
