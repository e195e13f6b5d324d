package xmlsig_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	pool := func(certs ...*x509.Certificate) *x509.CertPool {
		p := x509.NewCertPool()
		for _, cert := range certs {
			p.AddCert(cert)
		}
		return p
	}
	anaKey, betoKey := &testkeys.Key(1).PublicKey, &testkeys.Key(2).PublicKey
	leaf, root, betoCert := anaCertificate(t), authority(t), beto(t).Certificate()
	intermediate := certificate(t, testkeys.Request{
		CommonName: "CA intermedia", Serial: 3, CA: true, Key: testkeys.Key(2).Public(), Signer: testkeys.Key(0), Issuer: root,
	})
	deep := certificate(t, testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Serial: 9, Key: anaKey, Signer: testkeys.Key(2), Issuer: intermediate,
	})
	noCA := certificate(t, testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Serial: 10, Key: anaKey, Signer: testkeys.Key(2), Issuer: betoCert,
	})
	day := from.AddDate(1, 0, 0)
	tests := map[string]struct {
		leaf   *x509.Certificate // of who signs with key 1
		policy xmlsig.Policy
		want   error
	}{
		"nobody":                  {leaf, xmlsig.Policy{}, xmlsig.ErrUntrusted},
		"RUT alone is no trust":   {leaf, xmlsig.Policy{RUT: "11111111-1"}, xmlsig.ErrUntrusted},
		"time alone is no trust":  {leaf, xmlsig.Policy{Time: day}, xmlsig.ErrUntrusted},
		"certificate":             {leaf, xmlsig.Policy{Certificates: []*x509.Certificate{betoCert, leaf}}, nil},
		"other certificate":       {leaf, xmlsig.Policy{Certificates: []*x509.Certificate{betoCert}}, xmlsig.ErrUntrusted},
		"same key, other cert":    {deep, xmlsig.Policy{Certificates: []*x509.Certificate{leaf}}, xmlsig.ErrUntrusted},
		"key":                     {leaf, xmlsig.Policy{Keys: []*rsa.PublicKey{betoKey, anaKey}}, nil},
		"other key":               {leaf, xmlsig.Policy{Keys: []*rsa.PublicKey{betoKey}}, xmlsig.ErrUntrusted},
		"root":                    {leaf, xmlsig.Policy{Roots: pool(root)}, nil},
		"other root":              {leaf, xmlsig.Policy{Roots: pool(betoCert)}, xmlsig.ErrUntrusted},
		"no roots":                {leaf, xmlsig.Policy{Roots: pool()}, xmlsig.ErrUntrusted},
		"chain":                   {deep, xmlsig.Policy{Roots: pool(root), Intermediates: pool(intermediate)}, nil},
		"chain with a hole":       {deep, xmlsig.Policy{Roots: pool(root)}, xmlsig.ErrUntrusted},
		"intermediates alone":     {deep, xmlsig.Policy{Intermediates: pool(intermediate, root)}, xmlsig.ErrUntrusted},
		"issued by no authority":  {noCA, xmlsig.Policy{Roots: pool(betoCert)}, xmlsig.ErrUntrusted},
		"RUT":                     {leaf, xmlsig.Policy{Roots: pool(root), RUT: "11111111-1"}, nil},
		"other RUT":               {leaf, xmlsig.Policy{Roots: pool(root), RUT: "22222222-2"}, xmlsig.ErrUntrusted},
		"other RUT of pinned key": {leaf, xmlsig.Policy{Keys: []*rsa.PublicKey{anaKey}, RUT: "22222222-2"}, xmlsig.ErrUntrusted},
		"in time":                 {leaf, xmlsig.Policy{Roots: pool(root), Time: day}, nil},
		"expired":                 {leaf, xmlsig.Policy{Roots: pool(root), Time: until.Add(time.Second)}, xmlsig.ErrExpired},
		"not yet valid":           {leaf, xmlsig.Policy{Keys: []*rsa.PublicKey{anaKey}, Time: from.Add(-time.Second)}, xmlsig.ErrNotYetValid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := xmlsig.NewIdentity(testkeys.Key(1), test.leaf)
			require.NoError(t, err)
			signed, err := xmlsig.SignEnveloped([]byte(seed), id)
			require.NoError(t, err)
			doc, err := xmlsig.Parse(signed)
			require.NoError(t, err)
			verified, err := doc.Verify(test.policy)
			require.ErrorIs(t, err, test.want)
			if err != nil {
				assert.Nil(t, verified)
				return
			}
			require.Len(t, verified, 1)
			assert.True(t, verified[0].Certificate.Equal(test.leaf))
			assert.True(t, anaKey.Equal(verified[0].Key))
		})
	}
}

// A certificate that claims somebody's RUT proves nothing.
func TestPolicySelfSignedClaim(t *testing.T) {
	t.Parallel()
	claim := certificate(t, testkeys.Request{CommonName: "CA de Prueba", RUT: "11111111-1", Signer: testkeys.Key(2)})
	id, err := xmlsig.NewIdentity(testkeys.Key(2), claim)
	require.NoError(t, err)
	doc, err := xmlsig.Parse(requireSigns(t, id))
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(authority(t))
	_, err = doc.Verify(xmlsig.Policy{Roots: roots, RUT: "11111111-1"})
	assert.ErrorIs(t, err, xmlsig.ErrUntrusted)
}

