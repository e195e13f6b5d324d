package xmlsig

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/ofitec/chile/internal/doccommand"
)

// The commands of docs/operations.md look at a certificate.
func TestGuideLooksAtACertificate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "empresa.p12")
	require.NoError(t, os.WriteFile(path, testP12(t, pkcs12.Modern, "clave"), 0o644))
	out := doccommand.Run(t, "operations.md", "certificate", dir, []string{"SII_CERT_P12_PASS=clave"}, "openssl")
	assert.Contains(t, out, "notAfter=")
	assert.NotContains(t, out, "clave")
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}
