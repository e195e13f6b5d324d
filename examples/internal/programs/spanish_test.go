package programs

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// english are words of the programs that Spanish has not.
var english = regexp.MustCompile(`(?i)\b(the|not|file|is|are|of|was|what|which|wrong|missing|failed?|refused|such|error:|warning|skipped|` +
	`certificate|signature|stamp|clock|seed|database|settings|checked|required|usage|flags|default|password|path|connection|` +
	`malformed|digest|match|cut|place|see|shows|print)\b`)

// With -lang es nothing is told in English: results, causes, usage and help.
func TestSpanish(t *testing.T) {
	t.Parallel()
	data, err := filepath.Abs("../../../dte/testdata")
	require.NoError(t, err)
	good := []string{"-lang", "es", "-explain", "-caf-key", "666=" + filepath.Join(data, "sii-666.pem"), "-roots", filepath.Join(data, "issuer.pem")}
	text := file(t, "nada.txt", "nada")
	for name, p := range map[string]program{
		"dteverify":              {name: "dteverify", args: append(good, filepath.Join(data, "dte.xml"), filepath.Join(data, "envelope.xml"))},
		"dteverify, forged":      {name: "dteverify", args: append(good, filepath.Join(data, "envelope-forged.xml"), filepath.Join(data, "envelope-totals.xml"))},
		"dteverify, unknown":     {name: "dteverify", args: []string{"-lang=es", "-explain", filepath.Join(data, "dte.xml")}},
		"dteverify, no files":    {name: "dteverify", args: append(good, "/nada.xml", text, data, "-")},
		"dteverify, no argument": {name: "dteverify", args: []string{"-lang", "es"}},
		"dteverify, flag":        {name: "dteverify", args: []string{"-lang", "es", "-nada"}},
		"dteverify, roots":       {name: "dteverify", args: []string{"-lang", "es", "-roots", "/nada.pem", "x.xml"}},
		"dteverify, help":        {name: "dteverify", args: []string{"-lang", "es", "-h"}},
		"doctor":                 {name: "doctor", args: []string{"-lang", "es", "-sii", "http://127.0.0.1:1", "-db", "/nada.db"}},
		"doctor, certificate":    {name: "doctor", args: []string{"-lang", "es", "-sii", "http://127.0.0.1:1", "-p12", text, "-dsn", "postgres://127.0.0.1:1/x"}},
		"doctor, none":           {name: "doctor", args: []string{"-lang", "es", "-sii", "http://127.0.0.1:1", "-p12", "/nada.p12"}},
		"doctor, password":       {name: "doctor", args: []string{"-lang", "es", "-sii", "http://127.0.0.1:1", "-p12", certificate(t, "x")}},
		"issue":                  {name: "issue", args: []string{"-lang", "es"}},
		"issue, refused":         {name: "issue", args: []string{"-lang", "es", "-dry-run", text, "/nada.json", data, file(t, "b.json", `{"a": 1, "Detalle": [1, {"QtyItem": "x"}], "Encabezado": {"IdDoc": {"TipoDTE": 30}}}`)}},
		"issue, types":           {name: "issue", args: []string{"-lang", "es", "-dry-run", file(t, "t.json", `{"Encabezado": {"IdDoc": {"TipoDTE": 30}}}`)}},
		"issue, not dry":         {name: "issue", args: []string{"-lang", "es", text}},
		"issue, flag":            {name: "issue", args: []string{"-lang", "es", "-dry-run", "-uf", "x", text}},
		"issue, help":            {name: "issue", args: []string{"-lang", "es", "-h"}},
		"doctor, help":           {name: "doctor", args: []string{"-lang", "es", "-h"}},
		"doctor, flag":           {name: "doctor", args: []string{"-lang", "es", "-deadline", "x"}},
		"doctor, environment":    {name: "doctor", args: []string{"-lang", "es", "-env", "x"}},
		"doctor, variable":       {name: "doctor", args: []string{"-lang", "es"}, env: []string{"SII_AMBIENTE=x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.run(t)
			told := regexp.MustCompile(`\((?:[a-z_]+)\)|/\S+|issuer\.pem|"?-[a-z0-9-]+`).ReplaceAllString(r.stdout+r.stderr, "") // codes, paths, flags
			require.NotEmpty(t, told)
			assert.Empty(t, english.FindAllString(told, -1), told)
		})
	}
}
