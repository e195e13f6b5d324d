package dte_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

// cafFile is a CAF file for the key of the CAF of goodStamp.
func cafFile(tb testing.TB) string {
	tb.Helper()
	return cafFileOf(tb, goodStamp())
}

// emptyRange is a CAF file that the SII signed, of a range that ends before it
// begins.
func emptyRange(tb testing.TB) string {
	tb.Helper()
	s := goodStamp()
	s.from = "60"
	return cafFileOf(tb, s)
}

func cafFileOf(tb testing.TB, s stampOf) string {
	tb.Helper()
	key := cafKey()
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(tb, err)
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	return "<?xml version=\"1.0\"?>\n<AUTORIZACION>\n" + s.caf(tb) + "\n<RSASK>" + string(private) + "</RSASK>\n<RSAPUBK>" +
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})) + "</RSAPUBK>\n</AUTORIZACION>\n"
}

func fakeKey() dte.Keys { return dte.Keys{100: &fakeSII().PublicKey} }

func TestParseCAF(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(string) string{
		"as it comes":             func(s string) string { return s },
		"line ends lost":          func(s string) string { return strings.ReplaceAll(s, "\n", "") },
		"line ends of Windows":    func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"spaces for line ends":    func(s string) string { return strings.ReplaceAll(s, "\n", " ") },
		"no declaration":          func(s string) string { return strings.TrimPrefix(s, "<?xml version=\"1.0\"?>\n") },
		"byte order mark":         func(s string) string { return "\ufeff" + s },
		"another declaration":     func(s string) string { return strings.Replace(s, `?>`, ` encoding="UTF-16"?>`, 1) },
		"indented":                func(s string) string { return strings.ReplaceAll(s, "><", ">\n  <") },
		"without the second half": func(s string) string { return s[:strings.Index(s, "<RSAPUBK>")] + "</AUTORIZACION>" },
	} {
		a, err := dte.ParseCAF([]byte(change(cafFile(t))), fakeKey())
		require.NoError(t, err, name)
		require.NoError(t, a.CheckKey(), name)
		assert.Equal(t, "76192083-9", a.Issuer().String())
		assert.EqualValues(t, 33, a.Type())
		assert.EqualValues(t, 1, a.Range().From)
		assert.True(t, a.Contains(1) && a.Contains(50) && !a.Contains(0) && !a.Contains(51))
		last, expires := a.LastDay()
		assert.True(t, expires)
		assert.Equal(t, "2027-04-01", last.String())
	}
}

func TestParseCAFRefuses(t *testing.T) {
	t.Parallel()
	good := cafFile(t)
	other := testKey()
	otherPrivate := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(other)}))
	otherDER, err := x509.MarshalPKIXPublicKey(&other.PublicKey)
	require.NoError(t, err)
	otherPublic := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: otherDER}))
	between := func(s, tag, text string) string {
		start, end := strings.Index(s, "<"+tag+">")+len(tag)+2, strings.Index(s, "</"+tag+">")
		return s[:start] + text + s[end:]
	}
	for name, c := range map[string]struct {
		src  string
		keys dte.Keys
		want error
	}{
		"changed range":         {strings.Replace(good, "<H>50<", "<H>99<", 1), fakeKey(), dte.ErrCAFSignature},
		"key of the real SII":   {good, nil, dte.ErrCAFSignature},
		"unknown number":        {strings.Replace(good, "<IDK>100<", "<IDK>7<", 1), fakeKey(), dte.ErrUnknownCAFKey},
		"another private key":   {between(good, "RSASK", otherPrivate), fakeKey(), dte.ErrCAFKey},
		"another public key":    {between(good, "RSAPUBK", otherPublic), fakeKey(), dte.ErrCAFKey},
		"public key no PEM":     {between(good, "RSAPUBK", "público"), fakeKey(), dte.ErrCAFKey},
		"no CAF":                {"<AUTORIZACION></AUTORIZACION>", fakeKey(), dte.ErrCAF},
		"another file":          {"<DTE></DTE>", fakeKey(), dte.ErrKind},
		"no XML":                {"CAF", fakeKey(), xmlsig.ErrMalformed},
		"nothing":               {"", fakeKey(), xmlsig.ErrMalformed},
		"too large":             {good + strings.Repeat(" ", 1<<20), fakeKey(), xmlsig.ErrLimit},
		"document type":         {`<!DOCTYPE a [<!ENTITY b "c">]>` + strings.TrimPrefix(good, "<?xml version=\"1.0\"?>\n"), fakeKey(), nil},
		"range ends before":     {emptyRange(t), fakeKey(), dte.ErrCAFRange},
		"private key twice":     {strings.Replace(good, "<RSASK>", "<RSASK>"+otherPrivate+"</RSASK><RSASK>", 1), fakeKey(), nil},
		"private key as folio":  {strings.Replace(good, "<H>50<", "<H>"+otherPrivate+"<", 1), fakeKey(), nil},
		"private key as tag":    {strings.Replace(good, "<RSASK>", "<RSASK>"+otherPrivate+"<", 1), fakeKey(), nil},
		"private key attribute": {strings.Replace(good, "<RSASK>", `<RSASK a="`+otherPrivate+`" a="">`, 1), fakeKey(), nil},
	} {
		a, err := dte.ParseCAF([]byte(c.src), c.keys)
		require.Error(t, err, name)
		assert.Nil(t, a, name)
		if c.want != nil {
			require.ErrorIs(t, err, c.want, name)
		}
		noSecret(t, name, fmt.Sprintf("%v %+v %#v %q", err, err, err, err), otherPrivate, good)
	}
}

