package xmlsig

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
)

// ruts of the holders of the test keys.
var ruts = [testkeys.Count]string{"11111111-1", "22222222-2", "77222222-K"}

// selfSigned returns the identity of a test key.
func selfSigned(tb testing.TB, key int) *Identity {
	tb.Helper()
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Firmante", RUT: ruts[key], Signer: testkeys.Key(key),
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	require.NoError(tb, err)
	id, err := NewIdentity(testkeys.Key(key), cert)
	require.NoError(tb, err)
	return id
}

const c14nTransform = `<Transforms><Transform Algorithm="` + algC14N + `"/></Transforms>`

// blank is a Signature to be filled in.
func blank(tb testing.TB, uri, transforms string) string {
	tb.Helper()
	return `<Signature xmlns="` + nsDSig + `"><SignedInfo><CanonicalizationMethod Algorithm="` + algC14N + `"/>` +
		`<SignatureMethod Algorithm="` + algRSASHA1 + `"/><Reference URI="` + uri + `">` + transforms +
		`<DigestMethod Algorithm="` + algSHA1 + `"/><DigestValue></DigestValue></Reference></SignedInfo>` +
		`<SignatureValue></SignatureValue>` + selfSigned(tb, 0).keyInfo(0) + `</Signature>`
}

// fill computes the digests and values of the blank signatures in the order of
// the document, with test key 0.
func fill(tb testing.TB, text string) string {
	tb.Helper()
	prefix := ""
	if strings.Contains(text, "<ds:Signature") {
		prefix = "ds:"
	}
	put := func(element string, value []byte) {
		empty := "></" + prefix + element + ">"
		text = strings.Replace(text, "<"+prefix+element+empty, "<"+prefix+element+">"+base64.StdEncoding.EncodeToString(value)+empty[1:], 1)
	}
	for strings.Contains(text, "<"+prefix+"SignatureValue></") {
		doc, err := Parse([]byte(text))
		require.NoError(tb, err)
		sig := 0
		for doc.local(&doc.elements[sig]) != "SignatureValue" || len(doc.content(sig)) > 0 {
			sig++
		}
		sig = int(doc.elements[sig].parent)
		var content []byte
		for i := sig; ; i++ {
			if doc.local(&doc.elements[i]) != "Reference" {
				continue
			}
			uri, _ := doc.attribute(i, "URI")
			if content = bytes.Join([][]byte{doc.canon[:doc.elements[sig].start], doc.canon[doc.elements[sig].end:]}, nil); uri != "" {
				content, _ = doc.CanonicalID(strings.TrimPrefix(uri, "#"))
			}
			break
		}
		sum := digest(content)
		put("DigestValue", sum[:])
		doc, err = Parse([]byte(text))
		require.NoError(tb, err)
		sum = digest(doc.subset(doc.children(sig)[0]))
		value, err := rsa.SignPKCS1v15(nil, testkeys.Key(0), crypto.SHA1, sum[:])
		require.NoError(tb, err)
		put("SignatureValue", value)
	}
	return text
}

func verify(tb testing.TB, text string) ([]Verified, error) {
	tb.Helper()
	doc, err := Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return doc.Verify(Policy{Keys: []*rsa.PublicKey{&testkeys.Key(0).PublicKey}})
}

