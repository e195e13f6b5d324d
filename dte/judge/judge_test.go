package judge_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// tell lists everything that an answer says.
func tell(a *judge.Answer) string {
	s := fmt.Sprintf("%s upload %+v state %q gaps %v", a.Kind, a.Upload, a.State, a.Gaps)
	for i := range a.Findings {
		s += "\n\t" + a.Findings[i].String() + " — " + a.Findings[i].English()
	}
	for i := range a.Documents {
		v := &a.Documents[i]
		s += fmt.Sprintf("\n%s %q gaps %v", v.ID, v.State, v.Gaps)
		for j := range v.Findings {
			s += "\n\t" + v.Findings[j].String() + " — " + v.Findings[j].English()
		}
	}
	return s
}

// invoiceKnown is a world that has the document to which the tests' notes refer.
func invoiceKnown() judge.World {
	w := world()
	w.Document = func(id chile.DocumentID) (judge.Known, bool) {
		total, _ := dte.ParseDecimal("11900")
		if id.Type == 110 {
			total, _ = dte.ParseDecimal("250.5")
		}
		return judge.Known{Total: total}, id.Issuer == company && id.Folio == 5
	}
	return w
}

// Every type, well made, is accepted without any finding.
func TestGoodDocuments(t *testing.T) {
	for _, kind := range []int{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112} {
		a := judge.Envelope(sent(t, invoice(kind)), invoiceKnown())
		require.True(t, a.Clean(), "%d: %s", kind, tell(a))
		require.Equal(t, judge.EPR, a.State)
		require.True(t, a.Upload.Received())
		require.Equal(t, judge.DOK, a.Documents[0].State)
		require.Equal(t, []judge.Count{{Type: chile.DocType(kind), Reported: 1, Accepted: 1}}, a.Counts)
	}
}

// Nothing is accepted of a world that says nothing.
func TestZeroWorld(t *testing.T) {
	a := judge.Envelope(sent(t, invoice(33)), judge.World{})
	require.False(t, a.Accepted())
	require.Equal(t, 6, a.Upload.Status, tell(a))
	require.Empty(t, a.State)
	require.Empty(t, a.Documents[0].State)
	require.Empty(t, a.Counts)

	var zero judge.Answer
	require.False(t, zero.Accepted())
	require.False(t, zero.Clean())
	require.False(t, zero.Upload.Received())
}
