package judge_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/sharedtest"
)

// tool finds a program that the judge is compared with, and skips the test where
// it is not installed; continuous integration installs it.
func tool(tb testing.TB, name string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatalf("%s is not installed", name)
		}
		tb.Skipf("%s is not installed", name)
	}
	return path
}

// scenes are the specimens, good and bad, and the good documents of each type.
func scenes() map[string]scene {
	list := map[string]scene{}
	for _, s := range specimens() {
		list[s.name+", bad"], list[s.name+", good"] = s.bad, s.good
	}
	for _, kind := range []int{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112} {
		list[strconv.Itoa(kind)] = of(invoice(kind))
	}
	return list
}

// The judge finds ENV-3-0 where xmllint finds a file invalid, and nowhere else.
func TestSchemaAgreesWithXmllint(t *testing.T) {
	t.Parallel()
	xmllint := tool(t, "xmllint")
	schemas := map[dte.Kind]string{
		dte.KindEnvelope:       sharedtest.Path(t, "schemas", "dte-newer", "EnvioDTE_v10.xsd"),
		dte.KindBoletaEnvelope: sharedtest.Path(t, "schemas", "boleta-newer", "EnvioBOLETA_v11.xsd"),
	}
	files, invalid := map[dte.Kind][]string{}, map[string]bool{}
	dir := t.TempDir()
	for name, s := range scenes() {
		b, w := s(t)
		w.Thorough = true
		a := judge.Envelope(b, w)
		if schemas[a.Kind] == "" || name == "again, bad" {
			continue
		}
		file := filepath.Join(dir, strings.ReplaceAll(name, "/", " ")+".xml")
		require.NoError(t, os.WriteFile(file, b, 0o600))
		files[a.Kind] = append(files[a.Kind], file)
		invalid[file] = a.Has(judge.CodeSchema)
	}
	checked, wrong := 0, 0
	for kind, list := range files {
		var out bytes.Buffer
		cmd := exec.Command(xmllint, append([]string{"--nonet", "--noout", "--schema", schemas[kind]}, list...)...)
		cmd.Stderr = &out
		_ = cmd.Run() // some are not valid
		for _, file := range list {
			valid := strings.Contains(out.String(), file+" validates")
			assert.True(t, valid || strings.Contains(out.String(), file+" fails to validate"), file)
			assert.Equal(t, !valid, invalid[file], file)
			checked++
			if !valid {
				wrong++
			}
		}
	}
	assert.Greater(t, checked, 200)
	assert.Greater(t, wrong, 8)
}

var fragment = regexp.MustCompile(`(?s)<DTE.*?</DTE>`)

// The judge finds DTE-3-505 where xmlsec1 does not verify the DTE cut out of the
// envelope, as text, and nowhere else but where xsi is declared.
func TestSignaturesAgreeWithXmlsec1(t *testing.T) {
	t.Parallel()
	xmlsec1 := tool(t, "xmlsec1")
	list := map[string]scene{}
	for _, s := range stampSpecimens() {
		list[s.name+", bad"], list[s.name+", good"] = s.bad, s.good
	}
	for _, kind := range []int{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112} {
		list[strconv.Itoa(kind)] = of(invoice(kind))
	}
	good, bad := 0, 0
	for name, s := range list {
		b, w := s(t)
		w.Thorough, w.InnerXSI = true, true
		a := judge.Envelope(b, w)
		for i, dte := range fragment.FindAll(b, -1) {
			file := filepath.Join(t.TempDir(), "dte.xml")
			require.NoError(t, os.WriteFile(file, append([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>`+"\n"), dte...), 0o600))
			args := []string{"--verify", "--insecure", "--enabled-key-data", "x509"}
			for _, element := range []string{"Documento", "Liquidacion", "Exportaciones"} {
				args = append(args, "--id-attr:ID", element, "--id-attr:ID", "http://www.sii.cl/SiiDte:"+element)
			}
			holds := exec.Command(xmlsec1, append(args, file)...).Run() == nil
			assert.Equal(t, !holds, a.Documents[i].Has(judge.CodeSignature), "%s: %s", name, tell(a))
			if holds {
				good++
			} else {
				bad++
			}
		}
	}
	assert.Greater(t, good, 30)
	assert.Greater(t, bad, 3)
}
