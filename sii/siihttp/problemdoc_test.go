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

var update = flag.Bool("update", false, "write docs/problemas.md")

// docs/problemas.md is where the types of problems lead.
func TestDocumentOfTheProblems(t *testing.T) {
	t.Parallel()
	path := filepath.Join(sharedtest.Root(t), "docs", "problemas.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(problemDocument()), 0o644))
	}
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, problemDocument(), strings.ReplaceAll(string(written), "\r\n", "\n"), "run: go generate ./sii/siihttp")
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

func problemDocument() string {
	var b strings.Builder
	b.WriteString(`# Problemas / Problems

<!-- Written by: go generate ./sii/siihttp (from sii/siihttp/kinds.go). Do not edit. -->

Cómo responde ` + "`sii/siihttp`" + ` cuando no puede (RFC 9457): ` + "`kind`" + ` es la clase, ` + "`detail`" + ` las palabras del SII si las hay,
` + "`codigo`" + ` su código (ver [el catálogo](errores.md)). Qué hacer se reemplaza por lo que el catálogo dice del código, y
la espera por la que pide el SII. *How sii/siihttp answers when it cannot: kind is one of these, detail the SII's own
words if there are any.*

| kind | HTTP | qué pasó | qué hacer | esperar |
|---|---|---|---|---|
`)
	for _, k := range kinds {
		wait := ""
		if k.retry > 0 {
			wait = fmt.Sprintf("%d s", int(k.retry.Seconds()))
		}
		fmt.Fprintf(&b, "| <a id=\"%s\"></a>`%s` | %d | %s | %s | %s |\n", k.name, k.name, k.status, k.title, k.advice, wait)
	}
	return b.String()
}
