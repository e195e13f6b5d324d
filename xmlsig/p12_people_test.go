package xmlsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/internal/testkeys"
)

// What people have for a certificate: files of several programs, renewed, joined
// and converted.

var (
	p12Now  = time.Date(2026, 10, 15, 12, 0, 0, 0, time.UTC)
	typeMAC = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
)

func explicit0(der []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: der}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	der, err := asn1.Marshal(v)
	require.NoError(t, err)
	return der
}

func certOf(t testing.TB, der []byte) bag {
	t.Helper()
	return bag{Type: oidCertificateBag, Value: explicit0(marshal(t, certificateBag{oidX509Certificate, der}))}
}

func keyOf(t testing.TB, key any) bag {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return bag{Type: oidKeyBag, Value: explicit0(der)}
}

// makeP12 makes a file with these parts, which are not encrypted.
func makeP12(t testing.TB, password string, parts ...[]bag) []byte {
	t.Helper()
	var infos []contentInfo
	for _, part := range parts {
		infos = append(infos, contentInfo{oidData, explicit0(marshal(t, marshal(t, part)))})
	}
	content := marshal(t, infos)
	mac := macData{Mac: digestInfo{Algorithm: pkix.AlgorithmIdentifier{Algorithm: typeMAC}}, Salt: []byte("sal"), Iterations: 3}
	key := deriveKey(sha256.New, 3, mac.Salt, newPassword(password).bmp, mac.Iterations, sha256.Size)
	mac.Mac.Digest = sum(sha256.New, key, content)
	return marshal(t, pfx{3, contentInfo{oidData, explicit0(marshal(t, content))}, mac})
}

// of makes a certificate of a key, valid in these years.
func of(t testing.TB, key *rsa.PrivateKey, name, rut string, from, until int) *x509.Certificate {
	t.Helper()
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: name, RUT: rut, Signer: key, Serial: int64(from),
		NotBefore: time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(until, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	require.NoError(t, err)
	return cert
}

func TestCertificateInDateIsChosen(t *testing.T) {
	t.Parallel()
	key, otherKey := testkeys.Key(1), testkeys.Key(2)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	const rut = "11111111-1"
	expired, present := of(t, key, "Expired", rut, 2020, 2023), of(t, key, "Present", rut, 2025, 2027)
	longer, future := of(t, key, "Longer", rut, 2026, 2028), of(t, key, "Future", rut, 2027, 2030)
	older := of(t, key, "Older", rut, 2017, 2020)
	ofOtherKey, ofOtherKeyExpired := of(t, otherKey, "Other key", rut, 2025, 2027), of(t, otherKey, "Other key, expired", rut, 2021, 2024)
	somebody := of(t, otherKey, "Somebody", "22222222-2", 2025, 2027)
	nobody := of(t, otherKey, "Nobody", "", 2025, 2029)
	for name, test := range map[string]struct {
		keys  []any
		certs []*x509.Certificate
		want  string
		err   error
	}{
		"renewed":                         {[]any{key}, []*x509.Certificate{expired, present}, "Present", nil},
		"renewed, and to begin":           {[]any{key}, []*x509.Certificate{expired, future, present}, "Present", nil},
		"two in date":                     {[]any{key}, []*x509.Certificate{present, longer, expired}, "Longer", nil},
		"none in date":                    {[]any{key}, []*x509.Certificate{older, expired}, "Expired", nil},
		"two keys, one in date":           {[]any{key, otherKey}, []*x509.Certificate{expired, ofOtherKey}, "Other key", nil},
		"two keys, other order":           {[]any{otherKey, key}, []*x509.Certificate{ofOtherKeyExpired, present}, "Present", nil},
		"a key without certificate":       {[]any{otherKey, key}, []*x509.Certificate{present}, "Present", nil},
		"a curve too":                     {[]any{curve, key}, []*x509.Certificate{present}, "Present", nil},
		"two holders, one in date":        {[]any{key, otherKey}, []*x509.Certificate{expired, somebody}, "Somebody", nil},
		"two holders in date":             {[]any{key, otherKey}, []*x509.Certificate{present, somebody}, "", ErrSeveralHolders},
		"one that names nobody ends last": {[]any{key, otherKey}, []*x509.Certificate{present, nobody}, "Nobody", nil},
		"certificate of another key":      {[]any{key}, []*x509.Certificate{somebody}, "", ErrNoMatch},
		"curve alone":                     {[]any{curve}, []*x509.Certificate{present}, "", ErrNotRSA},
		"twice the same":                  {[]any{key, key}, []*x509.Certificate{present, present}, "Present", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var bags []bag
			for _, key := range test.keys {
				bags = append(bags, keyOf(t, key))
			}
			for _, cert := range test.certs {
				bags = append(bags, certOf(t, cert.Raw))
			}
			for range 2 {
				apart := [][]bag{}
				for _, b := range bags {
					apart = append(apart, []bag{b})
				}
				nested := []bag{{Type: oidSafeContentsBag, Value: explicit0(marshal(t, bags))}}
				for shape, data := range map[string][]byte{
					"one part": makeP12(t, "clave", bags), "parts of one": makeP12(t, "clave", apart...), "nested": makeP12(t, "clave", nested),
				} {
					id, err := ParsePKCS12At(data, "clave", p12Now)
					require.ErrorIs(t, err, test.err, shape)
					if err != nil {
						require.NotErrorIs(t, err, ErrNotPKCS12)
						continue
					}
					assert.Equal(t, test.want, id.Certificate().Subject.CommonName, shape)
					others := len(slices.CompactFunc(slices.Clone(test.certs), (*x509.Certificate).Equal)) - 1
					assert.Len(t, id.Chain(), others, shape)
					_, err = SignEnveloped([]byte("<a/>"), id)
					require.NoError(t, err)
				}
				slices.Reverse(bags)
			}
		})
	}
	data := makeP12(t, "clave", []bag{certOf(t, older.Raw), certOf(t, future.Raw), keyOf(t, key)})
	id, err := ParsePKCS12At(data, "clave", time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, "Older", id.Certificate().Subject.CommonName, "as of then")
}

