package xmlsig

import (
	"bytes"
	"encoding/base64"
	"fmt"
)

// signatureParts are the positions of the parts of a Signature.
type signatureParts struct {
	signature, unit      int // unit is what the Signature stands in, -1 for nothing
	info, value, keyInfo int
	id                   string // of the Reference; "" is the whole document
	enveloped            bool
	digest               []byte
	target               int // the element that the Reference names, -1 for the whole document
}

func shapeError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrShape, fmt.Sprintf(format, args...))
}

// partsOf reads a Signature. It accepts only the SII's profile
// (xmldsignature_v10.xsd), and differences that do not change what is signed.
// SignedInfo is read from the same tokens that its canonical form, the signed
// bytes, was written from.
func (d *Document) partsOf(signature int) (*signatureParts, error) {
	p := &signatureParts{signature: signature, unit: int(d.elements[signature].parent), target: -1}
	parts := d.children(signature)
	if len(parts) != 3 || !d.named(parts[0], "SignedInfo") || !d.named(parts[1], "SignatureValue") || !d.named(parts[2], "KeyInfo") {
		return p, shapeError("not SignedInfo, SignatureValue, KeyInfo")
	}
	p.info, p.value, p.keyInfo = parts[0], parts[1], parts[2]
	parts = d.children(p.info)
	if len(parts) != 3 || !d.named(parts[0], "CanonicalizationMethod") || !d.named(parts[1], "SignatureMethod") || !d.named(parts[2], "Reference") {
		return p, shapeError("SignedInfo has not one method of each kind and one Reference")
	}
	if !d.algorithm(parts[0], algC14N) || !d.algorithm(parts[1], algRSASHA1) {
		return p, shapeError("methods of SignedInfo")
	}
	if err := d.readReference(parts[2], p); err != nil {
		return p, err
	}
	return p, d.locate(p)
}

func (d *Document) readReference(reference int, p *signatureParts) error {
	uri, ok := d.attribute(reference, "URI")
	switch {
	case !ok || uri != "" && (len(uri) < 2 || uri[0] != '#'):
		return shapeError("URI of the Reference")
	case uri != "":
		p.id = uri[1:]
	}
	parts := d.children(reference)
	if len(parts) > 0 && d.named(parts[0], "Transforms") {
		transforms := d.children(parts[0])
		if len(transforms) != 1 || !d.named(transforms[0], "Transform") {
			return shapeError("Transforms has not one Transform")
		}
		p.enveloped = d.algorithm(transforms[0], algEnveloped)
		if !p.enveloped && !d.algorithm(transforms[0], algC14N) {
			return shapeError("algorithm of the Transform")
		}
		parts = parts[1:]
	}
	if len(parts) != 2 || !d.named(parts[0], "DigestMethod") || !d.named(parts[1], "DigestValue") || !d.algorithm(parts[0], algSHA1) {
		return shapeError("digest of the Reference")
	}
	var err error
	if p.digest, err = decodeBase64(d.content(parts[1])); err != nil {
		return shapeError("DigestValue")
	}
	return nil
}

// locate finds the element that the Reference names. The position of the
// Signature fixes that element, so no other can take its place. A Signature in
// the root signs the whole document. Any other signs the element before it, with
// only other Signatures in between (a Cesion has up to three).
func (d *Document) locate(p *signatureParts) error {
	if p.id == "" {
		if p.unit != 0 || !p.enveloped || d.around.path != "" {
			return shapeError("an enveloped signature must be in the root of a document")
		}
		if d.split != nil {
			return shapeError("a signature over a whole document that was read in parts")
		}
		return nil
	}
	target, ok := d.ids[p.id]
	if !ok || p.unit < 0 || int(d.elements[target].parent) != p.unit || target > p.signature {
		return shapeError("the signature does not follow the element %.40q", p.id)
	}
	for i := int(d.elements[target].after); i != p.signature; i = int(d.elements[i].after) {
		if !d.named(i, signatureName) {
			return shapeError("another element is between the element %.40q and its signature", p.id)
		}
	}
	p.target = target
	return nil
}

// named reports whether an element has that name in the signature's namespace.
func (d *Document) named(i int, local string) bool {
	e := &d.elements[i]
	return d.local(e) == local && d.uri(e) == nsDSig
}

// algorithm reports whether an element is empty and names that algorithm.
func (d *Document) algorithm(i int, want string) bool {
	name, ok := d.attribute(i, "Algorithm")
	return ok && name == want && len(bytes.TrimSpace(d.content(i))) == 0
}

// attribute returns an attribute without prefix, if it is the only attribute.
func (d *Document) attribute(i int, local string) (string, bool) {
	attrs := d.attrs[d.elements[i].attrs:d.elements[i].attrsEnd]
	if len(attrs) != 1 || attrs[0].prefix != "" || attrs[0].local != local {
		return "", false
	}
	return attrs[0].value, true
}

// decodeBase64 decodes the content of an element. Line ends inside are common;
// the canonical form writes a carriage return as a reference.
func decodeBase64(content []byte) ([]byte, error) {
	compact := make([]byte, 0, len(content))
	for i := 0; i < len(content); i++ {
		switch c := content[i]; {
		case isSpace(c):
		case c == '&' && bytes.HasPrefix(content[i:], []byte("&#xD;")):
			i += len("&#xD;") - 1
		default:
			compact = append(compact, c)
		}
	}
	n, err := base64.StdEncoding.Decode(compact, compact)
	return compact[:n], err
}
