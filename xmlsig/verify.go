package xmlsig

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Policy says whom Verify trusts. A signature alone proves only that its maker
// had the key that it names, and a self-signed certificate can claim any RUT: a
// signature is trusted if its certificate is one of Certificates, or its key one
// of Keys, or its certificate chains to Roots. The zero Policy trusts nobody.
type Policy struct {
	Certificates []*x509.Certificate // expected certificates
	Keys         []*rsa.PublicKey    // pinned keys, trusted whatever certificate stands beside them
	Roots        *x509.CertPool      // issuers; chains with SHA-1 are not accepted here

	// Intermediates help to build the chain to Roots.
	Intermediates *x509.CertPool

	// RUT, if not empty, is whom the certificate must name. A certificate that is
	// trusted only for its key being one of Keys names nobody.
	RUT string

	// Time, if not zero, is when the certificate must be valid.
	Time time.Time
}

// Verified is what one signature vouches for.
type Verified struct {
	Path    string // where the signature stands
	ID      string // ID of what was signed; empty if it was the whole document
	Content []byte // canonical bytes of what was signed: use these and nothing else

	Key         *rsa.PublicKey
	Certificate *x509.Certificate // nil if the signature names none
	RUT         string            // of the certificate; empty if it names none or only its key is trusted
}

// Verify returns what the signatures of the document vouch for, provided that
// every one of them holds and is trusted by the policy; otherwise it returns
// nothing. A signature stands in the root and signs the document (URI=""), or
// follows the element that it signs (URI="#ID").
//
// The errors are ErrNoSignature, ErrShape, ErrDigest, ErrSignature,
// ErrKeyMismatch, ErrKeySize, ErrNotRSA, ErrUntrusted, ErrExpired,
// ErrNotYetValid, ErrLimit and ErrFIPS.
func (d *Document) Verify(p Policy) ([]Verified, error) {
	if err := checkFIPS(); err != nil {
		return nil, err
	}
	var found []Verified
	for i := range d.elements {
		if d.elements[i].uri != nsDSig || d.elements[i].local != signatureName {
			continue
		}
		if len(found) == maxSignatures {
			return nil, fmt.Errorf("%w: more than %d signatures", ErrLimit, maxSignatures)
		}
		v, err := d.verifyAt(i)
		if err == nil {
			err = p.trusts(v)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.path(i), err)
		}
		found = append(found, *v)
	}
	if len(found) == 0 {
		return nil, ErrNoSignature
	}
	return found, nil
}

const maxSignatures = 100_000

// verifyAt checks one signature, but for trust in its key.
func (d *Document) verifyAt(sig int) (*Verified, error) {
	parts := d.children(sig)
	if len(parts) != 3 || !d.named(parts[0], "SignedInfo") || !d.named(parts[1], "SignatureValue") || !d.named(parts[2], "KeyInfo") {
		return nil, fmt.Errorf("%w: not SignedInfo, SignatureValue, KeyInfo", ErrShape)
	}
	canonical := d.subset(parts[0])
	ref, err := parseSignedInfo(canonical)
	if err != nil {
		return nil, err
	}
	content, err := d.referenced(sig, ref)
	if err != nil {
		return nil, err
	}
	sum := digest(content)
	if subtle.ConstantTimeCompare(sum[:], ref.digest) != 1 {
		return nil, ErrDigest
	}
	v := &Verified{Path: d.path(sig), ID: ref.id, Content: content}
	if err := d.readKeyInfo(parts[2], v); err != nil {
		return nil, err
	}
	value, err := decodeBase64(d.content(parts[1]))
	if err != nil {
		return nil, fmt.Errorf("%w: SignatureValue", ErrShape)
	}
	sum = digest(canonical)
	if rsa.VerifyPKCS1v15(v.Key, crypto.SHA1, sum[:], value) != nil {
		return nil, ErrSignature
	}
	return v, nil
}

// named reports whether an element is that of the signature's namespace.
func (d *Document) named(i int, local string) bool {
	return d.elements[i].uri == nsDSig && d.elements[i].local == local
}

