package xmlsig

import (
	"crypto"
	"crypto/fips140"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // see digest
	"encoding/base64"
	"fmt"
	"hash"
	"math/big"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// The algorithms of the SII's profile (manual of automatic authentication 1.9,
// 4.1.5 and 8; xmldsignature_v10.xsd). They are fixed; there is no negotiation.
const (
	nsDSig        = "http://www.w3.org/2000/09/xmldsig#"
	algC14N       = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	algRSASHA1    = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
	algSHA1       = "http://www.w3.org/2000/09/xmldsig#sha1"
	algEnveloped  = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	signatureName = "Signature"
)

// digest and newDigest are this package's SHA-1: the SII's schema fixes the
// algorithms rsa-sha1 and sha1 in every signature that it makes or accepts.
func digest(b []byte) [sha1.Size]byte { return sha1.Sum(b) } //nolint:gosec // as said

func newDigest() hash.Hash { return sha1.New() } //nolint:gosec // as said

// SignEnveloped signs the whole document with an enveloped signature (Reference
// URI="", one Transform), as the SII wants for the seed of a session. It
// returns the document with the Signature as the last child of its root. The
// other bytes of src stay unchanged.
//
// The errors are ErrMalformed, ErrLimit, ErrFIPS and ErrSigner. It does not
// check whether the certificate is valid today.
func SignEnveloped(src []byte, id *Identity) ([]byte, error) {
	if err := checkFIPS(); err != nil {
		return nil, err
	}
	doc, err := Parse(src)
	if err != nil {
		return nil, err
	}
	sum := digest(doc.canon)
	signature, err := doc.signature(0, "", algEnveloped, sum[:], id, 0)
	if err != nil {
		return nil, err
	}
	return doc.splice(src, doc.insideRoot(), signature), nil
}

// lineLength is the line length of base64 values. They are broken into lines
// because the SII's parser fails at lines of some 4,000 characters (error
// CHR-00002). The SII's own samples use 64.
const lineLength = 64

// SignAfter signs elements, by their ID, and returns the document with each
// Signature after its element: a DTE, an envelope, a cession. Name an inner
// element before the element around it. The other bytes of src stay unchanged.
// Sign what goes into an envelope first, alone, and insert it unchanged.
//
// A signature is valid only while the same namespaces are in scope. Declare
// xmlns="http://www.sii.cl/SiiDte" on a DTE, and sign it alone.
//
// The errors are ErrMalformed, ErrLimit, ErrShape if no element but the root has
// the ID, ErrFIPS and ErrSigner. It does not check whether the certificate is
// valid today.
func SignAfter(src []byte, id *Identity, refs ...string) ([]byte, error) {
	if err := checkFIPS(); err != nil {
		return nil, err
	}
	s, _ := spares.Get().(*scanner)
	for _, ref := range refs {
		doc, err := s.parse(src)
		if err != nil {
			return nil, err
		}
		target, ok := doc.ids[ref]
		if !ok || target == 0 {
			return nil, shapeError("no element in the root has the ID %.40q", ref)
		}
		f, _ := doc.formIn(InPlace, 0, target)
		sum := f.digest()
		signature, err := doc.signature(int(doc.elements[target].parent), "#"+ref, algC14N, sum[:], id, lineLength)
		if err != nil {
			return nil, err
		}
		src = doc.splice(src, spot{at: int(doc.elements[target].srcEnd)}, signature)
	}
	if cap(s.doc.canon) <= maxSpare {
		spares.Put(s)
	}
	return src, nil
}

// spares are scanners whose memory signing uses again: of the documents it parses
// nothing is kept.
var spares = sync.Pool{New: func() any { return newScannerFor("", 0, defaultLimits) }}

// maxSpare bounds what is kept for later: some hundred documents.
const maxSpare = 1 << 20

// parse parses a document in memory that is used again.
func (s *scanner) parse(src []byte) (*Document, error) {
	text, charset, err := bounded(src, s.limits)
	if err != nil {
		return nil, err
	}
	s.again(text)
	s.doc.charset = charset
	return s.doc, s.document()
}

// checkFIPS returns an error where SHA-1 would panic.
func checkFIPS() error {
	if fips140.Enforced() {
		return ErrFIPS
	}
	return nil
}

// signature returns a Signature for an element of the document.
func (d *Document) signature(parent int, uri, transform string, sum []byte, id *Identity, line int) (string, error) {
	signedInfo := `<SignedInfo><CanonicalizationMethod Algorithm="` + algC14N + `"/>` +
		`<SignatureMethod Algorithm="` + algRSASHA1 + `"/>` +
		`<Reference URI="` + string(appendValue(nil, uri)) + `"><Transforms><Transform Algorithm="` + transform + `"/></Transforms>` +
		`<DigestMethod Algorithm="` + algSHA1 + `"/>` +
		`<DigestValue>` + base64.StdEncoding.EncodeToString(sum) + `</DigestValue></Reference></SignedInfo>`
	if d.charset != utf8Charset {
		signedInfo = asciiOnly(signedInfo)
	}
	start := `<Signature xmlns="` + nsDSig + `">`
	e := &d.elements[parent]
	namespaces := slices.DeleteFunc(d.visible(int(e.scope), -1), func(b binding) bool { return b.prefix == "" })
	xml := onlyXML(d.withInherited(parent, -1))
	part, err := d.fragment(start+signedInfo+`</Signature>`, namespaces, xml)
	if err != nil {
		return "", err
	}
	value, err := id.signCanonical(part.subset(1))
	if err != nil {
		return "", err
	}
	return start + signedInfo + `<SignatureValue>` + encodeBase64(value, line) + `</SignatureValue>` + id.keyInfo(line) + `</Signature>`, nil
}

// asciiOnly writes other characters as references, for documents in a charset
// that may not have them.
func asciiOnly(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteByte(byte(r))
			continue
		}
		fmt.Fprintf(&b, "&#%d;", r)
	}
	return b.String()
}

