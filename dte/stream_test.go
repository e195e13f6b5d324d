package dte_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// told renders the grades of a verdict.
func told(v *dte.Verdict) (lines []string) {
	for name, g := range v.Grades() {
		lines = append(lines, fmt.Sprint(name, g.Made))
		for _, f := range g.Findings {
			lines = append(lines, fmt.Sprintf("%s %s %s %s %s", name, f.Code, f.Severity, f.Got, f.Want))
		}
	}
	return append(lines, v.DTE.ID().String(), fmt.Sprint(v.Signature.OK(), v.Signature.Verdict.Context))
}

// An envelope that is read as a stream has the verdicts of the whole.
func TestStreamLikeWhole(t *testing.T) {
	t.Parallel()
	good := testEnvelope(t, testDTE(t, 1), testDTE(t, 2), testDTE(t, 3, "<QtyItem>2.5", "<QtyItem>3"))
	for name, src := range map[string][]byte{
		"good":           good,
		"changed":        bytes.Replace(good, []byte("<MntTotal>11900"), []byte("<MntTotal>11901"), 1),
		"cover changed":  bytes.Replace(good, []byte("<NroResol>80"), []byte("<NroResol>81"), 1),
		"count wrong":    bytes.Replace(good, []byte("<NroDTE>3"), []byte("<NroDTE>4"), 1),
		"value in cover": bytes.Replace(good, []byte("<NroResol>80"), []byte("<NroResol>x"), 1),
		"not signed":     bytes.Replace(good, good[bytes.LastIndex(good, []byte("<Signature ")):bytes.LastIndex(good, []byte("</EnvioDTE>"))], nil, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireSameAsWhole(t, src)
		})
	}
}

func requireSameAsWhole(t *testing.T, src []byte) {
	t.Helper()
	opts := &dte.VerifyOptions{Keys: testKeys()}
	whole, err := dte.Verify(src, opts)
	require.NoError(t, err)
	s := dte.NewStream(bytes.NewReader(src), opts)
	_, err = s.Report()
	require.Error(t, err, "before the end")
	n := 0
	for v, err := range s.Documents() {
		require.NoError(t, err)
		require.ElementsMatch(t, told(&whole.Documents[n]), told(v))
		require.Equal(t, whole.File.Envelope.Set.Cover.Issuer, s.Cover().Issuer)
		n++
	}
	require.Len(t, whole.Documents, n)
	report, err := s.Report()
	require.NoError(t, err)
	assert.Equal(t, findings(whole.Cover), findings(report.Cover))
	assert.Equal(t, findings(whole.Schema), findings(report.Schema))
	assert.Equal(t, findings(whole.Values), findings(report.Values))
	require.NotEmpty(t, report.Signatures)
	last, lastOfWhole := report.Signatures[len(report.Signatures)-1], whole.Signatures[len(whole.Signatures)-1]
	assert.Equal(t, lastOfWhole.OK(), last.OK())
	assert.Equal(t, lastOfWhole.Path, last.Path)
	assert.Equal(t, "SetDTE", last.Element)
}

func findings(g dte.Grade) (lines []string) {
	for _, f := range g.Findings {
		lines = append(lines, string(f.Code)+" "+f.Path+" "+f.Got)
	}
	return lines
}

func TestStreamSharedEnvelopes(t *testing.T) {
	t.Parallel()
	eachShared(t, func(t *testing.T, src []byte, facts *fileFacts) {
		if facts.Root != "EnvioDTE" && facts.Root != "EnvioBOLETA" {
			return
		}
		if strings.Contains(t.Name(), "resigned") || strings.Contains(t.Name(), "refirmado") {
			t.Skip("a Signature stands in what it signs: refused in both readings, for different reasons")
		}
		requireSameAsWhole(t, src)
	})
}

func TestStreamRefuses(t *testing.T) {
	t.Parallel()
	good := string(testEnvelope(t, testDTE(t, 1)))
	for name, c := range map[string]struct {
		src  string
		want error
	}{
		"another kind":    {"<AEC/>", dte.ErrKind},
		"a single DTE":    {string(testDTE(t, 1)), dte.ErrKind},
		"other namespace": {`<EnvioDTE xmlns="urn:x"><SetDTE><DTE/></SetDTE></EnvioDTE>`, dte.ErrKind},
		"kind with DTEs":  {"<Otro><SetDTE><DTE/></SetDTE></Otro>", dte.ErrKind},
		"cut":             {good[:len(good)-20], xmlsig.ErrMalformed},
		"empty":           {"", xmlsig.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := dte.NewStream(strings.NewReader(c.src), nil)
			var last error
			for _, err := range s.Documents() {
				last = err
			}
			require.ErrorIs(t, last, c.want)
			_, err := s.Report()
			require.ErrorIs(t, err, c.want)
		})
	}
}

