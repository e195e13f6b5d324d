package main

import (
	"context"
	"io"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
)

// shop is a company that keeps what it issues in a database, and sends it to a fake.
type shop struct {
	*kit
	fake    *siitest.Server
	db, sii string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	fake := siitest.NewServer()
	t.Cleanup(fake.Close)
	file, err := fake.NewPKCS12(cli.FakeHolder, password)
	require.NoError(t, err)
	company := chile.MustParseRUT("76111111-6")
	fake.Authorize(cli.FakeHolder, company)
	fake.AddIssuer(company, judge.Company{Resolution: judge.Resolution{Date: day(t, "2026-08-01")}})
	server := httptest.NewServer(fake.Handler())
	t.Cleanup(server.Close)
	dir := t.TempDir()
	return &shop{
		kit:  &kit{dir: dir, p12: write(t, "ana.p12", string(file)), key: write(t, "key.pem", string(siitest.CAFKey()))},
		fake: fake, db: filepath.Join(dir, "shop.db"), sii: server.URL,
	}
}

// folios writes a CAF that the fake has given.
func (s *shop) folios(t *testing.T, of chile.DocType) string {
	t.Helper()
	file, err := s.fake.NewCAF(chile.MustParseRUT("76111111-6"), of, 1, 9, siitest.WithCAFDate(chile.DateOf(time.Now()).AddDays(-9)), siitest.WithCAFKeyID(100))
	require.NoError(t, err)
	return write(t, "caf.xml", string(file))
}

// today is a draft of that file without its date.
func today(t *testing.T, name string) string {
	t.Helper()
	return write(t, name, strings.ReplaceAll(readFileText(t, testdata+name), `"2026-11-20"`, "null"))
}

const fernetKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

func (s *shop) run(t *testing.T, args ...string) result {
	t.Helper()
	return s.bare(t, append([]string{"-caf-key", "100=" + s.key}, args...)...)
}

// bare is run without the key of the CAFs.
func (s *shop) bare(t *testing.T, args ...string) result {
	t.Helper()
	return issueJSONWith(t, map[string]string{"FERNET_KEY": fernetKey, "SII_CERT_P12_PASS": password},
		append([]string{"-db", s.db, "-sii", s.sii, "-p12", s.p12}, args...)...)
}

func (s *shop) issue(t *testing.T, args ...string) result {
	t.Helper()
	return s.run(t, append([]string{"-resolution", "2026-08-01/0"}, args...)...)
}

// The same drafts again are the same documents, uploaded once, with the same verdicts.
func TestKeptOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	draft, other := today(t, "34.json"), today(t, "33.json")
	args := []string{"-caf", s.folios(t, 34), "-wait", "-out", s.dir, draft, other}
	first := s.issue(t, args...)
	require.EqualError(t, first.err, "1 of 2 drafts are refused", "no CAF of 33")
	assert.Equal(t, []string{"34/1", "33/<nil>"}, first.folios())
	assert.Equal(t, "34.json/1", first.lines[0]["key"])
	assert.Equal(t, []string{"folio.none"}, codesOf(first.lines[1])[len(codesOf(first.lines[1]))-1:])
	require.Len(t, first.events["upload"], 1)
	require.Len(t, first.events["verdict"], 1)
	v := first.events["verdict"][0]
	assert.Equal(t, []any{"accepted", 34.0, 1.0, []any{}}, []any{v["verdict"], v["type"], v["folio"], v["codes"]})
	assert.Equal(t, "sent", first.events["upload"][0]["outcome"])
	assert.NotEmpty(t, first.events["upload"][0]["track_id"])

	again := s.issue(t, append([]string{"-caf", s.folios(t, 33)}, args[2:]...)...)
	require.NoError(t, again.err)
	assert.Equal(t, []string{"34/1", "33/1"}, again.folios(), "a refused draft leaves its key free")
	assert.Len(t, s.fake.Uploads(), 2)
	for _, of := range []chile.DocType{33, 34} {
		_, ok := s.fake.UploadedDocument(chile.DocumentID{Issuer: chile.MustParseRUT("76111111-6"), Type: of, Folio: 1})
		assert.True(t, ok, of)
	}
}

// What was prepared and not sent goes on with -resume, which needs neither drafts nor
// CAFs nor the resolution.
func TestKeptResumes(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	prepared := s.issue(t, "-caf", s.folios(t, 34), "-key", "order-4711", today(t, "34.json"))
	require.NoError(t, prepared.err)
	assert.Equal(t, "order-4711/1", prepared.lines[0]["key"])
	assert.Empty(t, prepared.events)
	assert.Empty(t, s.fake.Uploads())
	resumed := s.bare(t, "-resume", "-wait")
	require.NoError(t, resumed.err)
	require.Len(t, resumed.events["verdict"], 1)
	assert.Equal(t, []any{"accepted", "order-4711/1"}, []any{resumed.events["verdict"][0]["verdict"], resumed.events["verdict"][0]["key"]})
	assert.Len(t, s.fake.Uploads(), 1)
	again := s.bare(t, "-resume")
	require.NoError(t, again.err)
	assert.Empty(t, again.events["verdict"])
	assert.EqualValues(t, 0, again.events["resume"][0]["open"])
	assert.Len(t, s.fake.Uploads(), 1)
}

func TestKeptRejected(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	caf := s.folios(t, 34)
	s.fake.AddIssuer(chile.MustParseRUT("76111111-6"), judge.Company{
		Resolution: judge.Resolution{Date: day(t, "2026-08-01")}, Activities: []int{11111},
	})
	r := s.issue(t, "-caf", caf, "-wait", today(t, "34.json"))
	require.EqualError(t, r.err, "1 of 1 documents are rejected")
	assert.Equal(t, "rejected", r.events["verdict"][0]["verdict"])
	assert.Equal(t, 1, cli.Exit(t.Context(), io.Discard, "issue", r.err))
}

