package xmlsig

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// ParsePEM reads a private key (PKCS#1 or PKCS#8) and certificates from PEM text, in
// one file or several. Like ParsePKCS12, it takes the certificate that belongs to the
// key. The errors are ErrNoKey, ErrNoCertificate, ErrNoMatch, ErrNotRSA, ErrKeySize,
// ErrEncryptedPEM, ErrMalformed and ErrLimit.
func ParsePEM(files ...[]byte) (*Identity, error) {
	var found keyring
	for _, data := range files {
		if len(data) > maxKeyFile {
			return nil, fmt.Errorf("%w: more than %d bytes", ErrLimit, maxKeyFile)
		}
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			var err error
			switch block.Type {
			case "CERTIFICATE":
				found.addCertificate(block.Bytes)
			case "RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY":
				var key any
				if key, err = parsePEMKey(block); err == nil {
					found.keys = append(found.keys, key)
				}
			}
			switch {
			case errors.Is(err, ErrEncryptedPEM), errors.Is(err, ErrNotRSA):
				return nil, err
			case err != nil: // is left out: it could quote the key
				return nil, fmt.Errorf("%w: PEM block %s cannot be read", ErrMalformed, block.Type)
			}
		}
	}
	switch {
	case len(found.keys) == 0:
		return nil, ErrNoKey
	case len(found.keys) > 1: // two keys: do not guess
		return nil, fmt.Errorf("%w: %d private keys", ErrMalformed, len(found.keys))
	}
	return found.choose(time.Now()) //nolint:forbidigo // which of several certificates is meant
}

func parsePEMKey(block *pem.Block) (any, error) {
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY", block.Headers["DEK-Info"] != "":
		return nil, ErrEncryptedPEM
	case block.Type == "EC PRIVATE KEY":
		return nil, ErrNotRSA
	case block.Type == "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		return x509.ParsePKCS8PrivateKey(block.Bytes)
	}
}