// oddCertificates are certificates that crypto/x509 refuses, of the key 1.
func oddCertificates(t testing.TB) map[string][]byte {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Ana.Prueba", SerialNumber: "11111111-1", Organization: []string{"Uno", "Dos"}},
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC),
		EmailAddresses: []string{"ana@prueba.cl"}, URIs: []*url.URL{{Scheme: "https", Host: "ana.prueba.cl"}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, testkeys.Key(1).Public(), testkeys.Key(1))
	require.NoError(t, err)
	odd := map[string][]byte{}
	for name, change := range map[string][2]string{
		"negative serial number":        {"\x02\x01\x07", "\x02\x01\xf9"},
		"@ in a PrintableString":        {"Ana.Prueba", "Ana@Prueba"},
		"_ in a PrintableString":        {"Ana.Prueba", "Ana_Prueba"},
		"ISO-8859-1 in one":             {"Ana.Prueba", "Ana.Pru\xf1ba"},
		"address of mail in ISO-8859-1": {"ana@prueba.cl", "ana@pru\xf1ba.cl"},
		"malformed URI":                 {"https://ana.", "https://%zz."},
		"malformed time":                {"\x17\x0d280101000000Z", "\x17\x0d280101000-0Z"},
	} {
		changed := bytes.Replace(der, []byte(change[0]), []byte(change[1]), -1)
		require.NotEqual(t, der, changed, name)
		if _, err := x509.ParseCertificate(changed); assert.Error(t, err, "%s is nothing odd", name) {
			odd[name] = changed
		}
	}
	return odd
}

