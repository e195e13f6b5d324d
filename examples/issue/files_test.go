package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

// kit is what a company has that issues: CAFs, a certificate and a directory.
type kit struct {
	dir, p12, key string
}

const password = "clave-del-certificado"

func newKit(t *testing.T) *kit {
	t.Helper()
	file, err := siitest.NewServer(siitest.WithoutNetwork()).NewPKCS12(cli.FakeHolder, password)
	require.NoError(t, err)
	return &kit{
		dir: t.TempDir(), p12: write(t, "ana.p12", string(file)), key: write(t, "key.pem", string(siitest.CAFKey())),
	}
}

func day(t *testing.T, s string) chile.Date {
	t.Helper()
	d, err := chile.ParseDate(s)
	require.NoError(t, err)
	return d
}

// caf writes the folios of the company of the samples.
func (k *kit) caf(t *testing.T, of chile.DocType, from, to chile.Folio, opts ...siitest.CAFOption) string {
	t.Helper()
	return k.cafOf(t, "76111111-6", of, from, to, opts...)
}

func (k *kit) cafOf(t *testing.T, company string, of chile.DocType, from, to chile.Folio, opts ...siitest.CAFOption) string {
	t.Helper()
	opts = append([]siitest.CAFOption{siitest.WithCAFDate(day(t, "2026-10-01")), siitest.WithCAFKeyID(100)}, opts...)
	file, err := siitest.NewCAF(chile.MustParseRUT(company), of, from, to, opts...)
	require.NoError(t, err)
	return write(t, fmt.Sprintf("caf-%d-%d.xml", of, from), string(file))
}

// args are those that all runs have.
func (k *kit) args(more ...string) []string {
	return append([]string{
		"-caf-key", "100=" + k.key, "-caf-key", "300=" + k.key, "-p12", k.p12, "-pass", password, "-out", k.dir,
	}, more...)
}

// issue issues drafts in certification.
func (k *kit) issue(t *testing.T, more ...string) result {
	t.Helper()
	return issueJSON(t, k.args(append([]string{"-resolution", "2026-08-01/0"}, more...)...)...)
}

// folios returns the types and folios of the lines.
func (r result) folios() (list []string) {
	for _, l := range r.lines {
		list = append(list, fmt.Sprint(l["type"], "/", l["folio"]))
	}
	return list
}

func TestIssues(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	invoices, boletas := k.caf(t, 33, 7, 8), k.caf(t, 41, 100, 200)
	more := k.caf(t, 33, 21, 30)
	drafts := []string{"-date", "2026-11-22", "-caf", more, "-caf", invoices, "-caf", boletas}
	files := []string{testdata + "33.json", testdata + "41.json", testdata + "33.json", testdata + "33.json"}

	first := k.issue(t, append(drafts, files...)...)
	require.NoError(t, first.err)
	assert.Equal(t, []string{"33/7", "41/100", "33/8", "33/21"}, first.folios())
	assert.Equal(t, map[string]any{"event": "done", "issued": 4.0, "refused": 0.0}, first.end)
	require.Len(t, first.events["envelope"], 2)
	second := k.issue(t, append(drafts, files[:2]...)...)
	require.NoError(t, second.err)
	assert.Equal(t, []string{"33/22", "41/101"}, second.folios(), "the directory remembers")

	for i, e := range append(first.events["envelope"], second.events["envelope"]...) {
		assert.Equal(t, []string{"EnvioDTE", "EnvioBOLETA"}[i%2], e["kind"])
		assert.EqualValues(t, []int{3, 1, 1, 1}[i], e["documents"])
		text := readFileText(t, e["file"].(string))
		report, err := dte.Verify([]byte(text), &dte.VerifyOptions{Keys: siitest.CAFKeys()})
		require.NoError(t, err)
		assert.Empty(t, report.Refusals(dte.Policy{AnySigner: true, Environment: chile.Certification}))
		assert.Contains(t, text, "<FchResol>2026-08-01</FchResol>\n<NroResol>0</NroResol>\n<TmstFirmaEnv>2026-11-22T12:00:00</TmstFirmaEnv>")
		assert.Contains(t, text, "<TmstFirma>2026-11-22T12:00:00</TmstFirma>")
		for _, l := range append(first.lines, second.lines...) {
			assert.Equal(t, filepath.Join(k.dir, fmt.Sprintf("%v-%v.xml", l["type"], l["folio"])), l["file"])
			if (l["type"].(float64) == 41) != (i%2 == 1) || (i < 2) != (l["folio"].(float64) < 22 || l["folio"].(float64) == 100) {
				continue
			}
			_, document, _ := strings.Cut(readFileText(t, l["file"].(string)), "?>\n")
			assert.Contains(t, text, strings.TrimSpace(document), "as it was signed")
		}
	}
}

