package xmlsig

import (
	"bytes"
	"encoding/base64"
	"fmt"
)

// signatureParts are where the parts of a Signature stand.
type signatureParts struct {
	signature, unit      int // unit is what the Signature stands in, -1 for nothing
	info, value, keyInfo int
	id                   string // of the Reference; "" is the whole document
	enveloped            bool
	digest               []byte
	target               int // the element that the Reference means, -1 for the whole document
}

func shapeError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrShape, fmt.Sprintf(format, args...))
}

// partsOf reads a Signature. Nothing but the SII's profile is accepted
// (xmldsignature_v10.xsd), or what differs from it without changing what is
// signed. SignedInfo is read from the tokens from which its canonical form, the
// bytes that were signed, was written.
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

// locate finds what the Reference means. It must stand where the position of the
// Signature says, so that no other element can take its place: the whole document
// for a Signature in its root, else the element before the Signature, between
// which only other Signatures may stand (a Cesion has up to three).
func (d *Document) locate(p *signatureParts) error {
	if p.id == "" {
		if p.unit != 0 || !p.enveloped || d.around.path != "" {
			return shapeError("an enveloped signature stands in the root of a document")
		}
		if d.split != nil {
			return shapeError("a signature over the whole of a document that was read in parts")
		}
		return nil
	}
	target, ok := d.ids[p.id]
	if !ok || p.unit < 0 || int(d.elements[target].parent) != p.unit || target > p.signature {
		return shapeError("the signature does not follow the element %.40q", p.id)
	}
	for i := int(d.elements[target].after); i != p.signature; i = int(d.elements[i].after) {
		if !d.named(i, signatureName) {
			return shapeError("between the element %.40q and its signature stands another", p.id)
		}
	}
	p.target = target
	return nil
}

// named reports whether an element is that of the signature's namespace.
func (d *Document) named(i int, local string) bool {
	e := &d.elements[i]
	return d.local(e) == local && d.uri(e) == nsDSig
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
