package siisync

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An answer that was given up half way, and came again, is kept once and whole,
// in memory and beyond it.
func TestSpoolKeepsWholeAnswers(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"memory": 10, "file": answerMemory / 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newAnswerSpool()
			defer s.close()
			text := func(letter string) string { return strings.Repeat(letter, size) }
			write := func(letter string) {
				_, err := io.WriteString(s.begin(letter), text(letter))
				require.NoError(t, err)
			}
			write("a")
			s.end()
			write("b")
			write("c")
			s.end()
			s.end() // one that was only told of
			write("d")
			s.end()
			assert.Equal(t, name == "file", s.bytes.Filed() > 0)
			for i, want := range []string{text("a"), text("c"), "", text("d")} {
				r, err := s.open(i)
				require.NoError(t, err)
				if want == "" {
					assert.Nil(t, r)
					continue
				}
				got, err := io.ReadAll(r)
				require.NoError(t, err)
				assert.Equal(t, want, string(got))
				require.NoError(t, r.Close())
			}
		})
	}
}
