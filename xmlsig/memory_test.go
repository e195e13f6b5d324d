package xmlsig_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

// allocated returns what a call allocates, all in all.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// units are what a document may be full of, to take much memory.
var units = map[string]string{
	"elements":           "<a/>",
	"elements, open":     "<a></a>",
	"attributes":         "<a b='' c='' d='' e=''/>",
	"declarations":       "<a xmlns='x'/>",
	"prefixes":           "<x:a xmlns:x='y'/>",
	"spread elements":    "<a/>            ",
	"spread attributes":  "<a b=''                         />",
	"closing brackets":   ">",
	"quotes":             "<a b='" + strings.Repeat(`"`, 4000) + "'/>",
	"references":         "&lt;",
	"comments":           "<!---->",
	"instructions":       "<?a?>",
	"text":               "hola ",
	"signatures":         "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>",
	"sections":           "<![CDATA[>]]>",
	"carriage returns":   "\r",
	"characters":         "ñ",
	"unfinished":         "<a>\n",
	"unfinished comment": "<!-",
}

// TestMemoryIsAMultipleOfTheSize parses documents that are made to take much of
// it. It is not parallel, because it measures what is allocated.
func TestMemoryIsAMultipleOfTheSize(t *testing.T) { //nolint:paralleltest // see above
	const size, most = 2_000_000, 20
	for name, unit := range units {
		src := []byte("<E>" + strings.Repeat(unit, size/len(unit)) + "</E>")
		var err error
		used := allocated(func() { _, err = xmlsig.Parse(src) })
		assert.Less(t, used, uint64(most*size), name)
		t.Logf("%-20s %5.1f times, %v", name, float64(used)/size, err)

		part := "<E><S><DTE>" + strings.Repeat(unit, size/len(unit)) + "</DTE></S></E>"
		used = allocated(func() {
			s := xmlsig.NewSplitter(strings.NewReader(part), "DTE")
			for err = nil; err == nil; {
				_, err = s.Next()
			}
		})
		assert.Less(t, used, uint64(2*most*size), name)
		t.Logf("%-20s %5.1f times, as a part: %.80v", name, float64(used)/size, err)
	}
}

// TestDenseDocuments are refused, and what real documents have is not.
func TestDenseDocuments(t *testing.T) {
	t.Parallel()
	for unit, refused := range map[string]bool{
		"<a/>": true, "<a b='' c='' d='' e=''/>": true, "<a xmlns='x'/>": true,
		"<NmbItem>x</NmbItem>": false, "<F>1234567890</F>": false,
	} {
		src := "<E>" + strings.Repeat(unit, 2_000_000/len(unit)) + "</E>"
		_, err := xmlsig.Parse([]byte(src))
		if refused {
			require.ErrorIs(t, err, xmlsig.ErrLimit, unit)
		} else {
			require.NoError(t, err, unit)
		}
		part := "<E><S><DTE>" + src + "</DTE></S></E>"
		_, err = xmlsig.NewSplitter(strings.NewReader(part), "DTE").Next()
		if refused {
			require.ErrorIs(t, err, xmlsig.ErrLimit, unit)
		} else {
			require.NoError(t, err, unit)
		}
	}
	_, err := xmlsig.Parse([]byte("<E>" + strings.Repeat("<a/>", 9_000) + "</E>"))
	require.NoError(t, err, "small documents may be as dense as they like")
}

// TestPartsAtTheEdgeOfABuffer are read wherever the buffer ends in them.
func TestPartsAtTheEdgeOfABuffer(t *testing.T) {
	t.Parallel()
	var err error
	many := xmlsig.NewSplitter(strings.NewReader("<E><S>"+strings.Repeat("<DTE><a/></DTE>", 50_000)+"</S></E>"), "DTE")
	n := 0
	for ; err == nil; n++ {
		_, err = many.Next()
	}
	require.True(t, errors.Is(err, io.EOF), err)
	assert.Equal(t, 50_001, n, "parts are bounded each by itself")
}