// A signature with KeyValue alone is good for a pinned key, and names nobody.
func TestPolicyKeyValueAlone(t *testing.T) {
	t.Parallel()
	doc, err := xmlsig.Parse(x509Data.ReplaceAll(requireSigns(t, ana(t)), nil))
	require.NoError(t, err)
	key := []*rsa.PublicKey{&testkeys.Key(1).PublicKey}
	verified, err := doc.Verify(xmlsig.Policy{Keys: key})
	require.NoError(t, err)
	assert.Nil(t, verified[0].Certificate)
	assert.Empty(t, verified[0].RUT)
	for name, policy := range map[string]xmlsig.Policy{
		"certificate": {Certificates: []*x509.Certificate{anaCertificate(t)}},
		"RUT":         {Keys: key, RUT: "11111111-1"},
		"roots":       {Roots: x509.NewCertPool()},
	} {
		_, err := doc.Verify(policy)
		assert.ErrorIs(t, err, xmlsig.ErrUntrusted, name)
	}
}

// Documents signed by xmlsec1 and by real issuers, whose signatures hold where
// they stand.
func TestVerifySharedDocuments(t *testing.T) {
	t.Parallel()
	tests := []struct{ folder, file, id, rut string }{
		{"synthetic", "DTE-33-7-standalone.xml", "T33F7", ""},
		{"synthetic", "ConsumoFolios-39.xml", "RCOF", ""},
		{"synthetic", "RespuestaDTE-RecepcionEnvio-ok.xml", "Recepcion1", ""},
		{"synthetic", "RespuestaDTE-ResultadoDTE-aceptado.xml", "Resultado1", ""},
		{"dte", "DTE--76399752-9--33--25568--cleaned.xml", "MiPE76399752-6048", "16477752-9"},
		{"dte", "DTE--96670340-7--61--110616.xml", "DTE-61-110616", "23099536-2"},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			data := read(t, sharedtest.Path(t, test.folder, test.file))
			doc, err := xmlsig.Parse(data)
			require.NoError(t, err)
			_, err = doc.Verify(xmlsig.Policy{})
			require.ErrorIs(t, err, xmlsig.ErrUntrusted, "it holds, but whose it is nobody said")
			policy := xmlsig.Policy{Certificates: []*x509.Certificate{signingCertificate(t, data)}}
			verified, err := doc.Verify(policy)
			require.NoError(t, err)
			require.Len(t, verified, 1)
			assert.Equal(t, test.id, verified[0].ID)
			if test.rut != "" {
				assert.Equal(t, test.rut, verified[0].RUT)
			}

			changed := strings.Replace(string(data), "2026-11-2", "2026-11-3", 1)
			changed = strings.Replace(changed, "2019-0", "2018-0", 1)
			require.NotEqual(t, string(data), changed)
			doc, err = xmlsig.Parse([]byte(changed))
			require.NoError(t, err)
			_, err = doc.Verify(policy)
			assert.ErrorIs(t, err, xmlsig.ErrDigest)
		})
	}
}

// Documents that were changed after they were signed, or that hold only once
// they are cut out of their envelope.
func TestVerifySharedDocumentsThatFail(t *testing.T) {
	t.Parallel()
	tests := []struct {
		folder, file string
		want         error
	}{
		{"synthetic", "EnvioBOLETA-39x2-mod-changed-amount.xml", xmlsig.ErrDigest},
		{"synthetic", "EnvioDTE-33-34-mod-changed-caratula.xml", xmlsig.ErrDigest},
		{"synthetic", "EnvioDTE-33-34-inner-with-xmlns.xml", xmlsig.ErrDigest},
		{"synthetic", "EnvioRecibos-33-7.xml", xmlsig.ErrDigest},
		{"dte", "DTE--76399752-9--33--25568.xml", xmlsig.ErrDigest},
		{"dte", "DTE--96670340-7--61--110616--cleaned.xml", xmlsig.ErrDigest},
		{"envio", "F60T33-ejemplo-oficial-SII.xml", xmlsig.ErrDigest},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			doc, err := xmlsig.Parse(read(t, sharedtest.Path(t, test.folder, test.file)))
			require.NoError(t, err)
			_, err = doc.Verify(xmlsig.Policy{})
			assert.ErrorIs(t, err, test.want)
		})
	}
}

func TestParseRefusesSharedAttacks(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"billion-laughs-1.xml", "quadratic-blowup-entity-expansion.xml"} {
		_, err := xmlsig.Parse(read(t, sharedtest.Path(t, "xml-attacks", file)))
		assert.ErrorIs(t, err, xmlsig.ErrMalformed, file)
	}
}

// signingCertificate reads the certificate of the only signature by hand.
func signingCertificate(t *testing.T, data []byte) *x509.Certificate {
	t.Helper()
	_, rest, ok := strings.Cut(string(data), "<X509Certificate>")
	require.True(t, ok)
	text, _, _ := strings.Cut(rest, "</X509Certificate>")
	cert, err := x509.ParseCertificate(decodeLines(t, text))
	require.NoError(t, err)
	return cert
}

func decodeLines(t *testing.T, text string) []byte {
	t.Helper()
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	require.NoError(t, err)
	return der
}
