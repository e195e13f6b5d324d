package xmlsig

import (
	"bytes"
	"encoding/asn1"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/ofitec/chile/internal/testkeys"
)

// toBER writes DER the way streaming programs do: every constructed element of
// indefinite length, every octet string in pieces, the encrypted content of
// EncryptedContentInfo too.
func toBER(t *testing.T, der []byte) (out []byte) {
	t.Helper()
	for before := byte(0); len(der) > 0; {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		require.NoError(t, err)
		tag := v.FullBytes[0]
		switch {
		case v.IsCompound:
			out = append(append(append(out, tag, 0x80), toBER(t, v.Bytes)...), 0, 0)
		case tag == tagOctets, tag == tagImplicit && before == tagSequence:
			out = append(out, tag|constructed, 0x80)
			for i, data := 0, v.Bytes; len(data) > 0; i++ {
				n := min(len(data), 1+i*300)
				piece := appendTLV(nil, []byte{tagOctets}, data[:n])
				if i == 2 { // pieces may have pieces
					piece = append(append([]byte{tagOctets | constructed, 0x80}, piece...), 0, 0)
				}
				out, data = append(out, piece...), data[n:]
			}
			out = append(out, 0, 0)
		default:
			out = append(out, v.FullBytes...)
		}
		before, der = tag, rest
	}
	return out
}

// innerToBER writes the part that the MAC covers in BER, and the MAC anew.
func innerToBER(t *testing.T, der []byte, password string) []byte {
	t.Helper()
	return remade(t, der, password, func(inner []byte) []byte { return toBER(t, inner) })
}

// remade changes the part that the MAC covers, and makes the MAC anew.
func remade(t *testing.T, der []byte, password string, change func(inner []byte) []byte) []byte {
	t.Helper()
	var file pfx
	_, err := asn1.Unmarshal(der, &file)
	require.NoError(t, err)
	var inner []byte
	_, err = asn1.Unmarshal(file.AuthSafe.Content.Bytes, &inner)
	require.NoError(t, err)
	changed := change(inner)
	if algorithm := file.MacData.Mac.Algorithm.Algorithm.String(); algorithm != "" {
		newHash := macHashes[algorithm]
		key := deriveKey(newHash, 3, file.MacData.Salt, newPassword(password).bmp, file.MacData.Iterations, newHash().Size())
		require.Equal(t, sum(newHash, key, inner), file.MacData.Mac.Digest, "the MAC of another encoder")
		file.MacData.Mac.Digest = sum(newHash, key, changed)
	}
	octets, err := asn1.Marshal(changed)
	require.NoError(t, err)
	file.AuthSafe.Content = asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: octets}
	out, err := asn1.Marshal(file)
	require.NoError(t, err)
	return out
}

func testP12(tb testing.TB, encoder *pkcs12.Encoder, password string) []byte {
	tb.Helper()
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Signer: testkeys.Key(1),
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	require.NoError(tb, err)
	der, err := encoder.Encode(testkeys.Key(1), cert, nil, password)
	require.NoError(tb, err)
	return der
}

func TestParsePKCS12InBER(t *testing.T) {
	t.Parallel()
	encoders := map[string]*pkcs12.Encoder{"modern": pkcs12.Modern, "3DES": pkcs12.LegacyDES, "RC2": pkcs12.LegacyRC2}
	for name, encoder := range encoders {
		for _, password := range []string{"clave ñ", ""} {
			der := testP12(t, encoder, password)
			inner := innerToBER(t, der, password)
			files := map[string][]byte{
				"outer": toBER(t, der), "inner": inner, "both": toBER(t, inner), "padded": append(toBER(t, inner), 0, 0, 0),
			}
			for part, data := range files {
				t.Run(name+" "+part+" "+password, func(t *testing.T) {
					t.Parallel()
					id, err := ParsePKCS12(data, password)
					require.NoError(t, err)
					assert.Equal(t, "Ana Prueba", id.Certificate().Subject.CommonName)
					_, err = ParsePKCS12(data, "otra")
					assert.ErrorIs(t, err, ErrWrongPassword)
					requireOpenSSLReads(t, data, password)
				})
			}
		}
	}
}

// requireOpenSSLReads proves that the re-encoder of this test writes true BER
// and a true MAC.
func requireOpenSSLReads(t *testing.T, data []byte, password string) {
	t.Helper()
	program, ok := Judge(t, "openssl")
	if !ok {
		return // nothing to compare with
	}
	path := filepath.Join(t.TempDir(), "ber.p12")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	out, err := exec.Command(program, "pkcs12", "-legacy", "-in", path, "-passin", "pass:"+password, "-nodes").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "Ana Prueba")
}

