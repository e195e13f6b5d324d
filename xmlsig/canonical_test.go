package xmlsig_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

var update = flag.Bool("update", false, "write the golden files anew")

const latin1 = `<?xml version="1.0" encoding="ISO-8859-1"?>`

// canonicalCases are documents whose canonical form is easily got wrong.
var canonicalCases = []struct{ name, src string }{
	{"empty element", `<a/>`},
	{"empty element with space", `<a />`},
	{"space in tags", "<a\n  b = '1'\t><b\n/></a\n>"},
	{"attributes by name", `<a z="1" b="2" B="3" a.b="4" a-b="5" _="6"/>`},
	{"attributes by namespace", `<a xmlns:z="urn:a" xmlns:a="urn:z" a:x="1" z:x="2" x="3" z:a="4"/>`},
	{"attributes of prefixes declared outside", `<r xmlns:z="urn:a" xmlns:a="urn:z"><c a:x="1" z:x="2" x="3"/></r>`},
	{"attribute xml among others", `<a xmlns:b="urn:b" b:x="1" xml:lang="es" y="2" xml:space="preserve"/>`},
	{"namespaces by prefix", `<a xmlns:c="urn:1" xmlns="urn:3" xmlns:b="urn:2"/>`},
	{"namespace declared again", `<a xmlns="urn:1" xmlns:p="urn:p"><b xmlns="urn:1" xmlns:p="urn:p"><c xmlns="urn:2" xmlns:p="urn:p"/></b></a>`},
	{"namespace changed and changed back", `<a xmlns="urn:1"><b xmlns="urn:2"><c xmlns="urn:1"/></b></a>`},
	{"namespace undeclared", `<a xmlns="urn:1"><b xmlns=""><c xmlns=""/><d xmlns="urn:1"/></b></a>`},
	{"namespace undeclared at the top", `<a xmlns=""><b xmlns=""/></a>`},
	{"prefix bound anew", `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/></p:b></p:a>`},
	{"prefix that nobody uses", `<a xmlns:u="urn:u"><b/></a>`},
	{"prefix declared behind its use", `<p:a p:x="1" xmlns:p="urn:p"/>`},
	{"prefix xml declared", `<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="es"/>`},
	{"two prefixes of one namespace", `<a xmlns:p="urn:1" xmlns:q="urn:1"><q:b p:x="1" q:y="2"/></a>`},
	{"reference in a namespace", `<a xmlns:p="urn:&#x41;b" p:c="1"/>`},
	{"namespaces in an envelope", `<EnvioDTE xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.sii.cl/SiiDte EnvioDTE_v10.xsd" version="1.0"><SetDTE ID="S"><DTE xmlns="http://www.sii.cl/SiiDte" version="1.0"/></SetDTE></EnvioDTE>`},
	{"schemaLocation of several lines", "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://www.sii.cl/SiiDte\n\t\tEnvioDTE_v10.xsd\"/>"},
	{"schemaLocation with CRLF", "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"x\r\n  y\rz\"/>"},
	{"white space by reference in a value", `<a b="&#9;&#10;&#13;&#32;x&#xA;&#xD;&#x9;"/>`},
	{"white space in a value", "<a b=\"  x \t\n y  \"/>"},
	{"quotes", `<a b='"' c="'" d="&quot;&apos;">"'&quot;&apos;</a>`},
	{"escapes in a value", `<a b="&lt;&gt;&amp;>&#60;&#38;"/>`},
	{"escapes in text", `<a>&lt;&gt;&amp;>&#60;&#62;&#38;</a>`},
	{"escapes twice", `<a>&amp;lt;&amp;amp;&#38;lt;</a>`},
	{"numeric references", `<a>&#65;&#x42;&#x00e1;&#x1F600;&#0000000065;</a>`},
	{"CR in text", "<a>1\r2\r\n3\n\r4\r\r\n5</a>"},
	{"CR by reference", "<a>1&#13;2&#xD;\r\n3&#xD;&#xA;</a>"},
	{"tab and line feed by reference", `<a>&#9;x&#10;</a>`},
	{"CDATA", `<a><![CDATA[<b>&amp;"]] >]]></a>`},
	{"CDATA empty and beside text", `<a>x<![CDATA[]]>y<![CDATA[]]]]><![CDATA[>]]></a>`},
	{"CDATA with CR", "<a><![CDATA[1\r\n2\r3&#13;]]></a>"},
	{"comment", `<a>x<!-- y -->z<!----><b><!-- - - --></b></a>`},
	{"comment around the root", "<!-- a -->\n<a/>\n<!-- b -->\n"},
	{"instruction in the root", `<a><?p?><?q  x y ?><?r x?></a>`},
	{"instruction before the root", "<?xml version=\"1.0\"?>\n<?p  x ?>\n\n<?q?><a/>"},
	{"instruction behind the root", "<a/>\n\n<?p x?><?q?>\n"},
	{"instruction with markup", `<a><?p <b> & "c" ' ?></a>`},
	{"instruction of several lines", "<a><?p\n x\r\n  y\rz?></a>"},
	{"instruction and comment around", "<!--1--><?p?><!--2--><a/><!--3--><?q?><!--4-->"},
	{"stylesheet", "<?xml-stylesheet href=\"a.xsl\" type=\"text/xsl\"?><a/>"},
	{"white space in content", "<a>\n  <b> </b>\t<c/>\n</a>\n"},
	{"deep", strings.Repeat("<a><b x='1'>", 100) + strings.Repeat("</b></a>", 100)},
	{"names beyond ASCII", `<año ñandú="sí"><Ángel_·-.1 xmlns:ü="urn:u" ü:é="1"/></año>`},
	{"beyond the basic plane", "<a b='😀'>😀&#x1F600;</a>"},
	{"UTF-8 declared", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a>ñ</a>`},
	{"byte order mark", "\xef\xbb\xbf<?xml version='1.0'?><a>ñ</a>"},
	{"ISO-8859-1", latin1 + "<a b=\"\xd1\">\xf1and\xfa \xa0\xff</a>"},
	{"ISO-8859-1 and reference beyond it", latin1 + "<a>\xf1&#8364;&#x20AC;</a>"},
	{"windows-1252", "<?xml version='1.0' encoding='windows-1252'?><a b='\x80'>\x93\xf1\x94 \x85</a>"},
	{"seed", seed},
	{"many attributes", "<a" + manyAttributes(200) + "/>"},
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d='%d'", (i*37)%n, i)
	}
	return b.String()
}

// The golden file was written by xmllint (libxml2), not by this package.
func TestCanonicalGolden(t *testing.T) {
	t.Parallel()
	const path = "testdata/canonical.golden"
	if *update {
		var b strings.Builder
		for _, test := range canonicalCases {
			fmt.Fprintf(&b, "%s\t%q\n", test.name, xmllintCanonical(t, test.src))
		}
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o600))
	}
	golden := map[string]string{}
	for line := range strings.Lines(string(read(t, path))) {
		name, quoted, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		text, err := strconv.Unquote(quoted)
		require.NoError(t, err, name)
		golden[name] = text
	}
	require.Len(t, golden, len(canonicalCases))
	for _, test := range canonicalCases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := canonical(t, test.src)
			assert.Equal(t, golden[test.name], got)
			assert.Equal(t, got, canonical(t, got), "the canonical form is its own")
		})
	}
}

// libxml2 writes the ampersand of a namespace as it is, which is not even well
// formed: Canonical XML 1.0, 2.3, has it escaped as in an attribute.
func TestCanonicalEscapesNamespace(t *testing.T) {
	t.Parallel()
	const src = `<a xmlns:p="urn:&lt;&amp;b&#9;" p:c="1"></a>`
	const want = `<a xmlns:p="urn:&lt;&amp;b&#x9;" p:c="1"></a>`
	assert.Equal(t, want, canonical(t, src))
	other, err := goxmldsigCanonical(src)
	require.NoError(t, err)
	assert.Equal(t, want, other)
}

func canonical(tb testing.TB, src string) string {
	tb.Helper()
	doc, err := xmlsig.Parse([]byte(src))
	require.NoError(tb, err)
	return string(doc.Canonical())
}

func TestCanonicalAgreesWithXmllint(t *testing.T) {
	t.Parallel()
	tool(t, "xmllint")
	for _, test := range canonicalCases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, xmllintCanonical(t, test.src), canonical(t, test.src))
		})
	}
}

var comments = regexp.MustCompile(`(?s)<!--.*?-->`)

// xmllintCanonical takes comments away first: xmllint has no other way to leave
// them out.
func xmllintCanonical(tb testing.TB, src string) string {
	tb.Helper()
	path := write(tb, tb.TempDir(), "in.xml", []byte(comments.ReplaceAllString(src, "")))
	return string(run(tb, "xmllint", "--huge", "--nonet", "--c14n", path))
}

// goxmldsigDiffers are the documents that goxmldsig does not canonicalise as
// libxml2 does, and why.
var goxmldsigDiffers = map[string]string{
	"ISO-8859-1":                              onlyUTF8,
	"ISO-8859-1 and reference beyond it":      onlyUTF8,
	"windows-1252":                            onlyUTF8,
	"white space in a value":                  noNormalisation,
	"schemaLocation of several lines":         noNormalisation,
	"schemaLocation with CRLF":                noNormalisation,
	"attributes by namespace":                 orderByPrefix,
	"attributes of prefixes declared outside": orderByPrefix,
	"instruction before the root":             onlyRoot,
	"instruction behind the root":             onlyRoot,
	"instruction and comment around":          onlyRoot,
	"stylesheet":                              onlyRoot,
	"instruction of several lines":            "line ends of instructions are not normalised",
	"prefix xml declared":                     "the declaration of xml is shown, against Canonical XML 2.3",
}

const (
	onlyUTF8        = "etree reads UTF-8 alone"
	noNormalisation = "encoding/xml does not normalise white space in values (golang/go#20614)"
	orderByPrefix   = "attributes are sorted by prefix, not by namespace"
	onlyRoot        = "the element alone is canonicalised"
)

// goxmldsig is a second judge: it shares no code with libxml2.
func TestCanonicalAgreesWithGoxmldsig(t *testing.T) {
	t.Parallel()
	for _, test := range canonicalCases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := goxmldsigCanonical(test.src)
			want := canonical(t, test.src)
			if reason := goxmldsigDiffers[test.name]; reason != "" {
				assert.False(t, err == nil && got == want, "agrees now, though: %s", reason)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, got, want)
		})
	}
}

func goxmldsigCanonical(src string) (string, error) {
	doc := etree.NewDocument()
	if err := doc.ReadFromString(src); err != nil {
		return "", err
	}
	out, err := dsig.MakeC14N10RecCanonicalizer().Canonicalize(doc.Root())
	return string(out), err
}
