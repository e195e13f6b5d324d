package smallrsa

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // the SII's stamps and CAFs are SHA1withRSA by schema (DTE_v10.xsd, FRMT and FRMA)
	"crypto/subtle"
	"fmt"
	"math/big"
)

// Verify reports whether signature is the PKCS #1 v1.5 signature with SHA-1 of
// message by the key: nil, ErrSignature, ErrKey or ErrFIPS. It makes the
// encoded message and compares it whole (RFC 8017, section 8.2.2). A loosely read
// padding could be forged with exponent 3.
func Verify(pub *rsa.PublicKey, message, signature []byte) error {
	if err := allowed(); err != nil {
		return err
	}
	if err := Check(pub); err != nil {
		return err
	}
	digest := sha1.Sum(message) //nolint:gosec // see the import
	if pub.N.BitLen() >= stdBits {
		if err := rsa.VerifyPKCS1v15(pub, crypto.SHA1, digest[:], signature); err != nil {
			return fmt.Errorf("%w: %w", ErrSignature, err)
		}
		return nil
	}
	s, ok := integer(pub, signature)
	if !ok {
		return ErrSignature
	}
	m := s.Exp(s, big.NewInt(int64(pub.E)), pub.N)
	em := m.FillBytes(make([]byte, pub.Size()))
	if subtle.ConstantTimeCompare(em, encode(digest[:], len(em))) != 1 {
		return ErrSignature
	}
	return nil
}
