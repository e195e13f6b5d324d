package xmlsig

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"
)

// Identity is a certificate with its private key. Printing or logging it shows
// the holder, never the key.
//
// An Identity does not change. It is safe for concurrent use if its key is;
// keys from files are.
type Identity struct {
	signer crypto.Signer
	public *rsa.PublicKey
	leaf   *x509.Certificate
	chain  []*x509.Certificate
}

// NewIdentity returns the identity of a key and its certificate. The key may
// live in a device or a service: only its Public and Sign methods are used. The
// chain holds the certificates of the issuers, if available.
//
// The errors are ErrNotRSA, ErrKeySize and ErrNoMatch. NewIdentity does not
// check that the certificate is valid today: see ValidAt.
func NewIdentity(key crypto.Signer, leaf *x509.Certificate, chain ...*x509.Certificate) (*Identity, error) {
	if key == nil {
		return nil, ErrNoKey
	}
	if leaf == nil {
		return nil, ErrNoCertificate
	}
	public, ok := key.Public().(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w but %T", ErrNotRSA, key.Public())
	}
	if err := checkKey(public); err != nil {
		return nil, err
	}
	if !public.Equal(leaf.PublicKey) {
		return nil, fmt.Errorf("%w: this one is of %s", ErrNoMatch, leaf.Subject.CommonName)
	}
	return &Identity{signer: key, public: public, leaf: leaf, chain: slices.Clone(chain)}, nil
}

// Bounds of the keys that are accepted. Chilean certificates have 1024 or 2048
// bits.
const (
	minKeyBits  = 1024
	maxKeyBits  = 8192
	maxExponent = 1<<31 - 1
)

func checkKey(key *rsa.PublicKey) error {
	bits := key.N.BitLen()
	if bits < minKeyBits || bits > maxKeyBits || key.E < 3 || key.E > maxExponent || key.E%2 == 0 {
		return fmt.Errorf("%w: %d bits, exponent %d", ErrKeySize, bits, key.E)
	}
	return nil
}

// Public returns the public key.
func (id *Identity) Public() crypto.PublicKey { return id.public }

// Sign signs a digest with the private key.
func (id *Identity) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return id.signer.Sign(rand, digest, opts)
}

// Certificate returns the certificate of the key. It must not be changed.
func (id *Identity) Certificate() *x509.Certificate { return id.leaf }

// Chain returns the certificates of the issuers that came with the key, in no
// particular order.
func (id *Identity) Chain() []*x509.Certificate { return slices.Clone(id.chain) }

// RUT returns the RUT of the certificate's holder, such as 11111111-1: without
// dots or leading zeros, with an upper-case K. The errors are ErrNoRUT,
// ErrInvalidRUT and ErrRUTConflict.
//
// It is read from the otherName 1.3.6.1.4.1.8321.1 of subjectAltName or
// issuerAltName, else from the serialNumber of the subject. Both were seen in
// the certificates of four Chilean issuers and in the sample of the SII's
// manual of automatic authentication.
func (id *Identity) RUT() (string, error) { return CertificateRUT(id.leaf) }

// Fingerprint returns the SHA-256 of the certificate in lower-case hex, which
// identifies the certificate.
func (id *Identity) Fingerprint() string {
	sum := sha256.Sum256(id.leaf.Raw)
	return hex.EncodeToString(sum[:])
}

// NotBefore returns when the certificate becomes valid.
func (id *Identity) NotBefore() time.Time { return id.leaf.NotBefore }

// NotAfter returns the last moment at which the certificate is valid.
func (id *Identity) NotAfter() time.Time { return id.leaf.NotAfter }

// ValidAt returns ErrNotYetValid or ErrExpired if the certificate is not valid
// at that time.
func (id *Identity) ValidAt(t time.Time) error {
	return validAt(id.leaf, t)
}

func validAt(cert *x509.Certificate, t time.Time) error {
	switch {
	case t.Before(cert.NotBefore):
		return fmt.Errorf("%w: valid from %s", ErrNotYetValid, cert.NotBefore.UTC().Format(time.DateTime))
	case t.After(cert.NotAfter):
		return fmt.Errorf("%w: valid until %s", ErrExpired, cert.NotAfter.UTC().Format(time.DateTime))
	default:
		return nil
	}
}

// String returns the holder and the last day of validity.
func (id Identity) String() string {
	if id.leaf == nil {
		return "no identity"
	}
	rut, err := id.RUT()
	if err != nil {
		rut = "no RUT"
	}
	return fmt.Sprintf("%s (%s, valid until %s)", id.leaf.Subject.CommonName, rut, id.leaf.NotAfter.UTC().Format(time.DateOnly))
}

// Format prints what String returns for every verb, so no verb shows the key.
func (id Identity) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, id.String()) }

// LogValue implements slog.LogValuer.
func (id Identity) LogValue() slog.Value { return slog.StringValue(id.String()) }
