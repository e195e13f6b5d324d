package xmlsig

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// ParsePEM reads a private key (PKCS#1 or PKCS#8) and certificates from PEM
// text, which may be one file or several. Of several certificates it takes the
// one that belongs to the key. The errors are ErrNoKey, ErrNoCertificate,
// ErrNoMatch, ErrNotRSA, ErrKeySize, ErrEncryptedPEM, ErrMalformed and ErrLimit.
func ParsePEM(files ...[]byte) (*Identity, error) {
	var key any
	var certs []*x509.Certificate
	for _, data := range files {
		if len(data) > maxKeyFile {
			return nil, fmt.Errorf("%w: more than %d bytes", ErrLimit, maxKeyFile)
		}
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			var err error
			switch block.Type {
			case "CERTIFICATE":
				var cert *x509.Certificate
				if cert, err = x509.ParseCertificate(block.Bytes); err == nil {
					certs = append(certs, cert)
				}
			case "ENCRYPTED PRIVATE KEY":
				return nil, ErrEncryptedPEM
			case "RSA PRIVATE KEY":
				if block.Headers["DEK-Info"] != "" {
					return nil, ErrEncryptedPEM
				}
				key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
			case "PRIVATE KEY":
				key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
			case "EC PRIVATE KEY":
				return nil, ErrNotRSA
			}
			if err != nil {
				// The cause is left out: it could quote the key.
				return nil, fmt.Errorf("%w: PEM block %s cannot be read", ErrMalformed, block.Type)
			}
		}
	}
	switch {
	case key == nil:
		return nil, ErrNoKey
	case len(certs) == 0:
		return nil, ErrNoCertificate
	}
	return match(key, certs)
}
