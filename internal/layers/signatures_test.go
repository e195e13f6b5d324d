package layers_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
)

// TestSignatures holds what is said in one way: an option may refuse, a bool of a
// caller has a name, settings are called Settings, and those of a call Options.
func TestSignatures(t *testing.T) {
	t.Parallel()
	root, looked := sharedtest.Root(t), 0
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		if entry.IsDir() && (strings.HasPrefix(name, ".git") || entry.Name() == "internal" || name == "examples") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		looked++
		for _, finding := range signatures(file) {
			assert.Fail(t, finding, name)
		}
		return nil
	}))
	require.Greater(t, looked, 300)
}

// signatures returns what a file says in another way.
func signatures(file *ast.File) (found []string) {
	bools := func(name string, function *ast.FuncType) {
		for _, field := range function.Params.List {
			if named(field.Type, "bool") {
				found = append(found, name+" takes a bool: its callers show true or false alone")
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.IsExported() && (n.Recv == nil || receiver(n).IsExported()) {
				bools(n.Name.Name, n.Type)
			}
		case *ast.TypeSpec:
			if !n.Name.IsExported() {
				return true
			}
			switch typ := n.Type.(type) {
			case *ast.FuncType:
				if strings.HasSuffix(n.Name.Name, "Option") && (typ.Results == nil || len(typ.Results.List) != 1 || !named(typ.Results.List[0].Type, "error")) {
					found = append(found, n.Name.Name+" is an option that cannot refuse")
				}
			case *ast.InterfaceType:
				for _, method := range typ.Methods.List {
					if function, ok := method.Type.(*ast.FuncType); ok {
						bools(fmt.Sprintf("%s.%s", n.Name.Name, method.Names[0].Name), function)
					}
				}
			case *ast.StructType:
				for _, suffix := range []string{"Config", "Configuration", "Params", "Opts", "Preferences"} {
					if strings.HasSuffix(n.Name.Name, suffix) {
						found = append(found, n.Name.Name+" is to be called Settings, or Options if it is of a call")
					}
				}
			}
		}
		return true
	})
	return found
}

// receiver returns the name of the type that a method is of.
func receiver(method *ast.FuncDecl) *ast.Ident {
	var name *ast.Ident
	ast.Inspect(method.Recv.List[0].Type, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && name == nil {
			name = ident
		}
		return true
	})
	return name
}

func named(typ ast.Expr, name string) bool {
	ident, ok := typ.(*ast.Ident)
	return ok && ident.Name == name
}

func TestSignaturesAreSeen(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
type Option func(*config)
type GoodOption func(*config) error
type CallConfig struct{}
type CallOptions struct{ Whole bool }
type Lister interface { List(whole bool); Len() int }
func Add(name string, received bool) {}
func (s *Server) Stop(now bool) {}
func (s *server) Stop(now bool) {}
func find(whole bool) bool { return whole }
`, parser.SkipObjectResolution)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"Option is an option that cannot refuse",
		"CallConfig is to be called Settings, or Options if it is of a call",
		"Lister.List takes a bool: its callers show true or false alone",
		"Add takes a bool: its callers show true or false alone",
		"Stop takes a bool: its callers show true or false alone",
	}, signatures(file))
}
