package xmlsig_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

// verdictsOf tells what each signature came out as, in the order of the document.
func verdictsOf(doc *xmlsig.Document) (lines []string) {
	for _, v := range doc.Inspect() {
		lines = append(lines, fmt.Sprintf("%s %q %v %v %v", v.Path(), v.ID, v.Context, v.InfoContext, v.Err))
	}
	return lines
}

// splitVerdicts reads a document part by part.
func splitVerdicts(r io.Reader, part string, opts ...xmlsig.Option) (lines []string, parts int, err error) {
	s := xmlsig.NewSplitter(r, part, opts...)
	for {
		doc, err := s.Next()
		if errors.Is(err, io.EOF) {
			return append(lines, verdictsOf(s.Around())...), parts, nil
		}
		if err != nil {
			if s.Around() != nil {
				return nil, parts, errors.New("there is a document around parts that could not be read")
			}
			return nil, parts, err
		}
		parts++
		lines = append(lines, verdictsOf(doc)...)
	}
}

// wholeVerdicts names single parts as a Splitter does.
func wholeVerdicts(doc *xmlsig.Document, part string) []string {
	lines := verdictsOf(doc)
	for i, line := range lines {
		lines[i] = strings.Replace(line, "/"+part+"/", "/"+part+"[1]/", 1)
	}
	return lines
}

func TestSplitSameVerdicts(t *testing.T) {
	t.Parallel()
	envelope := envelopeOf(t, ana(t), 40)
	latin := bytes.Replace(envelope, []byte("UTF-8"), []byte("ISO-8859-1"), 1)
	commented := bytes.ReplaceAll(envelope, []byte("\n<DTE"), []byte("\n<!-- </DTE> --><?p </DTE> ?>\n<DTE"))
	documents := map[string][]byte{
		"envelope":               envelope,
		"another charset":        latin,
		"comments between":       commented,
		"changed in a part":      bytes.Replace(envelope, []byte("<Folio>7<"), []byte("<Folio>8<"), 1),
		"changed before parts":   bytes.Replace(envelope, []byte("<RutEmisor>"), []byte("<RutEmisor >"), 1),
		"changed before, value":  bytes.Replace(envelope, []byte("<RutEmisor>7"), []byte("<RutEmisor>8"), 1),
		"text between parts":     bytes.Replace(envelope, []byte("</DTE>\n<DTE"), []byte("</DTE>&#10;<DTE"), 1),
		"other text between":     bytes.Replace(envelope, []byte("</DTE>\n<DTE"), []byte("</DTE>x<DTE"), 1),
		"comment that ends it":   bytes.Replace(envelope, []byte("</DTE>"), []byte("<!-- </DTE> --></DTE>"), 1),
		"CDATA that ends it":     bytes.Replace(envelope, []byte("</Documento>"), []byte("<![CDATA[</DTE>]]></Documento>"), 1),
		"xml:lang around":        bytes.Replace(envelope, []byte("<EnvioDTE "), []byte(`<EnvioDTE xml:lang="es" `), 1),
		"part with a prefix":     bytes.Replace(envelope, []byte("<EnvioDTE "), []byte(`<EnvioDTE xmlns:p="urn:p" `), 1),
		"no parts":               []byte(`<EnvioDTE><SetDTE ID="a"/></EnvioDTE>`),
		"part in the root alone": []byte(`<EnvioDTE><DTE/></EnvioDTE>`),
		"empty parts":            []byte(`<EnvioDTE><SetDTE><DTE/><DTE ></DTE ></SetDTE></EnvioDTE>`),
		"prefixed parts":         []byte(`<e:E xmlns:e="u"><e:S><e:DTE><e:DTE/></e:DTE><e:DTE/></e:S></e:E>`),
	}
	for name, src := range documents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := xmlsig.Parse(src)
			require.NoError(t, err)
			for _, r := range []io.Reader{bytes.NewReader(src), iotest.HalfReader(bytes.NewReader(src)), iotest.DataErrReader(bytes.NewReader(src))} {
				lines, _, err := splitVerdicts(r, "DTE")
				require.NoError(t, err)
				require.Equal(t, wholeVerdicts(doc, "DTE"), lines)
			}
		})
	}
}

func TestSplitRealEnvelopes(t *testing.T) {
	t.Parallel()
	seen := 0
	require.NoError(t, filepath.WalkDir(sharedtest.Path(t), func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".xml" {
			return err
		}
		src, err := os.ReadFile(path)
		require.NoError(t, err)
		doc, parseErr := xmlsig.Parse(src)
		lines, parts, err := splitVerdicts(bytes.NewReader(src), "DTE", xmlsig.WithMaxSize(64<<20))
		if parseErr != nil {
			require.Error(t, err, path)
			return nil
		}
		require.NoError(t, err, path)
		if parts > 0 {
			seen++
			require.Equal(t, wholeVerdicts(doc, "DTE"), lines, path)
		}
		return nil
	}))
	require.Greater(t, seen, 10)
}

