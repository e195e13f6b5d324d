package siitest_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/sii/siitest"
)

// cafTypes are the types for which there are CAFs.
var cafTypes = []chile.DocType{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112}

var november3 = chile.DateOf(time.Date(2026, 11, 3, 12, 0, 0, 0, chile.Santiago()))

func stream(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

func TestNewCAF(t *testing.T) {
	t.Parallel()
	for i, typ := range cafTypes {
		for _, id := range []int{100, 300, siitest.CAFKeyID} {
			file, err := siitest.NewCAF(owner, typ, 1, 20, siitest.WithCAFName("ÑANDÚ & CIA <SUR> LTDA"), siitest.WithCAFDate(november3),
				siitest.WithCAFKeyID(id), siitest.WithCAFRandom(stream(byte(i))))
			require.NoError(t, err)
			a, err := dte.ParseCAF(file, siitest.CAFKeys())
			require.NoError(t, err, "%s", file)
			require.NoError(t, a.CheckKey())
			data := a.CAF().Data
			assert.Equal(t, owner, a.Issuer())
			assert.Equal(t, typ, a.Type())
			assert.Equal(t, "ÑANDÚ & CIA <SUR> LTDA", data.IssuerName)
			assert.EqualValues(t, 1, data.Range.From)
			assert.EqualValues(t, 20, data.Range.To)
			assert.Equal(t, november3, data.Date)
			assert.Equal(t, id, data.KeyID)
			assert.Equal(t, "Aw==", data.RSAKey.Exponent)
			assert.Empty(t, a.Environment(), "it is of none of the SII's")

			_, err = dte.ParseCAF(file, nil)
			if id == siitest.CAFKeyID {
				require.ErrorIs(t, err, dte.ErrUnknownCAFKey)
			} else {
				require.ErrorIs(t, err, dte.ErrCAF, "the SII did not sign it")
			}
		}
	}
}

// The file has the layout of the SII's files, with 0xD1 for an Ñ.
func TestCAFLayout(t *testing.T) {
	t.Parallel()
	file, err := siitest.NewCAF(owner, 33, 1, 20, siitest.WithCAFName("DISEÑO"), siitest.WithCAFDate(november3))
	require.NoError(t, err)
	assert.Contains(t, string(file), "<RS>DISE\xd1O</RS>")
	assert.Regexp(t, `\A<\?xml version="1.0"\?>
<AUTORIZACION>
<CAF version="1.0">
<DA>
<RE>76192083-9</RE>
<RS>DISE.O</RS>
<TD>33</TD>
<RNG><D>1</D><H>20</H></RNG>
<FA>2026-11-03</FA>
<RSAPK><M>[A-Za-z0-9+/]{86}==</M><E>Aw==</E></RSAPK>
<IDK>999</IDK>
</DA>
<FRMA algoritmo="SHA1withRSA">[A-Za-z0-9+/]{86}==</FRMA>
</CAF>
<RSASK>-----BEGIN RSA PRIVATE KEY-----
(?:[A-Za-z0-9+/=]{1,64}
){7}-----END RSA PRIVATE KEY-----
</RSASK>

<RSAPUBK>-----BEGIN PUBLIC KEY-----
[A-Za-z0-9+/]{64}
[A-Za-z0-9+/]{59}=
-----END PUBLIC KEY-----
</RSAPUBK>
</AUTORIZACION>
\z`, strings.ReplaceAll(string(file), "\xd1", "Ñ"))
}

func TestCAFLayoutOfOthers(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile(sharedtest.Path(t, "testdata", "caf", "synthetic", "caf-33-1-50.xml"))
	require.NoError(t, err)
	file, err := siitest.NewCAF(owner, 33, 1, 20)
	require.NoError(t, err)
	assert.Equal(t, shape(want), shape(file))
}

// shape is a file without the parts that differ between CAFs.
func shape(file []byte) string {
	text := regexp.MustCompile(`>[^<>\n]+<`).ReplaceAllString(string(file), "><")
	return regexp.MustCompile(`(?m)^[A-Za-z0-9+/=]+$\n?`).ReplaceAllString(text, "")
}

func TestCAFOfTheSameRandomBytes(t *testing.T) {
	t.Parallel()
	make := func(seed byte) string {
		file, err := siitest.NewCAF(owner, 33, 1, 20, siitest.WithCAFDate(november3), siitest.WithCAFRandom(stream(seed)))
		require.NoError(t, err)
		return string(file)
	}
	assert.Equal(t, make(1), make(1))
	assert.NotEqual(t, make(1), make(2))
}

func TestCAFDefaults(t *testing.T) {
	t.Parallel()
	before := chile.DateOf(time.Now())
	file, err := siitest.NewCAF(owner, 33, 1, 9_999_999_999)
	require.NoError(t, err)
	a, err := dte.ParseCAF(file, siitest.CAFKeys())
	require.NoError(t, err)
	assert.Contains(t, []chile.Date{before, chile.DateOf(time.Now())}, a.CAF().Data.Date)
	assert.Equal(t, "EMPRESA DE PRUEBA 76192083-9", a.CAF().Data.IssuerName)

	again, err := siitest.NewCAF(owner, 33, 1, 9_999_999_999)
	require.NoError(t, err)
	assert.NotEqual(t, file, again, "each has a key of its own")

	long, err := siitest.NewCAF(owner, 33, 1, 1, siitest.WithCAFName("SEÑORES Y ENTRETENIMIENTOS DE LA PLAZA LIMITADA"))
	require.NoError(t, err)
	assert.Contains(t, string(long), "<RS>SE\xd1ORES Y ENTRETENIMIENTOS DE LA PLAZA L</RS>")
}

func TestCAFThatTheSIIDoesNotGive(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		issuer   chile.RUT
		typ      chile.DocType
		from, to chile.Folio
		opt      siitest.CAFOption
		want     error
	}{
		"no issuer":              {chile.RUT{}, 33, 1, 20, nil, siitest.ErrCAF},
		"no type":                {owner, 0, 1, 20, nil, siitest.ErrCAF},
		"a type on paper":        {owner, 30, 1, 20, nil, siitest.ErrCAF},
		"folio 0":                {owner, 33, 0, 20, nil, siitest.ErrCAF},
		"an empty range":         {owner, 33, 2, 1, nil, siitest.ErrCAF},
		"eleven digits":          {owner, 33, 1, 10_000_000_000, nil, siitest.ErrCAF},
		"no name":                {owner, 33, 1, 20, siitest.WithCAFName(""), siitest.ErrCAF},
		"a name with a euro":     {owner, 33, 1, 20, siitest.WithCAFName("10 €"), siitest.ErrCAF},
		"a name in lines":        {owner, 33, 1, 20, siitest.WithCAFName("A\nB"), siitest.ErrCAF},
		"a name of bytes":        {owner, 33, 1, 20, siitest.WithCAFName("\xd1"), siitest.ErrCAF},
		"no day":                 {owner, 33, 1, 20, siitest.WithCAFDate(chile.Date{}), siitest.ErrCAF},
		"another key":            {owner, 33, 1, 20, siitest.WithCAFKeyID(200), siitest.ErrCAF},
		"no source":              {owner, 33, 1, 20, siitest.WithCAFRandom(nil), siitest.ErrCAF},
		"a source of zeros":      {owner, 33, 1, 20, siitest.WithCAFRandom(zeros{}), siitest.ErrCAF},
		"a source that fails":    {owner, 33, 1, 20, siitest.WithCAFRandom(iotest.ErrReader(broken)), broken},
		"a source that runs dry": {owner, 33, 1, 20, siitest.WithCAFRandom(strings.NewReader("few")), io.ErrUnexpectedEOF},
	} {
		opts := []siitest.CAFOption{}
		if test.opt != nil {
			opts = append(opts, test.opt)
		}
		file, err := siitest.NewCAF(test.issuer, test.typ, test.from, test.to, opts...)
		require.ErrorIs(t, err, test.want, name)
		assert.Empty(t, file, name)
	}
}

