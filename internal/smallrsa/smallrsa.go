// Package smallrsa makes and checks RSASSA-PKCS1-v1_5 signatures with SHA-1 for
// the keys of folio authorisations (CAF), whose modulus has 512 bits: since
// Go 1.24 crypto/rsa refuses keys under 1024 bits.
//
// Such keys prove little: one can be factored for the price of a dinner. Still, the
// SII signs its CAFs with them, and issuers stamp with them. This package is internal,
// so nothing else can use such keys. Keys of 1024 bits and more go to crypto/rsa.
package smallrsa

import (
	"crypto/fips140"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
)

// Errors of Check, Verify and Sign.
var (
	// ErrKey: the key has an unsafe size or exponent, or the halves of a private key do
	// not belong together.
	ErrKey = errors.New("smallrsa: unusable key")
	// ErrSignature: the signature is not one of this key over this message.
	ErrSignature = errors.New("smallrsa: wrong signature")
	// ErrFIPS: the program enforces FIPS 140, which allows neither SHA-1 signatures nor
	// such small keys.
	ErrFIPS = errors.New("smallrsa: FIPS 140 is enforced")
)

// Bounds of the modulus in bits, and the size from which crypto/rsa does the work.
const (
	minBits = 512
	stdBits = 1024
	maxBits = 8192
)

// digestInfo is the DER of DigestInfo before a SHA-1 digest: RFC 8017, section 9.2, note 1.
const digestInfo = "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"

// Check returns ErrKey if Verify would not use the key: it is outside 512 to 8192
// bits, or has an even modulus, or an exponent that is even or not in [3, 2^31).
func Check(pub *rsa.PublicKey) error {
	if pub == nil || pub.N == nil || pub.N.Sign() <= 0 {
		return fmt.Errorf("%w: no modulus", ErrKey)
	}
	if bits := pub.N.BitLen(); bits < minBits || bits > maxBits {
		return fmt.Errorf("%w: modulus of %d bits", ErrKey, bits)
	}
	if pub.N.Bit(0) == 0 {
		return fmt.Errorf("%w: even modulus", ErrKey)
	}
	if pub.E < 3 || pub.E&1 == 0 || int64(pub.E) >= 1<<31 {
		return fmt.Errorf("%w: exponent %d", ErrKey, pub.E)
	}
	return nil
}

// encode returns EMSA-PKCS1-v1_5 of the digest in size bytes: RFC 8017, section 9.2.
func encode(digest []byte, size int) []byte {
	em := make([]byte, size)
	for i := range em {
		em[i] = 0xff
	}
	start := size - len(digest) - len(digestInfo)
	em[0], em[1], em[start-1] = 0, 1, 0
	copy(em[start:], digestInfo)
	copy(em[start+len(digestInfo):], digest)
	return em
}

// integer reads a signature, which has exactly the size of the modulus and is less.
func integer(pub *rsa.PublicKey, signature []byte) (*big.Int, bool) {
	if len(signature) != pub.Size() {
		return nil, false
	}
	s := new(big.Int).SetBytes(signature)
	return s, s.Cmp(pub.N) < 0
}

func allowed() error {
	if fips140.Enforced() {
		return ErrFIPS // crypto/sha1 would panic
	}
	return nil
}
