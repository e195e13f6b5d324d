package siitest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// rewrap changes the text between two tags of a signed seed.
func (r *raw) rewrap(signed, before, after string, change func(string) string) string {
	r.t.Helper()
	text := between(r.t, signed, before, after)
	return strings.Replace(signed, before+text+after, before+change(text)+after, 1)
}

// lines breaks base64 as many programs do.
func lines(base64 string) string {
	var b strings.Builder
	for len(base64) > 64 {
		b.WriteString("\r\n" + base64[:64])
		base64 = base64[64:]
	}
	return b.String() + "\r\n" + base64 + "\n"
}

// A signature is judged as elements: what its text looks like is up to the client.
func TestSignaturesAreJudgedAsElements(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(r *raw, signed string) string
		rules  []string
	}{
		"base64 of the signature in lines": {func(r *raw, signed string) string {
			return r.rewrap(signed, "<SignatureValue>", "</SignatureValue>", lines)
		}, nil},
		"base64 of the certificate in lines": {func(r *raw, signed string) string {
			return r.rewrap(signed, "<X509Certificate>", "</X509Certificate>", lines)
		}, nil},
		"white space in KeyInfo": {func(_ *raw, signed string) string {
			return strings.NewReplacer("<KeyInfo>", "<KeyInfo >\n  ", "<RSAKeyValue>", "\t<RSAKeyValue\n>", "<X509Data>", "\n<X509Data>\n", "<Modulus>", "\n<Modulus>\n ").Replace(signed)
		}, nil},
		"declaration of ISO-8859-1": {func(_ *raw, signed string) string {
			return `<?xml version='1.0' encoding="ISO-8859-1"?>` + "\n" + strings.TrimPrefix(signed, `<?xml version="1.0"?>`)
		}, nil},
		"attributes in single quotes": {func(_ *raw, signed string) string { return strings.ReplaceAll(signed, `"`, `'`) }, nil},
		"X509Data alone": {func(r *raw, signed string) string {
			return strings.Replace(signed, "<KeyValue>"+between(r.t, signed, "<KeyValue>", "</KeyValue>")+"</KeyValue>", "", 1)
		}, []string{"form", "form"}},
		"X509Data first": {func(r *raw, signed string) string {
			key := "<KeyValue>" + between(r.t, signed, "<KeyValue>", "</KeyValue>") + "</KeyValue>"
			return strings.Replace(strings.Replace(signed, key, "", 1), "</X509Data>", "</X509Data>"+key, 1)
		}, []string{"form", "form"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRaw(t)
			r.t = t
			signed := r.signedSeed(r.seed())
			changed := test.change(r, signed)
			require.NotEqual(t, signed, changed)
			assert.Equal(t, "00", estado(t, r.exchange(changed)))
			assert.Equal(t, test.rules, rules(r.srv), "%v", r.srv.Violations())
		})
	}
}

// Seeds come with leading zeros and without. A client that makes a number of
// one gets its token, once.
func TestSeedsHaveLeadingZerosAtTimes(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	zeros := 0
	const seeds = 20
	for range seeds {
		seed := r.seed()
		assert.Len(t, seed, 12)
		if trimmed := strings.TrimLeft(seed, "0"); trimmed != seed {
			zeros++
			assert.Equal(t, "00", estado(t, r.exchange(r.signedSeed(trimmed))))
			assert.Equal(t, "08", estado(t, r.exchange(r.signedSeed(seed))), "it is the same seed")
		}
	}
	assert.Positive(t, zeros)
	assert.Less(t, zeros, seeds)
	assert.Equal(t, "08", estado(t, r.exchange(r.signedSeed("0"))))
}

// Programs that read RSA alone read the chain of a holder, and those that look for
// the RUT in the subject find it there.
func TestCertificatesForProgramsOfOthers(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer()
	defer srv.Close()
	file, err := srv.NewPKCS12(holder, "clave")
	require.NoError(t, err)
	id, err := xmlsig.ParsePKCS12(file, "clave")
	require.NoError(t, err)
	require.NotEmpty(t, id.Chain())
	assert.Equal(t, holder.String(), id.Certificate().Subject.SerialNumber)
	for _, cert := range append(id.Chain(), id.Certificate()) {
		assert.Equal(t, "RSA", cert.PublicKeyAlgorithm.String())
		assert.Equal(t, "SHA256-RSA", cert.SignatureAlgorithm.String())
	}
}

// The service of the boletas takes a signature of item by its ID, the others do
// not.
func TestSignatureOfItemAlone(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	sign := func(seed string) string {
		signed, err := xmlsig.SignAfter([]byte(`<getToken><item ID="IdAFirmar"><Semilla>`+seed+`</Semilla></item></getToken>`), r.id, "IdAFirmar")
		require.NoError(t, err)
		return string(signed)
	}
	assert.Equal(t, "06", estado(t, r.exchange(sign(r.seed()))))

	boleta := func(method, path, body string) string {
		req, err := http.NewRequestWithContext(t.Context(), method, "https://apicert.sii.cl/recursos/v1/boleta.electronica."+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Accept", "application/xml")
		req.Header.Set("Content-Type", "application/xml")
		_, _, answer := r.do(req)
		return answer
	}
	seed := between(t, boleta(http.MethodGet, "semilla", ""), "<SEMILLA>", "</SEMILLA>")
	assert.Equal(t, "00", estado(t, boleta(http.MethodPost, "token", sign(seed))))
}