func TestRefusedDraftsGetNoFolio(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	future := write(t, "future.json", strings.ReplaceAll(readFileText(t, testdata+"33.json"), "2026-11-20", "2026-11-23"))
	other := write(t, "other.json", strings.ReplaceAll(readFileText(t, testdata+"33.json"), "76111111-6", "76192083-9"))
	given := write(t, "given.json", strings.Replace(readFileText(t, testdata+"33.json"), `"TipoDTE"`, `"Folio": 900, "TipoDTE"`, 1))
	bad := write(t, "bad.json", `{"Encabezado": {"IdDoc": {"TipoDTE": 33}}}`)
	r := k.issue(t, "-date", "2026-11-22", "-caf", k.caf(t, 33, 1, 2),
		bad, future, other, testdata+"34.json", given, testdata+"33.json", testdata+"33.json")
	require.EqualError(t, r.err, "5 of 7 drafts are refused")
	assert.Equal(t, map[string]any{"event": "done", "issued": 2.0, "refused": 5.0}, r.end)
	want := []string{"", "date.future", "folio.none", "folio.none", "", "", "folio.none"}
	for i, l := range r.lines {
		codes := codesOf(l)
		switch i {
		case 4, 5:
			assert.EqualValues(t, i-3, l["folio"])
			assert.Equal(t, i == 4, slices.Contains(codes, "folio.given"), codes)
		default:
			assert.NotContains(t, l, "folio")
			assert.NotContains(t, l, "file")
			if want[i] != "" {
				assert.Equal(t, want[i], codes[len(codes)-1])
			}
		}
	}
	assert.Contains(t, r.raw[2], "76111111-6, not 76192083-9")
	assert.Contains(t, r.raw[3], errNoCAF.Error())
	assert.Contains(t, r.raw[6], errUsedUp.Error())
}

func codesOf(l map[string]any) (codes []string) {
	for _, f := range l["findings"].([]any) {
		codes = append(codes, f.(map[string]any)["code"].(string))
	}
	return codes
}

// A folio that another process takes at the same time is passed over, and a document
// that stands there is never written over.
func TestOtherProcesses(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	caf := k.caf(t, 34, 1, 9)
	args := []string{"-date", "2026-11-22", "-caf", caf, testdata + "34.json"}
	o, err := parse(k.args(append([]string{"-resolution", "2026-08-01/0"}, args...)...), os.Stderr)
	require.NoError(t, err)
	s, err := o.settings(day(t, "2026-11-22").Time())
	require.NoError(t, err)
	s.issuer, err = o.files(s, day(t, "2026-11-22").Time(), func(string) string { return "" })
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(k.dir, "folios", "76111111-6-34-1"), nil, 0o600))
	for _, folio := range []chile.Folio{2, 3} {
		for draft := range s.read([]string{testdata + "34.json"}) {
			l, err := s.judge(t.Context(), draft)
			require.NoError(t, err)
			assert.Equal(t, folio, l.Folio)
		}
	}
	path := filepath.Join(k.dir, "34-4.xml")
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	r := k.issue(t, args...)
	require.ErrorContains(t, r.err, "34-4.xml is there already")
	assert.Equal(t, "mine", readFileText(t, path))
	require.NoFileExists(t, filepath.Join(k.dir, "folios", "76111111-6-34-4"))
}

