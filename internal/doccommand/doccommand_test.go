package doccommand

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	commands, err := parse("a\n<!-- command: one -->\n```sh\necho 1\n\necho 2\n```\n```go\nx := 1\n```\n<!-- command: two -->\n```sh\ntrue\n```\n")
	require.NoError(t, err)
	assert.Equal(t, []Command{{"one", "echo 1\n\necho 2\n"}, {"two", "true\n"}}, commands)
	_, err = parse("<!-- command: one -->\n```sh\ntrue\n```\n\n```sh\nfalse\n```\n")
	require.Error(t, err, "the second block has no name")
}

// A command that no test names is one that nobody runs.
func TestEveryCommandIsRun(t *testing.T) {
	t.Parallel()
	root := sharedtest.Root(t)
	var tests strings.Builder
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || filepath.Base(filepath.Dir(path)) == "doccommand" {
			return err
		}
		text, err := os.ReadFile(path)
		tests.Write(text)
		return err
	}))
	guides, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, guides)
	for _, guide := range guides {
		for _, c := range All(t, filepath.Base(guide)) {
			assert.Contains(t, tests.String(), `"`+c.Name+`"`, "%s: no test runs it", filepath.Base(guide))
		}
	}
}