// Signatures of elements, in every context that changes their canonical form,
// judged by xmlsec1.
func TestVerifySiblings(t *testing.T) {
	t.Parallel()
	sig, plain := blank(t, "#X", c14nTransform), blank(t, "#X", "")
	const xsi = ` xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
	tests := map[string]struct{ text, content string }{
		"no namespaces":            {`<a><b ID="X">ñ</b>` + sig + `</a>`, `<b ID="X">ñ</b>`},
		"no transform":             {`<a><b ID="X"/>` + plain + `</a>`, `<b ID="X"></b>`},
		"namespaces of the parent": {`<a` + xsi + `><b ID="X"><c/></b>` + sig + `</a>`, `<b` + xsi + ` ID="X"><c></c></b>`},
		"namespaces of both":       {`<a` + xsi + `><b` + xsi + ` ID="X"/>` + sig + `</a>`, `<b` + xsi + ` ID="X"></b>`},
		"redeclared on the target": {`<a xmlns="urn:1" xmlns:p="urn:2"><b xmlns="urn:3" xmlns:p="urn:4" ID="X"/>` + sig + `</a>`, `<b xmlns="urn:3" xmlns:p="urn:4" ID="X"></b>`},
		"undeclared on the target": {`<a xmlns="urn:1"><b xmlns="" ID="X"><c xmlns="urn:1"/></b>` + sig + `</a>`, `<b ID="X"><c xmlns="urn:1"></c></b>`},
		"redeclared within":        {`<a xmlns="urn:1"><b ID="X"><c xmlns="urn:1"/><c xmlns="urn:2"/></b>` + sig + `</a>`, `<b xmlns="urn:1" ID="X"><c></c><c xmlns="urn:2"></c></b>`},
		"prefixed attributes":      {`<a xmlns:z="urn:a" xmlns:a="urn:z"><b a:x="1" z:x="2" ID="X"/>` + sig + `</a>`, `<b xmlns:a="urn:z" xmlns:z="urn:a" ID="X" z:x="2" a:x="1"></b>`},
		"xml:lang inherited":       {`<a xml:lang="es" xml:space="preserve"><b ID="X"/>` + sig + `</a>`, `<b ID="X" xml:lang="es" xml:space="preserve"></b>`},
		"xml:lang overridden":      {`<r xml:lang="es"><a xml:lang="en" xml:base="u"><b xml:lang="fr" ID="X"/>` + sig + `</a></r>`, `<b ID="X" xml:base="u" xml:lang="fr"></b>`},
		"comments and white space": {"<a>\n<!-- 1 --><b ID=\"X\"><!-- 2 -->\n</b>\n<!-- 3 -->" + sig + "\n</a>", "<b ID=\"X\">\n</b>"},
		"instructions":             {`<?p?><a><b ID="X"><?q r?></b><?s?>` + sig + `</a><?t?>`, `<b ID="X"><?q r?></b>`},
		"signature with prefix":    {`<a><b ID="X"/>` + prefixed(sig) + `</a>`, `<b ID="X"></b>`},
		"more behind":              {`<a><b ID="X"/>` + sig + `<c/></a>`, `<b ID="X"></b>`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			signed := fill(t, test.text)
			verified, err := verify(t, signed)
			require.NoError(t, err)
			require.Len(t, verified, 1)
			assert.Equal(t, test.content, string(verified[0].Content()))
			assert.Equal(t, "X", verified[0].ID)
			requireXmlsec1(t, signed)
		})
	}
}

// prefixed writes a signature as some programs do, with ds: on every element.
func prefixed(sig string) string {
	sig = strings.ReplaceAll(strings.ReplaceAll(sig, "</", "</ds:"), "<", "<ds:")
	return strings.ReplaceAll(strings.ReplaceAll(sig, "<ds:/ds:", "</ds:"), "xmlns=", "xmlns:ds=")
}

func requireXmlsec1(t *testing.T, signed string) {
	t.Helper()
	program, ok := Judge(t, "xmlsec1")
	if !ok {
		return // nothing to compare with; the canonical form is spelt out above
	}
	path := filepath.Join(t.TempDir(), "signed.xml")
	require.NoError(t, os.WriteFile(path, []byte(signed), 0o600))
	out, err := exec.Command(program, "--verify", "--insecure", "--id-attr:ID", "b", "--id-attr:ID", "urn:1:b", "--id-attr:ID", "urn:3:b",
		"--id-attr:ID", "http://www.sii.cl/SiiDte:b", "--enabled-key-data", "x509", path).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// Several signatures in one document: each vouches for its own part.
func TestVerifyManySignatures(t *testing.T) {
	t.Parallel()
	signed := fill(t, `<E xmlns="u"><S ID="S"><D><d ID="1"/>`+blank(t, "#1", "")+`</D><D><d ID="2"/>`+blank(t, "#2", c14nTransform)+`</D></S>`+blank(t, "#S", "")+`</E>`)
	verified, err := verify(t, signed)
	require.NoError(t, err)
	require.Len(t, verified, 3)
	assert.Equal(t, "/E/S/D[1]/Signature", verified[0].Path())
	assert.Equal(t, `<d xmlns="u" ID="1"></d>`, string(verified[0].Content()))
	assert.Equal(t, `<d xmlns="u" ID="2"></d>`, string(verified[1].Content()))
	assert.Equal(t, "/E/Signature", verified[2].Path())
	assert.Equal(t, x509.SHA256WithRSA, verified[2].Certificate.SignatureAlgorithm)

	_, err = verify(t, strings.Replace(signed, `<d ID="2"/>`, `<d ID="2">!</d>`, 1))
	assert.ErrorIs(t, err, ErrDigest, "all of them must hold")
}
