package xmlsig_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// The SII publishes the digest of this seed (OpenAPI description of the boleta
// services), as base64 of SHA-1.
const seedDigest = "l2s9BqLppHaWo+w1Al1J5SsYScs="

// The signed seed, byte for byte as the manual of automatic authentication
// shows it: no prefix, one Transform, KeyValue first, no line break.
func TestSignEnvelopedSeed(t *testing.T) {
	t.Parallel()
	const signedInfo = `<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>` +
		`<SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/>` +
		`<Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></Transforms>` +
		`<DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue>` + seedDigest + `</DigestValue></Reference></SignedInfo>`
	const hashed = `<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">` +
		`<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></CanonicalizationMethod>` +
		`<SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"></SignatureMethod>` +
		`<Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform></Transforms>` +
		`<DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"></DigestMethod><DigestValue>` + seedDigest + `</DigestValue></Reference></SignedInfo>`
	sum := sha1.Sum([]byte(hashed))
	value, err := rsa.SignPKCS1v15(nil, testkeys.Key(1), crypto.SHA1, sum[:])
	require.NoError(t, err)
	b64 := base64.StdEncoding.EncodeToString
	want := `<getToken><item><Semilla>030530912644</Semilla></item>` +
		`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>` + signedInfo +
		`<SignatureValue>` + b64(value) + `</SignatureValue>` +
		`<KeyInfo><KeyValue><RSAKeyValue><Modulus>` + b64(testkeys.Key(1).N.Bytes()) + `</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>` +
		`<X509Data><X509Certificate>` + b64(anaCertificate(t).Raw) + `</X509Certificate></X509Data></KeyInfo></Signature></getToken>`

	got, err := xmlsig.SignEnveloped([]byte(seed), ana(t))
	require.NoError(t, err)
	assert.Equal(t, want, string(got))

	const path = "testdata/seed-signed.xml"
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	assert.Equal(t, string(read(t, path)), string(got), "the bytes have changed since they were released")
}

// signable are documents that are signed and then read by others.
var signable = append([]struct{ name, src string }{
	{"seed with declaration", `<?xml version="1.0"?>` + "\n" + seed},
	{"seed in lines", "<getToken>\r\n\t<item>\r\n<Semilla>1</Semilla></item>\r\n</getToken>\r\n"},
	{"root empty", "<a/>"},
	{"root empty with prefix and space", "<p:a xmlns:p='urn:p' \n/>\n"},
	{"root empty in ISO-8859-1", latin1 + "<a b='\xf1\xd1'/>"},
	{"end tag with space", "<a></a \n >"},
	{"namespaces", `<a xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:b="urn:b"><b:c xsi:nil="true"/></a>`},
	{"namespace of signatures", `<a xmlns="http://www.w3.org/2000/09/xmldsig#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>`},
	{"xml:lang and xml:space", `<a xml:lang="es" xml:space="preserve"> <b xml:lang="en"/> </a>`},
	{"empty elements that look closed", `<a><!-- </a> --><![CDATA[</a>]]><b c="/>"/></a>`},
}, canonicalCases...)

func TestSignEnvelopedVerifies(t *testing.T) {
	t.Parallel()
	for _, test := range signable {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			signed, err := xmlsig.SignEnveloped([]byte(test.src), ana(t))
			require.NoError(t, err)
			before, rest, ok := strings.Cut(string(signed), `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>`)
			require.True(t, ok)
			_, after, _ := strings.Cut(rest, "</Signature>")
			if before+after != test.src { // a root that was empty has been opened, and nothing else
				_, tail, _ := strings.Cut(after, ">")
				assert.Equal(t, test.src, strings.TrimSuffix(before, ">")+"/>"+tail)
			}

			doc, err := xmlsig.Parse(signed)
			require.NoError(t, err)
			verified, err := doc.Verify(xmlsig.Policy{Certificates: []*x509.Certificate{anaCertificate(t)}})
			require.NoError(t, err)
			require.Len(t, verified, 1)
			assert.Equal(t, canonical(t, test.src), string(verified[0].Content()))
			assert.Empty(t, verified[0].ID)
			assert.Equal(t, "11111111-1", verified[0].RUT)
		})
	}
}

var x509Data = regexp.MustCompile(`<X509Data>.*</X509Data>`)

func TestSignEnvelopedPassesXmlsec1(t *testing.T) {
	t.Parallel()
	tool(t, "xmlsec1")
	for _, test := range signable {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			signed, err := xmlsig.SignEnveloped([]byte(test.src), ana(t))
			require.NoError(t, err)
			path := write(t, t.TempDir(), "signed.xml", signed)
			assert.Contains(t, string(run(t, "xmlsec1", "--verify", "--insecure", "--enabled-key-data", "x509", path)), "OK")
			keyValue := x509Data.ReplaceAll(signed, nil) // KeyInfo is not signed
			path = write(t, t.TempDir(), "key-value.xml", keyValue)
			assert.Contains(t, string(run(t, "xmlsec1", "--verify", path)), "OK")
		})
	}
}

func TestSignEnvelopedKeepsCaller(t *testing.T) {
	t.Parallel()
	src := []byte(seed + "\n")
	signed, err := xmlsig.SignEnveloped(src[:len(seed)], ana(t))
	require.NoError(t, err)
	assert.Equal(t, seed+"\n", string(src), "the caller's bytes stay as they are")
	assert.True(t, strings.HasSuffix(string(signed), "</Signature></getToken>"))
}
