package xmlsig

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"sync"
)

// signer is what a KeyInfo says about the signer.
type signer struct {
	key            *rsa.PublicKey // of KeyValue or, without one, of the certificate
	fromValue      bool
	certificateKey *rsa.PublicKey    // nil without certificate
	certificate    *x509.Certificate // nil if there is none, or none that can be read
	unreadable     error             // why the certificate cannot be read
	rut            string
	err            error
}

// mismatch reports whether KeyValue and certificate name different keys.
func (s *signer) mismatch() bool {
	return s.certificateKey != nil && s.fromValue && !s.key.Equal(s.certificateKey)
}

// signers remembers what was read, because all documents of an envelope carry
// the same certificate.
type signers struct {
	mu    sync.Mutex
	known map[string]*signer
}

func (s *signers) of(d *Document, keyInfo int) *signer {
	text := d.content(keyInfo)
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.known[string(text)]; ok {
		return found
	}
	found := d.readKeyInfo(keyInfo)
	if s.known == nil {
		s.known = make(map[string]*signer)
	}
	if len(s.known) < maxSigners { // an envelope's certificates are bounded, and so is this memory
		s.known[string(text)] = found
	}
	return found
}

const maxSigners = 1024

// readKeyInfo reads the key and certificate that a signature names.
func (d *Document) readKeyInfo(keyInfo int) *signer {
	s := &signer{}
	for _, part := range d.children(keyInfo) {
		switch {
		case d.named(part, "KeyValue") && s.key == nil:
			if s.key, s.err = d.readKeyValue(part); s.err != nil {
				return s
			}
			s.fromValue = true
		case d.named(part, "X509Data") && s.certificateKey == nil:
			if s.err = d.readX509Data(part, s); s.err != nil {
				return s
			}
		default:
			s.err = shapeError("KeyInfo is not KeyValue, X509Data")
			return s
		}
	}
	if s.key == nil {
		s.key = s.certificateKey
	}
	if s.key == nil {
		s.err = shapeError("KeyInfo names no key")
		return s
	}
	if s.certificate != nil {
		if rut, err := CertificateRUT(s.certificate); err == nil {
			s.rut = rut
		}
	}
	s.err = checkKey(s.key)
	return s
}

func (d *Document) readKeyValue(i int) (*rsa.PublicKey, error) {
	parts := d.children(i)
	if len(parts) != 1 || !d.named(parts[0], "RSAKeyValue") {
		return nil, shapeError("KeyValue")
	}
	parts = d.children(parts[0])
	if len(parts) != 2 || !d.named(parts[0], "Modulus") || !d.named(parts[1], "Exponent") {
		return nil, shapeError("KeyValue")
	}
	modulus, err := decodeBase64(d.content(parts[0]))
	if err != nil || len(modulus) > maxKeyBits/8+1 {
		return nil, shapeError("KeyValue")
	}
	exponent, err := decodeBase64(d.content(parts[1]))
	if err != nil || len(exponent) > 4 {
		return nil, shapeError("KeyValue")
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(new(big.Int).SetBytes(exponent).Int64())}
	return key, checkKey(key)
}

// maxCertificates bounds how many certificates a signature may bring.
const maxCertificates = 8

// readX509Data takes the certificate that belongs to the key or, if no key was
// named, the first one. The SII's own signatures have one certificate; other
// signers add the issuers, in any order.
func (d *Document) readX509Data(i int, s *signer) error {
	parts := d.children(i)
	if len(parts) == 0 || len(parts) > maxCertificates {
		return shapeError("X509Data")
	}
	var notRSA error
	for _, part := range parts {
		if !d.named(part, "X509Certificate") {
			return shapeError("X509Data")
		}
		der, err := decodeBase64(d.content(part))
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCertificate, err)
		}
		cert, key, err := readCertificate(der)
		if errors.Is(err, ErrNotRSA) {
			notRSA = err // an issuer may have another kind of key
			continue
		}
		if key == nil {
			return err
		}
		fits := s.key == nil || s.key.Equal(key)
		if fits || s.certificateKey == nil {
			s.certificate, s.certificateKey, s.unreadable = cert, key, err
		}
		if fits {
			return nil
		}
	}
	if s.certificateKey == nil {
		return notRSA
	}
	return nil
}

// readCertificate returns a certificate and its key. If crypto/x509 refuses the
// certificate, for example for a negative serial number or a malformed address,
// only the key and the reason are returned.
func readCertificate(der []byte) (*x509.Certificate, *rsa.PublicKey, error) {
	cert, err := x509.ParseCertificate(der)
	if err == nil {
		key, ok := cert.PublicKey.(*rsa.PublicKey)
		if !ok {
			return nil, nil, ErrNotRSA
		}
		return cert, key, nil
	}
	var tbs asn1.RawValue
	unreadable := fmt.Errorf("%w: %w", ErrCertificate, err)
	if _, asnErr := asn1.Unmarshal(der, &tbs); asnErr != nil {
		return nil, nil, unreadable
	}
	rest := tbs.Bytes
	if _, asnErr := asn1.Unmarshal(rest, &tbs); asnErr != nil {
		return nil, nil, unreadable
	}
	rest = tbs.Bytes
	for n := 0; ; n++ {
		var field asn1.RawValue
		var asnErr error
		if rest, asnErr = asn1.Unmarshal(rest, &field); asnErr != nil {
			return nil, nil, unreadable
		}
		if field.Class == asn1.ClassContextSpecific && n == 0 {
			n-- // the version, which may be missing
			if field.Tag != 0 {
				return nil, nil, unreadable
			}
			continue
		}
		if n < 5 { // serial number, algorithm, issuer, validity, subject
			continue
		}
		parsed, keyErr := x509.ParsePKIXPublicKey(field.FullBytes)
		key, ok := parsed.(*rsa.PublicKey)
		if keyErr != nil || !ok {
			return nil, nil, unreadable
		}
		return nil, key, unreadable
	}
}
