package dte

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"github.com/ofitec/chile/internal/smallrsa"
)

// ParseKey reads a public key of the SII for CAFs, for VerifyOptions.Keys: one
// block of PEM of type PUBLIC KEY. The error is ErrCAFKey.
//
// A certificate of such a key does not work: crypto/x509 refuses those of the
// SII, which have an invalid version. This extracts the key from one:
//
//	openssl x509 -in 300.cer -pubkey -noout > 300.pem
func ParseKey(src []byte) (*rsa.PublicKey, error) {
	if len(src) > maxCAF {
		return nil, fmt.Errorf("%w: file of %d bytes", ErrCAFKey, len(src))
	}
	block, _ := pem.Decode(src)
	switch {
	case block == nil:
		return nil, fmt.Errorf("%w: no PEM", ErrCAFKey)
	case block.Type != "PUBLIC KEY":
		return nil, fmt.Errorf("%w: PEM of a %.40q, not of a PUBLIC KEY", ErrCAFKey, block.Type)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	key, ok := parsed.(*rsa.PublicKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%w: no RSA key", ErrCAFKey)
	}
	if err := smallrsa.Check(key); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCAFKey, err)
	}
	return key, nil
}
