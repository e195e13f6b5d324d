package layers_test

import (
	"fmt"
	"slices"
	"strings"
)

const module = "github.com/ofitec/chile"

// goPackage is what the rules look at: what `go list` says of a package without
// its tests.
type goPackage struct {
	ImportPath string
	Imports    []string // direct
	Deps       []string // direct and indirect

	TestImports, XTestImports []string // of its tests
	Module                    struct{ Path string }
}

// layer says what the packages under a path may reach. Paths are relative to
// the module; "x/..." is x and what is below it. Of several layers that fit a
// package the longest path counts.
type layer struct {
	path     string
	own      []string // packages of ours, reached directly or not
	external []string // packages of others, imported directly; the standard library goes without saying
	never    []string // packages of the standard library that must not be reached
	apart    []string // packages of ours that neither it nor its tests import themselves: it is written by another hand
}

// layers is the picture of who may import whom. A package that no layer fits is
// a violation: whoever adds one decides here what it may reach.
var layers = []layer{
	{path: "", never: network},
	{path: "internal/...", never: network},
	{path: "internal/doccommand", never: http},
	{path: "internal/echotest", never: database},
	{path: "internal/pgtest", never: http},
	{path: "internal/fleettest", own: []string{"..."}},
	{path: "internal/pagetest", own: store(), never: network},
	{path: "internal/foliotest", own: store(), never: network},
	{path: "xmlsig/...", own: []string{"xmlsig/...", "internal/..."}, never: network, external: []string{
		"github.com/beevik/etree", "github.com/russellhaering/goxmldsig", pkcs12, "golang.org/x/text/...",
	}},
	{path: "rcv/...", own: []string{"", "rcv/internal/...", "internal/..."}, never: network, external: []string{
		"github.com/go-json-experiment/json/jsontext", "golang.org/x/text/...", "golang.org/x/net/html/...",
	}},
	{path: "rcv/rcvxlsx/...", own: []string{"", "rcv/...", "internal/plain", "internal/option"}, never: database, external: []string{"github.com/xuri/excelize/v2"}}, // which knows pictures by net/http
	{path: "dte/...", own: []string{"", "dte", "dte/internal/...", "xmlsig/...", "internal/..."}, never: network, external: []string{
		"github.com/beevik/etree", "golang.org/x/text/...",
	}},
	{path: "dte/pdf417", never: network}, // the standard library alone
	{path: "dte/judge", own: []string{"", "dte", "dte/internal/...", "xmlsig", "internal/..."}, never: network, apart: []string{"dte/issue/...", "dte/internal/taxes"}},
	{path: "sii", own: beside("sii/internal/..."), never: database, external: []string{
		"github.com/beevik/etree", "golang.org/x/text/...", "golang.org/x/sync/...", "golang.org/x/time/rate",
	}},
	{path: "sii/internal/...", own: beside("sii/internal/..."), never: database, external: []string{
		"github.com/beevik/etree", "golang.org/x/text/...",
	}},
	{path: "sii/siidoctor", own: beside("sii", "sii/internal/..."), never: database},
	{path: "sii/siitest/...", own: beside("dte/internal/...", "dte/judge", "sii", "sii/internal/...", "sii/siitest/..."), never: database, external: []string{
		"github.com/beevik/etree", "golang.org/x/text/...", pkcs12,
	}},
	{path: "sii/siisync/...", own: beside("sii", "sii/internal/...", "sii/siisync/...", "storage"), never: database, external: []string{
		"golang.org/x/sync/...",
	}},
	{path: "sii/siiemit", own: beside("dte/issue", "dte/judge", "dte/internal/...", "sii", "sii/internal/...", "sii/siidoctor", "sii/siisync", "storage"), never: database, external: []string{
		"golang.org/x/sync/...",
	}},
	{path: "sii/siihttp/siipage", never: database}, // files and headers alone
	{path: "sii/siihttp/...", own: beside("sii", "sii/internal/...", "sii/siidoctor", "sii/siisync", "sii/siihttp/...", "storage", "storage/seal", "session/..."), never: database, external: []string{
		"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/jsontext",
	}},
	{path: "sii/siiotel/...", own: beside("sii", "sii/internal/..."), never: database, external: []string{
		"go.opentelemetry.io/otel", "go.opentelemetry.io/otel/attribute", "go.opentelemetry.io/otel/codes", "go.opentelemetry.io/otel/metric", "go.opentelemetry.io/otel/trace",
	}},
	{path: "sii/siisync/siimail", own: beside("sii", "sii/internal/...", "sii/siisync", "storage"), never: database, external: []string{"github.com/wneessen/go-mail"}},
	{path: "sii/siiriver/...", own: beside("sii", "sii/internal/...", "sii/siisync", "storage", "storage/seal", "session/..."), external: []string{
		"github.com/riverqueue/river/...", "github.com/jackc/pgx/v5/...",
	}},
	{path: "sii/siirecord/...", own: []string{"", "internal/...", "sii/siirecord/..."}, never: database}, // knows HTTP, not the client
	{path: "storage", own: []string{"", "rcv", "internal/plain", "internal/option"}, never: network},
	{path: "storage/memory", own: store("storage/internal/..."), never: network},
	{path: "storage/internal/...", own: store("storage/seal", "storage/internal/..."), never: http, external: []string{"github.com/go-json-experiment/json"}},
	{path: "storage/postgres/...", own: store("storage/seal", "storage/internal/...", "storage/postgres/..."), never: http},
	{path: "storage/sqlite/...", own: store("storage/seal", "storage/internal/...", "storage/sqlite/..."), never: http},
	{path: "storage/pgxcopy", own: store("storage/seal", "storage/internal/...", "storage/postgres/..."), never: http, external: []string{
		"github.com/jackc/pgx/v5/...",
	}},
	{path: "storage/seal", never: network},
	{path: "storage/storagetest", own: store(), never: network},
	{path: "session/...", own: []string{"", "rcv", "storage", "storage/seal", "session/...", "xmlsig", "internal/..."}, never: database, external: []string{
		"golang.org/x/net/html/...", "golang.org/x/net/publicsuffix", "golang.org/x/text/...",
	}},
	{path: "examples/...", own: []string{"..."}, external: []string{
		"modernc.org/sqlite", "github.com/jackc/pgx/v5/...", "golang.org/x/sync/...", "github.com/wneessen/go-mail", "golang.org/x/term", "golang.org/x/text/...", pkcs12,
	}},
}