// What Parse refuses, a Splitter refuses, and some more.
func TestSplitRefuses(t *testing.T) {
	t.Parallel()
	envelope := string(envelopeOf(t, ana(t), 5))
	cases := map[string]struct {
		src  string
		want error
	}{
		"empty":                 {"", xmlsig.ErrMalformed},
		"cut in the head":       {envelope[:100], xmlsig.ErrMalformed},
		"cut in a part":         {envelope[:len(envelope)/2], xmlsig.ErrMalformed},
		"cut behind a part":     {envelope[:strings.LastIndex(envelope, "</DTE>")+len("</DTE>")], xmlsig.ErrMalformed},
		"cut before the end":    {envelope[:len(envelope)-1], xmlsig.ErrMalformed},
		"more behind the root":  {envelope + "<a/>", xmlsig.ErrMalformed},
		"document type":         {"<!DOCTYPE a>" + envelope, xmlsig.ErrMalformed},
		"an ID in two parts":    {strings.Replace(envelope, `ID="F5T33"`, `ID="F1T33"`, 1), xmlsig.ErrMalformed},
		"an ID in the head":     {strings.Replace(envelope, "<Caratula ", `<Caratula ID="F1T33" `, 1), xmlsig.ErrMalformed},
		"parts in two places":   {`<E><S><DTE/></S><T><DTE/></T></E>`, xmlsig.ErrMalformed},
		"element between parts": {`<E><S><DTE/><x/><DTE/></S></E>`, xmlsig.ErrMalformed},
		"part with wrong end":   {`<E><S><DTE></DTF></S></E>`, xmlsig.ErrMalformed},
		"prefix not declared":   {`<E><S><p:DTE/></S></E>`, xmlsig.ErrMalformed},
		"not UTF-8 in a part":   {"<E><S><DTE/><DTE>\xff</DTE></S></E>", xmlsig.ErrMalformed},
		"cut character at end":  {"<E><S><DTE/></S></E>\xc3", xmlsig.ErrMalformed},
		"large part":            {`<E><S><DTE/><DTE>` + strings.Repeat("x", 3<<20) + `</DTE></S></E>`, xmlsig.ErrLimit},
		"large head":            {`<E>` + strings.Repeat("x", 3<<20) + `<S><DTE/></S></E>`, xmlsig.ErrLimit},
		"large tail":            {`<E><S><DTE/></S>` + strings.Repeat("x", 3<<20) + `</E>`, xmlsig.ErrLimit},
		"large gap":             {`<E><S><DTE/>` + strings.Repeat("x", 3<<20) + `<DTE/></S></E>`, xmlsig.ErrLimit},
		"unfinished part":       {`<E><S><DTE>` + strings.Repeat("x", 3<<20), xmlsig.ErrLimit},
		"too deep":              {`<E><S><DTE>` + strings.Repeat("<a>", 300) + `</DTE></S></E>`, xmlsig.ErrLimit},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := splitVerdicts(strings.NewReader(c.src), "DTE", xmlsig.WithMaxSize(1<<20))
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestSplitReaderFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	src := envelopeOf(t, ana(t), 5)
	r := io.MultiReader(bytes.NewReader(src[:len(src)-10]), iotest.ErrReader(broken))
	_, _, err := splitVerdicts(r, "DTE")
	require.ErrorIs(t, err, broken)
}

// The signature over a whole document cannot be judged from its parts.
func TestSplitWholeDocumentSignature(t *testing.T) {
	t.Parallel()
	signed, err := xmlsig.SignEnveloped([]byte(`<E><S><DTE/><DTE/></S></E>`), ana(t))
	require.NoError(t, err)
	s := xmlsig.NewSplitter(bytes.NewReader(signed), "DTE")
	for err == nil {
		_, err = s.Next()
	}
	require.ErrorIs(t, err, io.EOF)
	verdicts := s.Around().Inspect()
	require.Len(t, verdicts, 1)
	require.ErrorIs(t, verdicts[0].Err, xmlsig.ErrShape)
}

// A signature over a whole document is none in a part of a larger one.
func TestSplitPartIsNoDocument(t *testing.T) {
	t.Parallel()
	signed, err := xmlsig.SignEnveloped([]byte(`<DTE><a/></DTE>`), ana(t))
	require.NoError(t, err)
	s := xmlsig.NewSplitter(strings.NewReader("<E><S>"+string(signed)+"</S></E>"), "DTE")
	part, err := s.Next()
	require.NoError(t, err)
	verdicts := part.Inspect()
	require.Len(t, verdicts, 1)
	require.ErrorIs(t, verdicts[0].Err, xmlsig.ErrShape)
	require.Equal(t, "/E/S/DTE[1]", part.Unverified().Path())
}

func TestSplitElements(t *testing.T) {
	t.Parallel()
	src := "<E xmlns='u' xml:lang='es'>\n<S>\n<Caratula>\n<a>1</a></Caratula>\n<DTE>\n<b/></DTE>\n<DTE/>\n</S>\n</E>"
	s := xmlsig.NewSplitter(strings.NewReader(src), "DTE")
	var lines []int
	var canonical []string
	part, err := s.Next()
	require.Nil(t, s.Around(), "before the end")
	name, namespace := s.Root()
	require.Equal(t, "E u", name+" "+namespace)
	for ; err == nil; part, err = s.Next() {
		require.Equal(t, "u", part.Unverified().Namespace())
		lines = append(lines, part.Unverified().Line())
		canonical = append(canonical, string(part.Unverified().Canonical()))
		for e := range s.Beside() {
			require.Equal(t, "Caratula", e.Name())
			require.Equal(t, "1", e.Child("a").Text())
		}
	}
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, []int{5, 7}, lines)
	require.Equal(t, []string{"<DTE xmlns=\"u\" xml:lang=\"es\">\n<b></b></DTE>", `<DTE xmlns="u" xml:lang="es"></DTE>`}, canonical)
	_, again := s.Next()
	require.ErrorIs(t, again, io.EOF)
}