func TestParsePKCS12InBERWithoutMAC(t *testing.T) {
	t.Parallel()
	data := innerToBER(t, testP12(t, pkcs12.Passwordless, ""), "")
	_, err := ParsePKCS12(data, "")
	assert.NoError(t, err)
	_, err = ParsePKCS12(data, "clave")
	assert.ErrorIs(t, err, ErrNoMAC)
}

// Of a changed file nothing is taken, in BER as in DER.
func TestParsePKCS12InBERChanged(t *testing.T) {
	t.Parallel()
	data := innerToBER(t, testP12(t, pkcs12.LegacyDES, "clave"), "clave")
	inner := bytes.Index(data, []byte{0x30, 0x80})
	require.Positive(t, inner)
	for i := inner + 60; i < inner+700; i += 53 {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		_, err := ParsePKCS12(changed, "clave")
		assert.Error(t, err, "byte %d", i)
	}
}

func TestToDER(t *testing.T) {
	t.Parallel()
	deep := bytes.Repeat([]byte{0x30, 0x80}, 100)
	tests := map[string]struct {
		in, want []byte
		err      error
	}{
		"DER":                           {in: []byte{0x30, 3, 2, 1, 5}, want: []byte{0x30, 3, 2, 1, 5}},
		"long form of a short length":   {in: []byte{0x30, 0x82, 0, 3, 2, 1, 5}, want: []byte{0x30, 3, 2, 1, 5}},
		"indefinite":                    {in: []byte{0x30, 0x80, 2, 1, 5, 0, 0}, want: []byte{0x30, 3, 2, 1, 5}},
		"trailing bytes":                {in: []byte{0x30, 0x80, 0, 0, 9, 9}, want: []byte{0x30, 0}},
		"no pieces":                     {in: []byte{0x30, 0x80, 0x24, 0x80, 0, 0, 0, 0}, want: []byte{0x30, 2, 4, 0}},
		"pieces of definite length":     {in: []byte{0x30, 8, 0x24, 6, 4, 1, 7, 4, 1, 8}, want: []byte{0x30, 4, 4, 2, 7, 8}},
		"a long tag":                    {in: []byte{0x30, 4, 0x5f, 0x81, 1, 0}, want: []byte{0x30, 4, 0x5f, 0x81, 1, 0}},
		"explicit after OID":            {in: []byte{0x30, 0x80, 6, 1, 42, 0xa0, 0x80, 4, 1, 7, 0, 0, 0, 0}, want: []byte{0x30, 8, 6, 1, 42, 0xa0, 3, 4, 1, 7}},
		"implicit after sequence":       {in: []byte{0x30, 0x80, 0x30, 0, 0xa0, 0x80, 4, 1, 7, 0, 0, 0, 0}, want: []byte{0x30, 5, 0x30, 0, 0x80, 1, 7}},
		"no content behind indefinite":  {in: []byte{0x30, 0x80}, err: errBER},
		"half an end":                   {in: []byte{0x30, 0x80, 0}, err: errBER},
		"no end":                        {in: []byte{0x30, 0x80, 2, 1, 5}, err: errBER},
		"cut length":                    {in: []byte{0x30, 0x82, 1}, err: errBER},
		"length beyond the file":        {in: []byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, err: errBER},
		"length of five octets":         {in: []byte{0x30, 0x85, 0, 0, 0, 0, 0}, err: errBER},
		"indefinite string":             {in: []byte{0x30, 0x80, 4, 0x80, 0, 0, 0, 0}, err: errBER},
		"a piece that is no string":     {in: []byte{0x30, 0x80, 0x24, 0x80, 2, 1, 5, 0, 0, 0, 0}, err: errBER},
		"a tag without end":             {in: []byte{0x30, 0x80, 0x3f, 0x81, 0x81}, err: errBER},
		"no sequence":                   {in: []byte{2, 1, 5}, err: errBER},
		"nothing":                       {err: errBER},
		"deep":                          {in: deep, err: ErrLimit},
		"deep pieces":                   {in: append([]byte{0x30, 0x80}, bytes.Repeat([]byte{0x24, 0x80}, 100)...), err: ErrLimit},
		"element of the child's parent": {in: []byte{0x30, 4, 0x30, 4, 5, 0, 5, 0}, err: errBER},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := toDER(test.in)
			require.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, got)
		})
	}
}
