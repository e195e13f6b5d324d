package dte_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
)

var update = flag.Bool("update", false, "write the files in testdata")

// testIssuer is who issued Ana's certificate.
func testIssuer(tb testing.TB) *x509.Certificate {
	tb.Helper()
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: "CA de Prueba", Signer: testkeys.Key(0), CA: true,
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	require.NoError(tb, err)
	return cert
}

// testCAFFile is a CAF file as the SII delivers it, in ISO-8859-1.
func testCAFFile(tb testing.TB) []byte {
	tb.Helper()
	key := testkeys.Key(2)
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(tb, err)
	return latin1("<?xml version=\"1.0\"?>\n<AUTORIZACION>\n" + strings.NewReplacer("><", ">\n<").Replace(testCAF(tb, 33, "2026-10-01")) + "\n<RSASK>" +
		string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})) + "</RSASK>\n<RSAPUBK>" +
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})) + "</RSAPUBK>\n</AUTORIZACION>\n")
}

// The files in testdata are made here.
func TestFixtures(t *testing.T) {
	t.Parallel()
	public, err := x509.MarshalPKIXPublicKey(&testkeys.Key(0).PublicKey)
	require.NoError(t, err)
	for name, want := range map[string][]byte{
		"dte.xml":             testDTE(t, 1),
		"envelope.xml":        testEnvelope(t, testDTE(t, 1), testDTE(t, 2)),
		"envelope-totals.xml": testEnvelope(t, testDTE(t, 1), testDTE(t, 2, "<QtyItem>2.5", "<QtyItem>3")),
		"envelope-forged.xml": bytes.Replace(testEnvelope(t, testDTE(t, 1), testDTE(t, 2)), []byte("<MntTotal>11900"), []byte("<MntTotal>91900"), 1),
		"caf.xml":             testCAFFile(t),
		"issuer.pem":          pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: testIssuer(t).Raw}),
		"sii-666.pem":         pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}),
	} {
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(path, want, 0o600))
		}
		assert.Equal(t, string(want), string(readFile(t, path)), name)
	}
}
