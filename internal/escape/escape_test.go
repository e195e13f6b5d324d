package escape_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/internal/escape"
)

func TestAppend(t *testing.T) {
	t.Parallel()
	table := []string{'&': "&amp;", '<': "&lt;"}
	for text, want := range map[string]string{"": "", "ab": "ab", "&": "&amp;", "a&&b<": "a&amp;&amp;b&lt;", "ñ>\xff": "ñ>\xff", "<\x00": "&lt;\x00"} {
		assert.Equal(t, "."+want, string(escape.Append([]byte("."), text, table)), "%q", text)
	}
}