// encodeBase64 encodes a value, with line breaks if lines have a length.
func encodeBase64(value []byte, line int) string {
	text := base64.StdEncoding.EncodeToString(value)
	if line == 0 {
		return text
	}
	var b strings.Builder
	for ; len(text) > line; text = text[line:] {
		b.WriteString(text[:line])
		b.WriteByte('\n')
	}
	b.WriteString(text)
	return b.String()
}

// signCanonical signs canonical bytes and checks the signature before it is
// used: a key in a device may fail silently.
func (id *Identity) signCanonical(canonical []byte) ([]byte, error) {
	sum := digest(canonical)
	value, err := id.signer.Sign(rand.Reader, sum[:], crypto.SHA1)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSigner, err)
	}
	if _, checks := id.signer.(*rsa.PrivateKey); checks {
		return value, nil // crypto/rsa has compared it with the public key
	}
	if err := rsa.VerifyPKCS1v15(id.public, crypto.SHA1, sum[:], value); err != nil {
		return nil, fmt.Errorf("%w: it returned a wrong signature", ErrSigner)
	}
	return value, nil
}

// keyInfo writes the key: first its value, then the certificate.
func (id *Identity) keyInfo(line int) string {
	exponent := big.NewInt(int64(id.public.E))
	return `<KeyInfo><KeyValue><RSAKeyValue>` +
		`<Modulus>` + encodeBase64(id.public.N.Bytes(), line) + `</Modulus>` +
		`<Exponent>` + encodeBase64(exponent.Bytes(), line) + `</Exponent>` +
		`</RSAKeyValue></KeyValue><X509Data><X509Certificate>` +
		encodeBase64(id.leaf.Raw, line) +
		`</X509Certificate></X509Data></KeyInfo>`
}

// spot is where a signature goes into a document: an offset in its text, and the
// name of the element if its "/>" must become an end tag.
type spot struct {
	at   int
	name string
}

// insideRoot returns the end of the root.
func (d *Document) insideRoot() spot {
	root := &d.elements[0]
	end := d.text[root.src:root.srcEnd]
	if strings.HasSuffix(end, "/>") && !strings.HasPrefix(end[strings.LastIndexByte(end, '<'):], "</") {
		return spot{at: int(root.srcEnd) - len("/>"), name: d.text[root.name : root.name+root.nameLen]}
	}
	return spot{at: int(root.src) + strings.LastIndexByte(end, '<')}
}

// splice returns src with the signature inserted.
func (d *Document) splice(src []byte, where spot, signature string) []byte {
	at := where.at
	if d.charset == utf8Charset {
		at += len(src) - len(d.text) // a byte order mark
	} else {
		at = utf8.RuneCountInString(d.text[:at])
	}
	out := make([]byte, 0, len(src)+len(signature)+64)
	out = append(out, src[:at]...)
	rest := src[at:]
	if where.name != "" {
		out = append(out, '>')
		rest = slices.Concat([]byte("</"+string(d.charset.encode(where.name))+">"), rest[len("/>"):])
	}
	return append(append(out, signature...), rest...)
}
