package xmlsig

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

// maxKeyFile bounds files with keys. Real ones have 2 to 10 KB.
const maxKeyFile = 1 << 20

// LoadPKCS12 reads a .p12 or .pfx file: see ParsePKCS12.
func LoadPKCS12(path, password string) (*Identity, error) {
	file, err := os.Open(path) //nolint:gosec // the path is the caller's own
	if err != nil {
		return nil, fmt.Errorf("xmlsig: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("xmlsig: %w", err)
	}
	id, err := ParsePKCS12(data, password)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return id, nil
}

// ParsePKCS12 reads a PKCS#12 file (.p12, .pfx), as the Chilean issuers deliver
// certificates: with modern or legacy encryption, with or without the chain of
// issuers, in DER or BER. Of several certificates it takes the one that belongs
// to the key. An expired certificate is no error here: see Identity.ValidAt.
//
// The errors are ErrWrongPassword, ErrNoKey, ErrNoCertificate, ErrNoMatch,
// ErrNotRSA, ErrKeySize, ErrNoMAC, ErrLimit, ErrNotPKCS12, for files of another
// kind ErrIsPEM, ErrIsBase64 and ErrIsHTML, and ErrFIPS where FIPS 140 is
// enforced and forbids how the file is encrypted or how short the password is.
//
// A PKCS#12 file says itself how much work opening it is. Files that openly ask
// for more than some seconds are refused with ErrLimit, but what is encrypted
// shows only when it is opened: take such files only from whom you trust.
func ParsePKCS12(data []byte, password string) (*Identity, error) {
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrLimit, maxKeyFile)
	}
	der, err := toDER(data)
	if err != nil {
		if kind := kindOfFile(data); kind != nil {
			return nil, kind
		}
		return nil, fmt.Errorf("%w: %w", ErrNotPKCS12, err)
	}
	if der, err = innerDER(der, password); err != nil {
		return nil, err
	}
	if err := checkEffort(der, 0); err != nil {
		return nil, err
	}
	key, certs, err := decodePKCS12(der, password)
	if err != nil {
		return nil, err
	}
	return match(key, certs)
}

// decodePKCS12 calls the decoder, and keeps its panics from the program: with
// FIPS 140 enforced the older algorithms are refused so, and a file from
// outside is no reason to end a service.
func decodePKCS12(der []byte, password string) (key any, certs []*x509.Certificate, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			if key, certs, err = nil, nil, checkFIPS(); err == nil {
				err = fmt.Errorf("%w: the decoder gave up", ErrNotPKCS12)
			}
		}
	}()
	key, leaf, chain, err := pkcs12.DecodeChain(der, password)
	if err != nil {
		return nil, nil, pkcs12Error(err)
	}
	return key, append([]*x509.Certificate{leaf}, chain...), nil
}

// match makes an identity of the key and the certificate that belongs to it.
func match(key any, certs []*x509.Certificate) (*Identity, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w but %T", ErrNotRSA, key)
	}
	public, ok := signer.Public().(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w but %T", ErrNotRSA, signer.Public())
	}
	for i, cert := range certs {
		if cert != nil && public.Equal(cert.PublicKey) {
			var chain []*x509.Certificate
			for j, other := range certs {
				if j != i && other != nil {
					chain = append(chain, other)
				}
			}
			return NewIdentity(signer, cert, chain...)
		}
	}
	return nil, ErrNoMatch
}

// pkcs12Error gives the errors of the decoder, most of which are mere text, a
// name.
func pkcs12Error(err error) error {
	text := err.Error()
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return ErrWrongPassword
	case strings.Contains(text, "private key missing"):
		return ErrNoKey
	case strings.Contains(text, "certificate missing"):
		return ErrNoCertificate
	case strings.Contains(text, "no MAC"):
		return ErrNoMAC
	default:
		return fmt.Errorf("%w: %w", ErrNotPKCS12, err)
	}
}

// kindOfFile tells what a file is that is not PKCS#12, if it is known.
func kindOfFile(data []byte) error {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	switch {
	case bytes.Contains(text, []byte("-----BEGIN ")):
		return ErrIsPEM
	case bytes.HasPrefix(text, []byte("<")):
		return ErrIsHTML
	case isBase64(text):
		return ErrIsBase64
	default:
		return nil
	}
}

func isBase64(text []byte) bool {
	compact := bytes.Join(bytes.Fields(text), nil)
	if len(compact) < 64 {
		return false
	}
	der, err := base64.StdEncoding.DecodeString(string(compact))
	return err == nil && len(der) > 0 && der[0] == 0x30
}
