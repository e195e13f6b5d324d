package dte_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/bubbletest"
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

// fillings are what a document may be full of, to take much memory.
var fillings = map[string]string{
	"elements":        "<a/>",
	"spread elements": "<a/>            ",
	"namespaces":      "<a xmlns='x'/>                                    ",
	"prefixes":        "<x:a xmlns:x='y'/>                                    ",
	"empty lines":     "<Detalle/>      ",
	"references":      "<Referencia/>      ",
	"lines":           "<Detalle><NroLinDet>1</NroLinDet><NmbItem>a</NmbItem></Detalle>",
	"wrong lines":     "<Detalle><NroLinDet>x</NroLinDet><NmbItem>a</NmbItem><MontoItem>x</MontoItem></Detalle>",
	"brackets":        ">",
	"signatures":      "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>",
	"text":            "hola ",
}

// TestMemoryIsAMultipleOfTheSize verifies documents that are made to take much of
// it: all in all at most 64 times their size is allocated, of which most is free
// again at once. It is not parallel, because it measures that.
func TestMemoryIsAMultipleOfTheSize(t *testing.T) { //nolint:paralleltest // see above
	if bubbletest.Race {
		t.Skip("the race detector allocates as well; CI measures this without it")
	}
	const size, most = 1_500_000, 64
	read := func(name string) string {
		file, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		return string(file)
	}
	fill := func(text, before, unit string) string {
		at := strings.Index(text, before)
		require.Positive(t, at)
		return text[:at] + strings.Repeat(unit, size/len(unit)) + text[at:]
	}
	document, envelope := read("dte.xml"), read("envelope.xml")
	for name, unit := range fillings {
		for _, before := range []string{"</Documento>", "</IdDoc>", "</DTE>"} {
			src := []byte(fill(document, before, unit))
			var err error
			used := allocated(func() { _, err = dte.Verify(src, nil) })
			assert.Less(t, used, uint64(most*size), "%s in %s", name, before)
			if err != nil {
				require.ErrorIs(t, err, xmlsig.ErrLimit, name)
			}
			stream := fill(envelope, before, unit)
			var streamErr error
			streamed := allocated(func() {
				for _, streamErr = range dte.NewStream(strings.NewReader(stream), nil).Documents() {
				}
			})
			assert.Less(t, streamed, uint64(most*size), "%s in %s, streamed", name, before)
			if streamErr != nil {
				require.ErrorIs(t, streamErr, xmlsig.ErrLimit, name)
			}
			t.Logf("%-16s %-13s %5.1f times, streamed %5.1f times: %v", name, before, float64(used)/size, float64(streamed)/size, err)
		}
	}
}

// TestUnknownElementsAmongManyNamespaces are kept with all namespaces that are in
// scope, so that few of them take much.
func TestUnknownElementsAmongManyNamespaces(t *testing.T) { //nolint:paralleltest // as above
	var b strings.Builder
	b.WriteString("<DTE xmlns='http://www.sii.cl/SiiDte'")
	for i := range 200 {
		fmt.Fprintf(&b, " xmlns:p%d='%s'", i, strings.Repeat("u", 1000))
	}
	b.WriteString("><Documento>" + strings.Repeat("<a/>", 5_000) + "</Documento></DTE>")
	src := []byte(b.String())
	var err error
	used := allocated(func() { _, err = dte.Parse(src) })
	require.ErrorIs(t, err, xmlsig.ErrLimit)
	assert.Less(t, used, uint64(64*len(src)))
}
