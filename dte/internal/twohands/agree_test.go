package twohands_test

import (
	"bytes"
	"flag"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/sii/siitest"
)

var draftCount = flag.Int("drafts", 200, "how many drafts are judged")

// schemas of each kind of envelope: the newer set.
var schemas = map[bool][]string{
	false: {"schemas", "dte-newer", "EnvioDTE_v10.xsd"},
	true:  {"schemas", "boleta-newer", "EnvioBOLETA_v11.xsd"},
}

// xmllint returns which files are valid.
func xmllint(t *testing.T, boletas bool, files []string) map[string]bool {
	t.Helper()
	path, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmllint is not installed")
		}
		t.Skip("xmllint is not installed")
	}
	xsd := sharedtest.Path(t, schemas[boletas]...)
	valid := map[string]bool{}
	for part := range slices.Chunk(files, 200) {
		out, _ := exec.CommandContext(t.Context(), path, append([]string{"--noout", "--huge", "--schema", xsd}, part...)...).CombinedOutput()
		for line := range strings.Lines(string(out)) {
			line = strings.TrimSpace(line)
			if file, ok := strings.CutSuffix(line, " validates"); ok {
				valid[file] = true
			}
		}
	}
	return valid
}

// atOnce is how many drafts are kept in memory.
const atOnce = 1000

// rounds are the seeds, in parts.
func rounds() iter.Seq2[uint64, uint64] {
	return func(yield func(from, to uint64) bool) {
		for from := uint64(0); from < uint64(*draftCount); from += atOnce {
			if !yield(from, min(from+atOnce, uint64(*draftCount))) {
				return
			}
		}
	}
}

// What is issued without an objection is accepted without one, and what is issued
// with one gets it; the files are valid.
func TestIssuedIsAccepted(t *testing.T) {
	t.Parallel()
	refused := 0
	for from, to := range rounds() {
		refused += checkIssued(t, from, to)
	}
	require.Less(t, refused, *draftCount/20)
	t.Logf("%d drafts, %d of them refused", *draftCount, refused)
}

func checkIssued(t *testing.T, from, to uint64) (refused int) {
	t.Helper()
	dir := t.TempDir()
	var documents []*made
	for seed := from; seed < to; seed++ {
		if d := makeDocument(t, seed); d != nil {
			documents = append(documents, d)
		} else {
			refused++
		}
	}
	files := map[bool][]string{}
	for _, boletas := range []bool{false, true} {
		of := slices.DeleteFunc(slices.Clone(documents), func(d *made) bool { return isBoleta(d.signed.ID().Type) != boletas })
		for part := range slices.Chunk(of, 50) {
			text := wrap(t, part...)
			checkAnswer(t, judge.Envelope(text, world()), part)
			checkReport(t, text)
			files[boletas] = append(files[boletas], save(t, dir, boletas, len(files[boletas]), text))
		}
	}
	for boletas, list := range files {
		valid := xmllint(t, boletas, list)
		for _, file := range list {
			require.True(t, valid[file], file)
		}
	}
	return refused
}

func wrap(t *testing.T, of ...*made) []byte {
	t.Helper()
	var signed []*issue.Signed
	for _, d := range of {
		signed = append(signed, d.signed)
	}
	text, err := issue.Envelope(cover, signed, identity(), noon)
	require.NoError(t, err)
	return text
}

