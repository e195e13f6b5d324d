package chile_test

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

var readmes = []string{"README.md", "README.es.md"}

// Where the programs of the READMEs are compiled and run.
const (
	flowExamples = "example_flow_test.go"
	embedExample = "example_embed_test.go"
)

// TestREADMECodeIsTested compares the Go code of the READMEs with the examples:
// a program by its imports and the body of its main, any other block whole.
func TestREADMECodeIsTested(t *testing.T) {
	t.Parallel()
	tested, embedding := sourceOf(t, flowExamples), sourceOf(t, embedExample)
	tested.bodies = append(tested.bodies, embedding.bodies...)
	for _, name := range readmes {
		blocks := goBlocks(t, name)
		require.Len(t, blocks, 4, name)
		for _, block := range blocks {
			if !strings.HasPrefix(block, "package main\n") {
				assert.Contains(t, tested.bodies, strings.TrimSpace(block), "%s: no example has this body", name)
				continue
			}
			program := parse(t, name, block)
			assert.Contains(t, tested.bodies, program.bodies[0], "%s: no example has the body of this main", name)
			assert.Subset(t, tested.imports, program.imports, name)
			assert.LessOrEqual(t, strings.Count(program.bodies[0], "\n")+1, 30, "%s: the program should be short", name)
		}
	}
	assert.Equal(t, goBlocks(t, readmes[0]), goBlocks(t, readmes[1]), "both languages show the same code")
}

// guideExamples is where the code of the guides is compiled and run.
var guideExamples = []string{
	"example_embed_test.go", "example_guide_test.go", "dte/example_guide_test.go", "dte/issue/guide_test.go", "sii/siiemit/guide_test.go", "storage/postgres/example_guide_test.go",
}

// TestGuidesCodeIsTested compares the Go code of the guides with functions of the
// tests.
func TestGuidesCodeIsTested(t *testing.T) {
	t.Parallel()
	var bodies []string
	for _, name := range guideExamples {
		bodies = append(bodies, sourceOf(t, name).bodies...)
	}
	blocks := 0
	for _, guide := range guides(t) {
		for _, block := range goBlocks(t, guide) {
			assert.Contains(t, bodies, strings.TrimSpace(block), "%s: no test has this code", guide)
			blocks++
		}
	}
	assert.Positive(t, blocks)
}

// TestPackagesHaveExamples looks for an example in each package of the README's
// table, but for those of which the README says that they have none.
func TestPackagesHaveExamples(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(readme), "\n## Packages\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	packages := regexp.MustCompile(`\]\(([a-z0-9/]+)\)`).FindAllStringSubmatch(table, -1)
	require.NotEmpty(t, packages)
	without := regexp.MustCompile(`such examples, except ([^:]*):`).FindStringSubmatch(string(readme))
	require.NotNil(t, without)
	for _, p := range packages {
		tests, err := filepath.Glob(filepath.Join(p[1], "*_test.go"))
		require.NoError(t, err)
		has := false
		for _, test := range tests {
			content, err := os.ReadFile(test)
			require.NoError(t, err)
			has = has || strings.Contains(string(content), "\nfunc Example")
		}
		assert.Equal(t, !strings.Contains(without[1], "`"+filepath.Base(p[1])+"`"), has, p[1])
	}
}

func guides(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	return names
}

// TestREADMELinks follows every link to a file of the project.
func TestREADMELinks(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#]+)\)`)
	for _, name := range append(guides(t), append(readmes, "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")...) {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			_, err := os.Stat(filepath.Join(filepath.Dir(name), m[1]))
			assert.NoError(t, err, "%s links to %s", name, m[1])
		}
	}
}

func goBlocks(t *testing.T, name string) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for _, m := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

type source struct {
	imports []string
	bodies  []string // of each function, one tab less deep, without the expected output
}

func sourceOf(t *testing.T, name string) source {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return parse(t, name, string(text))
}

func parse(t *testing.T, name, text string) (s source) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, 0)
	require.NoError(t, err)
	for _, spec := range file.Imports {
		s.imports = append(s.imports, spec.Path.Value)
	}
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			body := text[files.Position(fn.Body.Lbrace).Offset+1 : files.Position(fn.Body.Rbrace).Offset]
			body, _, _ = strings.Cut(body, "\t// Output:")
			body = strings.ReplaceAll(body, "\n\t", "\n")
			s.bodies = append(s.bodies, strings.TrimSpace(body))
		}
	}
	return s
}