// manyParts is an envelope of any size that is never held whole.
func manyParts(t testing.TB, count int) (r io.Reader, size int64) {
	t.Helper()
	part := dteOf(t, ana(t), 1)
	const head, tail = `<EnvioDTE xmlns="http://www.sii.cl/SiiDte"><SetDTE ID="SetDoc">`, `</SetDTE></EnvioDTE>`
	readers := []io.Reader{strings.NewReader(head)}
	for n := range count {
		renamed := bytes.ReplaceAll(part, []byte("F1T33"), fmt.Appendf(nil, "F%dT33", n))
		size += int64(len(renamed))
		readers = append(readers, &lateReader{part: part, id: fmt.Sprintf("F%dT33", n)})
	}
	return io.MultiReader(append(readers, strings.NewReader(tail))...), size
}

type lateReader struct {
	part []byte
	id   string
	r    io.Reader
}

func (l *lateReader) Read(p []byte) (int, error) {
	if l.r == nil {
		l.r = bytes.NewReader(bytes.ReplaceAll(l.part, []byte("F1T33"), []byte(l.id)))
	}
	n, err := l.r.Read(p)
	if err != nil {
		l.r, l.part = nil, nil
	}
	return n, err
}

// An envelope of 90 MB is read in less than 32 MiB. Not parallel: it measures
// the heap of the process.
func TestSplitMemory(t *testing.T) { //nolint:paralleltest // see above
	r, size := manyParts(t, 10_000)
	require.Greater(t, size, int64(79<<20))
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := xmlsig.NewSplitter(r, "DTE")
	count, peak := 0, uint64(0)
	_, err := s.Next()
	for ; err == nil; _, err = s.Next() {
		if count++; count%10 == 0 {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
	}
	t.Logf("%d MB read, with %d KiB of heap at most", size>>20, (peak-before.HeapAlloc)>>10)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, 10_000, count)
	require.Less(t, peak, before.HeapAlloc+32<<20)
}

// FuzzSplit: a Splitter and Parse agree about every document that both read, and
// what a Splitter reads is a document.
func FuzzSplit(f *testing.F) {
	f.Add(envelopeOf(f, ana(f), 2))
	f.Add([]byte(`<e:E xmlns:e="u"><e:S ID="a">x<!--</DTE>--><DTE ID="b"/><?p?><DTE>&#13;</DTE></e:S></e:E>`))
	f.Add([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?><E><S xml:lang="es"><DTE>` + "\xf1" + `</DTE></S></E>`))
	f.Fuzz(func(t *testing.T, src []byte) {
		lines, parts, err := splitVerdicts(iotest.HalfReader(bytes.NewReader(src)), "DTE")
		doc, parseErr := xmlsig.Parse(src)
		if err == nil && parseErr != nil {
			t.Fatalf("read in parts, but %v", parseErr)
		}
		if err != nil || parts == 0 {
			return
		}
		if want := wholeVerdicts(doc, "DTE"); len(want) < 1000 && !sameButShape(want, lines) {
			t.Fatalf("%q\n%q", want, lines)
		}
	})
}

// sameButShape allows that a signature over the whole document is refused.
func sameButShape(whole, split []string) bool {
	if len(whole) != len(split) {
		return false
	}
	counts := map[string]int{}
	for i := range whole {
		counts[whole[i]]++
		counts[split[i]]--
	}
	for line, n := range counts {
		if n < 0 && !strings.Contains(line, xmlsig.ErrShape.Error()) {
			return false
		}
	}
	return true
}
