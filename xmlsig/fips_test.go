package xmlsig

import (
	"crypto/fips140"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/ofitec/chile/internal/testkeys"
)

// FIPS 140 is enforced from the start of a process or not at all, so a second
// process runs TestEnforcedFIPS, in a folder with files made by this one.
func TestFIPS(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program, "-test.run=^TestEnforcedFIPS$", "-test.v")
	cmd.Dir = t.TempDir()
	cmd.Env = append(cmd.Environ(), "GODEBUG=fips140=only")
	des := testP12(t, pkcs12.LegacyDES, "clave")
	modern := testP12(t, pkcs12.Modern, "clave")
	id, err := ParsePKCS12(modern, "clave")
	require.NoError(t, err)
	for name, data := range map[string][]byte{
		"cert.der": id.Certificate().Raw, "modern.p12": modern, "des.p12": des,
		"ber.p12": innerToBER(t, des, "clave"), "rc2.p12": testP12(t, pkcs12.LegacyRC2, "clave"),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(cmd.Dir, name), data, 0o600))
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestEnforcedFIPS", "%s", out)
}

func TestEnforcedFIPS(t *testing.T) {
	if !fips140.Enforced() {
		t.Skip("FIPS 140 is not enforced: TestFIPS runs this in a process where it is")
	}
	der, err := os.ReadFile("cert.der")
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	id, err := NewIdentity(testkeys.Key(1), cert)
	require.NoError(t, err)
	_, err = LoadPKCS12("modern.p12", "clave")
	require.NoError(t, err, "PBKDF2, AES and SHA-256 are allowed")
	for _, name := range []string{"des.p12", "ber.p12", "rc2.p12"} {
		_, err := LoadPKCS12(name, "clave")
		require.ErrorIs(t, err, ErrFIPS, name)
	}
	_, err = SignEnveloped([]byte("<a/>"), id)
	require.ErrorIs(t, err, ErrFIPS)
	_, err = SignAfter([]byte(`<a><b ID="b"/></a>`), id, "b")
	require.ErrorIs(t, err, ErrFIPS)
	_, err = SignParts([]byte(`<a><b ID="b"><c/></b></a>`), id, "b", "c")
	require.ErrorIs(t, err, ErrFIPS)
	doc, err := Parse([]byte("<a/>"))
	require.NoError(t, err)
	_, err = doc.Verify(Policy{})
	require.ErrorIs(t, err, ErrFIPS)
	require.True(t, fips140.Enforced(), "enforcement is not ours to switch off")
}
