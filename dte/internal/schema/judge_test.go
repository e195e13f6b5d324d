package schema

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

// xsdOf is the schema of each root, by set.
var xsdOf = map[string]map[Set]string{
	"DTE":              {Newer: "dte-newer/DTE_v10.xsd", Older: "DTE_v10.xsd"},
	"EnvioDTE":         {Newer: "dte-newer/EnvioDTE_v10.xsd", Older: "EnvioDTE_v10.xsd"},
	"EnvioBOLETA":      {Newer: "boleta-newer/EnvioBOLETA_v11.xsd", Older: "EnvioBOLETA_v11.xsd"},
	"AEC":              {Newer: "AEC_v10.xsd"},
	"ConsumoFolios":    {Newer: "ConsumoFolio_v10.xsd"},
	"EnvioRecibos":     {Newer: "EnvioRecibos_v10.xsd"},
	"RespuestaDTE":     {Newer: "RespuestaEnvioDTE_v10.xsd"},
	"RESULTADO_ENVIO":  {Newer: "RespSII_v10.xsd"},
	"LibroCompraVenta": {Newer: "LibroCV_v10.xsd"},
	"LibroGuia":        {Newer: "LibroGuia_v10.xsd"},
	"LibroBoleta":      {Newer: "LibroBOLETA_v10.xsd"},
}

// xmllint returns which files are valid, and what it says of the others.
func xmllint(t *testing.T, xsd string, files []string) map[string]string {
	t.Helper()
	path, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmllint is not installed")
		}
		t.Skip("xmllint is not installed")
	}
	cmd := exec.Command(path, append([]string{"--nonet", "--noout", "--schema", xsd}, files...)...)
	var out bytes.Buffer
	cmd.Stderr = &out
	_ = cmd.Run() // its status says that one of them is not valid
	verdicts := map[string]string{}
	said := map[string]string{}
	lines := bufio.NewScanner(&out)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasSuffix(line, " validates"):
			verdicts[strings.TrimSuffix(line, " validates")] = ""
		case strings.HasSuffix(line, " fails to validate"):
			file := strings.TrimSuffix(line, " fails to validate")
			verdicts[file] = said[file]
		default:
			file, text, ok := strings.Cut(line, ":")
			if ok && said[file] == "" {
				said[file] = text
			}
		}
	}
	return verdicts
}

// disagreements compares our verdict with that of xmllint for many documents of
// one root.
func disagreements(t *testing.T, root string, set Set, documents map[string][]byte) (list []string, valid int) {
	t.Helper()
	xsd := sharedtest.Path(t, append([]string{"schemas"}, strings.Split(xsdOf[root][set], "/")...)...)
	dir := t.TempDir()
	names := make([]string, 0, len(documents))
	for name, src := range documents {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), src, 0o600))
		names = append(names, name)
	}
	slices.Sort(names)
	for chunk := range slices.Chunk(names, 1000) {
		paths := make([]string, len(chunk))
		for i, name := range chunk {
			paths[i] = filepath.Join(dir, name)
		}
		theirs := xmllint(t, xsd, paths)
		require.Len(t, theirs, len(chunk))
		for i, name := range chunk {
			said := theirs[paths[i]]
			doc, err := xmlsig.Parse(documents[name])
			require.NoError(t, err, name)
			ours := Check(doc.Unverified(), set, 5)
			if said == "" {
				valid++
			}
			if (said == "") != (len(ours) == 0) {
				list = append(list, fmt.Sprintf("%s: xmllint %q, ours %v", name, said, ours))
			}
		}
	}
	return list, valid
}

// sharedFiles returns the shared documents by root. The real boletas and DTEs cut
// out of envelopes are among them.
func sharedFiles(t *testing.T) map[string]map[string][]byte {
	t.Helper()
	files := map[string]map[string][]byte{}
	base := sharedtest.Path(t)
	require.NoError(t, filepath.WalkDir(base, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".xml" {
			return err
		}
		src, err := os.ReadFile(path)
		require.NoError(t, err)
		doc, err := xmlsig.Parse(src)
		if err != nil {
			return nil
		}
		root := doc.Unverified().Name()
		if xsdOf[root] == nil {
			return nil
		}
		if files[root] == nil {
			files[root] = map[string][]byte{}
		}
		name, err := filepath.Rel(base, path)
		require.NoError(t, err)
		files[root][strings.ReplaceAll(name, string(filepath.Separator), "_")] = src
		return nil
	}))
	return files
}

func TestSharedDocumentsLikeXmllint(t *testing.T) {
	t.Parallel()
	count := 0
	for root, documents := range sharedFiles(t) {
		for set := range xsdOf[root] {
			list, _ := disagreements(t, root, set, documents)
			require.Empty(t, list)
			count += len(documents)
		}
	}
	require.Greater(t, count, 40)
}

