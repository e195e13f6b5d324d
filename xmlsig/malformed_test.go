package xmlsig_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

// malformed are documents that no XML processor accepts.
var malformed = []struct{ name, src string }{
	{"nothing", ""},
	{"white space", " \n"},
	{"text alone", "hola"},
	{"declaration alone", `<?xml version="1.0"?>`},
	{"space before the declaration", ` <?xml version="1.0"?><a/>`},
	{"declaration twice", `<?xml version="1.0"?><?xml version="1.0"?><a/>`},
	{"declaration within", `<a><?xml version="1.0"?></a>`},
	{"declaration without version", `<?xml encoding="UTF-8"?><a/>`},
	{"declaration unquoted", `<?xml version=1.0?><a/>`},
	{"declaration in wrong order", `<?xml encoding="UTF-8" version="1.0"?><a/>`},
	{"declaration without space", `<?xml version="1.0"encoding="UTF-8"?><a/>`},
	{"declaration with more", `<?xml version="1.0" more="1"?><a/>`},
	{"declaration with a wrong standalone", `<?xml version="1.0" standalone="maybe"?><a/>`},
	{"declaration unfinished", `<?xml version="1.0"`},
	{"declaration with an empty version", `<?xml version=""?><a/>`},
	{"declaration with a fancy version", `<?xml version="1.+1"?><a/>`},
	{"encoding unknown", `<?xml version="1.0" encoding="klingon"?><a/>`},
	{"bytes that are no UTF-8", "<a>\xf1</a>"},
	{"bytes that are no UTF-8 by declaration", `<?xml version="1.0" encoding="UTF-8"?>` + "<a>\xf1</a>"},
	{"surrogate in UTF-8", "<a>\xed\xa0\x80</a>"},
	{"overlong UTF-8", "<a>\xc0\xaf</a>"},
	{"undefined byte of windows-1252", "<?xml version='1.0' encoding='windows-1252'?><a>\x81</a>"},
	{"two roots", `<a/><b/>`},
	{"text behind the root", `<a/>x`},
	{"text before the root", `x<a/>`},
	{"reference behind the root", `<a/>&#32;`},
	{"CDATA behind the root", `<a/><![CDATA[]]>`},
	{"end without start", `</a>`},
	{"end twice", `<a></a></a>`},
	{"no end", `<a><b></b>`},
	{"crossed tags", `<a><b></a></b>`},
	{"end with other case", `<a></A>`},
	{"end with another prefix", `<p:a xmlns:p="urn:1" xmlns:q="urn:1"></q:a>`},
	{"end with attribute", `<a></a b="1">`},
	{"tag cut", `<a b="1"`},
	{"tag cut in a value", `<a b="1`},
	{"tag cut in its name", `<`},
	{"end tag cut", `<a></a`},
	{"name with digit first", `<1/>`},
	{"name with hyphen first", `<-a/>`},
	{"name with a middle dot first", `<·a/>`},
	{"name missing", `< a/>`},
	{"name with a sign", `<a×/>`},
	{"empty prefix", `<:a/>`},
	{"empty local name", `<p: xmlns:p="urn:1"/>`},
	{"two colons", `<p:q:a xmlns:p="urn:1"/>`},
	{"attribute without value", `<a b/>`},
	{"attribute without quotes", `<a b=1/>`},
	{"attributes without space", `<a b="1"c="2"/>`},
	{"attribute with less-than", `<a b="<"/>`},
	{"attribute cut by another quote", `<a b="1'/>`},
	{"attribute twice", `<a b="1" b="2"/>`},
	{"attribute twice under two prefixes", `<a xmlns:p="urn:1" xmlns:q="urn:1" p:b="1" q:b="2"/>`},
	{"namespace twice", `<a xmlns="urn:1" xmlns="urn:2"/>`},
	{"prefix twice", `<a xmlns:p="urn:1" xmlns:p="urn:1"/>`},
	{"prefix unbound", `<p:a/>`},
	{"prefix of attribute unbound", `<a p:b="1"/>`},
	{"prefix bound elsewhere", `<a><b xmlns:p="urn:1"/><p:c/></a>`},
	{"prefix undeclared", `<a xmlns:p=""/>`},
	{"prefix xml bound to another", `<a xmlns:xml="urn:1"/>`},
	{"another prefix bound to xml", `<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`},
	{"xml as default namespace", `<a xmlns="http://www.w3.org/XML/1998/namespace"/>`},
	{"prefix xmlns declared", `<a xmlns:xmlns="urn:1"/>`},
	{"namespace xmlns declared", `<a xmlns:p="http://www.w3.org/2000/xmlns/"/>`},
	{"prefix xmlns of an element", `<xmlns:a/>`},
	{"entity not defined", `<a>&nbsp;</a>`},
	{"entity not defined in a value", `<a b="&ntilde;"/>`},
	{"entity in capitals", `<a>&AMP;</a>`},
	{"ampersand alone", `<a>a & b</a>`},
	{"ampersand at the end", `<a>&</a>`},
	{"reference without semicolon", `<a>&amp</a>`},
	{"reference empty", `<a>&;</a>`},
	{"numeric reference empty", `<a>&#;</a>`},
	{"hexadecimal reference empty", `<a>&#x;</a>`},
	{"hexadecimal reference with capital X", `<a>&#X41;</a>`},
	{"reference with sign", `<a>&#+65;</a>`},
	{"reference with underscore", `<a>&#6_5;</a>`},
	{"reference to zero", `<a>&#0;</a>`},
	{"reference to a control", `<a>&#x1F;</a>`},
	{"reference to a surrogate", `<a>&#xD800;</a>`},
	{"reference to U+FFFE", `<a>&#xFFFE;</a>`},
	{"reference beyond Unicode", `<a>&#x110000;</a>`},
	{"reference that overflows", `<a>&#4294967361;</a>`},
	{"zero byte", "<a>\x00</a>"},
	{"control in text", "<a>\x1f</a>"},
	{"control in a value", "<a b='\x01'/>"},
	{"control in a comment", "<a><!--\x01--></a>"},
	{"control in CDATA", "<a><![CDATA[\x01]]></a>"},
	{"control in an instruction", "<a><?p \x01?></a>"},
	{"U+FFFF", "<a>\uffff</a>"},
	{"end of CDATA in text", `<a>]]></a>`},
	{"CDATA unfinished", `<a><![CDATA[x]]</a>`},
	{"CDATA in small letters", `<a><![cdata[x]]></a>`},
	{"hyphens in a comment", `<a><!-- a -- b --></a>`},
	{"three hyphens end a comment", `<a><!-- a ---></a>`},
	{"comment unfinished", `<a><!-- a</a>`},
	{"comment of three hyphens", `<a><!---></a>`},
	{"comment in a tag", `<a <!-- x --> />`},
	{"instruction without target", `<a><? p?></a>`},
	{"instruction unfinished", `<a><?p </a>`},
	{"instruction named xml", `<a><?XmL p?></a>`},
	{"instruction without space", `<a><?p+?></a>`},
	{"declaration in content", `<a><!ELEMENT b ANY></a>`},
	{"DOCTYPE behind the root", `<a/><!DOCTYPE a>`},
	{"byte order mark twice", "\xef\xbb\xbf\xef\xbb\xbf<a/>"},
	{"byte order mark within", "<a/>\ufeff"},
}

