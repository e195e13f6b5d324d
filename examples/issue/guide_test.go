package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/doccommand"
	"github.com/ofitec/chile/internal/sharedtest"
)

// The commands of the guides work as they stand there, with the company and the
// first draft of the guide.
func TestGuidesCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "issue"), ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	env := []string{"PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH"), "SII_CERT_P12_PASS=" + password}
	p12 := readFileText(t, newKit(t).p12)
	for _, c := range []struct{ guide, name, company, draft, says string }{
		{"issuing.md", "dry run", "company.json", "draft.json", "7.074"},
		{"issuing.md", "demonstration", "company.json", "draft.json", "good  accepted EPR"},
		{"issuing.md", "issue", "company.json", "draft.json", "EnvioDTE of 1 documents, issued/EnvioDTE-1.xml"},
		{"issuing.md", "keep and send", "company.json", "draft.json", "accepted"},
		{"emitir.es.md", "dry run in Spanish", "empresa.json", "borrador.json", "7.074"},
		{"emitir.es.md", "demonstration in Spanish", "empresa.json", "borrador.json", "bien  accepted EPR"},
		{"emitir.es.md", "issue in Spanish", "empresa.json", "borrador.json", "EnvioDTE de 1 documentos, emitidos/EnvioDTE-1.xml"},
		{"emitir.es.md", "keep and send in Spanish", "empresa.json", "borrador.json", "accepted"},
	} {
		env, p12 := env, p12
		text := func(s string) string { return s }
		if strings.HasPrefix(c.name, "keep") { // at a fake, today
			shop := newShop(t)
			env, p12 = append(slices.Clone(env), "SII="+shop.sii), readFileText(t, shop.p12)
			for name, path := range map[string]string{"caf-33.xml": shop.folios(t, 33), "key.pem": shop.key} {
				require.NoError(t, os.WriteFile(filepath.Join(dir, c.guide, name), []byte(readFileText(t, path)), 0o600))
			}
			text = func(s string) string { return strings.ReplaceAll(s, `"FchEmis": "2026-11-20"`, `"FchEmis": null`) }
		}

		dir := filepath.Join(dir, c.guide)
		require.NoError(t, os.MkdirAll(dir, 0o700))
		certificate := strings.TrimSuffix(c.company, ".json") + ".p12"
		require.NoError(t, os.WriteFile(filepath.Join(dir, certificate), []byte(p12), 0o600))
		guide, err := os.ReadFile(filepath.Join(sharedtest.Root(t), "docs", c.guide))
		require.NoError(t, err)
		blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(guide, 2)
		require.Len(t, blocks, 2, c.guide)
		require.NoError(t, os.WriteFile(filepath.Join(dir, c.company), blocks[0][1], 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, c.draft), []byte(text(string(blocks[1][1]))), 0o600))
		assert.Contains(t, doccommand.Run(t, c.guide, c.name, dir, env, "go"), c.says, c.guide)
	}
}
