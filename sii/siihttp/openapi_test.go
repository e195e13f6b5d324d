package siihttp_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp"
)

// described is the part of the description that the tests read.
type described struct {
	OpenAPI    string
	Paths      map[string]map[string]describedCall
	Components struct {
		Parameters map[string]describedParameter
		Schemas    map[string]any
	}
}

type describedCall struct {
	Parameters  []describedParameter
	RequestBody any
}

type describedParameter struct {
	Ref      string `json:"$ref"`
	Name, In string
}

func describe(t *testing.T) described {
	t.Helper()
	s := start(t, nil)
	var d described
	s.get("ana", "/openapi.json").json(&d)
	require.Equal(t, "3.1.0", d.OpenAPI)
	return d
}

// Every route and parameter is in the description, and nothing else is.
func TestDescriptionIsOfTheRoutes(t *testing.T) {
	t.Parallel()
	d := describe(t)
	served := map[string][]string{}
	for _, route := range siihttp.Routes() {
		served[route.Method+" "+route.Path] = slices.Sorted(slices.Values(route.Query))
	}
	shown := map[string][]string{}
	for path, methods := range d.Paths {
		for method, call := range methods {
			names := []string(nil)
			for _, p := range call.Parameters {
				if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
					p = d.Components.Parameters[name]
				}
				require.NotEmpty(t, p.Name, path)
				if p.In == "query" {
					names = append(names, p.Name)
				}
				if p.In == "path" {
					assert.Contains(t, path, "{"+p.Name+"}")
				}
			}
			slices.Sort(names)
			shown[strings.ToUpper(method)+" "+path] = names
			assert.Equal(t, method == "post", call.RequestBody != nil, path)
		}
	}
	assert.Equal(t, served, shown)
}

// The tests that try every route do so.
func TestCallsAreOfEveryRoute(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, call := range calls {
		path, _, _ := strings.Cut(call.path, "?")
		tried[call.method+" "+path] = true
	}
	for _, route := range siihttp.Routes() {
		path := strings.NewReplacer("{libro}", "compras", "{id}", "ABC", "{track_id}", "123").Replace(route.Path)
		assert.True(t, tried[route.Method+" "+path], "no test calls %s %s", route.Method, route.Path)
	}
}
