package smallrsa

import (
	"crypto/fips140"
	"crypto/rand"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FIPS 140 is enforced from the start of a process or not at all, so a second
// process runs TestEnforcedFIPS.
func TestFIPS(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestEnforcedFIPS$", "-test.v")
	cmd.Env = append(cmd.Environ(), "GODEBUG=fips140=only")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestEnforcedFIPS", "%s", out)
}

func TestEnforcedFIPS(t *testing.T) {
	if !fips140.Enforced() {
		t.Skip("FIPS 140 is not enforced: TestFIPS runs this in a process where it is")
	}
	_, err := Sign(rand.Reader, nil, nil)
	require.ErrorIs(t, err, ErrFIPS)
	require.ErrorIs(t, Verify(nil, nil, nil), ErrFIPS)
}
