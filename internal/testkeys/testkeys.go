// Package testkeys holds fixed RSA keys for tests and for the fake SII, and
// makes certificates for them. Everyone can read the keys in the source: they
// protect nothing.
//
// Fixed keys keep tests fast and golden files stable: signatures by RSA with
// PKCS #1 v1.5 are the same each time.
package testkeys

import (
	"crypto/rsa"
	"crypto/x509"
	_ "embed" // for the keys
	"encoding/pem"
	"sync"
)

//go:embed keys.pem
var keysPEM []byte

// Count is how many keys there are.
const Count = 3

// keys parses the keys once.
var keys = sync.OnceValue(func() (found [Count]*rsa.PrivateKey) {
	rest := keysPEM
	for i := range found {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		key, ok := parsed.(*rsa.PrivateKey)
		if err != nil || !ok {
			panic("testkeys: the embedded keys cannot be read") //nolint:forbidigo // no input: a build with other bytes is broken
		}
		found[i] = key
	}
	return found
})

//go:embed caf.pem
var cafPEM []byte

// cafKey parses that key once.
var cafKey = sync.OnceValue(func() *rsa.PrivateKey {
	block, _ := pem.Decode(cafPEM)
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		panic("testkeys: the embedded key cannot be read") //nolint:forbidigo // no input: a build with other bytes is broken
	}
	return key
})

// CAFKey returns the published key with which the fake SII signs CAFs. Like those of
// the SII, it has 512 bits and the exponent 65537. It is the same at every call. Do not
// change it.
func CAFKey() *rsa.PrivateKey { return cafKey() }

// Key returns the published test key n, from 0 to Count-1, of 2048 bits. It is the
// same at every call. Do not change it.
func Key(n int) *rsa.PrivateKey { return keys()[n] }
