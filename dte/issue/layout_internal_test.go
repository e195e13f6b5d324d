package issue

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
)

// TestLaidOut breaks lines between elements alone: never in a text, nor in an element
// that is empty.
func TestLaidOut(t *testing.T) {
	t.Parallel()
	flat := "<DTE><Documento><Encabezado><IdDoc><A>ñ</A></IdDoc><Emisor></Emisor></Encabezado><Detalle>" +
		strings.Repeat("<Vacio></Vacio><Largo>"+strings.Repeat("x", 700)+"</Largo>", 40) + "</Detalle></Documento></DTE>"
	file, err := laidOut([]byte(flat))
	require.NoError(t, err)
	require.NoError(t, checkLines(file))
	text, ok := strings.CutPrefix(string(file), declaration)
	require.True(t, ok)
	assert.True(t, strings.HasPrefix(text, "<DTE>\n<Documento>\n<Encabezado>\n<IdDoc><A>\xf1</A></IdDoc>\n<Emisor></Emisor></Encabezado>\n<Detalle>"), "%.120q", text)
	assert.True(t, strings.HasSuffix(text, "</Detalle>\n</Documento>\n</DTE>\n"))
	assert.Equal(t, 40, strings.Count(text, "<Vacio></Vacio>"))
	assert.Equal(t, strings.ReplaceAll(flat, "ñ", "\xf1"), strings.ReplaceAll(text, "\n", ""))
	assert.Less(t, bytes.Count(file, []byte("\n")), 20, "lines are broken only where they must be")

	_, err = laidOut([]byte("<DTE>€</DTE>"))
	require.ErrorIs(t, err, dte.ErrUnencodable)
}
