package judge_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/sharedtest"
)

var update = flag.Bool("update", false, "write the table of codes into docs/verification")

// The guides have a table of all codes, between two comments. Write it with
//
//	go test ./dte/judge -run TestDocumentOfTheCodes -update
func TestDocumentOfTheCodes(t *testing.T) {
	const begin, end = "<!-- codes of the judge -->\n", "<!-- end -->\n"
	for name, table := range map[string]string{
		"verification.md": tableOf("| Code | Level | Means | Source |", judge.Code.English, func(l judge.Level) string { return l.String() }, func(s judge.Source) string { return string(s) }),
		"verification.es.md": tableOf("| Código | Nivel | Significa | Fuente |", judge.Code.Spanish,
			func(l judge.Level) string { return []string{"", "leve", "grave", "rechaza"}[l] },
			func(s judge.Source) string {
				return map[judge.Source]string{judge.Official: "oficial", judge.Issuers: "emisores", judge.OneIssuer: "un emisor", judge.Processor: "procesador"}[s]
			}),
	} {
		path := filepath.Join(sharedtest.Root(t), "docs", name)
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		before, rest, ok := strings.Cut(string(b), begin)
		require.True(t, ok, name)
		_, after, ok := strings.Cut(rest, end)
		require.True(t, ok, name)
		want := before + begin + table + end + after
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
			continue
		}
		assert.Equal(t, want, string(b), "%s: write it with -update", name)
	}
}

func tableOf(head string, words func(judge.Code) string, level func(judge.Level) string, source func(judge.Source) string) string {
	list := judge.Codes()
	slices.SortStableFunc(list, func(a, b judge.Code) int { return cmp.Compare(place(a), place(b)) })
	s := head + "\n|---|---|---|---|\n"
	for _, c := range list {
		name := "`" + string(c) + "`"
		if !c.Numbered() {
			name += " …"
		}
		s += fmt.Sprintf("| %s | %s | %s | %s |\n", name, level(c.Level()), words(c), source(c.Source()))
	}
	return s
}

// place is the first check that finds a code.
func place(code judge.Code) int {
	return slices.IndexFunc(judge.DefaultChecks(), func(c judge.Check) bool { return slices.Contains(c.Codes(), code) })
}
