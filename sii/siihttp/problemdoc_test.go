package siihttp

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
)

var update = flag.Bool("update", false, "write docs/problems.md and docs/problems.es.md")

// The types of problems link to docs/problems.es.md; docs/problems.md is the same
// for developers.
func TestDocumentsOfTheProblems(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"problems.es.md": problemsInSpanish(), "problems.md": problemsForDevelopers(t)} {
		path := filepath.Join(sharedtest.Root(t), "docs", name)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		}
		written, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, text, strings.ReplaceAll(string(written), "\r\n", "\n"), "run: go generate ./sii/siihttp")
	}
}

func TestKindsAreTold(t *testing.T) {
	t.Parallel()
	assert.Len(t, kindsByName, len(kinds), "a kind comes twice")
	for _, k := range kinds {
		assert.NotEmpty(t, k.title, k.name)
		assert.GreaterOrEqual(t, k.status, 400, k.name)
	}
	for _, k := range portalKinds {
		assert.Contains(t, kindsByName, k.name)
	}
}

const writtenBy = "<!-- Written by: go generate ./sii/siihttp. Do not edit. -->\n\n"

func problemsInSpanish() string {
	var b strings.Builder
	b.WriteString("# Problemas\n\n*[In English](problems.md)*\n\n" + writtenBy +
		"Cómo responde `sii/siihttp` cuando no puede (RFC 9457): `kind` es la clase, `detail` las palabras del SII si las hay,\n" +
		"`codigo` su código (ver [el catálogo](codes.md)). Qué hacer se reemplaza por lo que el catálogo dice del código, y\n" +
		"la espera por la que pide el SII.\n\n" +
		"| kind | HTTP | qué pasó | qué hacer | esperar |\n|---|---|---|---|---|\n")
	for _, k := range kinds {
		problemRow(&b, k, k.title, k.advice)
	}
	return b.String()
}

func problemsForDevelopers(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Problems\n\n*[En español](problems.es.md)*\n\n" + writtenBy +
		"How `sii/siihttp` answers when it cannot do something (RFC 9457). `kind` is one of these, `detail` has the SII's words\n" +
		"if there are any, `codigo` its code (see [the catalogue](codes.md)). What the catalogue says of the code replaces what\n" +
		"to do, and the time that the SII asks for replaces the wait. Titles and advice are in Spanish in answers.\n\n" +
		"| kind | HTTP | what happened | what to do | wait |\n|---|---|---|---|---|\n")
	for _, k := range kinds {
		words, ok := problemsInEnglish[k.name]
		assert.True(t, ok, "problemsInEnglish lacks %s", k.name)
		assert.Equal(t, k.advice == "", words[1] == "", k.name)
		problemRow(&b, k, words[0], words[1])
	}
	assert.Len(t, problemsInEnglish, len(kinds))
	return b.String()
}

func problemRow(b *strings.Builder, k kind, title, advice string) {
	wait := ""
	if k.retry > 0 {
		wait = fmt.Sprintf("%d s", int(k.retry.Seconds()))
	}
	fmt.Fprintf(b, "| <a id=\"%s\"></a>`%s` | %d | %s | %s | %s |\n", k.name, k.name, k.status, title, advice, wait)
}
