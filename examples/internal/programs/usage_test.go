package programs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A usage error is one line that names what is wrong, a hint, and status 2.
func TestUsageErrors(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, name string, args []string, want ...string) {
		t.Helper()
		r := program{name: name, args: args, dir: t.TempDir()}.run(t)
		assert.Equal(t, usage, r.code, "%s %v", name, args)
		assert.Empty(t, r.stdout)
		lines := strings.Split(strings.TrimSpace(r.stderr), "\n")
		require.Len(t, lines, 2, r.stderr)
		assert.True(t, strings.HasPrefix(lines[0], name+": "), lines[0])
		assert.Contains(t, lines[1], name+" -h")
		for _, text := range want {
			assert.Contains(t, lines[0], text)
		}
	}
	for _, name := range all {
		check(t, name, []string{"-nosuchflag"}, "-nosuchflag")
		help := program{name: name, args: []string{"-h"}}.run(t)
		assert.Equal(t, 0, help.code)
		assert.Contains(t, help.stdout+help.stderr, "usage: "+name)
	}
	for _, name := range []string{"alerts", "doctor", "f29", "fakesii", "fullflow", "portal", "rcvsync", "reconcile", "session-login", "session-pull", "token", "worker"} {
		check(t, name, []string{"surplus"}, "surplus")
	}
	companies, empty := file(t, "companies.txt", "76192083-9\n"), file(t, "empty.txt", "# nobody\n")
	check(t, "alerts", nil, "-companies is required")
	check(t, "rcvsync", nil, "-companies and -from are required")
	check(t, "worker", nil, "-dsn and -companies are required")
	check(t, "f29", nil, "-period is required")
	check(t, "f29", []string{"-period", "2026-10"}, "-rut")
	check(t, "reconcile", nil, "-books and -from are required")
	check(t, "rcvcsv", nil, "FILE is required")
	check(t, "dteverify", nil, "FILE is required")
	check(t, "issue", []string{"x.json"}, "-resolution is required")
	check(t, "issue", []string{"-dry-run", "-date", "ayer", "x.json"}, "-date")
	check(t, "rcvsync", []string{"-companies", companies, "-from", "2026-10", "-to", "2026-09"}, "before")
	check(t, "rcvsync", []string{"-companies", empty, "-from", "2026-10"}, "no RUT", empty)
	check(t, "rcvsync", []string{"-companies", "/none.txt", "-from", "2026-10"}, "/none.txt")
	check(t, "rcvsync", []string{"-companies", companies, "-from", "octubre"}, "-from")
	check(t, "alerts", []string{"-companies", companies, "-smtp", "mail.example.cl"}, "-from and -to")
	check(t, "doctor", []string{"-lang", "fr"}, "fr")
	check(t, "dteverify", []string{"-lang", "fr", "x.xml"}, "fr")
	check(t, "f29", []string{"-rut", "76192083-0", "-period", "2026-10"}, "-rut")
	check(t, "reconcile", []string{"-rut", "76192083-9", "-from", "2026-10", "-books", "/none.csv"}, "/none.csv")
}

// No password is told from a wrong one.
func TestPasswords(t *testing.T) {
	t.Parallel()
	p12 := certificate(t, "Cl4veDeVerdad")
	none := program{name: "token", args: []string{"-p12", p12}}.run(t)
	assert.Equal(t, usage, none.code)
	assert.Contains(t, none.stderr, "no password was given")
	wrong := program{name: "token", args: []string{"-p12", p12, "-pass", "otra"}}.run(t)
	assert.Equal(t, failed, wrong.code)
	assert.Contains(t, wrong.stderr, "wrong password")
	assert.NotContains(t, wrong.stderr, "no password")
	for _, r := range []*result{none, wrong} {
		assert.Contains(t, r.stderr, p12)
	}
	right := program{name: "token", args: []string{"-p12", p12, "-pass-file", file(t, "pass", "Cl4veDeVerdad\r\n")}}.start(t)
	assert.Contains(t, right, "certification", "on its way to the SII")
	missing := program{name: "token", args: []string{"-p12", "/none.p12"}}.run(t)
	assert.Contains(t, missing.stderr, "/none.p12")
}

// The call in dteverify's help ends good, in the folder of the project, and so does
// the same file through standard input.
func TestDteverifyHelp(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	help := program{name: "dteverify", args: []string{"-h"}}.run(t)
	var call []string
	for line := range strings.Lines(help.stdout + help.stderr) {
		if strings.HasPrefix(line, "  dteverify ") {
			call = strings.Fields(line)[1:]
		}
	}
	require.NotEmpty(t, call)
	r := program{name: "dteverify", args: call, dir: root}.run(t)
	assert.Equal(t, 0, r.code, r.stdout+r.stderr)
	assert.True(t, strings.HasPrefix(r.stdout, "good "), r.stdout)

	content, err := os.ReadFile(filepath.Join(root, call[len(call)-1]))
	require.NoError(t, err)
	piped := append(call[:len(call)-1:len(call)-1], "-")
	r = program{name: "dteverify", args: piped, dir: root, stdin: string(content)}.run(t)
	assert.Equal(t, 0, r.code, r.stdout+r.stderr)
	r = program{name: "dteverify", args: piped, dir: root, stdin: strings.Replace(string(content), "11900", "91900", 1)}.run(t)
	assert.Equal(t, failed, r.code)
	r = program{name: "dteverify", args: piped, dir: root}.run(t)
	assert.Equal(t, failed, r.code, "nothing is not good")
}
