package xmlsig_test

import (
	"crypto/x509"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// opensslP12 lets OpenSSL make a file of Ana's key and certificate.
func opensslP12(t *testing.T, password string, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, "out.p12")
	args = append([]string{
		"pkcs12", "-export", "-out", out, "-passout", "pass:" + password,
		"-inkey", write(t, dir, "key.pem", keyPEM(t, testkeys.Key(1))),
		"-in", write(t, dir, "certs.pem", certPEM(anaCertificate(t), authority(t))),
	}, args...)
	run(t, "openssl", args...)
	data, err := os.ReadFile(out)
	require.NoError(t, err)
	return data
}

func TestParsePKCS12OfOpenSSL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, password string
		args           []string
		want           error
	}{
		{name: "defaults", password: "clave"},
		{name: "empty password"},
		{name: "password beyond ASCII", password: "contraseña€"},
		{name: "RC2-40", password: "clave", args: []string{"-legacy"}},
		{name: "RC2-128", password: "clave", args: []string{"-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"}},
		{name: "3DES", password: "clave", args: []string{"-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"}},
		{name: "3DES and empty password", args: []string{"-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"}},
		{name: "AES-128", password: "clave", args: []string{"-certpbe", "AES-128-CBC", "-keypbe", "AES-128-CBC"}},
		{name: "MAC of SHA-512", password: "clave", args: []string{"-macalg", "sha512"}},
		{name: "unencrypted", password: "clave", args: []string{"-keypbe", "NONE", "-certpbe", "NONE"}},
		{name: "unencrypted without MAC", args: []string{"-keypbe", "NONE", "-certpbe", "NONE", "-nomac"}},
		{name: "certificates unencrypted", password: "clave", args: []string{"-certpbe", "NONE"}},
		{name: "of a Microsoft CSP", password: "clave", args: []string{"-CSP", "Microsoft RSA SChannel", "-LMK", "-name", "Ana ñandú"}},
		{name: "encrypted without MAC", password: "clave", args: []string{"-nomac"}, want: xmlsig.ErrNoMAC},
		{name: "without key", password: "clave", args: []string{"-nokeys"}, want: xmlsig.ErrNoKey},
		{name: "without certificates", password: "clave", args: []string{"-nocerts"}, want: xmlsig.ErrNoCertificate},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data := opensslP12(t, test.password, test.args...)
			id, err := xmlsig.ParsePKCS12(data, test.password)
			if test.want != nil {
				assert.ErrorIs(t, err, test.want)
				return
			}
			require.NoError(t, err)
			assert.True(t, id.Certificate().Equal(anaCertificate(t)))
			requireChain(t, id, authority(t))
			requireSigns(t, id)
		})
	}
}

func requireChain(t *testing.T, id *xmlsig.Identity, want *x509.Certificate) {
	t.Helper()
	require.Len(t, id.Chain(), 1)
	assert.True(t, id.Chain()[0].Equal(want))
}

func TestParsePKCS12WrongPassword(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"modern": nil, "legacy": {"-legacy"}, "only a MAC": {"-keypbe", "NONE", "-certpbe", "NONE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := opensslP12(t, "clave", args...)
			for _, password := range []string{"", "Clave", "clave ", "\xff\xfe"} {
				_, err := xmlsig.ParsePKCS12(data, password)
				assert.ErrorIs(t, err, xmlsig.ErrWrongPassword, "%q", password)
			}
		})
	}
}

func TestParsePKCS12NotRSA(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key, cert, out := filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "ec.p12")
	run(t, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
		"-subj", "/CN=Curva", "-keyout", key, "-out", cert)
	run(t, "openssl", "pkcs12", "-export", "-inkey", key, "-in", cert, "-passout", "pass:clave", "-out", out)
	_, err := xmlsig.LoadPKCS12(out, "clave")
	assert.ErrorIs(t, err, xmlsig.ErrNotRSA)
}

// The order of the certificates says nothing about whose the key is.
func TestParsePKCS12LeafNotFirst(t *testing.T) {
	t.Parallel()
	for name, encoder := range map[string]*pkcs12.Encoder{"modern": pkcs12.Modern, "3DES": pkcs12.LegacyDES, "RC2": pkcs12.LegacyRC2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := encoder.Encode(testkeys.Key(1), authority(t), []*x509.Certificate{anaCertificate(t)}, "clave")
			require.NoError(t, err)
			id, err := xmlsig.ParsePKCS12(data, "clave")
			require.NoError(t, err)
			assert.Equal(t, "Ana Prueba", id.Certificate().Subject.CommonName)
			requireChain(t, id, authority(t))
		})
	}
}

func TestParsePKCS12NoMatch(t *testing.T) {
	t.Parallel()
	data, err := pkcs12.Modern.Encode(testkeys.Key(2), authority(t), []*x509.Certificate{anaCertificate(t)}, "clave")
	require.NoError(t, err)
	_, err = xmlsig.ParsePKCS12(data, "clave")
	assert.ErrorIs(t, err, xmlsig.ErrNoMatch)
}

func TestParsePKCS12OtherFiles(t *testing.T) {
	t.Parallel()
	good, err := pkcs12.Modern.Encode(testkeys.Key(1), anaCertificate(t), nil, "clave")
	require.NoError(t, err)
	encoded := []byte(base64.StdEncoding.EncodeToString(good))
	tests := map[string]struct {
		data []byte
		want error
	}{
		"empty":                {nil, xmlsig.ErrNotPKCS12},
		"white space":          {[]byte(" \r\n\t"), xmlsig.ErrNotPKCS12},
		"text":                 {[]byte("hola"), xmlsig.ErrNotPKCS12},
		"PEM of certificate":   {certPEM(anaCertificate(t)), xmlsig.ErrIsPEM},
		"PEM with text before": {append([]byte("Bag Attributes\n"), keyPEM(t, testkeys.Key(1))...), xmlsig.ErrIsPEM},
		"base64":               {encoded, xmlsig.ErrIsBase64},
		"base64 in lines":      {[]byte(string(encoded[:64]) + "\r\n" + string(encoded[64:]) + "\n"), xmlsig.ErrIsBase64},
		"web page":             {[]byte("\xef\xbb\xbf<!DOCTYPE html><html></html>"), xmlsig.ErrIsHTML},
		"certificate in DER":   {anaCertificate(t).Raw, xmlsig.ErrNotPKCS12},
		"sequence of nothing":  {[]byte{0x30, 0}, xmlsig.ErrNotPKCS12},
		"endless length":       {[]byte{0x30, 0x80}, xmlsig.ErrNotPKCS12},
		"too large":            {make([]byte, 1<<20+1), xmlsig.ErrLimit},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := xmlsig.ParsePKCS12(test.data, "clave")
			require.ErrorIs(t, err, test.want)
			assert.NotContains(t, err.Error(), "\n", "an error is one line of a log")
		})
	}
	t.Run("cut", func(t *testing.T) {
		t.Parallel()
		for n := 0; n < len(good); n += 97 {
			_, err := xmlsig.ParsePKCS12(good[:n], "clave")
			require.ErrorIs(t, err, xmlsig.ErrNotPKCS12, "%d bytes", n)
		}
	})
	t.Run("padded", func(t *testing.T) {
		t.Parallel()
		id, err := xmlsig.ParsePKCS12(append(good[:len(good):len(good)], "\r\n\x00\x00\x00"...), "clave")
		require.NoError(t, err)
		requireSigns(t, id)
	})
}
