package xmlsig_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// lineEnds returns a file that has line feeds in it, as about one in a few has, but
// no CRLF.
func lineEnds(t *testing.T) []byte {
	t.Helper()
	for {
		data, err := pkcs12.Modern.Encode(testkeys.Key(1), anaCertificate(t), nil, "clave")
		require.NoError(t, err)
		if bytes.Count(data, []byte("\n")) > 2 && !bytes.Contains(data, []byte("\r\n")) {
			return data
		}
	}
}

func TestKindsOfFile(t *testing.T) {
	t.Parallel()
	good := lineEnds(t)
	key, leaf := testkeys.Key(1), anaCertificate(t)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	require.NoError(t, err)
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: leaf.SerialNumber, NextUpdate: leaf.NotAfter}, authority(t), testkeys.Key(0))
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: leaf.SerialNumber}
	ofCurve, err := x509.CreateCertificate(rand.Reader, template, template, curve.Public(), curve)
	require.NoError(t, err)
	latin, err := charmap.ISO8859_1.NewDecoder().Bytes(good)
	require.NoError(t, err)
	var utf16le []byte
	for _, unit := range utf16.Encode([]rune(string(certPEM(leaf)))) {
		utf16le = append(utf16le, byte(unit), byte(unit>>8))
	}
	encoded := base64.StdEncoding.EncodeToString(good)
	for name, test := range map[string]struct {
		data []byte
		want error
		says string
	}{
		"empty":                     {nil, xmlsig.ErrIsEmpty, "empty"},
		"white space":               {[]byte("\r\n \t"), xmlsig.ErrIsEmpty, "empty"},
		"zeros":                     {make([]byte, 4096), xmlsig.ErrIsEmpty, "empty"},
		"certificate":               {leaf.Raw, xmlsig.ErrIsCertificate, "a certificate without key"},
		"certificate and more":      {append(bytes.Clone(leaf.Raw), "\r\n"...), xmlsig.ErrIsCertificate, "a certificate without key"},
		"certificates":              {append(bytes.Clone(leaf.Raw), authority(t).Raw...), xmlsig.ErrIsCertificate, "a certificate without key"},
		"certificate of a curve":    {ofCurve, xmlsig.ErrIsCertificate, "a certificate without key"},
		"odd certificate":           {bytes.Replace(leaf.Raw, []byte("Ana Prueba"), []byte("Ana@Prueba"), 1), xmlsig.ErrIsCertificate, "a certificate without key"},
		"request":                   {request, xmlsig.ErrNotPKCS12, "request for a certificate"},
		"list of revoked ones":      {list, xmlsig.ErrNotPKCS12, "revoked certificates"},
		"key in PKCS#8":             {pkcs8, xmlsig.ErrIsKey, "a private key without certificate"},
		"key in PKCS#1":             {x509.MarshalPKCS1PrivateKey(key), xmlsig.ErrIsKey, "a private key without certificate"},
		"JKS":                       {[]byte("\xfe\xed\xfe\xed\x00\x00\x00\x02"), xmlsig.ErrIsJKS, "keytool"},
		"JCEKS":                     {[]byte("\xce\xce\xce\xce\x00\x00\x00\x02"), xmlsig.ErrIsJKS, "keytool"},
		"cut":                       {good[:len(good)/2], xmlsig.ErrIsCut, "at byte"},
		"cut within its header":     {good[:3], xmlsig.ErrIsCut, "at byte 3"},
		"line ends to CRLF":         {bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), xmlsig.ErrIsDamaged, "LF to CRLF"},
		"read as UTF-8":             {bytes.ToValidUTF8(good, []byte("\ufffd")), xmlsig.ErrIsDamaged, "as text"},
		"read as ISO-8859-1":        {latin, xmlsig.ErrIsDamaged, "as text"},
		"data URL":                  {[]byte("data:application/x-pkcs12;base64," + encoded), xmlsig.ErrIsBase64, "data: URL"},
		"base64 in quotation marks": {[]byte(`"` + encoded + `"`), xmlsig.ErrIsBase64, "base64"},
		"base64 for URLs":           {[]byte(base64.RawURLEncoding.EncodeToString(good)), xmlsig.ErrIsBase64, "base64"},
		"PEM in UTF-16":             {utf16le, xmlsig.ErrIsPEM, "PEM"},
		"XML":                       {[]byte(`<?xml version="1.0"?><AUTORIZACION><CAF/></AUTORIZACION>`), xmlsig.ErrNotPKCS12, "XML"},
		"page in XHTML":             {[]byte(`<?xml version="1.0"?><html></html>`), xmlsig.ErrIsHTML, "web page"},
		"ZIP":                       {[]byte("PK\x03\x04ana.p12"), xmlsig.ErrNotPKCS12, "ZIP"},
		"JSON":                      {[]byte(`{"error":"no autorizado"}`), xmlsig.ErrNotPKCS12, "JSON"},
		"PDF":                       {[]byte("%PDF-1.4"), xmlsig.ErrNotPKCS12, "PDF"},
		"something else":            {[]byte("hola"), xmlsig.ErrNotPKCS12, "not a PKCS#12 file"},
		"BER without its end":       {[]byte{0x30, 0x80, 2, 1, 3}, xmlsig.ErrIsCut, "at byte 5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := xmlsig.ParsePKCS12(test.data, "clave")
			require.ErrorIs(t, err, test.want)
			assert.ErrorContains(t, err, test.says)
			assert.Equal(t, errors.Is(test.want, xmlsig.ErrIsCertificate), errors.Is(err, xmlsig.ErrNoKey))
			assert.Equal(t, errors.Is(test.want, xmlsig.ErrIsKey), errors.Is(err, xmlsig.ErrNoCertificate))
		})
	}
	for n := range len(good) - 1 {
		_, err := xmlsig.ParsePKCS12(good[:n+1], "clave")
		require.ErrorIs(t, err, xmlsig.ErrNotPKCS12, "%d bytes", n)
		require.NotErrorIs(t, err, xmlsig.ErrWrongPassword)
	}
}

