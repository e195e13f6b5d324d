package issue

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
)

// TestRealDocuments refuses no document that its issuer could send: only those that
// are against the SII's schema.
func TestRealDocuments(t *testing.T) {
	t.Parallel()
	judged := 0
	for _, folder := range []string{"dte", "envio"} {
		files, err := filepath.Glob(filepath.Join(sharedtest.Path(t, folder), "*.xml"))
		require.NoError(t, err)
		for _, name := range files {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			report, err := dte.Verify(data, nil)
			require.NoError(t, err, name)
			for i := range report.Documents {
				doc := &report.Documents[i]
				refused := refusals(check(doc.DTE, nil))
				judged++
				assert.Equal(t, unsendable[filepath.Base(name)], refused, "%s %s", filepath.Base(name), doc.DTE.ID())
				assert.Equal(t, refused, refusedAgain(doc.DTE), "as a draft: %s %s", filepath.Base(name), doc.DTE.ID())
				if refused != nil {
					assert.False(t, doc.Schema.OK(), name)
				}
			}
		}
	}
	assert.Equal(t, 31, judged)
}

func refusals(found Findings) (refused []string) {
	for _, f := range found {
		if f.Level.Refuses() {
			refused = append(refused, f.Code+" "+f.Path)
		}
	}
	return refused
}

// refusedAgain takes a document as a draft, whose totals are computed.
func refusedAgain(doc *dte.DTE) []string {
	draft, _ := draftOf(doc)
	_, found := draft.Document(nil)
	return refusals(found)
}

// unsendable are the documents that are against the schema, and why.
var unsendable = map[string][]string{
	"SII_F000001T46.xml": {"element.required Encabezado/Receptor/RUTRecep"}, // 12-3456789, which is no RUT
	"SII_F000010T52.xml": {"ENV-3-0 Detalle"},                               // without lines
}