// Another draft under a key that is used is refused, and names the first.
func TestKeptKeyReused(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	caf := s.folios(t, 34)
	draft := today(t, "34.json")
	first := s.issue(t, "-caf", caf, "-key", "k", draft)
	require.NoError(t, first.err, first.stdout)
	other := write(t, "34.json", strings.Replace(readFileText(t, draft), "150000", "150001", 1))
	r := s.issue(t, "-key", "k", "-caf", caf, other)
	require.EqualError(t, r.err, "1 of 1 drafts are refused")
	assert.Contains(t, r.raw[0], "key.reused")
	assert.Contains(t, r.raw[0], "76111111-6/34/1")
}

// After a restore the program says what was skipped.
func TestKeptRecovers(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	require.NoError(t, s.issue(t, "-caf", s.folios(t, 34), "-wait", today(t, "34.json")).err)
	r := s.run(t, "-recover")
	require.NoError(t, r.err)
	require.Len(t, r.events["recovered"], 1)
	assert.EqualValues(t, 8, r.events["recovered"][0]["skipped"], "the rest of a small CAF")
}

func TestKeptUsage(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	draft := testdata + "34.json"
	for want, args := range map[string][]string{
		"FERNET_KEY is not set":     {"-db", filepath.Join(k.dir, "x.db"), "-caf", k.caf(t, 34, 1, 2), "-resolution", "2026-08-01/0", draft},
		"must name the company":     {"-db", filepath.Join(k.dir, "x.db"), "-resolution", "2026-08-01/0", draft},
		"-send is for what":         {"-send", draft},
		"-resume is for what":       {"-resume"},
		"take no drafts":            {"-db", filepath.Join(k.dir, "x.db"), "-resume", draft},
		"-resolution is required":   {"-db", filepath.Join(k.dir, "x.db"), draft},
		"has the date of the clock": {"-db", filepath.Join(k.dir, "x.db"), "-date", "2026-11-20", "-resolution", "2026-08-01/0", draft},
		"time that passes":          {"-db", filepath.Join(k.dir, "x.db"), "-poll", "-1s", draft},
		"-db is for drafts":         {"-db", filepath.Join(k.dir, "x.db")},
	} {
		env := map[string]string{"FERNET_KEY": fernetKey}
		if strings.HasPrefix(want, "FERNET_KEY") {
			env = nil
		}
		r := issueWith(t, env, args...)
		require.ErrorContains(t, r.err, want)
		var usage *cli.UsageError
		require.ErrorAs(t, r.err, &usage, want)
	}
	r := issueText(t, "-db", filepath.Join(k.dir, "x.db"), "-resume")
	require.ErrorContains(t, r.err, "export FERNET_KEY=$(openssl rand -base64 32 | tr '+/' '-_')")
}

// Which SII it is follows from the flags, the folios, the database or the variable,
// which may not contradict each other.
func TestKeptEnvironment(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	variable := func(value string) func(string) string {
		return func(name string) string {
			if name == "SII_AMBIENTE" {
				return value
			}
			return ""
		}
	}
	for name, test := range map[string]struct {
		options options
		kept    chile.Environment
		of      chile.Environment
		getenv  func(string) string
		want    chile.Environment
		err     string
	}{
		"URL":            {options: options{url: "http://127.0.0.1:1"}, of: chile.Certification, getenv: none, want: chile.OtherEnvironment},
		"URL and -env":   {options: options{url: "http://127.0.0.1:1", environment: "cert"}, getenv: none, err: "exclude"},
		"folios":         {of: chile.Certification, getenv: none, want: chile.Certification},
		"database":       {kept: chile.Production, getenv: none, want: chile.Production},
		"variable":       {getenv: variable("cert"), want: chile.Certification},
		"they agree":     {of: chile.Production, getenv: variable("prod"), want: chile.Production},
		"they do not":    {of: chile.Production, getenv: variable("cert"), err: "SII_AMBIENTE is cert"},
		"fake's":         {kept: chile.OtherEnvironment, getenv: none, err: "no SII is named"},
		"nothing":        {getenv: none, err: "no SII is named"},
		"wrong variable": {getenv: variable("x"), err: "SII_AMBIENTE"},
	} {
		got, err := test.options.environmentAt(t.Context(), keptEnvironment(test.kept), test.of, test.getenv)
		if test.err != "" {
			require.ErrorContains(t, err, test.err, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, test.want, got.Kind(), name)
	}
}

type keptEnvironment chile.Environment

func (e keptEnvironment) Environment(context.Context) (chile.Environment, error) {
	return chile.Environment(e), nil
}

var _ storage.Environments = keptEnvironment("")

// What nobody knows is an exit status of its own.
func TestUnknownIsTold(t *testing.T) {
	t.Parallel()
	f := follow{out: cli.NewOutput(&strings.Builder{}, true)}
	require.NoError(t, f.unknown([]*siiemit.Document{{State: siiemit.StateSent}, {State: siiemit.StatePending}}))
	for _, state := range []siiemit.State{siiemit.StateUnknown, siiemit.StateSending} {
		err := f.unknown([]*siiemit.Document{{State: siiemit.StateSent}, {State: state}})
		require.ErrorIs(t, err, errUnknown)
		var stderr strings.Builder
		assert.Equal(t, 3, cli.Exit(t.Context(), &stderr, "issue", err))
		assert.Contains(t, stderr.String(), "-resume")
	}
}