// refused are documents that others accept, and the SII has no use for.
var refused = []struct{ name, src string }{
	{"DOCTYPE", `<!DOCTYPE a><a/>`},
	{"DOCTYPE with entities", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`},
	{"DOCTYPE with an external subset", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`},
	{"ID twice", `<a><b ID="1"/><c ID="1"/></a>`},
	{"ID within ID", `<a ID="1"><b ID="1"/></a>`},
	{"ID twice by reference", `<a><b ID="1"/><c ID="&#49;"/></a>`},
	{"UTF-16", "\xff\xfe<\x00a\x00/\x00>\x00"},
	{"another encoding", `<?xml version="1.0" encoding="ISO-8859-15"?><a/>`},
	{"ISO-8859-1 with byte order mark", "\xef\xbb\xbf" + latin1 + "<a/>"},
}

func TestParseRefusesMalformed(t *testing.T) {
	t.Parallel()
	for _, test := range append(malformed[:len(malformed):len(malformed)], refused...) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			doc, err := xmlsig.Parse([]byte(test.src))
			assert.ErrorIs(t, err, xmlsig.ErrMalformed)
			assert.True(t, doc == nil)
			_, err = xmlsig.SignEnveloped([]byte(test.src), ana(t))
			assert.ErrorIs(t, err, xmlsig.ErrMalformed)
		})
	}
}

