package xmlsig_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

// unsignedSet is an envelope of parts, without signature.
func unsignedSet(parts int) string {
	var b strings.Builder
	b.WriteString(`<E xmlns="` + siiNS + `" xmlns:xsi="urn:x" version="1.0"><S ID="Set">` + "\n<Caratula>Ñuñoa</Caratula>\r\n")
	for i := range parts {
		fmt.Fprintf(&b, `<DTE xmlns="%s"><D ID="D%d">ñandú &amp; "%d" <a/><b></b></D><!-- á --></DTE>`+"\n", siiNS, i, i)
	}
	b.WriteString("</S>\n</E><!-- ñ -->\n")
	return b.String()
}

// TestSignPartsAsSignAfter gives the same bytes, in any encoding.
func TestSignPartsAsSignAfter(t *testing.T) {
	t.Parallel()
	for name, parts := range map[string]int{"one": 1, "two": 2, "more than is read at a time": 6000} {
		text := unsignedSet(parts)
		latin := []byte(nil)
		for _, r := range text {
			latin = append(latin, byte(r))
		}
		for encoding, src := range map[string][]byte{
			"UTF-8":        []byte(text),
			"declared":     []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + text),
			"marked":       []byte("\ufeff" + text),
			"ISO-8859-1":   append([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>`+"\n"), latin...),
			"windows-1252": append([]byte(`<?xml version="1.0" encoding="windows-1252"?>`+"\n"), latin...),
		} {
			want, err := xmlsig.SignAfter(src, ana(t), "Set")
			require.NoError(t, err)
			got, err := xmlsig.SignParts(slices.Clip(bytes.Clone(src)), ana(t), "Set", "DTE")
			require.NoError(t, err)
			assert.True(t, bytes.Equal(want, got), "%s in %s", name, encoding)

			roomy := slices.Grow(bytes.Clone(src), 8<<10)
			got, err = xmlsig.SignParts(roomy, ana(t), "Set", "DTE")
			require.NoError(t, err)
			assert.True(t, bytes.Equal(want, got), "%s in %s: with room", name, encoding)
			assert.Same(t, &roomy[0], &got[0], "the room is used")
		}
	}
}

func TestSignPartsRefuses(t *testing.T) {
	t.Parallel()
	good := unsignedSet(2)
	for name, c := range map[string]struct {
		src, ref, part string
		want           error
	}{
		"no such ID":         {good, "Other", "DTE", xmlsig.ErrShape},
		"the ID of a part":   {good, "D1", "DTE", xmlsig.ErrShape},
		"no parts":           {unsignedSet(0), "Set", "DTE", xmlsig.ErrShape},
		"no such parts":      {good, "Set", "Recibo", xmlsig.ErrShape},
		"not well formed":    {strings.Replace(good, "</b>", "</c>", 1), "Set", "DTE", xmlsig.ErrMalformed},
		"cut":                {good[:len(good)/2], "Set", "DTE", xmlsig.ErrMalformed},
		"an ID that repeats": {strings.Replace(good, "D1", "D0", 1), "Set", "DTE", xmlsig.ErrMalformed},
	} {
		_, err := xmlsig.SignParts([]byte(c.src), ana(t), c.ref, c.part)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := xmlsig.SignParts([]byte(good), ana(t), "Set", "DTE", xmlsig.WithMaxSize(100))
	require.ErrorIs(t, err, xmlsig.ErrLimit)
}

// TestSkip passes over some parts: the others are read as ever, the digest is that
// of all, and an ID that stands twice is seen.
func TestSkip(t *testing.T) {
	t.Parallel()
	const parts = 6000
	signed, err := xmlsig.SignAfter([]byte(unsignedSet(parts)), ana(t), "Set")
	require.NoError(t, err)
	s := xmlsig.NewSplitter(bytes.NewReader(signed), "DTE")
	var kept []*xmlsig.Document
	n := 0
	for err = error(nil); err == nil; n++ {
		if n%3 > 0 {
			err = s.Skip()
			continue
		}
		var part *xmlsig.Document
		if part, err = s.Next(); err == nil {
			kept = append(kept, part)
		}
	}
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, parts, n-1)
	for i, part := range kept {
		id, _ := part.Unverified().Child("D").Attribute("ID")
		require.Equal(t, fmt.Sprintf("D%d", 3*i), id)
		require.Equal(t, fmt.Sprintf("/E/S/DTE[%d]", 3*i+1), part.Unverified().Path())
		require.Contains(t, string(part.Canonical()), fmt.Sprintf(`"%d" <a></a>`, 3*i))
	}
	verdicts := s.Around().Inspect()
	require.Len(t, verdicts, 1)
	assert.True(t, verdicts[0].OK(), "%v", verdicts[0].Err)

	for name, change := range map[string][2]string{
		"a text":             {`"3000"`, `"3001"`},
		"an ID that repeats": {`"D3001"`, `"D3000"`},
	} {
		s := xmlsig.NewSplitter(strings.NewReader(strings.Replace(string(signed), change[0], change[1], 1)), "DTE")
		err := error(nil)
		for err == nil {
			err = s.Skip()
		}
		if errors.Is(err, io.EOF) {
			assert.ErrorIs(t, s.Around().Inspect()[0].Err, xmlsig.ErrDigest, name)
		} else {
			assert.ErrorIs(t, err, xmlsig.ErrMalformed, name)
		}
	}
}