func TestOddLeavesSign(t *testing.T) {
	t.Parallel()
	for name, der := range oddCertificates(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := ParsePKCS12At(makeP12(t, "clave", []bag{certOf(t, der)}, []bag{keyOf(t, testkeys.Key(1))}), "clave", p12Now)
			if name == "malformed time" { // beyond what can be read
				require.ErrorIs(t, err, ErrMalformed)
				require.NotErrorIs(t, err, ErrNotPKCS12)
				return
			}
			require.NoError(t, err)
			rut, err := id.RUT()
			require.NoError(t, err)
			assert.Equal(t, "11111111-1", rut)
			assert.Equal(t, time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC), id.NotAfter())
			require.NoError(t, id.ValidAt(p12Now))
			require.ErrorIs(t, id.ValidAt(p12Now.AddDate(2, 0, 0)), ErrExpired)
			cert := id.Certificate()
			assert.Equal(t, der, cert.Raw)
			assert.Contains(t, []string{"Ana.Prueba", "Ana@Prueba", "Ana_Prueba", "Ana.Pruñba"}, cert.Subject.CommonName)
			assert.ElementsMatch(t, []string{"Uno", "Dos"}, cert.Subject.Organization)
			want := int64(7)
			if name == "negative serial number" {
				want = -7
			}
			assert.Equal(t, big.NewInt(want), cert.SerialNumber)
			assert.Equal(t, cert.RawSubject, cert.RawIssuer)
			require.ErrorAs(t, cert.CheckSignatureFrom(cert), new(x509.ConstraintViolationError), "it is no authority")

			signed, err := SignEnveloped([]byte("<a/>"), id)
			require.NoError(t, err)
			digest := sha256.Sum256(signed)
			signature, err := id.Sign(rand.Reader, digest[:], crypto.SHA256)
			require.NoError(t, err)
			require.NoError(t, rsa.VerifyPKCS1v15(cert.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature))
		})
	}
}

func TestOddLeafNamesItsHolderInAnExtension(t *testing.T) {
	t.Parallel()
	cert := of(t, testkeys.Key(1), "Ana Prueba", "11111111-1", 2026, 2028)
	odd := bytes.Replace(cert.Raw, []byte("Ana Prueba"), []byte("Ana@Prueba"), 2)
	id, err := ParsePKCS12At(makeP12(t, "", []bag{certOf(t, odd), keyOf(t, testkeys.Key(1))}), "", p12Now)
	require.NoError(t, err)
	rut, err := id.RUT()
	require.NoError(t, err)
	assert.Equal(t, "11111111-1", rut)
	assert.Equal(t, "Ana@Prueba (11111111-1, valid until 2028-01-01)", id.String())
}

// An extra certificate that cannot be read does not spoil the file.
func TestOddExtraCertificates(t *testing.T) {
	t.Parallel()
	leaf := of(t, testkeys.Key(2), "Ana Prueba", "11111111-1", 2026, 2028)
	extras := oddCertificates(t)
	extras["garbage"] = []byte("no certificate")
	extras["nothing"] = nil
	for name, extra := range extras {
		for _, certs := range [][]bag{{certOf(t, extra), certOf(t, leaf.Raw)}, {certOf(t, leaf.Raw), certOf(t, extra)}} {
			id, err := ParsePKCS12At(makeP12(t, "clave", append(certs, keyOf(t, testkeys.Key(2)))), "clave", p12Now)
			require.NoError(t, err, name)
			assert.Equal(t, leaf.Raw, id.Certificate().Raw)
		}
	}
	_, err := ParsePKCS12At(makeP12(t, "", []bag{certOf(t, []byte("no certificate")), keyOf(t, testkeys.Key(2))}), "", p12Now)
	require.ErrorIs(t, err, ErrMalformed)
	require.ErrorIs(t, err, ErrNoMatch)
	bags := []bag{certOf(t, leaf.Raw), keyOf(t, testkeys.Key(2)), {Type: append(oidKeyBag[:8:8], 1, 4), Value: explicit0([]byte{5, 0})}}
	id, err := ParsePKCS12At(makeP12(t, "", bags), "", p12Now)
	require.NoError(t, err, "a bag of another kind is passed over")
	assert.Empty(t, id.Chain())
	_, err = ParsePKCS12At(makeP12(t, "", []bag{{Type: oidKeyBag, Value: explicit0([]byte{5, 0})}, certOf(t, leaf.Raw)}), "", p12Now)
	require.ErrorIs(t, err, ErrNotRSA, "a key that cannot be read")
}