func TestIssuingIsRefused(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	good := k.caf(t, 33, 1, 9)
	prod := k.caf(t, 33, 10, 19, siitest.WithCAFKeyID(300))
	wrong := write(t, "wrong.xml", strings.Replace(readFileText(t, good), "<D>1</D>", "<D>2</D>", 1))
	draft := []string{testdata + "33.json"}
	in := func(args ...string) []string { return append(args, draft...) }
	for name, test := range map[string]struct {
		args  []string
		usage bool
		want  string
	}{
		"no CAF":               {in("-resolution", "2026-08-01/0"), true, "-caf is required"},
		"no resolution":        {in("-caf", good), true, "-resolution is required"},
		"half a resolution":    {in("-caf", good, "-resolution", "2026-08-01"), true, "not DATE/NUMBER"},
		"bad date":             {in("-caf", good, "-resolution", "2026-08-32/0"), true, "-resolution"},
		"bad number":           {in("-caf", good, "-resolution", "2026-08-01/-1"), true, "number of a resolution"},
		"bad environment":      {in("-caf", good, "-resolution", "2026-08-01/0", "-env", "fake"), true, "unknown -env"},
		"number in cert":       {in("-caf", good, "-resolution", "2026-08-01/80"), true, "0 in certification"},
		"no number in prod":    {in("-caf", prod, "-resolution", "2026-08-01/0"), true, "0 in certification"},
		"date in prod":         {in("-caf", prod, "-resolution", "2026-08-01/80", "-date", "2026-11-22"), true, "not with folios of production"},
		"two environments":     {in("-caf", good, "-caf", prod, "-resolution", "2026-08-01/0"), false, "CAF-3-516"},
		"another environment":  {in("-caf", good, "-resolution", "2026-08-01/80", "-env", "prod"), false, "CAF-3-516"},
		"altered":              {in("-caf", wrong, "-resolution", "2026-08-01/0"), false, "wrong.xml: " + dte.ErrCAFSignature.Error()},
		"key that is not held": {in("-caf", k.caf(t, 33, 1, 9, siitest.WithCAFKeyID(999)), "-resolution", "2026-08-01/0"), false, "-caf-key N=FILE.pem"},
		"expired":              {in("-caf", k.caf(t, 33, 1, 9, siitest.WithCAFDate(day(t, "2026-05-22"))), "-resolution", "2026-08-01/0"), false, dte.ErrCAFExpired.Error()},
		"of tomorrow":          {in("-caf", k.caf(t, 33, 1, 9, siitest.WithCAFDate(day(t, "2026-11-24"))), "-resolution", "2026-08-01/0"), false, dte.ErrCAFEarly.Error()},
		"foreign":              {in("-caf", good, "-caf", k.cafOf(t, "76192083-9", 34, 1, 9), "-resolution", "2026-08-01/0"), false, dte.ErrCAFIssuer.Error()},
		"overlap":              {in("-caf", good, "-caf", k.caf(t, 33, 9, 12), "-resolution", "2026-08-01/0"), false, "two CAFs have the same folios"},
		"wrong password":       {in("-caf", good, "-resolution", "2026-08-01/0", "-pass", "otra"), false, "ana.p12"},
		"flags without drafts": {[]string{"-caf", good}, true, "FILE is required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := issueText(t, k.args(test.args...)...)
			require.ErrorContains(t, r.err, test.want)
			var usage *cli.UsageError
			assert.Equal(t, test.usage, errors.As(r.err, &usage), r.err)
			assert.NotContains(t, r.err.Error(), password)
			assert.Empty(t, r.stdout)
		})
	}
	entries, err := os.ReadDir(filepath.Join(k.dir, "folios"))
	if err == nil {
		assert.Empty(t, entries, "no folio was used")
	}
}

// Without -date the clock says the day, and the same CAF twice is one.
func TestIssuesNow(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	caf := k.caf(t, 34, 1, 9, siitest.WithCAFKeyID(300))
	undated := write(t, "undated.json", strings.Replace(readFileText(t, testdata+"34.json"), `"2026-11-20"`, "null", 1))
	r := issueJSON(t, k.args("-resolution", "2014-08-22/80", "-caf", caf, "-caf", caf, undated)...)
	require.NoError(t, r.err)
	require.Len(t, r.lines, 1)
	assert.Equal(t, "2026-11-23", r.lines[0]["date"])
	assert.Contains(t, readFileText(t, r.lines[0]["file"].(string)), "<TmstFirma>2026-11-23T07:00:00</TmstFirma>", "Chile's clock")
}

// The demonstration issues each type, and the fake accepts all. What it wrote serves to
// issue drafts.
func TestDemonstration(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	r := issueJSON(t, "-out", k.dir)
	require.NoError(t, r.err)
	require.Len(t, r.lines, 12)
	for _, l := range r.lines {
		assert.EqualValues(t, 1, l["folio"])
		assert.FileExists(t, l["file"].(string))
	}
	require.Len(t, r.events["verdict"], 12)
	for _, v := range r.events["verdict"] {
		assert.Equal(t, []any{"accepted", "EPR", []any{}, 1.0}, []any{v["verdict"], v["estado"], v["codes"], v["folio"]}, v["type"])
	}
	assert.NotEmpty(t, r.events["upload"])
	require.ErrorContains(t, issueJSON(t, "-out", k.dir).err, "choose another", "it writes over nothing")

	drafts := k.issue(t, "-caf-key", "100="+filepath.Join(k.dir, "caf-key.pem"), "-caf", filepath.Join(k.dir, "caf-41.xml"),
		"-out", t.TempDir(), testdata+"41.json")
	require.NoError(t, drafts.err)
	assert.Equal(t, []string{"41/1"}, drafts.folios())
}
