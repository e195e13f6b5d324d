package layers_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
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

// TestGroups holds the groups of files of the large packages apart.
func TestGroups(t *testing.T) {
	t.Parallel()
	for _, pkg := range grouped {
		t.Run(pkg.path, func(t *testing.T) {
			t.Parallel()
			files := sourceOf(t, pkg.path)
			arrows := files.arrows(t)
			for _, file := range files.names {
				_, ok := pkg.groupOf(file)
				assert.True(t, ok, "%s/%s is in no group: name it after one, or add its group to groups_rules_test.go", pkg.path, file)
			}
			assert.Empty(t, pkg.violations(arrows))
			for _, circle := range circles(files.names, arrows) {
				assert.LessOrEqual(t, len(circle), maxCircle, "files that all need each other: %s", strings.Join(circle, " "))
			}
			upward, all := pkg.upward(arrows)
			assert.LessOrEqual(t, 100*upward, maxUpward*all, "%d of %d arrows between files go upward", upward, all)
			t.Logf("%d files, %d arrows, %d upward (%.1f %%)", len(files.names), all, upward, 100*float64(upward)/float64(max(all, 1)))
		})
	}
}

// source is the files of one package, without its tests.
type source struct {
	path    string
	names   []string
	files   []*ast.File
	fset    *token.FileSet
	exports map[string]string // export data of what it imports, by import path
}

// arrow is a use, in one file, of what another file declares.
type arrow struct{ from, to string }

// sourceOf parses a package and finds the export data of what it imports.
func sourceOf(t *testing.T, path string) *source {
	t.Helper()
	s := &source{path: module + "/" + path, fset: token.NewFileSet(), exports: map[string]string{}}
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}\t{{.Dir}}\t{{join .GoFiles \" \"}}", s.path)
	cmd.Dir = sharedtest.Root(t)
	out, err := cmd.Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if fields[0] != s.path {
			s.exports[fields[0]] = fields[1]
			continue
		}
		for _, name := range strings.Fields(fields[3]) {
			file, err := parser.ParseFile(s.fset, filepath.Join(fields[2], name), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			s.names, s.files = append(s.names, name), append(s.files, file)
		}
	}
	require.NotEmpty(t, s.files)
	return s
}

// arrows returns which file uses what, and the names that each arrow is for.
func (s *source) arrows(t *testing.T) map[arrow][]string {
	t.Helper()
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(s.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(s.exports[path]) })}
	pkg, err := config.Check(s.path, s.fset, s.files, info)
	require.NoError(t, err)
	all := map[arrow][]string{}
	for ident, object := range info.Uses {
		a := arrow{s.file(ident.Pos()), s.file(object.Pos())}
		if object.Pkg() == pkg && a.from != a.to && !slices.Contains(all[a], object.Name()) {
			all[a] = append(all[a], object.Name())
		}
	}
	for _, names := range all {
		slices.Sort(names)
	}
	return all
}

func (s *source) file(pos token.Pos) string { return filepath.Base(s.fset.Position(pos).Filename) }

// groupOf returns the place of a file's group: the longest prefix counts.
func (p *groupedPackage) groupOf(file string) (place groupPlace, ok bool) {
	name := strings.TrimSuffix(file, ".go")
	longest := -1
	for floor, groups := range p.floors {
		for group := range strings.FieldsSeq(groups) {
			for prefix := range strings.SplitSeq(group, "+") {
				if (name == prefix || strings.HasPrefix(name, prefix+"_")) && len(prefix) > longest {
					place, ok, longest = groupPlace{group, floor}, true, len(prefix)
				}
			}
		}
	}
	return place, ok
}

// groupPlace is a group and its floor.
type groupPlace struct {
	name  string
	floor int
}

// violations returns a line for each arrow that leads where it may not.
func (p *groupedPackage) violations(arrows map[arrow][]string) (lines []string) {
	for a, names := range arrows {
		from, _ := p.groupOf(a.from)
		to, _ := p.groupOf(a.to)
		if from.name == to.name || from.floor > to.floor {
			continue
		}
		why := "stands above it"
		if from.floor == to.floor {
			why = "is its sibling"
		}
		lines = append(lines, fmt.Sprintf("%s may not touch %s (%s): group %s %s", a.from, a.to, strings.Join(names, ", "), to.name, why))
	}
	slices.Sort(lines)
	return lines
}