// Line ends that were taken away: which it was cannot be known.
func TestLineEndsTakenAway(t *testing.T) {
	t.Parallel()
	data := lineEnds(t)
	_, err := xmlsig.ParsePKCS12(slices.Delete(bytes.Clone(data), 900, 901), "clave") // a carriage return
	require.ErrorIs(t, err, xmlsig.ErrIsDamaged)
	require.ErrorIs(t, err, xmlsig.ErrIsCut)
	_, err = xmlsig.ParsePKCS12(slices.Delete(bytes.Clone(data), 900, 920), "clave")
	require.NotErrorIs(t, err, xmlsig.ErrIsDamaged, "so many there are not")
}

func TestKindsOfFileOfOpenSSL(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chain := write(t, dir, "chain.pem", certPEM(anaCertificate(t), authority(t)))
	out := filepath.Join(dir, "chain.p7b")
	run(t, "openssl", "crl2pkcs7", "-nocrl", "-certfile", chain, "-outform", "DER", "-out", out)
	_, err := xmlsig.LoadPKCS12(out, "clave")
	require.ErrorIs(t, err, xmlsig.ErrIsPKCS7)
	assert.ErrorContains(t, err, out)
	out = filepath.Join(dir, "key.der")
	run(t, "openssl", "pkcs8", "-topk8", "-in", write(t, dir, "key.pem", keyPEM(t, testkeys.Key(1))), "-outform", "DER", "-passout", "pass:clave", "-out", out)
	_, err = xmlsig.LoadPKCS12(out, "clave")
	require.ErrorIs(t, err, xmlsig.ErrIsKey)
}

// Algorithms that are not read are named, with how to convert the file.
func TestAlgorithmsAreNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		use  string
	}{
		"MD5":                {[]string{"-macalg", "md5"}, "integrity (MAC)"},
		"SHA-224":            {[]string{"-macalg", "sha224"}, "integrity (MAC)"},
		"SHA-384":            {[]string{"-macalg", "sha384"}, "integrity (MAC)"},
		"3DES with two keys": {[]string{"-legacy", "-keypbe", "PBE-SHA1-2DES"}, "encryption"},
		"RC4 of 128 bits":    {[]string{"-legacy", "-certpbe", "PBE-SHA1-RC4-128"}, "encryption"},
		"RC4 of 40 bits":     {[]string{"-legacy", "-certpbe", "PBE-SHA1-RC4-40"}, "encryption"},
		"Camellia-128":       {[]string{"-certpbe", "camellia-128-cbc"}, "encryption"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := opensslP12(t, "clave", test.args...)
			_, err := xmlsig.ParsePKCS12(data, "clave")
			require.ErrorIs(t, err, xmlsig.ErrAlgorithm)
			require.NotErrorIs(t, err, xmlsig.ErrNotPKCS12)
			var algorithm *xmlsig.AlgorithmError
			require.ErrorAs(t, err, &algorithm)
			assert.Equal(t, xmlsig.AlgorithmError{Use: test.use, Name: name}, *algorithm)
			assert.ErrorContains(t, err, "openssl pkcs12 -legacy")

			// The advice works.
			dir := t.TempDir()
			old, pem, out := write(t, dir, "old.p12", data), filepath.Join(dir, "key.pem"), filepath.Join(dir, "new.p12")
			run(t, "openssl", "pkcs12", "-legacy", "-in", old, "-passin", "pass:clave", "-nodes", "-out", pem)
			run(t, "openssl", "pkcs12", "-export", "-in", pem, "-passout", "pass:nueva", "-out", out)
			id, err := xmlsig.LoadPKCS12(out, "nueva")
			require.NoError(t, err)
			assert.True(t, id.Certificate().Equal(anaCertificate(t)))
		})
	}
}

func TestJKSOfJava(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "ana.jks")
	run(t, "keytool", "-genkeypair", "-keyalg", "RSA", "-alias", "ana", "-dname", "CN=Ana", "-storetype", "JKS", "-storepass", "secreta", "-keypass", "secreta", "-keystore", out)
	_, err := xmlsig.LoadPKCS12(out, "secreta")
	require.ErrorIs(t, err, xmlsig.ErrIsJKS)
	converted := out + ".p12"
	run(t, "keytool", "-importkeystore", "-deststoretype", "pkcs12", "-srckeystore", out, "-srcstorepass", "secreta", "-destkeystore", converted, "-deststorepass", "secreta")
	id, err := xmlsig.LoadPKCS12(converted, "secreta")
	require.NoError(t, err)
	assert.Equal(t, "Ana", id.Certificate().Subject.CommonName)
	_, err = os.Stat(converted)
	require.NoError(t, err)
}
