// Package sharedtest finds test documents that several projects share and that are not
// part of this one. Only tests use it.
package sharedtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const modulePath = "github.com/ofitec/chile"

// Root returns the folder of the root module, found by walking up from the
// working directory, so that tests of nested modules find it too.
func Root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && firstLine(string(mod)) == "module "+modulePath {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Fatalf("sharedtest: no go.mod of %s above the working directory", modulePath)
		}
		dir = parent
	}
}

// Path returns the path of a file or folder of the shared test data, next to the
// project's root. If there is none, it skips the test.
func Path(tb testing.TB, elems ...string) string {
	tb.Helper()
	base := filepath.Join(Root(tb), "..", "shared", "testdata")
	if _, err := os.Stat(base); err != nil {
		tb.Skip("the shared test data is not next to the project")
	}
	path := filepath.Join(append([]string{base}, elems...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("the shared test data has no %s", filepath.Join(elems...))
	}
	return path
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}
