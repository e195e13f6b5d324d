package xmlsig_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

// Each use of a prefix looks through the namespaces in scope, so a document of
// one megabyte with as many as it can hold took seconds, and a larger one hours.
func TestParseBoundsNamespacesInScope(t *testing.T) {
	t.Parallel()
	nested := func(levels, each int) []byte {
		var b strings.Builder
		for level := range levels {
			b.WriteString("<a")
			for i := range each {
				fmt.Fprintf(&b, ` xmlns:p%d="u"`, level*each+i)
			}
			b.WriteString(">")
		}
		return []byte(b.String() + strings.Repeat("</a>", levels))
	}
	_, err := xmlsig.Parse(nested(4, 64))
	require.NoError(t, err)
	_, err = xmlsig.Parse(nested(4, 65))
	require.ErrorIs(t, err, xmlsig.ErrLimit)
	_, err = xmlsig.Parse(nested(200, 250))
	require.ErrorIs(t, err, xmlsig.ErrLimit)

	beside := "<a>" + strings.Repeat(`<b xmlns:p="u" xmlns:q="v"/>`, 1000) + "</a>"
	_, err = xmlsig.Parse([]byte(beside))
	require.NoError(t, err, "what is out of scope does not count")
}

func TestParseFindsAttributesTwice(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, ` a%d="v"`, i)
	}
	for _, doc := range []string{
		`<a b="1" b="2"/>`,
		`<a xmlns:p="u" xmlns:q="u" p:b="1" c="" q:b="2"/>`,
		`<a` + many.String() + ` a7="w"/>`,
	} {
		_, err := xmlsig.Parse([]byte(doc))
		assert.ErrorIs(t, err, xmlsig.ErrMalformed, "%.60s", doc)
	}
	for _, doc := range []string{
		`<a xmlns:p="u" xmlns:q="v" b="0" p:b="1" q:b="2"/>`,
		`<a` + many.String() + `/>`,
	} {
		_, err := xmlsig.Parse([]byte(doc))
		assert.NoError(t, err, "%.60s", doc)
	}
}

// Two readers that take one document for two different texts are a way around
// a signature: the encoding is the declaration's or the document is refused.
func TestParseEncodingOfDeclarationAlone(t *testing.T) {
	t.Parallel()
	doc, err := xmlsig.Parse([]byte(`<?xml-stylesheet href="x" encoding="ISO-8859-1"?><a>ñ</a>`))
	require.NoError(t, err)
	assert.Equal(t, "<?xml-stylesheet href=\"x\" encoding=\"ISO-8859-1\"?>\n<a>ñ</a>", string(doc.Canonical()))

	padded := func(spaces int) []byte {
		return []byte(`<?xml version="1.0"` + strings.Repeat(" ", spaces) + `encoding="ISO-8859-1"?><a>` + "\xf1</a>")
	}
	doc, err = xmlsig.Parse(padded(100))
	require.NoError(t, err)
	assert.Equal(t, "<a>ñ</a>", string(doc.Canonical()))
	for spaces := 200; spaces < 260; spaces++ {
		// As UTF-8 the text would be refused for its byte F1, so give it one that
		// is good in both.
		data := []byte(strings.ReplaceAll(string(padded(spaces)), "\xf1", "ñ"))
		if doc, err := xmlsig.Parse(data); err == nil {
			assert.Equal(t, "<a>Ã±</a>", string(doc.Canonical()), "%d spaces", spaces)
		} else {
			assert.ErrorIs(t, err, xmlsig.ErrMalformed)
		}
	}
	_, err = xmlsig.Parse([]byte(`<?xml version="1.0" encoding="US-ASCII"?><a>ñ</a>`))
	assert.ErrorIs(t, err, xmlsig.ErrMalformed)
}

func TestParseReferencesWithLeadingZeros(t *testing.T) {
	t.Parallel()
	doc, err := xmlsig.Parse([]byte(`<a b="&#x0000000000000041;">&#00000000000000000000066;</a>`))
	require.NoError(t, err)
	assert.Equal(t, `<a b="A">B</a>`, string(doc.Canonical()))
	_, err = xmlsig.Parse([]byte("<a>&" + strings.Repeat("x", 1000) + "</a>"))
	assert.ErrorIs(t, err, xmlsig.ErrMalformed)
}

// A Document promises to be of use to many at once; the race detector looks on.
func TestDocumentIsSharedByMany(t *testing.T) {
	t.Parallel()
	doc, err := xmlsig.Parse([]byte(`<a xml:lang="es" xmlns="u"><b ID="x" z="1" y="2" xml:space="preserve"/></a>`))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, ok := doc.CanonicalID("x")
			assert.True(t, ok)
			assert.Equal(t, `<b xmlns="u" ID="x" y="2" z="1" xml:lang="es" xml:space="preserve"></b>`, string(got))
		})
	}
	wg.Wait()
}
