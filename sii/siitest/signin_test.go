package siitest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest"
)

func TestSeedIsGoodOnce(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	signed := r.signedSeed(r.seed())
	assert.Equal(t, "00", estado(t, r.exchange(signed)))
	assert.Equal(t, "08", estado(t, r.exchange(signed)))
	assert.Empty(t, rules(r.srv))
}

func TestSeedIsGoodForTwoMinutes(t *testing.T) {
	t.Parallel()
	clock := newClock()
	r := newRaw(t, siitest.WithClock(clock.Now))
	seed := r.seed()
	assert.Len(t, seed, 12)
	clock.Add(2*time.Minute + time.Second)
	assert.Contains(t, r.exchange(r.signedSeed(seed)), "TIME-OUT DEL SEED")

	seed = r.seed()
	clock.Add(2 * time.Minute)
	assert.Equal(t, "00", estado(t, r.exchange(r.signedSeed(seed))), "to the last moment")
}

func TestSignaturesAreReallyVerified(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		document func(r *raw) string
		estado   string
		rules    []string
	}{
		"seed that was never given": {func(r *raw) string { return r.signedSeed("000000000001") }, "08", nil},
		"no XML":                    {func(*raw) string { return "hola" }, "02", []string{"form"}},
		"no signature": {func(r *raw) string {
			return "<getToken><item><Semilla>" + r.seed() + "</Semilla></item></getToken>"
		}, "04", []string{"form"}},
		"changed after signing": {func(r *raw) string {
			return strings.Replace(r.signedSeed("000000000001"), "000000000001", r.seed(), 1)
		}, "05", nil},
		"key of another certificate": {func(r *raw) string {
			other := r.srv.NewIdentity(chile.MustParseRUT("22222222-2"))
			mine := r.signedSeed(r.seed())
			r.id = other
			theirs := r.signedSeed("1")
			return strings.Replace(mine, between(r.t, mine, "<X509Certificate>", "</"), between(r.t, theirs, "<X509Certificate>", "</"), 1)
		}, "21", nil},
		"certificate of an unknown issuer": {func(r *raw) string {
			other := siitest.NewServer()
			defer other.Close()
			r.id = other.NewIdentity(holder)
			return r.signedSeed(r.seed())
		}, "10", nil},
		"certificate that is broken": {func(r *raw) string {
			signed := r.signedSeed(r.seed())
			return strings.Replace(signed, "<X509Certificate>MII", "<X509Certificate>MIX", 1)
		}, "10", nil},
		"certificate that is no base64": {func(r *raw) string {
			signed := r.signedSeed(r.seed())
			return strings.Replace(signed, "<X509Certificate>MII", "<X509Certificate>M!!", 1)
		}, "10", nil},
		"no certificate": {func(r *raw) string {
			signed := r.signedSeed(r.seed())
			return strings.Replace(signed, "<X509Data>"+between(r.t, signed, "<X509Data>", "</X509Data>")+"</X509Data>", "", 1)
		}, "11", []string{"form"}},
		"Semilla outside of item": {func(r *raw) string {
			return r.sign("<getToken><Semilla>" + r.seed() + "</Semilla></getToken>")
		}, "00", []string{"item"}},
		"holder without the option Certificado Digital": {func(r *raw) string {
			r.srv.Unregister(holder)
			return r.signedSeed(r.seed())
		}, "-07", nil},
		"prefix that was not signed": {func(r *raw) string {
			document, signature, _ := strings.Cut(r.signedSeed(r.seed()), "<Signature")
			return document + strings.NewReplacer("</getToken>", "</getToken>", "</", "</ds:", "<", "<ds:", "xmlns", "xmlns:ds").Replace("<Signature"+signature)
		}, "05", nil},
		"wrong namespace": {func(r *raw) string {
			return strings.Replace(r.signedSeed(r.seed()), "http://www.w3.org/2000/09/xmldsig#\"", "http://www.w3.org/2000/09/xmldsig\"", 1)
		}, "04", []string{"form"}},
		"two transforms": {func(r *raw) string {
			return strings.Replace(r.signedSeed(r.seed()), "<Transforms>", `<Transforms><Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`, 1)
		}, "05", []string{"form"}},
		"no Semilla": {func(r *raw) string { return r.sign("<getToken><item/></getToken>") }, "06", []string{"item"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRaw(t)
			r.t = t
			assert.Equal(t, test.estado, estado(t, r.exchange(test.document(r))))
			assert.Equal(t, test.rules, rules(r.srv))
		})
	}
}