// referenced returns the bytes that a reference stands for. What is signed
// must stand where the signature's position says, so that no other element can
// take its place.
func (d *Document) referenced(sig int, ref *reference) ([]byte, error) {
	parent := d.elements[sig].parent
	if ref.id == "" {
		if parent != 0 || !ref.enveloped {
			return nil, fmt.Errorf("%w: an enveloped signature stands in the root", ErrShape)
		}
		s := &d.elements[sig]
		return slices.Concat(d.canon[:s.start], d.canon[s.end:]), nil
	}
	target, ok := d.ids[ref.id]
	if !ok || ref.enveloped || parent < 0 || d.elements[target].parent != parent || d.nextSibling(target) != sig {
		return nil, fmt.Errorf("%w: the signature does not follow the element %.40q", ErrShape, ref.id)
	}
	return d.subset(target), nil
}

// nextSibling returns the element after an element in its parent, or -1.
func (d *Document) nextSibling(i int) int {
	for j := i + 1; j < len(d.elements); j++ {
		if d.elements[j].start >= d.elements[i].end {
			if d.elements[j].parent == d.elements[i].parent {
				return j
			}
			return -1
		}
	}
	return -1
}

// reference is what a SignedInfo says.
type reference struct {
	id        string
	enveloped bool
	digest    []byte
}

// parseSignedInfo reads a SignedInfo from the bytes that were signed. Nothing
// but the SII's profile is accepted.
func parseSignedInfo(canonical []byte) (*reference, error) {
	d, err := Parse(canonical)
	if err != nil {
		return nil, err
	}
	shape := func(what string) error { return fmt.Errorf("%w: %s", ErrShape, what) }
	parts := d.children(0)
	if len(parts) != 3 || !d.named(parts[0], "CanonicalizationMethod") || !d.named(parts[1], "SignatureMethod") || !d.named(parts[2], "Reference") {
		return nil, shape("SignedInfo has not one method of each kind and one Reference")
	}
	if !d.algorithm(parts[0], algC14N) || !d.algorithm(parts[1], algRSASHA1) {
		return nil, shape("methods of SignedInfo")
	}
	ref := &reference{}
	uri, ok := d.attribute(parts[2], "URI")
	switch {
	case !ok || uri != "" && (len(uri) < 2 || uri[0] != '#'):
		return nil, shape("URI of the Reference")
	case uri != "":
		ref.id = uri[1:]
	}
	parts = d.children(parts[2])
	if len(parts) > 0 && d.named(parts[0], "Transforms") {
		transforms := d.children(parts[0])
		if len(transforms) != 1 || !d.named(transforms[0], "Transform") {
			return nil, shape("Transforms has not one Transform")
		}
		ref.enveloped = d.algorithm(transforms[0], algEnveloped)
		if !ref.enveloped && !d.algorithm(transforms[0], algC14N) {
			return nil, shape("algorithm of the Transform")
		}
		parts = parts[1:]
	}
	if len(parts) != 2 || !d.named(parts[0], "DigestMethod") || !d.named(parts[1], "DigestValue") || !d.algorithm(parts[0], algSHA1) {
		return nil, shape("digest of the Reference")
	}
	if ref.digest, err = decodeBase64(d.content(parts[1])); err != nil {
		return nil, shape("DigestValue")
	}
	return ref, nil
}

// algorithm reports whether an empty element names that algorithm.
func (d *Document) algorithm(i int, want string) bool {
	name, ok := d.attribute(i, "Algorithm")
	return ok && name == want && len(bytes.TrimSpace(d.content(i))) == 0
}

// attribute returns an attribute without prefix, which must be the only one.
func (d *Document) attribute(i int, local string) (string, bool) {
	attrs := d.attrs[d.elements[i].attrs:d.elements[i].attrsEnd]
	if len(attrs) != 1 || attrs[0].prefix != "" || attrs[0].local != local {
		return "", false
	}
	return attrs[0].value, true
}

// decodeBase64 decodes the content of an element. Line ends within are common,
// and a carriage return that was kept is written as a reference.
func decodeBase64(content []byte) ([]byte, error) {
	compact := bytes.ReplaceAll(content, []byte("&#xD;"), nil)
	return base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(compact), nil)))
}

