package xmlsig

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// keyring holds the keys and certificates of a file.
type keyring struct {
	keys    []any
	oddKeys int // that cannot be read
	certs   []*x509.Certificate
	oddCert error // why one cannot be read; nil if all can
}

// addCertificate reads a certificate tolerantly. A certificate that appears twice
// counts once.
func (k *keyring) addCertificate(der []byte) {
	cert, err := parseCertificate(der)
	switch {
	case err != nil:
		k.oddCert = cmp.Or(k.oddCert, err)
	case !slices.ContainsFunc(k.certs, func(c *x509.Certificate) bool { return bytes.Equal(c.Raw, cert.Raw) }):
		k.certs = append(k.certs, cert)
	}
}

// pair is a key and a certificate that belongs to it.
type pair struct {
	key  crypto.Signer
	cert *x509.Certificate
}

// choose makes an identity from the key and the certificate that apply at that
// time: see ParsePKCS12At.
func (k *keyring) choose(now time.Time) (*Identity, error) {
	pairs, err := k.pairs()
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return cmp.Or(b.cert.NotAfter.Compare(a.cert.NotAfter), b.cert.NotBefore.Compare(a.cert.NotBefore))
	})
	valid := slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return validAt(p.cert, now) != nil })
	if len(valid) > 0 {
		pairs = valid
	}
	for _, p := range pairs {
		if err := otherHolder(pairs[0].cert, p.cert); err != nil {
			return nil, err
		}
	}
	chosen := pairs[0]
	var chain []*x509.Certificate
	for _, cert := range k.certs {
		if cert != chosen.cert {
			chain = append(chain, cert)
		}
	}
	return NewIdentity(chosen.key, chosen.cert, chain...)
}

// otherHolder returns an error if two certificates name different holders.
func otherHolder(a, b *x509.Certificate) error {
	ofA, errA := CertificateRUT(a)
	ofB, errB := CertificateRUT(b)
	if errA == nil && errB == nil && ofA != ofB {
		return fmt.Errorf("%w: %s and %s", ErrSeveralHolders, ofA, ofB)
	}
	return nil
}

// pairs returns each RSA key with each certificate that belongs to it, or the
// reason why there are none.
func (k *keyring) pairs() (pairs []pair, err error) {
	var notRSA error
	rsaKeys := 0
	for _, key := range k.keys {
		signer, ok := key.(crypto.Signer)
		if !ok {
			notRSA = fmt.Errorf("%w but %T", ErrNotRSA, key)
			continue
		}
		public, ok := signer.Public().(*rsa.PublicKey)
		if !ok {
			notRSA = fmt.Errorf("%w but %T", ErrNotRSA, signer.Public())
			continue
		}
		rsaKeys++
		for _, cert := range k.certs {
			if public.Equal(cert.PublicKey) {
				pairs = append(pairs, pair{signer, cert})
			}
		}
	}
	switch {
	case len(pairs) > 0:
		return pairs, nil
	case len(k.certs) == 0 && k.oddCert == nil:
		return nil, ErrNoCertificate
	case len(k.keys) == 0 && k.oddKeys == 0:
		return nil, ErrNoKey
	case rsaKeys == 0 && k.oddKeys > 0:
		return nil, fmt.Errorf("%w, or one that cannot be read", ErrNotRSA)
	case rsaKeys == 0:
		return nil, notRSA
	case k.oddCert != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoMatch, k.oddCert)
	}
	return nil, ErrNoMatch
}
