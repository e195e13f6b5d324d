package token_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/internal/token"
)

func TestValid(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"ABCDEFGHIJKLM": true, "!~!~!~!~": true, strings.Repeat("x", 512): true,
		"": false, "deleted": false, strings.Repeat("x", 513): false, "ABCDEFGH IJ": false, "ABCDEFGH\tIJ": false, "ABCDEFGH\x7f": false,
		"ABCDEFGHÑ": false, `ABCDEFGH"`: false, "ABCDEFGH;": false, "ABCDEFGH,": false, `ABCDEFGH\`: false,
	} {
		assert.Equal(t, want, token.Valid(value), "%q", value)
	}
}
