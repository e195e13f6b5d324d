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

func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 0, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"añb", 2, "a…"}, {"añb", 3, "añ…"}, {"añb", 4, "añb"}, {"a", 0, "…"}, {"\xf1o, señor", 5, "o, s…"},
	} {
		assert.Equal(t, c.want, plain.Cut(c.text, c.most), "%q", c.text)
	}
}