// xmllintAccepts are malformed documents that libxml2 lets pass.
var xmllintAccepts = map[string]string{}

// The table is about XML, not about this package: libxml2 refuses it too.
func TestXmllintRefusesMalformed(t *testing.T) {
	t.Parallel()
	path := tool(t, "xmllint")
	for _, test := range malformed {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(path, "--nonet", "--noout", write(t, t.TempDir(), "in.xml", []byte(test.src)))
			out, err := cmd.CombinedOutput()
			complains := err != nil || strings.Contains(string(out), "error")
			assert.Equal(t, xmllintAccepts[test.name] == "", complains, "%s", out)
		})
	}
}

func TestParseLimits(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	_, err := xmlsig.Parse([]byte(nested(256)))
	require.NoError(t, err)
	_, err = xmlsig.Parse([]byte("<a" + manyAttributes(256) + "/>"))
	require.NoError(t, err)
	_, err = xmlsig.Parse([]byte("<a></a>"), xmlsig.WithMaxSize(7))
	require.NoError(t, err)
	_, err = xmlsig.Parse([]byte("<a></a>"), xmlsig.WithMaxSize(0))
	require.NoError(t, err, "the default")
	_, err = xmlsig.Parse([]byte("<a></a>"), nil)
	require.EqualError(t, err, "xmlsig: nil option")

	for name, parse := range map[string]func() (*xmlsig.Document, error){
		"depth":      func() (*xmlsig.Document, error) { return xmlsig.Parse([]byte(nested(257))) },
		"unclosed":   func() (*xmlsig.Document, error) { return xmlsig.Parse([]byte(strings.Repeat("<a>", 1_000_000))) },
		"attributes": func() (*xmlsig.Document, error) { return xmlsig.Parse([]byte("<a" + manyAttributes(257) + "/>")) },
		"namespaces": func() (*xmlsig.Document, error) {
			return xmlsig.Parse([]byte(strings.Repeat("<a xmlns='u' xmlns:p='v'>", 129)))
		},
		"size":          func() (*xmlsig.Document, error) { return xmlsig.Parse([]byte("<a></a>"), xmlsig.WithMaxSize(6)) },
		"negative size": func() (*xmlsig.Document, error) { return xmlsig.Parse([]byte("<a></a>"), xmlsig.WithMaxSize(-1)) },
		"size of parts": func() (*xmlsig.Document, error) {
			return xmlsig.NewSplitter(strings.NewReader("<E><S><DTE/></S></E>"), "DTE", xmlsig.WithMaxSize(-1)).Next()
		},
		"default size": func() (*xmlsig.Document, error) {
			return xmlsig.Parse([]byte("<a>" + strings.Repeat(" ", 64<<20) + "</a>"))
		},
		"elements": func() (*xmlsig.Document, error) {
			return xmlsig.Parse([]byte("<a>" + strings.Repeat("<b/>", 2_000_000) + "</a>"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := parse()
			assert.ErrorIs(t, err, xmlsig.ErrLimit)
			assert.True(t, doc == nil)
		})
	}
}
