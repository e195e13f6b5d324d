package sii_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// sentSeed signs in and returns the signed seed as it went over the wire, taken
// out of its envelope by a reader of XML that is not the fake's.
func sentSeed(t *testing.T, srv *siitest.Server, opts ...sii.Option) string {
	t.Helper()
	hc := srv.Client()
	var sent []byte
	transport := hc.Transport
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "GetTokenFromSeed.jws") {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			sent = body
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		return transport.RoundTrip(r)
	})
	_, err := newClient(t, srv, append(opts, sii.WithHTTPClient(hc))...).Token(t.Context())
	require.NoError(t, err)
	var envelope struct {
		Body struct {
			GetToken struct {
				Text string `xml:"pszXml"`
			} `xml:"getToken"`
		} `xml:"Body"`
	}
	require.NoError(t, xml.Unmarshal(sent, &envelope), "%s", sent)
	return envelope.Body.GetToken.Text
}

// What the client signs is proven by a program that shares no code with it.
func TestXmlsec1VerifiesTheSeedThatIsSent(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmlsec1 is missing")
		}
		t.Skip("xmlsec1 is missing")
	}
	signed := sentSeed(t, newFake(t))
	changed := strings.Replace(signed, "<Semilla>", "<Semilla>9", 1)
	folder := t.TempDir()
	verify := func(document string, flags ...string) error {
		path := filepath.Join(folder, "seed.xml")
		require.NoError(t, os.WriteFile(path, []byte(document), 0o600))
		return exec.CommandContext(t.Context(), program, append(append([]string{"--verify"}, flags...), path)...).Run()
	}
	// Of the key, and of the certificate alone, which is the fake's.
	for _, flags := range [][]string{nil, {"--insecure", "--enabled-key-data", "x509"}} {
		require.NoError(t, verify(signed, flags...), flags)
		require.Error(t, verify(changed, flags...), "xmlsec1 says yes to anything")
	}
}

// The form is the manual's, byte for byte: KeyValue, then the certificate, and
// nothing after the signature.
func TestFormOfTheSeedThatIsSent(t *testing.T) {
	t.Parallel()
	signed := sentSeed(t, newFake(t))
	assert.Regexp(t, `^<\?xml version="1\.0"\?><getToken><item><Semilla>\d{12}</Semilla></item>`+
		`<Signature xmlns="http://www\.w3\.org/2000/09/xmldsig#"><SignedInfo>`+
		`<CanonicalizationMethod Algorithm="http://www\.w3\.org/TR/2001/REC-xml-c14n-20010315"(/>|></CanonicalizationMethod>)`+
		`<SignatureMethod Algorithm="http://www\.w3\.org/2000/09/xmldsig#rsa-sha1"(/>|></SignatureMethod>)`+
		`<Reference URI=""><Transforms><Transform Algorithm="http://www\.w3\.org/2000/09/xmldsig#enveloped-signature"(/>|></Transform>)</Transforms>`+
		`<DigestMethod Algorithm="http://www\.w3\.org/2000/09/xmldsig#sha1"(/>|></DigestMethod>)<DigestValue>[A-Za-z0-9+/=\s]+</DigestValue></Reference></SignedInfo>`+
		`<SignatureValue>[A-Za-z0-9+/=\s]+</SignatureValue><KeyInfo><KeyValue><RSAKeyValue><Modulus>[A-Za-z0-9+/=\s]+</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>`+
		`<X509Data><X509Certificate>[A-Za-z0-9+/=\s]+</X509Certificate></X509Data></KeyInfo></Signature></getToken>$`, signed)
}
