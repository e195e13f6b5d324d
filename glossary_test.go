package chile_test

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/glossary.md from doc.go")

const glossaryPage = "docs/glossary.md"

// glossary returns the entries of the glossary in the documentation of the
// package: the Spanish term, and what the code calls it.
func glossary(t *testing.T) (entries [][2]string) {
	t.Helper()
	source, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, text, ok := strings.Cut(string(source), "// # Glossary\n")
	require.True(t, ok, "doc.go has a glossary")
	entry := regexp.MustCompile(`(?m)^//\t(.+?) {2,}(.+)$`)
	for _, m := range entry.FindAllStringSubmatch(text, -1) {
		entries = append(entries, [2]string{m[1], m[2]})
	}
	require.Len(t, entries, strings.Count(text, "\n//\t"), "every line of the glossary has two columns")
	return entries
}

// TestGlossaryPage compares the page with the glossary of doc.go, of which it is
// written with: go test -run TestGlossaryPage -update .
func TestGlossaryPage(t *testing.T) {
	t.Parallel()
	entries := glossary(t)
	require.Greater(t, len(entries), 80)
	var page bytes.Buffer
	page.WriteString("# Glossary\n\n<!-- Written by: go test -run TestGlossaryPage -update . (from doc.go). Do not edit. -->\n\n" +
		"The SII's nouns stay in Spanish where they are the term of the trade; where plain English says the same, the code is in\nEnglish.\n\n" +
		"| Spanish | in the code, and what it means |\n|---|---|\n")
	previous := ""
	for _, e := range entries {
		assert.NotEqual(t, previous, e[0], "twice")
		previous = e[0]
		page.WriteString("| " + e[0] + " | " + e[1] + " |\n")
	}
	if *update {
		require.NoError(t, os.WriteFile(glossaryPage, page.Bytes(), 0o644))
	}
	written, err := os.ReadFile(glossaryPage)
	require.NoError(t, err)
	assert.Equal(t, page.String(), string(written))
}