// halfKey is a private key of the right modulus with wrong primes.
func halfKey(tb testing.TB) string {
	tb.Helper()
	wrong := struct {
		Version                int
		N, E, D, P, Q, X, Y, Z *big.Int
	}{0, cafKey().N, big.NewInt(3), cafKey().D, testKey().Primes[0], testKey().Primes[1], big.NewInt(1), big.NewInt(1), big.NewInt(1)}
	der, err := asn1.Marshal(wrong)
	require.NoError(tb, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}))
}

// A file whose private key was blacked out tells so when the key is needed.
func TestParseCAFWithoutKey(t *testing.T) {
	t.Parallel()
	good := cafFile(t)
	start, end := strings.Index(good, "<RSASK>")+len("<RSASK>"), strings.Index(good, "</RSASK>")
	for _, text := range []string{"", " ", "secreto", "-----BEGIN RSA PRIVATE KEY-----\nREDACTED\n-----END RSA PRIVATE KEY-----", halfKey(t)} {
		a, err := dte.ParseCAF([]byte(good[:start]+text+good[end:]), fakeKey())
		require.NoError(t, err, text)
		require.ErrorIs(t, a.CheckKey(), dte.ErrCAFKey, text)
		assert.NotContains(t, a.CheckKey().Error(), "secreto")
	}
}

// noSecret looks for pieces of private keys.
func noSecret(t *testing.T, name, text string, files ...string) {
	t.Helper()
	for _, file := range files {
		start := strings.Index(file, "-----BEGIN RSA PRIVATE KEY-----")
		require.GreaterOrEqual(t, start, 0)
		body := strings.ReplaceAll(file[start+len("-----BEGIN RSA PRIVATE KEY-----"):strings.Index(file, "-----END RSA")], "\n", "")
		for i := 0; i+12 <= len(body); i += 4 {
			require.NotContains(t, text, body[i:i+12], "%s shows a part of a key", name)
		}
	}
}

func TestAuthorizationShowsNoKey(t *testing.T) {
	t.Parallel()
	src := cafFile(t)
	a, err := dte.ParseCAF([]byte(src), fakeKey())
	require.NoError(t, err)
	key := cafKey()
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", a)
		fmt.Fprintf(&out, verb+"\n", *a)
		fmt.Fprintf(&out, verb+"\n", []any{a, *a, struct{ A *dte.Authorization }{a}})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("caf", "a", a, "value", *a)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("caf", "a", a, "value", *a)
	require.NoError(t, json.NewEncoder(&out).Encode(map[string]any{"a": a, "value": *a}))
	out.WriteString(a.String())
	noSecret(t, "printing", out.String(), src)
	for _, n := range []*big.Int{key.D, key.Primes[0], key.Primes[1]} {
		for _, form := range []string{n.String(), n.Text(16), fmt.Sprintf("%X", n)} {
			require.NotContains(t, out.String(), form)
		}
	}
	assert.Contains(t, out.String(), "CAF 76192083-9 type 33 folios 1-50 of 2026-10-01")
}

func TestSharedCAFs(t *testing.T) {
	t.Parallel()
	pretended := dte.Keys{100: publicKey(t, readFile(t, sharedtest.Path(t, "caf", "synthetic", "fake-sii-idk100-public.pem")))}
	for _, c := range []struct {
		folder string
		keys   dte.Keys
		hasKey bool
		count  int
	}{{"real-redacted", nil, false, 7}, {"synthetic", pretended, true, 10}} {
		names, err := filepath.Glob(filepath.Join(sharedtest.Path(t, "caf", c.folder), "*.xml"))
		require.NoError(t, err)
		require.Len(t, names, c.count)
		for _, name := range names {
			src, err := os.ReadFile(name)
			require.NoError(t, err)
			a, err := dte.ParseCAF(src, c.keys)
			if strings.Contains(name, "bad-frma") {
				require.ErrorIs(t, err, dte.ErrCAF, name)
				continue
			}
			require.NoError(t, err, name)
			if c.hasKey {
				require.NoError(t, a.CheckKey(), name)
			} else {
				require.ErrorIs(t, a.CheckKey(), dte.ErrCAFKey, name)
			}
			assert.Equal(t, c.keys == nil, a.Environment() == chile.Certification, name)
			if strings.Contains(name, "nonascii") {
				assert.Equal(t, "PANADERÍA ÑANDÚ LTDA", a.CAF().Data.IssuerName)
			}
		}
	}
}

func FuzzParseCAF(f *testing.F) {
	f.Add([]byte(cafFile(f)))
	f.Add([]byte("<AUTORIZACION><CAF><DA/><FRMA/></CAF><RSASK>-----BEGIN -----AA-----END </RSASK></AUTORIZACION>"))
	f.Fuzz(func(t *testing.T, src []byte) {
		a, err := dte.ParseCAF(src, fakeKey())
		if (a == nil) != (err != nil) {
			t.Fatal("either an authorization or an error")
		}
		var values *dte.ValuesError
		if err != nil && !errors.As(err, &values) && !errors.Is(err, dte.ErrCAF) && !errors.Is(err, dte.ErrUnknownCAFKey) && !errors.Is(err, dte.ErrStamp) &&
			!errors.Is(err, dte.ErrCAFKey) && !errors.Is(err, dte.ErrKind) && !errors.Is(err, xmlsig.ErrMalformed) && !errors.Is(err, xmlsig.ErrLimit) {
			t.Fatalf("an error of no kind: %v", err)
		}
		if a != nil && a.Range().From > a.Range().To {
			t.Fatal("an empty range")
		}
	})
}