// mutant changes one thing in a document, at a place and in a way that chance
// chooses.
func mutant(src []byte, r *rand.Rand) []byte {
	tags := elementPattern.FindAllIndex(src, -1)
	values := valuePattern.FindAllSubmatchIndex(src, -1)
	attributes := attributePattern.FindAllSubmatchIndex(src, -1)
	splice := func(from, to int, text string) []byte {
		return slices.Concat(src[:from], []byte(text), src[to:])
	}
	switch kind := r.IntN(10); {
	case kind < 5 && len(values) > 0: // a value
		v := values[r.IntN(len(values))]
		return splice(v[2], v[3], otherValue(string(src[v[2]:v[3]]), r))
	case kind == 5 && len(values) > 0: // an element is gone or stands twice
		v := values[r.IntN(len(values))]
		if r.IntN(2) == 0 {
			return splice(v[0], v[1], "")
		}
		return splice(v[0], v[0], string(src[v[0]:v[1]]))
	case kind == 6 && len(values) > 1: // two elements change places
		i := r.IntN(len(values) - 1)
		a, b := values[i], values[i+1]
		return slices.Concat(src[:a[0]], src[b[0]:b[1]], src[a[1]:b[0]], src[a[0]:a[1]], src[b[1]:])
	case kind == 7 && len(attributes) > 0: // an attribute
		a := attributes[r.IntN(len(attributes))]
		return splice(a[2], a[3], []string{"", ` nuevo="1"`, string(src[a[2]:a[3]]) + ` nuevo="1"`, strings.Replace(string(src[a[2]:a[3]]), `="`, `=" 2`, 1)}[r.IntN(4)])
	case kind == 8: // text between elements, comments, white space, another namespace
		tag := tags[r.IntN(len(tags))]
		return splice(tag[0], tag[0], []string{"x", " \n", "<!-- x -->", "<?x?>", "<Nuevo/>", `<Nuevo xmlns="urn:x"/>`, "&#32;", "<!---->"}[r.IntN(8)])
	default: // another name
		if len(values) == 0 {
			return src
		}
		v := values[r.IntN(len(values))]
		whole := string(src[v[0]:v[1]])
		name := nameOf(whole)
		return splice(v[0], v[1], strings.ReplaceAll(strings.ReplaceAll(whole, "<"+name, "<"+name+"X"), "</"+name, "</"+name+"X"))
	}
}

var (
	elementPattern   = regexp.MustCompile(`<[A-Za-z]`)
	valuePattern     = regexp.MustCompile(`<[A-Za-z0-9]+(?: [a-z]+="[^"]*")?>([^<]*)</[A-Za-z0-9]+>`)
	attributePattern = regexp.MustCompile(`<[A-Za-z0-9]+(\s+(?:version|ID|Algorithm|URI|algoritmo)="[^"]*")`)
)

func nameOf(tag string) string { return regexp.MustCompile(`[A-Za-z0-9]+`).FindString(tag) }

// otherValue returns a value near the borders of what types and facets allow.
func otherValue(value string, r *rand.Rand) string {
	fixed := []string{
		"", " ", "0", "00", "1", "-1", "+1", "1.0", "1.", ".5", "01", "1e3", "x", "K", "ñ", "&lt;", "1 2", " 1 ", "1\n", "9999999999", "99999999999", "999999999999999999", "9999999999999999999",
		"0.00", "0.01", "0.001", "99.99", "100.00", "999.99", "1000", "0.000001", "0.0000001", "123456789012.123456", "1999-12-31", "2000-01-01", "2026-02-29", "2028-02-29", "2026-13-01",
		"2050-12-31", "2051-01-01", "1949-12-31", "2026-11-23Z", "2026-11-23-03:00", "2026-11-23T10:00:00", "2026-11-23T24:00:00", "2026-11-23T10:00:00.5", "2026-11-23T10:00:60", "2026-11-23T10:00:00Z",
		"2026-11", "76111111-6", "76111111-k", "1-9", "-9", "12345678901-1", "AQAB", "AQA", "A Q A B", "AQ==", "AQ=", "AB==", "30", "33", "34", "39", "61", "271", "54", "T", "R", "%", "$", "CH", "VISTA", "PESO CL",
	}
	switch r.IntN(4) {
	case 0:
		return value + []string{"0", "x", " ", "9", ".0"}[r.IntN(5)]
	case 1:
		if n := []int{1, 2, 10, 15, 18, 20, 30, 35, 40, 41, 45, 60, 70, 80, 81, 90, 100, 101, 255, 1000, 1001}[r.IntN(21)]; r.IntN(2) == 0 {
			return strings.Repeat("a", n)
		} else {
			return strings.Repeat("7", n)
		}
	default:
		return fixed[r.IntN(len(fixed))]
	}
}

// TestMutantsLikeXmllint changes the shared documents at random: 40 times each, with
// CHILE_FULL_TESTS 150 times.
func TestMutantsLikeXmllint(t *testing.T) {
	t.Parallel()
	each := 40
	if os.Getenv("CHILE_FULL_TESTS") != "" {
		each = 150
	}
	total, valid := 0, 0
	for root, documents := range sharedFiles(t) {
		for set := range xsdOf[root] {
			mutants := map[string][]byte{}
			for name, src := range documents {
				if len(src) > 64<<10 {
					continue
				}
				r := rand.New(rand.NewPCG(uint64(len(src)), uint64(set)))
				for n := range each {
					changed := mutant(src, r)
					if r.IntN(4) == 0 {
						changed = mutant(changed, r)
					}
					if _, err := xmlsig.Parse(changed); err == nil {
						mutants[fmt.Sprintf("%s-%03d.xml", name, n)] = changed
					}
				}
			}
			list, ok := disagreements(t, root, set, mutants)
			total, valid = total+len(mutants), valid+ok
			for _, line := range list[:min(len(list), 20)] {
				t.Errorf("%s %d: %.400s", root, set, line)
			}
		}
	}
	t.Logf("%d mutants, %d valid", total, valid)
	require.Greater(t, total, 30*each)
	require.Greater(t, valid, total/20, "both verdicts occur")
}
