package seal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/doccommand"
	"github.com/ofitec/chile/storage/seal"
)

// The command of docs/operations.md makes a key.
func TestGuideMakesKeys(t *testing.T) {
	t.Parallel()
	key := doccommand.Run(t, "operations.md", "key", t.TempDir(), nil, "openssl")
	ring, err := seal.ParseRing(strings.TrimSpace(key))
	require.NoError(t, err)
	_, err = ring.Seal(t.Context(), []byte("x"), "")
	require.NoError(t, err)
}
