package xmlsig

import (
	"crypto"
	"crypto/fips140"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // see digest
	"encoding/base64"
	"fmt"
	"math/big"
	"unicode/utf8"
)

// The algorithms of the SII's profile (manual of automatic authentication 1.9,
// 4.1.5 and 8; xmldsignature_v10.xsd). There is no choice and no negotiation.
const (
	nsDSig        = "http://www.w3.org/2000/09/xmldsig#"
	algC14N       = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	algRSASHA1    = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
	algSHA1       = "http://www.w3.org/2000/09/xmldsig#sha1"
	algEnveloped  = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	signatureName = "Signature"
)

// digest is the only use of SHA-1 in this package: the SII's schema fixes the
// algorithms rsa-sha1 and sha1 in every signature that it makes or accepts.
func digest(b []byte) [sha1.Size]byte { return sha1.Sum(b) } //nolint:gosec // as said

// SignEnveloped signs the whole document with an enveloped signature
// (Reference URI="", one Transform), as the SII wants the seed of a session
// signed, and returns the document with the Signature as last child of its
// root. The other bytes of src stay as they are.
//
// The errors are ErrMalformed, ErrLimit, ErrFIPS and ErrSigner. Whether the
// certificate is valid today is not looked at.
func SignEnveloped(src []byte, id *Identity) ([]byte, error) {
	if err := checkFIPS(); err != nil {
		return nil, err
	}
	doc, err := Parse(src)
	if err != nil {
		return nil, err
	}
	sum := digest(doc.canon)
	signedInfo := `<SignedInfo><CanonicalizationMethod Algorithm="` + algC14N + `"/>` +
		`<SignatureMethod Algorithm="` + algRSASHA1 + `"/>` +
		`<Reference URI=""><Transforms><Transform Algorithm="` + algEnveloped + `"/></Transforms>` +
		`<DigestMethod Algorithm="` + algSHA1 + `"/>` +
		`<DigestValue>` + base64.StdEncoding.EncodeToString(sum[:]) + `</DigestValue></Reference></SignedInfo>`
	value, err := id.signCanonical(doc.signedInfoIn(signedInfo))
	if err != nil {
		return nil, err
	}
	return doc.splice(src, `<Signature xmlns="`+nsDSig+`">`+signedInfo+
		`<SignatureValue>`+base64.StdEncoding.EncodeToString(value)+`</SignatureValue>`+
		id.keyInfo()+`</Signature>`), nil
}

// checkFIPS refuses to go on where SHA-1 would panic.
func checkFIPS() error {
	if fips140.Enforced() {
		return ErrFIPS
	}
	return nil
}

// signedInfoIn returns the canonical form that a SignedInfo has in a Signature
// in the root: it shows the namespaces that it inherits.
func (d *Document) signedInfoIn(signedInfo string) []byte {
	root := &d.elements[0]
	namespaces := []binding{{uri: nsDSig}}
	for _, b := range d.inScope(root) {
		if b.prefix != "" {
			namespaces = append(namespaces, b)
		}
	}
	var inherited []attribute
	for _, a := range d.withInherited(0) {
		if a.prefix == "xml" {
			inherited = append(inherited, a)
		}
	}
	start := d.appendStartTag(nil, &element{local: "SignedInfo"}, namespaces, inherited)
	// Apart from its start tag it is written in canonical form but for the empty
	// elements.
	return append(start, expandEmpty(signedInfo[len("<SignedInfo>"):])...)
}

// expandEmpty writes <a b="c"/> as <a b="c"></a>. The text has no other use of
// "/>".
func expandEmpty(s string) []byte {
	var b []byte
	name := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '<':
			name = i + 1
			b = append(b, '<')
		case s[i] == '/' && i+1 < len(s) && s[i+1] == '>':
			end := name
			for s[end] != ' ' && s[end] != '/' {
				end++
			}
			b = append(append(append(b, "></"...), s[name:end]...), '>')
			i++
		default:
			b = append(b, s[i])
		}
	}
	return b
}

// signCanonical signs canonical bytes, and proves the signature before anyone
// relies on it: a key in a device may fail without saying so.
func (id *Identity) signCanonical(canonical []byte) ([]byte, error) {
	sum := digest(canonical)
	value, err := id.signer.Sign(rand.Reader, sum[:], crypto.SHA1)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSigner, err)
	}
	if err := rsa.VerifyPKCS1v15(id.public, crypto.SHA1, sum[:], value); err != nil {
		return nil, fmt.Errorf("%w: the signature that it returned is wrong", ErrSigner)
	}
	return value, nil
}

// keyInfo names the key: first its value, then the certificate.
func (id *Identity) keyInfo() string {
	exponent := big.NewInt(int64(id.public.E))
	return `<KeyInfo><KeyValue><RSAKeyValue>` +
		`<Modulus>` + base64.StdEncoding.EncodeToString(id.public.N.Bytes()) + `</Modulus>` +
		`<Exponent>` + base64.StdEncoding.EncodeToString(exponent.Bytes()) + `</Exponent>` +
		`</RSAKeyValue></KeyValue><X509Data><X509Certificate>` +
		base64.StdEncoding.EncodeToString(id.leaf.Raw) +
		`</X509Certificate></X509Data></KeyInfo>`
}

// splice returns src with the signature as last child of the root.
func (d *Document) splice(src []byte, signature string) []byte {
	at := d.rootEnd
	if d.singleByte {
		at = utf8.RuneCountInString(d.text[:at])
	} else {
		at += len(src) - len(d.text) // a byte order mark
	}
	out := make([]byte, 0, len(src)+len(signature)+64)
	out = append(out, src[:at]...)
	if d.text[d.rootEnd:d.rootEnd+2] == "/>" {
		out = append(append(out, '>'), signature...)
		out = append(appendName(append(out, "</"...), d.elements[0].prefix, d.elements[0].local), '>')
		return append(out, src[at+2:]...)
	}
	out = append(out, signature...)
	return append(out, src[at:]...)
}
