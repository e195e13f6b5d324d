package judge_test

import (
	"crypto/fips140"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/testkeys"
)

// Where FIPS 140 is enforced no signature with SHA-1 can be checked: that is said,
// and nothing is accepted. It is enforced from the start of a process or not at
// all, so a second process judges a file of this one.
func TestFIPS(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program, "-test.run=^TestEnforcedFIPS$", "-test.v")
	cmd.Dir = t.TempDir()
	cmd.Env = append(cmd.Environ(), "GODEBUG=fips140=only")
	require.NoError(t, os.WriteFile(filepath.Join(cmd.Dir, "envelope.xml"), sent(t, invoice(33)), 0o600))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestEnforcedFIPS", "%s", out)
}

func TestEnforcedFIPS(t *testing.T) {
	if !fips140.Enforced() {
		t.Skip("FIPS 140 is not enforced: TestFIPS runs this in a process where it is")
	}
	b, err := os.ReadFile("envelope.xml")
	require.NoError(t, err)
	w := judge.World{
		Environment: chile.Production, Thorough: true,
		Company: func(chile.RUT) (judge.Company, bool) { return judge.Company{}, true },
		Keys:    dte.Keys{pretendedKey: &testkeys.Key(0).PublicKey},
	}
	a := judge.Envelope(b, w)
	assert.Contains(t, a.Gaps, judge.Gap{Check: judge.CheckSetSigned, Why: judge.Uncheckable}, tell(a))
	for _, check := range []judge.Check{judge.CheckSigned, judge.CheckStamp, judge.CheckAuthorized} {
		assert.Contains(t, a.Documents[0].Gaps, judge.Gap{Check: check, Why: judge.Uncheckable}, tell(a))
	}
	assert.Empty(t, a.Findings)
	assert.False(t, a.Has(judge.CodeStamp) || a.Has(judge.CodeCAF) || a.Has(judge.CodeSignature))
	assert.False(t, a.Accepted())
}