func save(t *testing.T, dir string, boletas bool, n int, text []byte) string {
	t.Helper()
	path := filepath.Join(dir, fmt.Sprintf("%t-%d.xml", boletas, n))
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// checkAnswer compares what the judge says of documents with what was found in
// their drafts.
func checkAnswer(t *testing.T, answer *judge.Answer, of []*made) {
	t.Helper()
	require.Equal(t, judge.EPR, answer.State, "%+v", answer.Findings)
	require.Empty(t, answer.Findings)
	require.Len(t, answer.Documents, len(of))
	for i, d := range of {
		v := &answer.Documents[i]
		require.Equal(t, d.signed.ID(), v.ID)
		require.Empty(t, v.Gaps, "seed %d", d.seed)
		var judged, found []string
		for j := range v.Findings {
			judged = append(judged, string(v.Findings[j].Code))
		}
		for _, f := range d.found {
			if alone := strings.HasSuffix(f.Path, "Pct"); alone {
				continue // a percentage whose amount is below 1: reports disagree on whether the SII objects
			}
			if f.Level == issue.LevelReparo && slices.Contains(judge.Codes(), judge.Code(f.Code)) {
				found = append(found, f.Code)
			}
		}
		slices.Sort(judged)
		slices.Sort(found)
		require.Equal(t, slices.Compact(found), slices.Compact(judged), "seed %d: type %d: %v\n%v", d.seed, d.signed.ID().Type, v.Findings, d.found)
	}
}

func checkReport(t *testing.T, text []byte) {
	t.Helper()
	report, err := dte.Verify(text, &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	require.NoError(t, err)
	require.Empty(t, report.Refusals(dte.Policy{AnySigner: true, Environment: chile.Certification}))
}

// Of an envelope in which something was changed nobody accepts anything, and all
// say the same of its schema.
func TestChangedIsRefused(t *testing.T) {
	t.Parallel()
	valid, invalid := 0, 0
	for from, to := range rounds() {
		v, i := checkChanged(t, from, to)
		valid, invalid = valid+v, invalid+i
	}
	assert.Positive(t, valid)
	assert.Positive(t, invalid)
	t.Logf("%d valid, %d invalid", valid, invalid)
}

func checkChanged(t *testing.T, from, to uint64) (valid, invalid int) {
	t.Helper()
	dir := t.TempDir()
	files := map[bool][]string{}
	type opinion struct {
		verify, judge bool
		change        string
	}
	ours := map[string]opinion{}
	accepts := dte.Policy{AnySigner: true, Environment: chile.Certification}
	for seed := from; seed < to; seed++ {
		d := makeDocument(t, seed)
		if d == nil {
			continue
		}
		boletas := isBoleta(d.signed.ID().Type)
		text, what := newMaker(seed + 1<<40).change(wrap(t, d))
		what = fmt.Sprintf("seed %d: %s", seed, what)
		answer := judge.Envelope(text, world())
		require.False(t, answer.Accepted(), what)
		for i := range answer.Documents {
			require.False(t, answer.State == judge.EPR && answer.Documents[i].State.Accepted(), what)
		}
		report, err := dte.Verify(text, &dte.VerifyOptions{Keys: siitest.CAFKeys()})
		if err == nil {
			require.NotEmpty(t, report.Refusals(accepts), what)
		}
		file := save(t, dir, boletas, len(files[boletas]), text)
		files[boletas] = append(files[boletas], file)
		ours[file] = opinion{err == nil && schemaHolds(report), !saysSchema(answer), what}
	}
	for boletas, list := range files {
		holds := xmllint(t, boletas, list)
		for _, file := range list {
			assert.Equal(t, opinion{holds[file], holds[file], ours[file].change}, ours[file], "xmllint differs")
			if holds[file] {
				valid++
			} else {
				invalid++
			}
		}
	}
	return valid, invalid
}

// schemaHolds reports whether the schema holds of a file and of its documents.
func schemaHolds(r *dte.Report) bool {
	holds := len(r.Schema.Findings) == 0
	for i := range r.Documents {
		holds = holds && len(r.Documents[i].Schema.Findings) == 0
	}
	return holds
}

// saysSchema reports whether the judge finds the schema broken.
func saysSchema(a *judge.Answer) bool {
	return slices.ContainsFunc(judge.CheckSchema.Codes(), a.Has) || a.Has(judge.CodeXML) || a.Has(judge.CodeSchemaName)
}

// change changes something that the schema speaks of, within the document.
func (m maker) change(envelope []byte) (text []byte, what string) {
	from := bytes.Index(envelope, []byte("<DTE "))
	to := bytes.Index(envelope, []byte("<TED ")) // before it everything is of the document's own
	leaves := leaf.FindAllSubmatchIndex(envelope[from:to], -1)
	for {
		l := leaves[m.IntN(len(leaves))]
		element := string(envelope[from+l[0] : from+l[1]])
		name, value := string(envelope[from+l[2]:from+l[3]]), string(envelope[from+l[4]:from+l[5]])
		changed := m.changed(name, value, element)
		if changed == element {
			continue
		}
		text = slices.Concat(envelope[:from+l[0]], []byte(changed), envelope[from+l[1]:])
		return text, element + " -> " + changed
	}
}

func (m maker) changed(name, value, element string) string {
	switch m.IntN(7) {
	case 0:
		return ""
	case 1:
		return element + element
	case 2:
		return "<" + name + "></" + name + ">"
	case 3:
		return "<" + name + ">" + value + "0</" + name + ">"
	case 4:
		return "<" + name + ">" + []string{"x", "-1", "1.5", "99999999999999999999", "2026-13-01", " 1 ", "0"}[m.IntN(7)] + "</" + name + ">"
	case 5:
		return "<Otro>" + value + "</Otro>"
	default:
		return "<" + name + ">" + strings.Repeat("W", 1+m.IntN(300)) + "</" + name + ">"
	}
}

var leaf = regexp.MustCompile(`<(\w+)>([^<]*)</\w+>`)
