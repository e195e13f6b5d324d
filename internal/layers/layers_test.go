// Package layers tests who imports whom: what each package of the SDK may reach,
// and what must not reach the programs of those who import it.
package layers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
)

// TestLayers asks the go command about every package of every module.
func TestLayers(t *testing.T) {
	t.Parallel()
	packages := list(t)
	require.Contains(t, paths(packages), module)
	require.Contains(t, paths(packages), module+"/rcv")
	assert.Empty(t, violations(packages))
}

// TestEveryLayerHasPackages keeps the table from outliving what it speaks of.
// The layers of packages that are agreed but not written yet are named here.
func TestEveryLayerHasPackages(t *testing.T) {
	t.Parallel()
	agreed := []string{"rcv/rcvxlsx/...", "dte/...", "session/...", "sii/internal/..."}
	used := map[string]bool{}
	for _, pkg := range list(t) {
		if name, ok := ownName(pkg.ImportPath); ok {
			if l, ok := layerOf(name); ok {
				used[l.path] = true
			}
		}
	}
	for _, l := range layers {
		assert.True(t, used[l.path] || slices.Contains(agreed, l.path), "no package is in the layer %q", l.path)
	}
}

func list(t *testing.T) (packages []goPackage) {
	t.Helper()
	// "work" is every package of every module of the workspace.
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps,Module,TestImports,XTestImports", "work")
	cmd.Dir = sharedtest.Root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var pkg goPackage
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		packages = append(packages, pkg)
	}
}

func paths(packages []goPackage) (all []string) {
	for _, pkg := range packages {
		all = append(all, pkg.ImportPath)
	}
	return all
}

// TestRulesCatchViolations puts each violation through the same rules.
func TestRulesCatchViolations(t *testing.T) {
	t.Parallel()
	const testify, pq, sqlite = "github.com/stretchr/testify/assert", "github.com/lib/pq", "modernc.org/sqlite"
	for _, tt := range []struct{ name, from, to string }{
		{"the root imports a package of its own", "", "rcv"},
		{"the root imports an internal package", "", "internal/latin1"},
		{"the root imports a module", "", "golang.org/x/text/encoding"},
		{"the registers reach HTTP", "rcv", "net/http"},
		{"the registers reach a cookie jar", "rcv", "net/http/cookiejar"},
		{"the registers reach SQL", "rcv", "database/sql"},
		{"the registers reach signatures", "rcv", "xmlsig"},
		{"the registers reach the client", "rcv", "sii"},
		{"documents reach HTTP", "dte", "net/http"},
		{"documents reach SQL", "dte", "database/sql"},
		{"documents reach the client", "dte", "sii"},
		{"the judge imports what it judges", "dte/judge", "dte/issue"},
		{"the judge adds up with the arithmetic of others", "dte/judge", "dte/internal/taxes"},
		{"what issues documents imports their judge", "dte/issue", "dte/judge"},
		{"storage imports the client", "storage", "sii"},
		{"an adapter imports the client", "storage/postgres", "sii"},
		{"an adapter imports the synchroniser", "storage/sqlite", "sii/siisync"},
		{"the conformance suite imports the fake", "storage/storagetest", "sii/siitest"},
		{"the contract of storage reaches SQL", "storage", "database/sql"},
		{"the contract of storage imports an adapter", "storage", "storage/memory"},
		{"one adapter imports another", "storage/sqlite", "storage/postgres"},
		{"the client imports storage", "sii", "storage"},
		{"the client imports an adapter", "sii", "storage/memory"},
		{"the client imports seals", "sii", "storage/seal"},
		{"the client reaches SQL", "sii", "database/sql"},
		{"the client imports its fake", "sii", "sii/siitest"},
		{"the client imports the portal", "sii", "session"},
		{"the fake imports storage", "sii/siitest", "storage"},
		{"the fake reaches testify", "sii/siitest", testify},
		{"the fake reaches package testing", "sii/siitest", "testing"},
		{"the synchroniser picks an adapter", "sii/siisync", "storage/sqlite"},
		{"the page imports the client", "sii/siihttp/siipage", "sii"},
		{"the interface picks an adapter", "sii/siihttp", "storage/sqlite"},
		{"the interface reaches SQL", "sii/siihttp", "database/sql"},
		{"the synchroniser imports the interface", "sii/siisync", "sii/siihttp"},
		{"the recorder imports the client", "sii/siirecord", "sii"},
		{"the recorder reaches SQL", "sii/siirecord", "database/sql"},
		{"signatures know RUTs", "xmlsig", ""},
		{"signatures import seals", "xmlsig", "storage/seal"},
		{"signatures reach HTTP", "xmlsig", "net/http"},
		{"seals know RUTs", "storage/seal", ""},
		{"seals import signatures", "storage/seal", "xmlsig"},
		{"the conformance suite reaches testify", "storage/storagetest", testify},
		{"a library reaches testify", "rcv", testify},
		{"a library finds test data", "rcv", "internal/sharedtest"},
		{"an adapter starts a server of tests", "storage/postgres", "internal/pgtest"},
		{"a library reaches package testing", "sii", "testing"},
		{"a library reaches the helpers of tests", "sii", "testing/synctest"},
		{"PostgreSQL brings pgx", "storage/postgres", "github.com/jackc/pgx/v5/stdlib"},
		{"PostgreSQL brings lib/pq", "storage/postgres", pq},
		{"SQLite brings a driver", "storage/sqlite", sqlite},
		{"the client reads PKCS#12 itself", "sii", pkcs12},
		{"the registers take a dependency", "rcv", "github.com/shopspring/decimal"},
		{"the COPY module brings a second driver", "storage/pgxcopy", pq},
		{"a package that nobody placed", "common", "strings"},
		{"a package that looks like another", "siix", "strings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.NotEmpty(t, violations([]goPackage{edge(tt.from, tt.to)}))
		})
	}
}

