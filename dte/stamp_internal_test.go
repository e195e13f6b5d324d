package dte

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

// The keys in the code are those of the certificates that are passed around.
func TestSIIKeys(t *testing.T) {
	t.Parallel()
	for id, known := range siiKeys {
		data, err := os.ReadFile(sharedtest.Path(t, "certs", "sii-caf-key-"+strconv.Itoa(id)+"-public.pem"))
		require.NoError(t, err)
		block, _ := pem.Decode(data)
		require.NotNil(t, block)
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		require.NoError(t, err)
		assert.True(t, known.key.Equal(key), "%d", id)
	}
}

// Every code has words in both languages and a severity.
func TestEveryCodeHasItsRule(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(ruleOf), 60)
	spanish := make(map[string]Code)
	for code, r := range ruleOf {
		assert.NotEmpty(t, r.english, code)
		assert.NotEmpty(t, r.spanish, code)
		assert.NotEqual(t, r.english, r.spanish, code)
		assert.NotEmpty(t, r.severity.String(), code)
		assert.Empty(t, spanish[r.spanish], "%s says the same", code)
		spanish[r.spanish] = code
	}
	f := Finding{Code: CodeAgreementFolio, Severity: Wrong, Path: "TED/DD/F", Got: "8", Want: "7", Err: ErrDisagreement}
	assert.Equal(t, "dte: TED/DD/F: the stamp is for another folio: is 8, should be 7", f.Error())
	assert.Equal(t, "el timbre es de otro folio: dice 8, debería decir 7", f.Spanish())
	require.ErrorIs(t, f, ErrDisagreement)
}

func TestFlatten(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"":                                  "",
		"<a>\n\t<b>x  y</b>\r\n</a>":        "<a><b>x  y</b></a>",
		"<a> x </a>":                        "<a> x </a>",
		"<a>x <b/> y</a>":                   "<a>x <b/> y</a>",
		"<a> </a>":                          "<a></a>",
		`<a xmlns="u" b="1">`:               `<a b="1">`,
		`<a b="1" xmlns:x='u'/>`:            `<a b="1"/>`,
		`<a xmlns = "u"  xmlns:x="v" c=""`:  `<a c=""`,
		`<a b=" xmlns='u'">`:                `<a b=" xmlns='u'">`,
		`<a b="> <">`:                       `<a b="> <">`,
		`<a xmlnsx="u">`:                    `<a xmlnsx="u">`,
		`<a xmlns>`:                         `<a xmlns>`,
		`<a xmlns="u>`:                      `<a xmlns="u>`,
		`a xmlns="u"`:                       `a xmlns="u"`,
		"<!-- > < --> <a>":                  "<!-- >< --><a>",
		"<a>x</a>\n":                        "<a>x</a>\n",
		"<":                                 "<",
		" <a> <b/>":                         " <a><b/>",
		"<a xmlns=u>":                       "<a xmlns=u>",
		"<a xmlns=":                         "<a xmlns=",
		"<a xmlns":                          "<a xmlns",
		`<_a xmlns="u">`:                    "<_a>",
		`<a b='x xmlns="u"'>`:               `<a b='x xmlns="u"'>`,
		"<Ñ xmlns=\"u\">\u00a0<b></b></Ñ> ": "<Ñ>\u00a0<b></b></Ñ> ",
	} {
		assert.Equal(t, want, string(flatten([]byte(src))), "%q", src)
	}
}

// What is flattened is flat; and a form of an element says what the element says.
func FuzzForms(f *testing.F) {
	f.Add([]byte(`<a xmlns="http://www.sii.cl/SiiDte"> <b>ñ "x" &amp; 'y'</b> </a>`))
	f.Add([]byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><b>\xf1</b><!-- > < --><![CDATA[> <]]></a>"))
	f.Add([]byte("<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\x80 <?x > <?></a>"))
	f.Fuzz(func(t *testing.T, src []byte) {
		flat := flatten(src)
		if again := flatten(flat); len(flat) > len(src) || len(again) > len(flat) {
			t.Fatal("flattening adds")
		}
		doc, err := xmlsig.Parse(src)
		if err != nil {
			return
		}
		root := doc.Unverified()
		canonical := flatten(root.Canonical())
		for form, text := range (sealed{root, doc.Encoding()}).forms() {
			encoding := latinName
			if form == FormFile {
				encoding = doc.Encoding()
			}
			again, err := xmlsig.Parse(append([]byte(`<?xml version="1.0" encoding="`+encoding+`"?>`), text...))
			if err != nil {
				continue // a declaration was missing: no signed text, and no value read, is like that
			}
			if form == FormSII && !bytes.Equal(flatten(again.Unverified().Canonical()), canonical) {
				t.Fatalf("%s: %q is not %q", form, text, canonical)
			}
		}
	})
}

const latinName = "ISO-8859-1"

func TestLastDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind             chile.DocType
		authorised, last string
	}{
		{33, "2026-01-15", "2026-07-15"},
		{33, "2026-08-31", "2027-02-28"},
		{33, "2023-08-31", "2024-02-29"},
		{61, "2018-07-01", "2019-01-01"},
		{43, "2018-06-30", "2018-12-31"},
		{46, "2016-01-31", "2017-07-31"},
		{56, "2017-10-05", "2018-12-31"},
		{52, "2010-01-01", ""},
		{39, "2010-01-01", ""},
		{110, "2010-01-01", ""},
	} {
		authorised, err := chile.ParseDate(c.authorised)
		require.NoError(t, err)
		last, expires := lastDay(c.kind, authorised)
		assert.Equal(t, c.last != "", expires, "%d of %s", c.kind, c.authorised)
		assert.Equal(t, c.last, last.String(), "%d of %s", c.kind, c.authorised)
	}
}

// What the signatures of stamp and CAF cost, with the SII's keys of 512 bits.
func BenchmarkStampAndCAF(b *testing.B) {
	src, err := os.ReadFile(sharedtest.Path(b, "dte", "DTE--76399752-9--33--25568.xml"))
	require.NoError(b, err)
	doc, err := xmlsig.Parse(src)
	require.NoError(b, err)
	ted := childOf(doc.Unverified(), "Documento", "TED")
	stamp := &TED{}
	stamp.Data.CAF.Data.KeyID = 300
	b.SetBytes(int64(len(ted.Source())))
	b.ReportAllocs()
	for b.Loop() {
		stamp, caf := gradeStamp(ted, doc.Encoding()), gradeCAF(ted, doc.Encoding(), stamp, nil)
		if stamp.Form != FormSII || caf.Form != FormSII {
			b.Fatal(stamp.Findings, caf.Findings)
		}
	}
}
