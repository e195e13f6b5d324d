package layers_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
)

// option is how functions are named that return an option.
var option = regexp.MustCompile(`^(With|Reuse|Guard)[A-Z]`)

// TestEverySentinelAndOptionIsTested finds the sentinels and options that no test
// names. That a test names one does not prove that it would fail without it, but of
// one that no test names that is certain.
func TestEverySentinelAndOptionIsTested(t *testing.T) {
	t.Parallel()
	promised, named := map[string]string{}, map[string]bool{}
	root := sharedtest.Root(t)
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		if entry.IsDir() && (strings.HasPrefix(name, ".git") || name == "internal") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		switch pkg := strings.TrimSuffix(file.Name.Name, "_test"); {
		case strings.HasSuffix(name, "_test.go"), pkg == "storagetest":
			names(file, pkg, named)
		case !strings.HasPrefix(name, "examples/") && !strings.Contains(name, "/internal/"):
			promises(file, pkg, name, promised)
		}
		return nil
	}))
	require.Greater(t, len(promised), 100)
	for name, path := range promised {
		assert.True(t, named[name], "no test names %s, of %s", name, path)
	}
}

// promises notes the sentinels and options that a file declares, as sii.ErrNoRCV.
func promises(file *ast.File, pkg, path string, promised map[string]string) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil && option.MatchString(decl.Name.Name) {
				promised[pkg+"."+decl.Name.Name] = path
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				value, ok := spec.(*ast.ValueSpec)
				if !ok || decl.Tok != token.VAR {
					continue
				}
				for _, name := range value.Names {
					if strings.HasPrefix(name.Name, "Err") {
						promised[pkg+"."+name.Name] = path
					}
				}
			}
		}
	}
}

// names notes what a test names: of its own package, and of others.
func names(file *ast.File, pkg string, named map[string]bool) {
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			if of, ok := node.X.(*ast.Ident); ok {
				named[of.Name+"."+node.Sel.Name] = true
			}
		case *ast.Ident:
			named[pkg+"."+node.Name] = true
		}
		return true
	})
}