func TestTrustTakesCertificatesOfOthers(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	other := siitest.NewServer()
	defer other.Close()
	stranger := other.NewIdentity(chile.MustParseRUT("22222222-2"))
	require.NoError(t, r.srv.Trust(stranger))
	r.id = stranger
	assert.Equal(t, "00", estado(t, r.exchange(r.signedSeed(r.seed()))), "Trust registers the holder")
}

// As seen in 2026, one answer stands for all that is wrong with a signature or a
// certificate. What is wrong with a seed or a holder is said as in the manual.
func TestLiveErrors(t *testing.T) {
	t.Parallel()
	r := newRaw(t, siitest.WithLiveErrors())
	stranger := siitest.NewServer()
	defer stranger.Close()
	untrusted := &raw{t, r.srv, r.hc, stranger.NewIdentity(holder)}
	for name, document := range map[string]string{
		"changed after signing": strings.Replace(r.signedSeed("000000000001"), "000000000001", r.seed(), 1),
		"unknown issuer":        untrusted.signedSeed(r.seed()),
		"no signature":          "<getToken><item><Semilla>" + r.seed() + "</Semilla></item></getToken>",
	} {
		answer := r.exchange(document)
		assert.Equal(t, "10", estado(t, answer), name)
		assert.Contains(t, answer, "<GLOSA>Error Interno</GLOSA>", name)
	}
	assert.Equal(t, "08", estado(t, r.exchange(r.signedSeed("000000000001"))))
	r.srv.Unregister(holder)
	assert.Equal(t, "-07", estado(t, r.exchange(r.signedSeed(r.seed()))))
}

func TestTokenLastsAnHourFromItsLastUse(t *testing.T) {
	t.Parallel()
	clock := newClock()
	r := newRaw(t, siitest.WithClock(clock.Now))
	r.srv.SetUpload(owner, "1", siitest.Upload{Estado: "REC"})
	token := r.token()
	assert.Len(t, token, 13)
	ask := func() string {
		return estado(t, r.soap("QueryEstUp.jws", "<getEstUp><RutCompania>76192083</RutCompania><DvCompania>9</DvCompania><TrackId>1</TrackId><Token>"+token+"</Token></getEstUp>"))
	}
	for range 3 {
		clock.Add(59 * time.Minute)
		assert.Equal(t, "REC", ask())
	}
	clock.Add(61 * time.Minute)
	assert.Equal(t, "001", ask())
}

// A seed that the command line of xmlsec1 signed is accepted: the fake wants
// nothing that only this project's signer makes. It wraps lines, and the
// prefix ds is as good as none.
func TestSeedSignedByXmlsec1(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmlsec1 is missing")
		}
		t.Skip("xmlsec1 is missing")
	}
	for name, test := range map[string]struct{ prefix, declaration string }{
		"no prefix": {"", "xmlns"}, "prefix ds": {"ds:", "xmlns:ds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRaw(t)
			folder := t.TempDir()
			p12, err := r.srv.NewPKCS12(holder, "clave")
			require.NoError(t, err)
			key, template := filepath.Join(folder, "key.p12"), filepath.Join(folder, "seed.xml")
			require.NoError(t, os.WriteFile(key, p12, 0o600))
			require.NoError(t, os.WriteFile(template, []byte(`<getToken><item><Semilla>`+r.seed()+`</Semilla></item>`+strings.NewReplacer(
				"</", "</"+test.prefix, "<", "<"+test.prefix, "xmlns", test.declaration).Replace(
				`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`+
					`<SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/><Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></Transforms>`+
					`<DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue/></Reference></SignedInfo><SignatureValue/>`+
					`<KeyInfo><KeyValue/><X509Data><X509Certificate/></X509Data></KeyInfo></Signature>`)+`</getToken>`), 0o600))
			out, err := exec.CommandContext(t.Context(), program, "--sign", "--pkcs12", key, "--pwd", "clave", template).Output()
			require.NoError(t, err)
			assert.Equal(t, "00", estado(t, r.exchange(string(out))))
			assert.Equal(t, []siitest.Violation{{Op: siitest.OpToken, Rule: "form", Detail: "X509Data has more than the certificate of the holder"}}, r.srv.Violations(),
				"of the chain that xmlsec1 adds; prefixes and line ends are legal")
		})
	}
}