const pkcs12 = "software.sslmate.com/src/go-pkcs12"

var (
	http     = []string{"net/http", "net/http/..."}
	database = []string{"database/sql"} // database/sql/driver is but an interface
	network  = slices.Concat(http, database)

	// What only the tests of a package may reach.
	testOnly = []string{"github.com/stretchr/testify/..."}

	// What links package testing into a program.
	testPackages = []string{"testing", "testing/..."}
	mayTest      = append([]string{"storage/storagetest"}, helpers...)

	// helpers are ours, for _test.go files alone.
	helpers = []string{"internal/sharedtest", "internal/doccommand", "internal/pgtest", "internal/bubbletest", "internal/fleettest", "internal/echotest", "internal/pagetest", "internal/foliotest"}

	drivers = []string{"github.com/jackc/...", "github.com/lib/pq/...", "modernc.org/..."}
)

// beside is what the client and what is built on it may reach, and more.
func beside(more ...string) []string {
	return append([]string{"", "rcv", "dte", "xmlsig", "internal/..."}, more...)
}

// store is what every adapter may reach, and more.
func store(more ...string) []string {
	return append([]string{"", "rcv", "storage", "internal/..."}, more...)
}

// violations returns a line for every rule that a package breaks.
func violations(packages []goPackage) (found []string) {
	for _, pkg := range packages {
		name, ok := ownName(pkg.ImportPath)
		if !ok {
			continue
		}
		l, ok := layerOf(name)
		if !ok {
			found = append(found, fmt.Sprintf("%s is in no layer", pkg.ImportPath))
			continue
		}
		for _, dep := range pkg.Deps {
			if why := l.refusesReach(name, dep, pkg.Module.Path); why != "" {
				found = append(found, fmt.Sprintf("%s reaches %s: %s", pkg.ImportPath, dep, why))
			}
		}
		for _, imported := range slices.Concat(pkg.Imports, pkg.TestImports, pkg.XTestImports) {
			if own, ok := ownName(imported); ok && matchesAny(l.apart, own) {
				found = append(found, fmt.Sprintf("%s imports %s: written by another hand", pkg.ImportPath, imported))
			}
		}
		for _, imported := range pkg.Imports {
			_, own := ownName(imported)
			if !own && !standard(imported) && !matchesAny(l.external, imported) {
				found = append(found, fmt.Sprintf("%s imports %s: not agreed for this package", pkg.ImportPath, imported))
			}
		}
	}
	return found
}

// refusesReach says why a package of the layer may not reach the dependency.
func (l *layer) refusesReach(name, dep, inModule string) string {
	if own, ok := ownName(dep); ok {
		switch {
		case own == name:
			return ""
		case matchesAny(helpers, own):
			return "for tests alone"
		case !matchesAny(l.own, own):
			return "above it, or beside it"
		}
		return ""
	}
	switch {
	case matchesAny(l.never, dep):
		return "kept free of it"
	case matchesAny(testOnly, dep):
		return "for tests alone"
	case matchesAny(testPackages, dep) && !matchesAny(mayTest, name):
		return "links testing into programs"
	case inModule == module && matchesAny(drivers, dep):
		return "the root module brings no driver"
	}
	return ""
}

func layerOf(name string) (best *layer, ok bool) {
	for i := range layers {
		l := &layers[i]
		if matches(l.path, name) && (best == nil || len(l.path) > len(best.path)) {
			best = l
		}
	}
	return best, best != nil
}

// ownName returns the path of one of our packages relative to the module.
func ownName(importPath string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(importPath, module)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(rest, "/"), true
}

// standard reports whether a package is in the standard library: the first part
// of its path has no dot.
func standard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

func matchesAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, path) })
}

// matches reports whether the path is the pattern or, of "x/...", x or below it.
func matches(pattern, path string) bool {
	parent, subtree := strings.CutSuffix(pattern, "...")
	if !subtree {
		return path == pattern
	}
	return strings.HasPrefix(path+"/", parent)
}
