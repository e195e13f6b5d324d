package issue_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/sharedtest"
)

var update = flag.Bool("update", false, "write the files in testdata/signed")

// readings choose between readings, which full drafts need.
var readings = issue.Options{Readings: issue.Readings{TaxBase: issue.TaxAfterAdjustments, Surcharge: issue.SurchargeAfterDiscount}}

// goldens are the documents of the drafts in testdata and testdata/full, with folios
// 7 and 8, after a change.
func goldens(tb testing.TB, change func(d *issue.Draft)) map[string]*issue.Signed {
	tb.Helper()
	made := map[string]*issue.Signed{}
	for _, name := range types {
		for folder, folio := range map[string]chile.Folio{"": 7, "full/": 8} {
			draft := plain(tb, folder+name)
			draft.Identification.Folio, draft.Identification.IssueDate = folio, dayOf("2026-11-20")
			change(draft)
			doc, found := draft.Document(&readings)
			require.False(tb, found.Refused(), "%s%s: %v", folder, name, found)
			require.NoError(tb, issue.Stamp(doc, folios(tb, doc.ID().Type), noon))
			d, err := issue.Sign(doc, ana(tb), noon)
			require.NoError(tb, err, "%s%s", folder, name)
			made[folder+name] = d
		}
	}
	return made
}

func asIs(*issue.Draft) {}

// asBefore takes away what the older schemas lack.
func asBefore(d *issue.Draft) {
	d.Location, d.Wood, d.SoftwareRUT = nil, nil, chile.RUT{}
	d.Issuer.SupplierRUT, d.Issuer.SupplierName = chile.RUT{}, ""
	if t := d.Identification.Type; t == 39 || t == 41 {
		d.Identification.PaymentMeans, d.Receiver.Email, d.Receiver.Phone = "", "", ""
	}
}

func goldenPath(name string) string {
	return filepath.Join("testdata", "signed", strings.Replace(name, "full/", "full-", 1)+".xml")
}

// TestGoldens compares what is signed with files, byte by byte.
func TestGoldens(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{}
	var documents, boletas []*issue.Signed
	made := goldens(t, asIs)
	for _, name := range types {
		for _, name := range []string{name, "full/" + name} {
			d := made[name]
			files[goldenPath(name)] = d.Bytes()
			if k := d.ID().Type; k == 39 || k == 41 {
				boletas = append(boletas, d)
			} else {
				documents = append(documents, d)
			}
		}
	}
	files[goldenPath("EnvioDTE")] = envelope(t, documents...)
	files[goldenPath("EnvioBOLETA")] = envelope(t, boletas...)
	for path, want := range files {
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
			require.NoError(t, os.WriteFile(path, want, 0o600))
		}
		have, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(have, want), "%s is another: see it with -update", path)
		assert.LessOrEqual(t, longestLine(want), 4000, path)
		assert.Empty(t, verify(t, want).Refusals(anySigner), path)
	}
}

// program finds a program that is to agree.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// TestGoldensAreValid asks xmllint, with both sets of schemas.
func TestGoldensAreValid(t *testing.T) {
	t.Parallel()
	xmllint := program(t, "xmllint")
	schemas := sharedtest.Path(t, "schemas")
	dir := t.TempDir()
	check := func(name string, file []byte, schema string) error {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".xml")
		require.NoError(t, os.WriteFile(path, file, 0o600))
		out, err := exec.CommandContext(t.Context(), xmllint, "--nonet", "--noout", "--schema", filepath.Join(schemas, schema), path).CombinedOutput()
		if err != nil {
			t.Logf("%s\n%.2000s", name, out)
		}
		return err
	}
	for name, d := range goldens(t, asIs) {
		if k := d.ID().Type; k == 39 || k == 41 {
			assert.NoError(t, check(name, envelope(t, d), "boleta-newer/EnvioBOLETA_v11.xsd"), name)
			continue
		}
		assert.NoError(t, check(name, d.Bytes(), "dte-newer/DTE_v10.xsd"), name)
		assert.NoError(t, check(name, envelope(t, d), "dte-newer/EnvioDTE_v10.xsd"), name)
	}
	for name, d := range goldens(t, asBefore) {
		if k := d.ID().Type; k == 39 || k == 41 {
			assert.NoError(t, check(name, envelope(t, d), "EnvioBOLETA_v11.xsd"), name)
			continue
		}
		assert.NoError(t, check(name, d.Bytes(), "DTE_v10.xsd"), name)
		assert.NoError(t, check(name, envelope(t, d), "EnvioDTE_v10.xsd"), name)
	}
}

// TestGoldensVerifyElsewhere asks xmlsec1 about each document as a text of its own
// cut from its envelope, and about the envelope; and openssl about the stamp.
func TestGoldensVerifyElsewhere(t *testing.T) {
	t.Parallel()
	xmlsec1, openssl := program(t, "xmlsec1"), program(t, "openssl")
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "-"))
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
	certificate := write("ana.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ana(t).Certificate().Raw}))
	holds := func(name, element string, file []byte) error {
		out, err := exec.CommandContext(t.Context(), xmlsec1, "--verify", "--enabled-key-data", "x509,rsa", "--pubkey-cert-pem", certificate,
			"--id-attr:ID", element, write(name+".xml", file)).CombinedOutput()
		if err != nil {
			t.Logf("%s\n%.2000s", name, out)
		}
		return err
	}
	for name, d := range goldens(t, asIs) {
		set := envelope(t, d)
		cut := set[bytes.Index(set, []byte("<DTE")) : bytes.Index(set, []byte("</DTE>"))+len("</DTE>")]
		cut = append([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>`), cut...)
		element := map[bool]string{true: "Exportaciones", false: "Documento"}[d.Document().Export != nil]
		if d.Document().Settlement != nil {
			element = "Liquidacion"
		}
		assert.NoError(t, holds(name, element, cut), name)
		assert.Error(t, holds(name, element, bytes.Replace(cut, []byte("FchEmis"), []byte("FchEmiz"), 2)), "%s: xmlsec1 says yes to anything", name)

		stamp, _, _ := bytes.Cut(cut[bytes.Index(cut, []byte("<DD>")):], []byte("</DD>"))
		stamp = append(stamp, "</DD>"...)
		_, frmt, _ := bytes.Cut(cut, []byte(`<FRMT algoritmo="SHA1withRSA">`))
		frmt, _, _ = bytes.Cut(frmt, []byte("<"))
		signature, err := base64.StdEncoding.DecodeString(string(frmt))
		require.NoError(t, err)
		_, public, _ := bytes.Cut(cafFile(t, d.ID().Type), []byte("<RSAPUBK>"))
		public, _, _ = bytes.Cut(public, []byte("</RSAPUBK>"))
		out, err := exec.CommandContext(t.Context(), openssl, "dgst", "-sha1", "-verify", write("caf.pem", public), "-signature", write("frmt", signature), write("dd", stamp)).CombinedOutput()
		assert.NoError(t, err, "%s: %s", name, out)
	}
}
