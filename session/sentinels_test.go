package session_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every kind of failure, and every option, is asserted by a test.
func TestEverySentinelAndOptionIsTested(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var names []string
	var tests strings.Builder
	for _, path := range files {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		if strings.HasSuffix(path, "_test.go") {
			tests.Write(content)
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, content, 0)
		require.NoError(t, err)
		for name := range file.Scope.Objects {
			if strings.HasPrefix(name, "Err") || strings.HasPrefix(name, "With") || strings.HasPrefix(name, "Guard") && file.Scope.Objects[name].Kind == ast.Fun {
				names = append(names, name)
			}
		}
	}
	assert.Greater(t, len(names), 25)
	for _, name := range names {
		assert.Regexp(t, regexp.MustCompile(`session\.`+name+`\b`), tests.String(), "%s is in no test", name)
	}
}
