package plain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/internal/plain"
)

func TestText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "",
		" \n ":                              "",
		"Ñandú  y\tPINGÜINO,\u00a0S.A.\r\n": "nandu y pinguino, s.a.",
		"ÁÉÍÓÚ":                             "aeiou",
		"no \xff UTF-8":                     "no \ufffd utf-8",
	} {
		assert.Equal(t, want, plain.Text(text), text)
	}
}