func TestBagsAreBounded(t *testing.T) {
	t.Parallel()
	_, err := ParsePKCS12At(makeP12(t, "", slices.Repeat([]bag{certOf(t, nil)}, maxBags+1)), "", p12Now)
	require.ErrorIs(t, err, ErrLimit)
	deep := []bag{}
	for range maxBagging + 1 {
		deep = []bag{{Type: oidSafeContentsBag, Value: explicit0(marshal(t, deep))}}
	}
	_, err = ParsePKCS12At(makeP12(t, "", deep), "", p12Now)
	require.ErrorIs(t, err, ErrLimit)
}

// RFC 2268, 5: those of its vectors whose effective key is as long as the key.
func TestRC2(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ key, plain, cipher string }{
		{"\xff\xff\xff\xff\xff\xff\xff\xff", "\xff\xff\xff\xff\xff\xff\xff\xff", "\x27\x8b\x27\xe4\x2e\x2f\x0d\x49"},
		{"\x30\x00\x00\x00\x00\x00\x00\x00", "\x10\x00\x00\x00\x00\x00\x00\x01", "\x30\x64\x9e\xdf\x9b\xe7\xd2\xc2"},
		{"\x88\xbc\xa9\x0e\x90\x87\x5a\x7f\x0f\x79\xc3\x84\x62\x7b\xaf\xb2", "\x00\x00\x00\x00\x00\x00\x00\x00", "\x22\x69\x55\x2a\xb0\xf8\x5c\xa6"},
	} {
		block, err := newRC2([]byte(v.key))
		require.NoError(t, err)
		out := make([]byte, rc2Block)
		block.Encrypt(out, []byte(v.plain))
		assert.Equal(t, v.cipher, string(out))
		block.Decrypt(out, out)
		assert.Equal(t, v.plain, string(out))
	}
}

func TestCasesOfOthers(t *testing.T) {
	t.Parallel()
	valid := func(t *testing.T, id *Identity) { require.NoError(t, id.ValidAt(p12Now)) }
	for name, test := range map[string]struct {
		want error
		says string
		look func(*testing.T, *Identity)
	}{
		"p12-renewed-expired-first.p12": {look: valid},
		"p12-ca-negative-serial.p12": {look: func(t *testing.T, id *Identity) {
			assert.Equal(t, "Persona De Prueba", id.Certificate().Subject.CommonName)
		}},
		"p12-leaf-negative-serial.p12": {look: func(t *testing.T, id *Identity) { assert.Negative(t, id.Certificate().SerialNumber.Sign()) }},
		"p12-leaf-printablestring-at.p12": {look: func(t *testing.T, id *Identity) {
			assert.Equal(t, "juan@correo.cl", id.Certificate().Subject.CommonName)
		}},
		"p12-three-safes.p12":    {look: valid},
		"p12-md5-mac.p12":        {want: ErrAlgorithm, says: "MD5"},
		"file-cert-only.der.pfx": {want: ErrIsCertificate, says: "a certificate without key"},
		"file-chain.p7b.pfx":     {want: ErrIsPKCS7, says: "a chain of certificates"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(sharedtest.Path(t, "..", "cases", name))
			require.NoError(t, err)
			id, err := ParsePKCS12At(data, "clave", p12Now)
			require.ErrorIs(t, err, test.want)
			if test.want != nil {
				require.ErrorContains(t, err, test.says)
				return
			}
			test.look(t, id)
			_, err = SignEnveloped([]byte("<a/>"), id)
			require.NoError(t, err)
		})
	}
}
