package xmlsig

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// Policy says whom Verify trusts. A signature alone proves only that its maker
// had the key that it names, and a self-signed certificate can claim any RUT. A
// signature is trusted if its certificate is one of Certificates, its key is one
// of Keys, or its certificate chains to Roots. The zero Policy trusts nobody.
type Policy struct {
	Certificates []*x509.Certificate // expected certificates
	Keys         []*rsa.PublicKey    // pinned keys, trusted with any certificate

	// Roots are trusted issuers; Intermediates help to build the chain to them.
	// Chilean issuers signed certificates with SHA-1 until about 2015. crypto/x509
	// refuses such a chain; this package checks it too, and Verified.Trust says
	// so.
	Roots, Intermediates []*x509.Certificate

	// RefuseSHA1 refuses chains with signatures by SHA-1. It does not refuse
	// documents signed with SHA-1: the SII accepts nothing else.
	RefuseSHA1 bool

	// RUT, if not empty, is the RUT that the certificate must name. If a
	// certificate is trusted only because its key is one of Keys, its RUT is not
	// trusted.
	RUT string

	// Time, if not zero, is the time at which the certificate must be valid.
	Time time.Time
}

// Trust says why a signature was trusted.
type Trust string

// The reasons, from the most to the least specific.
const (
	TrustCertificate Trust = "expected certificate"
	TrustKey         Trust = "pinned key"
	TrustChain       Trust = "chain to a root"
	TrustSHA1Chain   Trust = "chain to a root, with SHA-1"
)

// Verified is what one signature vouches for.
type Verified struct {
	ID     string  // of what was signed; empty if it was the whole document
	Signed Element // what was signed: read this, and nothing around it

	Key         *rsa.PublicKey
	Certificate *x509.Certificate // nil if the signature names none
	RUT         string            // of the certificate; empty if it names none or only its key is trusted
	Trust       Trust
	Context     Context // in which the signature held

	verdict Verdict
}

// Path returns the path of the signature.
func (v *Verified) Path() string { return v.verdict.Path() }

// Content returns the canonical bytes of what was signed.
func (v *Verified) Content() []byte { return v.verdict.Content() }

// Verify returns what the signatures of the document vouch for, if every one of
// them is valid and trusted by the policy. Otherwise it returns nothing. A
// signature is in the root and signs the document (URI=""), or follows the
// element that it signs (URI="#ID").
//
// The errors are ErrNoSignature, ErrShape, ErrDigest, ErrSignature,
// ErrKeyMismatch, ErrKeySize, ErrNotRSA, ErrUntrusted, ErrExpired,
// ErrNotYetValid, ErrLimit and ErrFIPS.
func (d *Document) Verify(p Policy) ([]Verified, error) {
	if err := checkFIPS(); err != nil {
		return nil, err
	}
	verdicts := d.Inspect()
	if len(verdicts) == 0 {
		return nil, ErrNoSignature
	}
	found := make([]Verified, 0, len(verdicts))
	truster := p.Truster()
	for i := range verdicts {
		v, err := truster.Trust(&verdicts[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", verdicts[i].Path(), err)
		}
		found = append(found, *v)
	}
	return found, nil
}

// Truster applies a policy to verdicts. It remembers its results for each
// certificate. It is not safe for concurrent use.
type Truster struct {
	policy Policy
	roots  *x509.CertPool
	others *x509.CertPool
	known  map[*x509.Certificate]trusted
}

type trusted struct {
	how Trust
	err error
}

// Truster returns a truster for the policy.
func (p Policy) Truster() *Truster {
	t := &Truster{policy: p, roots: x509.NewCertPool(), others: x509.NewCertPool(), known: make(map[*x509.Certificate]trusted)}
	for _, c := range p.Roots {
		t.roots.AddCert(c)
	}
	for _, c := range p.Intermediates {
		t.others.AddCert(c)
	}
	return t
}

// Trust returns what a signature vouches for, or why it is not trusted: the
// verdict's Err, ErrUntrusted, ErrExpired or ErrNotYetValid.
func (t *Truster) Trust(v *Verdict) (*Verified, error) {
	if v.Err != nil {
		return nil, v.Err
	}
	if v.form.context == 0 {
		return nil, ErrNoSignature // the zero Verdict
	}
	p := &t.policy
	found := &Verified{
		ID: v.ID, Signed: v.Signed, Key: v.Key, Certificate: v.Certificate, RUT: v.RUT, Context: v.Context, verdict: *v,
	}
	if v.Certificate != nil && !p.Time.IsZero() {
		if err := validAt(v.Certificate, p.Time); err != nil {
			return nil, err
		}
	}
	of := t.certificate(v.Certificate)
	found.Trust = of.how
	if of.err != nil || of.how != TrustCertificate && t.pins(v.Key) {
		if !t.pins(v.Key) {
			return nil, of.err
		}
		found.Trust = TrustKey
	}
	if of.err != nil {
		// KeyInfo is not signed, and anyone can issue a certificate for another's
		// key. So nothing proves the RUT in this one.
		found.RUT = ""
	}
	if p.RUT != "" && p.RUT != found.RUT {
		return nil, fmt.Errorf("%w: signed by %q, not by %s", ErrUntrusted, found.RUT, p.RUT)
	}
	return found, nil
}

// TrustCertificate judges a certificate alone, such as one that a signature
// names: whether it is one of Certificates or chains to Roots. The errors are
// ErrUntrusted, ErrExpired and ErrNotYetValid.
func (t *Truster) TrustCertificate(cert *x509.Certificate) (Trust, error) {
	if cert != nil && !t.policy.Time.IsZero() {
		if err := validAt(cert, t.policy.Time); err != nil {
			return "", err
		}
	}
	found := t.certificate(cert)
	return found.how, found.err
}

func (t *Truster) pins(key *rsa.PublicKey) bool {
	return slices.ContainsFunc(t.policy.Keys, func(k *rsa.PublicKey) bool { return k.Equal(key) })
}

// certificate judges a certificate that a signature names.
func (t *Truster) certificate(cert *x509.Certificate) trusted {
	if cert == nil {
		return trusted{err: fmt.Errorf("%w: the signature has no readable certificate", ErrUntrusted)}
	}
	found, ok := t.known[cert]
	if !ok {
		found.how, found.err = t.decide(cert)
		t.known[cert] = found
	}
	return found
}

func (t *Truster) decide(cert *x509.Certificate) (Trust, error) {
	p := &t.policy
	if slices.ContainsFunc(p.Certificates, cert.Equal) {
		return TrustCertificate, nil
	}
	if len(p.Roots) == 0 {
		return "", fmt.Errorf("%w: %s", ErrUntrusted, cert.Subject.CommonName)
	}
	at := p.Time
	if at.IsZero() {
		at = cert.NotAfter // the policy asks for no time
	}
	_, err := cert.Verify(x509.VerifyOptions{
		Roots: t.roots, Intermediates: t.others, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err == nil {
		return TrustChain, nil
	}
	if !p.RefuseSHA1 && p.chainsBySHA1(cert, at) {
		return TrustSHA1Chain, nil
	}
	return "", fmt.Errorf("%w: %w", ErrUntrusted, err)
}