// TestIndirectViolations are caught where no import statement shows them.
func TestIndirectViolations(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ pkg, dep, why string }{
		{"rcv", "net/http", "kept free of it"},
		{"rcv", "database/sql", "kept free of it"},
		{"rcv", module + "/storage", "above it, or beside it"},
		{"sii/siitest", "github.com/stretchr/testify/require", "for tests alone"},
		{"storage/storagetest", "github.com/stretchr/testify/require", "for tests alone"},
		{"sii/siitest", "testing", "links testing into programs"},
		{"storage/sqlite", "modernc.org/sqlite", "the root module brings no driver"},
		{"storage/postgres", "github.com/jackc/pgx/v5", "the root module brings no driver"},
		{"storage/postgres", "github.com/lib/pq", "the root module brings no driver"},
	} {
		pkg := edge(tt.pkg, "internal/latin1")
		pkg.Deps = append(pkg.Deps, tt.dep)
		want := module + "/" + tt.pkg + " reaches " + tt.dep + ": " + tt.why
		assert.Equal(t, []string{want}, violations([]goPackage{pkg}))
	}
}

func TestRulesAllowTheDesign(t *testing.T) {
	t.Parallel()
	for _, tt := range [][2]string{
		{"", "database/sql/driver"},
		{"rcv", ""},
		{"rcv", "golang.org/x/text/encoding/charmap"},
		{"rcv", "database/sql/driver"},
		{"dte", "xmlsig"},
		{"xmlsig", pkcs12},
		{"sii", "rcv"},
		{"sii", "xmlsig"},
		{"sii", "net/http"},
		{"sii/siitest", "sii"},
		{"sii/siitest", "net/http/httptest"},
		{"sii/siisync", "storage"},
		{"sii/siihttp", "sii/siisync"},
		{"sii/siihttp", "session/pull"},
		{"storage/postgres", "database/sql"},
		{"storage/storagetest", "testing"},
		{"storage/pgxcopy", "github.com/jackc/pgx/v5/stdlib"},
		{"examples/fullflow", "sii/siitest"},
		{"examples/fullflow", "modernc.org/sqlite"},
	} {
		assert.Empty(t, violations([]goPackage{edge(tt[0], tt[1])}), "%s imports %s", tt[0], tt[1])
	}
}

// edge is a package of ours that imports one package, of ours or not.
func edge(from, to string) goPackage {
	pkg := goPackage{ImportPath: strings.TrimSuffix(module+"/"+from, "/")}
	pkg.Module.Path = module
	if from == "storage/pgxcopy" || strings.HasPrefix(from, "examples/") {
		pkg.Module.Path = pkg.ImportPath
	}
	if _, placed := layerOf(to); placed {
		to = strings.TrimSuffix(module+"/"+to, "/")
	}
	pkg.Imports, pkg.Deps = []string{to}, []string{to}
	return pkg
}