// readKeyInfo reads the key and certificate that a signature names. If it names
// both they must agree.
func (d *Document) readKeyInfo(keyInfo int, v *Verified) error {
	for _, part := range d.children(keyInfo) {
		var err error
		switch {
		case d.named(part, "KeyValue") && v.Key == nil && v.Certificate == nil:
			v.Key, err = d.readKeyValue(part)
		case d.named(part, "X509Data") && v.Certificate == nil:
			v.Certificate, err = d.readX509Data(part, v.Key)
		default:
			err = fmt.Errorf("%w: KeyInfo is not KeyValue, X509Data", ErrShape)
		}
		if err != nil {
			return err
		}
	}
	if v.Certificate != nil {
		key, ok := v.Certificate.PublicKey.(*rsa.PublicKey)
		if !ok {
			return ErrNotRSA
		}
		if v.Key != nil && !v.Key.Equal(key) {
			return ErrKeyMismatch
		}
		v.Key = key
		if rut, err := CertificateRUT(v.Certificate); err == nil {
			v.RUT = rut
		}
	}
	if v.Key == nil {
		return fmt.Errorf("%w: KeyInfo names no key", ErrShape)
	}
	return checkKey(v.Key)
}

func (d *Document) readKeyValue(i int) (*rsa.PublicKey, error) {
	shape := fmt.Errorf("%w: KeyValue", ErrShape)
	parts := d.children(i)
	if len(parts) != 1 || !d.named(parts[0], "RSAKeyValue") {
		return nil, shape
	}
	parts = d.children(parts[0])
	if len(parts) != 2 || !d.named(parts[0], "Modulus") || !d.named(parts[1], "Exponent") {
		return nil, shape
	}
	modulus, err := decodeBase64(d.content(parts[0]))
	if err != nil || len(modulus) > maxKeyBits/8+1 {
		return nil, shape
	}
	exponent, err := decodeBase64(d.content(parts[1]))
	if err != nil || len(exponent) > 4 {
		return nil, shape
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(new(big.Int).SetBytes(exponent).Int64())}
	return key, checkKey(key)
}

// maxCertificates bounds how many certificates a signature may bring.
const maxCertificates = 8

// readX509Data returns the certificate of the key or, if no key was named, the
// first. The SII's own signatures have one; other signers add its issuers, in
// any order.
func (d *Document) readX509Data(i int, key *rsa.PublicKey) (*x509.Certificate, error) {
	parts := d.children(i)
	if len(parts) == 0 || len(parts) > maxCertificates {
		return nil, fmt.Errorf("%w: X509Data", ErrShape)
	}
	var first *x509.Certificate
	for _, part := range parts {
		if !d.named(part, "X509Certificate") {
			return nil, fmt.Errorf("%w: X509Data", ErrShape)
		}
		der, err := decodeBase64(d.content(part))
		if err != nil {
			return nil, fmt.Errorf("%w: X509Certificate", ErrShape)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("%w: X509Certificate: %w", ErrShape, err)
		}
		if key == nil || key.Equal(cert.PublicKey) {
			return cert, nil
		}
		if first == nil {
			first = cert
		}
	}
	return first, nil
}

// trusts decides about a signature that holds.
func (p *Policy) trusts(v *Verified) error {
	if v.Certificate != nil && !p.Time.IsZero() {
		if err := validAt(v.Certificate, p.Time); err != nil {
			return err
		}
	}
	if err := p.trustsCertificate(v.Certificate); err != nil {
		if !slices.ContainsFunc(p.Keys, func(key *rsa.PublicKey) bool { return key.Equal(v.Key) }) {
			return err
		}
		// KeyInfo is not signed, and anyone can issue a certificate for the key of
		// another: nobody vouches for the RUT in this one.
		v.RUT = ""
	}
	if p.RUT != "" && p.RUT != v.RUT {
		return fmt.Errorf("%w: signed by %q, not by %s", ErrUntrusted, v.RUT, p.RUT)
	}
	return nil
}

// trustsCertificate decides about the certificate that a signature names.
func (p *Policy) trustsCertificate(cert *x509.Certificate) error {
	if cert == nil {
		return fmt.Errorf("%w: the signature has no certificate", ErrUntrusted)
	}
	if slices.ContainsFunc(p.Certificates, cert.Equal) {
		return nil
	}
	if p.Roots == nil {
		return fmt.Errorf("%w: %s", ErrUntrusted, cert.Subject.CommonName)
	}
	at := p.Time
	if at.IsZero() {
		at = cert.NotAfter // dates were not asked for
	}
	_, err := cert.Verify(x509.VerifyOptions{
		Roots: p.Roots, Intermediates: p.Intermediates, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	return nil
}
