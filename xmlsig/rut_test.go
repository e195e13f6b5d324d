package xmlsig_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

const (
	tagIA5    = 22
	tagUTF8   = 12
	idSubject = 17
	idIssuer  = 18
)

// altName is a subjectAltName or issuerAltName with an e-mail and otherNames
// 1.3.6.1.4.1.8321.n.
func altName(t *testing.T, id, n, tag int, texts ...string) pkix.Extension {
	t.Helper()
	marshal := func(v any) []byte {
		der, err := asn1.Marshal(v)
		require.NoError(t, err)
		return der
	}
	context := func(tag int, compound bool, content []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: compound, Bytes: content}
	}
	names := []asn1.RawValue{context(1, false, []byte("ana@example.com"))}
	for _, text := range texts {
		oid := marshal(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 8321, n})
		value := marshal(context(0, true, marshal(asn1.RawValue{Tag: tag, Bytes: []byte(text)})))
		names = append(names, context(0, true, append(oid, value...)))
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, id}, Value: marshal(names)}
}

func TestCertificateRUT(t *testing.T) {
	t.Parallel()
	subject := func(texts ...string) pkix.Extension { return altName(t, idSubject, 1, tagIA5, texts...) }
	issuer := func(texts ...string) pkix.Extension { return altName(t, idIssuer, 1, tagIA5, texts...) }
	list := func(extensions ...pkix.Extension) []pkix.Extension { return extensions }
	tests := map[string]struct {
		extensions []pkix.Extension
		serial     string
		want       string
		err        error
	}{
		"subject":                 {extensions: list(subject("11111111-1")), want: "11111111-1"},
		"UTF8String":              {extensions: list(altName(t, idSubject, 1, tagUTF8, "11111111-1")), want: "11111111-1"},
		"issuer":                  {extensions: list(issuer("11111111-1")), want: "11111111-1"},
		"authority's own RUT":     {extensions: list(altName(t, idIssuer, 2, tagIA5, "96928180-5")), err: xmlsig.ErrNoRUT},
		"serial":                  {serial: "12345678-5", want: "12345678-5"},
		"points":                  {serial: " 12.345.678-5 ", want: "12345678-5"},
		"leading zeros":           {extensions: list(subject("07880442-4")), want: "7880442-4"},
		"lower-case K":            {extensions: list(subject("96874030-k")), want: "96874030-K"},
		"same everywhere":         {extensions: list(subject("96874030-k"), issuer("96.874.030-K")), serial: "096874030-K", want: "96874030-K"},
		"serial of another kind":  {extensions: list(subject("11111111-1")), serial: "A-42", want: "11111111-1"},
		"nowhere":                 {err: xmlsig.ErrNoRUT},
		"check digit":             {extensions: list(subject("11111111-2")), err: xmlsig.ErrInvalidRUT},
		"check digit of serial":   {serial: "11111111-K", err: xmlsig.ErrInvalidRUT},
		"serial is no RUT":        {serial: "A-42", err: xmlsig.ErrInvalidRUT},
		"no hyphen":               {serial: "111111111", err: xmlsig.ErrInvalidRUT},
		"zero":                    {serial: "0-0", err: xmlsig.ErrInvalidRUT},
		"too long":                {serial: "111111111-1", err: xmlsig.ErrInvalidRUT},
		"two check digits":        {serial: "1-99", err: xmlsig.ErrInvalidRUT},
		"letters":                 {serial: "1a-9", err: xmlsig.ErrInvalidRUT},
		"empty in its place":      {extensions: list(subject("")), err: xmlsig.ErrInvalidRUT},
		"two in one name":         {extensions: list(subject("11111111-1", "22222222-2")), err: xmlsig.ErrRUTConflict},
		"the same twice":          {extensions: list(subject("11111111-1", "11.111.111-1")), want: "11111111-1"},
		"subject against issuer":  {extensions: list(subject("11111111-1"), issuer("22222222-2")), err: xmlsig.ErrRUTConflict},
		"name against serial":     {extensions: list(subject("11111111-1")), serial: "22222222-2", err: xmlsig.ErrRUTConflict},
		"extension is no ASN.1":   {extensions: list(pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: []byte{0x30, 9}}), err: xmlsig.ErrNoRUT},
		"extension with a tail":   {extensions: list(pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: []byte{0x30, 0, 0}}), err: xmlsig.ErrNoRUT},
		"name cut within":         {extensions: list(pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: []byte{0x30, 2, 0xa0, 5}}), err: xmlsig.ErrNoRUT},
		"otherName without value": {extensions: list(pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: []byte{0x30, 2, 0xa0, 0}}), err: xmlsig.ErrNoRUT},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cert := &x509.Certificate{Extensions: test.extensions, Subject: pkix.Name{SerialNumber: test.serial}}
			rut, err := xmlsig.CertificateRUT(cert)
			assert.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, rut)
		})
	}
}

// Certificates of Chilean issuers, as found in signed documents.
func TestCertificateRUTOfRealCertificates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file, want string
		err        error
	}{
		{"AEC--76399752-9--33--25568--SEQ-1-cert.der", "16477752-9", nil},
		{"DTE--76399752-9--33--25568-cert.der", "16477752-9", nil},
		{"DTE--96670340-7--61--110616-cert.der", "23099536-2", nil},
		{"TEST-DTE-13185095-K.der", "", xmlsig.ErrInvalidRUT}, // made up: the check digit would be 6
		{"prueba-sii-cert.der", "", xmlsig.ErrNoRUT},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			der, err := os.ReadFile(sharedtest.Path(t, "certs", test.file))
			require.NoError(t, err)
			cert, err := x509.ParseCertificate(der)
			require.NoError(t, err)
			rut, err := xmlsig.CertificateRUT(cert)
			assert.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, rut)
		})
	}
}