// upward counts the arrows that lead to a file that stands higher, in the best
// order that is found.
func (p *groupedPackage) upward(arrows map[arrow][]string) (upward, all int) {
	place := map[string]int{}
	for i, file := range bestOrder(arrows) {
		place[file] = i
	}
	for a := range arrows {
		if place[a.to] > place[a.from] {
			upward++
		}
	}
	return upward, len(arrows)
}

// bestOrder puts files that are needed before those that need them. Where files
// need each other, the one is taken that most others need for the fewest it needs
// (the heuristic of Eades, Lin and Smyth).
func bestOrder(arrows map[arrow][]string) (order []string) {
	needs, neededBy := map[string]map[string]bool{}, map[string]map[string]bool{}
	for a := range arrows {
		for _, file := range []string{a.from, a.to} {
			if needs[file] == nil {
				needs[file], neededBy[file] = map[string]bool{}, map[string]bool{}
			}
		}
		needs[a.from][a.to], neededBy[a.to][a.from] = true, true
	}
	for len(needs) > 0 {
		next := slices.MinFunc(slices.Sorted(maps.Keys(needs)), func(a, b string) int {
			return cmp.Or(
				cmp.Compare(min(len(needs[a]), 1), min(len(needs[b]), 1)), // one that needs nothing
				cmp.Compare(len(needs[a])-len(neededBy[a]), len(needs[b])-len(neededBy[b])),
			)
		})
		order = append(order, next)
		for file := range neededBy[next] {
			delete(needs[file], next)
		}
		for file := range needs[next] {
			delete(neededBy[file], next)
		}
		delete(needs, next)
		delete(neededBy, next)
	}
	return order
}

// circles returns the sets of files that all lead to each other.
func circles(files []string, arrows map[arrow][]string) (all [][]string) {
	next := map[string][]string{}
	for a := range arrows {
		next[a.from] = append(next[a.from], a.to)
	}
	reach := map[string]map[string]bool{}
	for _, file := range files {
		seen := map[string]bool{}
		for todo := slices.Clone(next[file]); len(todo) > 0; {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if !seen[at] {
				seen[at] = true
				todo = append(todo, next[at]...)
			}
		}
		reach[file] = seen
	}
	done := map[string]bool{}
	for _, file := range files {
		if done[file] || !reach[file][file] {
			continue
		}
		circle := []string{}
		for _, other := range files {
			if reach[file][other] && reach[other][file] {
				circle = append(circle, other)
				done[other] = true
			}
		}
		all = append(all, circle)
	}
	return all
}

// TestGroupRulesCatchViolations puts arrows that may not be through the rules.
func TestGroupRulesCatchViolations(t *testing.T) {
	t.Parallel()
	pkg := &groupedPackage{path: "x", floors: []string{"err+code", "call", "rcv dte", "client client_options"}}
	use := func(from, to string) []string { return pkg.violations(map[arrow][]string{{from, to}: {"thing"}}) }
	assert.Empty(t, use("call_body.go", "err.go"))
	assert.Empty(t, use("err.go", "code_answer.go"))
	assert.Empty(t, use("call.go", "call_body.go"))
	assert.Empty(t, use("client.go", "rcv_detail.go"))
	assert.Equal(t, []string{"call.go may not touch client.go (thing): group client stands above it"}, use("call.go", "client.go"))
	assert.Equal(t, []string{"rcv.go may not touch dte_upload.go (thing): group dte is its sibling"}, use("rcv.go", "dte_upload.go"))
	_, ok := pkg.groupOf("other.go")
	assert.False(t, ok)
	longer, _ := pkg.groupOf("client_options_call.go")
	assert.Equal(t, "client_options", longer.name)

	ring := map[arrow][]string{{"a", "b"}: nil, {"b", "c"}: nil, {"c", "a"}: nil, {"c", "d"}: nil}
	assert.Equal(t, [][]string{{"a", "b", "c"}}, circles([]string{"a", "b", "c", "d"}, ring))
	upward, all := pkg.upward(ring)
	assert.Equal(t, []int{1, 4}, []int{upward, all})
}
