package layers_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
)

// TestEverythingPublicHasAPage lists exported names whose documentation stands in an
// internal package, where users do not find it: there are none.
func TestEverythingPublicHasAPage(t *testing.T) {
	t.Parallel()
	exports, public := map[string]string{}, []string{}
	for _, line := range goList(t, "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}\t{{.Name}}\t{{.Standard}}", "work") {
		fields := strings.Split(line, "\t")
		exports[fields[0]] = fields[1]
		if name, ok := ownName(fields[0]); ok && fields[2] != "main" && !isInternal(name) && !slices.Contains(public, fields[0]) {
			public = append(public, fields[0])
		}
	}
	require.Greater(t, len(public), 20)
	look := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, path := range public {
		pkg, err := look.Import(path)
		require.NoError(t, err)
		assert.Empty(t, homeless(pkg), path)
	}
}

// goList runs go list at the root and returns its lines.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	cmd.Dir = sharedtest.Root(t)
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func isInternal(path string) bool { return slices.Contains(strings.Split(path, "/"), "internal") }

// homeless returns the exported names of a package that an internal package
// declares, or that show a type of one.
func homeless(pkg *types.Package) (found []string) {
	add := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		if of, ok := object.(*types.TypeName); ok {
			if at := internalOf(of.Type()); at != "" {
				add("%s is a type of %s", name, at)
				continue
			}
			// What is embedded, exported or not, shows what it has.
			methods := types.NewMethodSet(types.NewPointer(of.Type()))
			for i := range methods.Len() {
				if m := methods.At(i).Obj(); m.Exported() {
					if isInternal(m.Pkg().Path()) {
						add("%s.%s is a method of %s", name, m.Name(), m.Pkg().Path())
					} else if at := internalOf(m.Type()); at != "" {
						add("%s.%s shows a type of %s", name, m.Name(), at)
					}
				}
			}
			if s, ok := of.Type().Underlying().(*types.Struct); ok {
				for f := range s.Fields() {
					if at := internalOf(f.Type()); at != "" && f.Exported() {
						add("%s.%s shows a type of %s", name, f.Name(), at)
					} else if at != "" && f.Embedded() {
						add("%s embeds a type of %s", name, at)
					}
				}
			}
			continue
		}
		if at := internalOf(object.Type()); at != "" {
			add("%s shows a type of %s", name, at)
		}
	}
	return found
}

// internalOf returns the internal package of a type that stands in another one's
// declaration, or nothing.
func internalOf(t types.Type) string {
	switch t := t.(type) {
	case *types.Alias:
		if at := internalOf(types.Unalias(t)); at != "" {
			return at
		}
		return ofPackage(t.Obj())
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			if at := internalOf(t.TypeArgs().At(i)); at != "" {
				return at
			}
		}
		return ofPackage(t.Obj())
	case *types.Pointer:
		return internalOf(t.Elem())
	case *types.Slice:
		return internalOf(t.Elem())
	case *types.Array:
		return internalOf(t.Elem())
	case *types.Chan:
		return internalOf(t.Elem())
	case *types.Map:
		if at := internalOf(t.Key()); at != "" {
			return at
		}
		return internalOf(t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			if at := internalOf(v.Type()); at != "" {
				return at
			}
		}
	case *types.Signature:
		if at := internalOf(t.Params()); at != "" {
			return at
		}
		return internalOf(t.Results())
	}
	return ""
}

func ofPackage(name *types.TypeName) string {
	if name.Pkg() == nil || !isInternal(name.Pkg().Path()) {
		return ""
	}
	if _, ok := ownName(name.Pkg().Path()); !ok {
		return ""
	}
	return name.Pkg().Path()
}

// TestPagesOpenWithTheFlow holds that the page of every package shows how it is used:
// with code in the first lines of its documentation, and with an example that is
// compiled.
func TestPagesOpenWithTheFlow(t *testing.T) {
	t.Parallel()
	const most = 18 // lines before the code
	looked := 0
	for _, line := range goList(t, "-f", "{{.ImportPath}}\t{{.Name}}\t{{.Dir}}", "work") {
		fields := strings.Split(line, "\t")
		name, ok := ownName(fields[0])
		if !ok || fields[1] == "main" || isInternal(name) {
			continue
		}
		looked++
		page, examples := pageOf(t, fields[2])
		before, _, code := strings.Cut(page, "\n\t")
		assert.True(t, code && strings.Count(before, "\n") < most, "the documentation of %q shows no code in its first %d lines", name, most)
		assert.Positive(t, examples, "%q has no example", name)
	}
	require.Greater(t, looked, 20)
}

// pageOf returns the documentation of the package in a folder, and how many examples
// it has.
func pageOf(t *testing.T, dir string) (page string, examples int) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		if !strings.HasSuffix(path, "_test.go") {
			page += file.Doc.Text()
			continue
		}
		for _, declared := range file.Decls {
			if f, ok := declared.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Example") {
				examples++
			}
		}
	}
	return page, examples
}
