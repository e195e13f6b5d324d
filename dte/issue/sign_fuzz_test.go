package issue_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/sii/siitest"
)

// sameValues requires that a file has the values of a document, which has no
// signature, and no other texts.
func sameValues(tb testing.TB, doc *dte.DTE, file []byte) {
	tb.Helper()
	read, err := dte.ParseDTE(file)
	require.NoError(tb, err)
	written, err := read.Encode(dte.UTF8)
	require.NoError(tb, err)
	want := *doc
	if doc.Export != nil {
		export := *doc.Export
		export.ID, export.SignedAt = read.Export.ID, read.Export.SignedAt
		want.Export = &export
	}
	for _, d := range []struct {
		made **dte.Document
		read *dte.Document
	}{{&want.Document, read.Document}, {&want.Settlement, read.Settlement}} {
		if *d.made != nil {
			document := **d.made
			document.ID, document.SignedAt = d.read.ID, d.read.SignedAt
			*d.made = &document
		}
	}
	expected, err := want.Encode(dte.UTF8)
	require.NoError(tb, err)
	require.Equal(tb, string(expected), string(written))
}

// TestSignTheWidest signs documents of 60 lines whose texts are as long as may be.
func TestSignTheWidest(t *testing.T) {
	t.Parallel()
	fill := func(n int, of string) string { return string([]rune(strings.Repeat(of, n))[:n]) }
	for _, name := range types {
		for _, of := range []string{"ñ", "&", "a<b>&\"'", "x\n"} {
			draft := plain(t, "full/"+name)
			draft.Issuer.Name, draft.Receiver.Name, draft.Receiver.Contact = fill(100, of), fill(100, of), fill(80, of)
			draft.Issuer.Activity, draft.Receiver.Activity, draft.Issuer.Address = fill(80, of), fill(40, of), fill(60, of)
			for i := range draft.Lines {
				line := &draft.Lines[i]
				line.Name, line.Description = fill(80, of), fill(750, of)
				if of != "&" {
					line.Description = fill(1000, of)
				}
				for len(line.Codes) > 0 && len(line.Codes) < 5 {
					line.Codes = append(line.Codes, dte.ItemCode{Kind: fill(10, of), Value: fill(35, of)})
				}
				if len(line.SubQuantities) == 1 {
					line.SubQuantities[0].Code = fill(35, of)
				}
			}
			for len(draft.Lines) < 60 {
				draft.Lines = append(draft.Lines, draft.Lines[0])
			}
			for len(draft.References) < 40 {
				draft.References = append(draft.References, draft.References[len(draft.References)-1])
			}
			for i := range draft.References {
				draft.References[i].Reason = fill(90, of)
			}
			draft.Identification.Folio = 5
			doc, _ := draft.Document(&readings)
			require.NoError(t, issue.Stamp(doc, folios(t, doc.ID().Type, siitest.WithCAFName(strings.Repeat("&", 40))), noon), name)
			made, err := issue.Sign(doc, ana(t), noon)
			require.NoError(t, err, "%s of %q", name, of)
			assert.LessOrEqual(t, longestLine(made.Bytes()), 4000, name)
			assert.LessOrEqual(t, longestLine(envelope(t, made)), 4000, name)
			sameValues(t, doc, made.Bytes())
		}
	}
}

// FuzzSign signs drafts with any texts. What no rule refuses is signed, what is
// signed holds, in short lines, and has the texts of the draft; and characters that
// a file does not have are refused by name.
func FuzzSign(f *testing.F) {
	for i, text := range []string{
		"Pan", "ñandú ÁÉÍÓÚ ÿ", `& < > ' " &amp; ]]> <!-- -->`, "a\nb\r\nc\rd\te", "  alrededor  ", "\u00a0", "10 €", "\u0080\u009f", "\x00", "\xff", "\u2028",
		strings.Repeat("&", 800), strings.Repeat("ñ", 40) + "&", strings.Repeat(" ", 41) + "x", "\n", "%s%d", "<TED>", "</Detalle>",
	} {
		f.Add(text, "Texto "+text, text+" fin", byte(i), byte(i), uint16(i))
	}
	caf := map[string]*dte.Authorization{}
	for _, name := range types {
		caf[name] = folios(f, plain(f, name).Identification.Type)
	}
	id, options := ana(f), &dte.VerifyOptions{Keys: siitest.CAFKeys()}
	f.Fuzz(func(t *testing.T, name, description, receiver string, kind, lines byte, day uint16) {
		of := types[int(kind)%len(types)]
		draft := plain(t, of)
		draft.Lines[0].Name, draft.Lines[0].Description, draft.Receiver.Name = name, description, receiver
		for range int(lines) % 60 {
			draft.Lines = append(draft.Lines, draft.Lines[0])
		}
		if len(draft.References) > 0 {
			draft.References[0].Reason = receiver
		}
		at := noon.AddDate(0, 0, int(day)%120)
		draft.Identification.Folio, draft.Identification.IssueDate = 7, chile.DateOf(at)
		doc, found := draft.Document(nil)
		err := issue.Stamp(doc, caf[of], at)
		var made *issue.Signed
		if err == nil {
			made, err = issue.Sign(doc, id, at)
		}
		if !found.Refused() {
			require.NoError(t, err, "no rule refuses it")
		}
		for _, text := range []string{name, description, receiver} {
			if strings.ContainsFunc(text, foreign) {
				require.True(t, found.Refused())
				require.ErrorIs(t, err, dte.ErrUnencodable)
			}
		}
		if err != nil {
			var refused *issue.RefusedError
			require.True(t, errors.As(err, &refused) || errors.Is(err, dte.ErrUnencodable) || errors.Is(err, issue.ErrLine), "%v", err)
			return
		}
		report, err := dte.Verify(made.Bytes(), options)
		require.NoError(t, err)
		require.Empty(t, report.Refusals(dte.Policy{AnySigner: true}))
		require.LessOrEqual(t, longestLine(made.Bytes()), 4000)
		sameValues(t, doc, made.Bytes())
	})
}

// foreign reports whether a file does not have a character.
func foreign(r rune) bool {
	return r > 0xFF || r >= 0x7F && r <= 0x9F || r < ' ' && !strings.ContainsRune("\t\r\n", r)
}