func TestCAFOfNoOption(t *testing.T) {
	t.Parallel()
	_, err := siitest.NewCAF(owner, 33, 1, 20, nil)
	require.ErrorContains(t, err, "nil option")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Other programs accept the keys of a CAF, and the signature of CAFKey.
func TestCAFByOthers(t *testing.T) {
	t.Parallel()
	file, err := siitest.NewCAF(owner, 33, 1, 20, siitest.WithCAFName("ÑUÑOA"))
	require.NoError(t, err)
	part := func(from, to string) []byte {
		_, rest, ok := bytes.Cut(file, []byte(from))
		inner, _, ok2 := bytes.Cut(rest, []byte(to))
		require.True(t, ok && ok2)
		return inner
	}
	signature, err := base64.StdEncoding.DecodeString(string(part(`<FRMA algoritmo="SHA1withRSA">`, "</FRMA>")))
	require.NoError(t, err)
	folder := t.TempDir()
	for name, content := range map[string][]byte{
		"da":        regexp.MustCompile(`>\s+<`).ReplaceAll([]byte("<DA>"+string(part("<DA>", "</DA>"))+"</DA>"), []byte("><")),
		"signature": signature, "sii.pem": siitest.CAFKey(), "private.pem": part("<RSASK>", "</RSASK>"), "public.pem": part("<RSAPUBK>", "</RSAPUBK>"),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
	block, _ := pem.Decode(siitest.CAFKey())
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	assert.Equal(t, siitest.CAFKeys()[siitest.CAFKeyID], key)

	run := func(program string, args ...string) string {
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Dir = folder
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	t.Run("openssl", func(t *testing.T) {
		if _, err := exec.LookPath("openssl"); err != nil {
			t.Skip("openssl is not there")
		}
		assert.Contains(t, run("openssl", "dgst", "-sha1", "-verify", "sii.pem", "-signature", "signature", "da"), "Verified OK")
		assert.Contains(t, run("openssl", "rsa", "-in", "private.pem", "-check", "-noout"), "RSA key ok")
		assert.Equal(t, string(part("<RSAPUBK>", "</RSAPUBK>")), run("openssl", "pkey", "-in", "private.pem", "-pubout"))
	})
	t.Run("python3-cryptography", func(t *testing.T) {
		if err := exec.CommandContext(t.Context(), "python3", "-c", "import cryptography").Run(); err != nil {
			t.Skip("python3-cryptography is not there")
		}
		assert.Equal(t, "whole 512 3\n", run("python3", "-W", "ignore", "-c", cafByPython))
	})
}

const cafByPython = `
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
read = lambda name: open(name, 'rb').read()
sii = serialization.load_pem_public_key(read('sii.pem'))
sii.verify(read('signature'), read('da'), padding.PKCS1v15(), hashes.SHA1())
numbers = sii.public_numbers()
private = serialization.load_pem_private_key(read('private.pem'), None)
public = serialization.load_pem_public_key(read('public.pem'))
assert private.public_key().public_numbers() == public.public_numbers()
print('whole', public.key_size, public.public_numbers().e)
`
