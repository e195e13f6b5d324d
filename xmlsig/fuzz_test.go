package xmlsig

import (
	"bytes"
	"crypto/rsa"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/ofitec/chile/internal/testkeys"
)

// FuzzParsePKCS12: a file that opens gives an identity that can be used; no
// file ends the program.
func FuzzParsePKCS12(f *testing.F) {
	der := testP12(f, pkcs12.LegacyDES, "x")
	f.Add(der, "x")
	f.Add(testP12(f, pkcs12.Passwordless, ""), "")
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n"), "")
	f.Add([]byte{0x30, 0x80, 0, 0}, "ñ")
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		id, err := ParsePKCS12(data, password)
		if err != nil {
			return
		}
		if !id.public.Equal(id.leaf.PublicKey) {
			t.Fatal("the certificate is not that of the key")
		}
		_ = id.String()
	})
}

// FuzzBER: what is rewritten in DER stays as it is when rewritten again.
func FuzzBER(f *testing.F) {
	f.Add([]byte{0x30, 0x80, 0x24, 0x80, 4, 1, 7, 0, 0, 0, 0})
	f.Add([]byte{0x30, 0x80, 0x30, 0, 0xa0, 0x80, 4, 1, 7, 0, 0, 0, 0})
	f.Add([]byte{0x30, 0x81, 4, 0x5f, 0x81, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		der, err := toDER(data)
		if err != nil {
			return
		}
		again, err := toDER(der)
		if err != nil || !bytes.Equal(der, again) {
			t.Fatalf("%x -> %x -> %x, %v", data, der, again, err)
		}
	})
}

// FuzzCanonical: the canonical form of the canonical form is itself, says the
// same to another reader, and every element of it can be taken out.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{
		attackSeed, "<a/>", "\xef\xbb\xbf<?xml version='1.0' encoding=\"UTF-8\"?>\r\n<a b='&#13;'>\r</a>",
		`<?xml version="1.0" encoding="ISO-8859-1"?><a b="` + "\xf1" + `"/>`,
		`<p:a xmlns:p="u" xmlns="v" xml:lang="es" ID="x"><b xmlns="" p:c="&lt;"><![CDATA[]]]]><![CDATA[>]]></b></p:a>`,
		"<?p q?><!-- c --><a><?r?><!-- d --></a><?s  t?>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		doc, err := Parse(src)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrLimit) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		again, err := Parse(doc.canon)
		if err != nil {
			t.Fatalf("%q: %v", doc.canon, err)
		}
		if !bytes.Equal(doc.canon, again.canon) {
			t.Fatalf("%q -> %q", doc.canon, again.canon)
		}
		for i := range doc.elements {
			part, err := Parse(doc.subset(i))
			if err != nil {
				t.Fatalf("%q: %v", doc.subset(i), err)
			}
			if !bytes.Equal(part.canon, doc.subset(i)) {
				t.Fatalf("%q -> %q", doc.subset(i), part.canon)
			}
		}
		agreeWithEncodingXML(t, doc)
	})
}

// agreeWithEncodingXML reads the canonical form with encoding/xml, which has the
// names of the fourth edition of XML 1.0: in the fifth there are more.
func agreeWithEncodingXML(t *testing.T, doc *Document) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(doc.canon))
	elements := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && strings.Contains(err.Error(), "invalid XML name") {
			return
		}
		if err != nil {
			t.Fatalf("%q: encoding/xml: %v", doc.canon, err)
		}
		if start, ok := token.(xml.StartElement); ok {
			if want := doc.local(&doc.elements[elements]); start.Name.Local != want {
				t.Fatalf("%q: element %d is %q, not %q", doc.canon, elements, start.Name.Local, want)
			}
			elements++
		}
	}
	if elements != len(doc.elements) {
		t.Fatalf("%q: %d elements, not %d", doc.canon, elements, len(doc.elements))
	}
}

// FuzzSignVerify: what was signed verifies, returns the canonical form of the
// original, and does not verify with a change in it.
func FuzzSignVerify(f *testing.F) {
	id := selfSigned(f, 0)
	policy := Policy{Keys: []*rsa.PublicKey{&testkeys.Key(0).PublicKey}}
	for _, seed := range []string{
		attackSeed, "<a/>", "<p:a xmlns:p='u' \n/>", "\xef\xbb\xbf<a>\r</a \n>\n", `<a xml:lang="es" xmlns="v"/>`,
		`<?xml version="1.0" encoding="ISO-8859-1"?><a b="` + "\xf1" + `"/>`,
	} {
		f.Add([]byte(seed), 5)
	}
	f.Fuzz(func(t *testing.T, src []byte, at int) {
		original, err := Parse(src)
		if err != nil || strings.Contains(string(original.canon), nsDSig) {
			return // others' signatures are another matter
		}
		signed, err := SignEnveloped(src, id)
		if err != nil {
			if errors.Is(err, ErrLimit) {
				return
			}
			t.Fatal(err)
		}
		doc, err := Parse(signed)
		if err != nil {
			t.Fatalf("%q: %v", signed, err)
		}
		verified, err := doc.Verify(policy)
		if err != nil {
			t.Fatalf("%q: %v", signed, err)
		}
		if len(verified) != 1 || !bytes.Equal(verified[0].Content(), original.canon) {
			t.Fatalf("%q: signed content is not the original", signed)
		}
		if at < 0 {
			at = -(at + 1)
		}
		changed := bytes.Clone(signed)
		changed[at%len(changed)] ^= 1
		if doc, err = Parse(changed); err != nil {
			return
		}
		verified, err = doc.Verify(policy)
		if err == nil && !bytes.Equal(verified[0].Content(), original.canon) {
			t.Fatalf("%q verifies as %q", changed, verified[0].Content())
		}
	})
}
