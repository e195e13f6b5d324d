package session

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a page is taken for, by how it begins.
func TestPagesAndData(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{"<html>": true, " \n<TABLE>": true, "": false, "x": false, `<?XML version="1.0"?><a/>`: false, `{"a":"<"}`: false} {
		assert.Equal(t, want, (&Page{Body: []byte(body)}).isHTML(), body)
	}
}

// The cause of a message is the sentence before its code, in its line or above.
func TestCauseOfAMessage(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"<p>Otro</p><p>Algo propio. El código de este mensaje es 01.01.217.500.720.20</p>": "Algo propio.",
		"<p>Algo propio</p><p>El código de este mensaje es 01.01.217.500.720.20</p>":       "Algo propio",
		"<p>El código de este mensaje es 01.01.217.500.720.20</p><p>Otro</p>":              "",
	} {
		m := (&Page{Body: []byte(body)}).read()
		assert.Equal(t, want, m.cause, body)
		assert.Equal(t, "01.01.217.500.720.20", m.code, body)
	}
}