// Nothing is yielded before the envelope is accepted.
func TestVerifyTwice(t *testing.T) {
	t.Parallel()
	good := testEnvelope(t, testDTE(t, 1), testDTE(t, 2))
	opts := &dte.VerifyOptions{Keys: testKeys()}
	count := func(src io.ReadSeeker, p dte.Policy) (n int, last error) {
		for v, err := range dte.VerifyTwice(src, p, opts) {
			if last = err; err == nil {
				n++
				require.True(t, v.OK(p))
			}
		}
		return n, last
	}
	n, err := count(bytes.NewReader(good), anaPolicy(t))
	require.NoError(t, err)
	require.Equal(t, 2, n)

	n, err = count(bytes.NewReader(good), dte.Policy{})
	require.ErrorIs(t, err, dte.ErrEnvelope)
	require.ErrorIs(t, err, xmlsig.ErrUntrusted)
	require.Zero(t, n)

	n, err = count(bytes.NewReader(bytes.Replace(good, []byte("<NroResol>80"), []byte("<NroResol>81"), 1)), anaPolicy(t))
	require.ErrorIs(t, err, dte.ErrEnvelope)
	require.ErrorIs(t, err, xmlsig.ErrDigest)
	require.Zero(t, n)

	n, err = count(&changing{first: good, second: testEnvelope(t, testDTE(t, 1), testDTE(t, 3))}, anaPolicy(t))
	require.ErrorIs(t, err, dte.ErrChanged)
	require.Equal(t, 1, n, "the first is the same")
	n, err = count(&changing{first: good, second: testEnvelope(t, testDTE(t, 1))}, anaPolicy(t))
	require.ErrorIs(t, err, dte.ErrChanged)
	require.Equal(t, 1, n)
	n, err = count(&changing{first: good, second: testEnvelope(t, testDTE(t, 1), testDTE(t, 2), testDTE(t, 3))}, anaPolicy(t))
	require.ErrorIs(t, err, dte.ErrChanged)
	require.Equal(t, 2, n, "a third was not there")
	n, err = count(strings.NewReader("<Otro/>"), anaPolicy(t))
	require.ErrorIs(t, err, dte.ErrKind)
	require.Zero(t, n)
	for _, err := range dte.VerifyTwice(bytes.NewReader(good), anaPolicy(t), &dte.VerifyOptions{Keys: testKeys()}) {
		require.NoError(t, err)
		break // no more is read
	}
	_, err = count(&changing{first: good, broken: errors.New("broken")}, anaPolicy(t))
	require.ErrorContains(t, err, "broken")
}

// changing is a file that is another after it was sought.
type changing struct {
	first, second []byte
	r             *bytes.Reader
	broken        error
}

func (c *changing) Read(p []byte) (int, error) {
	if c.r == nil {
		c.r = bytes.NewReader(c.first)
	}
	return c.r.Read(p)
}

func (c *changing) Seek(_ int64, whence int) (int64, error) {
	if c.broken != nil {
		return 0, c.broken
	}
	if whence == io.SeekStart {
		c.r = bytes.NewReader(c.second)
	}
	return 0, nil
}

// An envelope of 10,000 documents is verified in less than 32 MiB. Not parallel:
// it measures the heap of the process.
func TestStreamMemory(t *testing.T) { //nolint:paralleltest // see above
	const count = 10_000
	part := testDTE(t, 1)
	readers := []io.Reader{strings.NewReader(`<EnvioDTE xmlns="http://www.sii.cl/SiiDte"><SetDTE ID="SetDoc"><Caratula version="1.0"></Caratula>`)}
	for n := range count {
		readers = append(readers, &renamed{part: part, id: fmt.Sprintf("F%dT33", n+1)})
	}
	r := io.MultiReader(append(readers, strings.NewReader(`</SetDTE></EnvioDTE>`))...)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := dte.NewStream(r, &dte.VerifyOptions{Keys: testKeys()})
	n, good, peak := 0, 0, uint64(0)
	for v, err := range s.Documents() {
		require.NoError(t, err)
		if n++; n%20 == 0 {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
		if v.Signature.OK() {
			good++
		}
	}
	t.Logf("%d documents with %d KiB of heap at most", n, (peak-min(peak, before.HeapAlloc))>>10)
	require.Equal(t, count, n)
	require.Equal(t, 1, good, "the others have another ID")
	require.Less(t, peak, before.HeapAlloc+32<<20)
	report, err := s.Report()
	require.NoError(t, err)
	assert.True(t, report.Schema.Has(dte.CodeSchemaTooMany))
}

// renamed is a document with another ID, made when it is read.
type renamed struct {
	part []byte
	id   string
	r    io.Reader
}

func (d *renamed) Read(p []byte) (int, error) {
	if d.r == nil {
		d.r = bytes.NewReader(bytes.Replace(d.part, []byte(`ID="F1T33"`), []byte(`ID="`+d.id+`"`), 1))
	}
	n, err := d.r.Read(p)
	if err != nil {
		d.r, d.part = strings.NewReader(""), nil
	}
	return n, err
}
