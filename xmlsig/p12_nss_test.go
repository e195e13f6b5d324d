package xmlsig_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

// Firefox and Thunderbird write their backups with NSS, in BER throughout.
func TestParsePKCS12OfNSS(t *testing.T) {
	t.Parallel()
	tool(t, "pk12util")
	dir := t.TempDir()
	der := opensslP12(t, "clave", "-name", "ana")
	db := "sql:" + dir
	run(t, "certutil", "-N", "-d", db, "--empty-password")
	run(t, "pk12util", "-i", write(t, dir, "in.p12", der), "-d", db, "-W", "clave")
	tests := map[string][]string{
		"defaults": nil,
		"AES":      {"-c", "AES-256-CBC", "-C", "AES-128-CBC"},
		"3DES": {
			"-c", "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC",
			"-C", "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC",
		},
		"RC2-40": {
			"-c", "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC",
			"-C", "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC",
		},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(dir, "out.p12") // one after the other: NSS locks its database
			run(t, "pk12util", append([]string{"-o", out, "-n", "ana", "-d", db, "-W", "otra"}, args...)...)
			data, err := os.ReadFile(out)
			require.NoError(t, err)
			assert.Equal(t, byte(0x80), data[1], "NSS writes indefinite lengths")
			id, err := xmlsig.ParsePKCS12(data, "otra")
			require.NoError(t, err)
			assert.Equal(t, "Ana Prueba", id.Certificate().Subject.CommonName)
			requireSigns(t, id)
			_, err = xmlsig.ParsePKCS12(data, "clave")
			assert.ErrorIs(t, err, xmlsig.ErrWrongPassword)
		})
	}
}
