package xmlsig_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// Ana has key 1 and a certificate of the authority of key 0; Beto has key 2 and
// a certificate that signs itself.

var (
	from  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	until = time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)
)

func certificate(tb testing.TB, r testkeys.Request) *x509.Certificate {
	tb.Helper()
	r.NotBefore, r.NotAfter = from, until
	cert, err := testkeys.Certificate(r)
	require.NoError(tb, err)
	return cert
}

func authority(tb testing.TB) *x509.Certificate {
	tb.Helper()
	return certificate(tb, testkeys.Request{CommonName: "CA de Prueba", Signer: testkeys.Key(0), CA: true})
}

func anaCertificate(tb testing.TB) *x509.Certificate {
	tb.Helper()
	return certificate(tb, testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Serial: 7,
		Key: testkeys.Key(1).Public(), Signer: testkeys.Key(0), Issuer: authority(tb),
	})
}

func ana(tb testing.TB) *xmlsig.Identity {
	tb.Helper()
	id, err := xmlsig.NewIdentity(testkeys.Key(1), anaCertificate(tb), authority(tb))
	require.NoError(tb, err)
	return id
}

func beto(tb testing.TB) *xmlsig.Identity {
	tb.Helper()
	cert := certificate(tb, testkeys.Request{CommonName: "Beto Prueba", RUT: "22222222-2", Signer: testkeys.Key(2)})
	id, err := xmlsig.NewIdentity(testkeys.Key(2), cert)
	require.NoError(tb, err)
	return id
}

func certPEM(certs ...*x509.Certificate) (text []byte) {
	for _, cert := range certs {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	}
	return text
}

func keyPEM(tb testing.TB, key *rsa.PrivateKey) []byte {
	tb.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(tb, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// tool skips the test where a program is not installed: see xmlsig.Judge.
func tool(tb testing.TB, name string) string {
	tb.Helper()
	path, ok := xmlsig.Judge(tb, name)
	if !ok {
		tb.Skipf("%s is not installed", name)
	}
	return path
}

// run runs a program and returns what it printed.
func run(tb testing.TB, name string, args ...string) []byte {
	tb.Helper()
	out, err := exec.Command(tool(tb, name), args...).CombinedOutput()
	require.NoError(tb, err, "%s %q: %s", name, args, out)
	return out
}

func write(tb testing.TB, dir, name string, data []byte) string {
	tb.Helper()
	path := filepath.Join(dir, name)
	require.NoError(tb, os.WriteFile(path, data, 0o600))
	return path
}

func read(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	require.NoError(tb, err)
	return data
}
