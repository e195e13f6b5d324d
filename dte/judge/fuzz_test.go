package judge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// FuzzEnvelope splices text into good files. Whatever comes of it, the judge
// answers, the same each time, nothing is accepted of a world that says nothing,
// and what is accepted has the documents that were signed.
func FuzzEnvelope(f *testing.F) {
	files := [][]byte{
		sent(f, invoice(33), but(61, func(p *paper) { p.tail = reference(1, "33", "5", "1") })),
		sent(f, invoice(39)), sent(f, invoice(110)), sent(f, invoice(43)),
		append([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>`), latin1(invoice(33).build(f))...),
	}
	signed := make([]map[string]string, len(files))
	for i, b := range files {
		a := judge.Envelope(b, invoiceKnown())
		require.Equal(f, judge.DOK, a.Documents[0].State, tell(a))
		signed[i] = totalsOf(a)
		f.Add(uint8(i), uint32(0), uint16(0), "")
		f.Add(uint8(i), uint32(len(b)/2), uint16(1), "9")
		f.Add(uint8(i), uint32(len(b)/3), uint16(40), "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>")
		f.Add(uint8(i), uint32(60), uint16(0), "<!-- a -->")
	}
	f.Fuzz(func(t *testing.T, file uint8, at uint32, cut uint16, text string) {
		n := int(file) % len(files)
		b := files[n]
		from := int(at) % (len(b) + 1)
		to := min(len(b), from+int(cut))
		b = append(append(append([]byte(nil), b[:from]...), text...), b[to:]...)

		w := invoiceKnown()
		a := judge.Envelope(b, w)
		require.Equal(t, tell(a), tell(judge.Envelope(b, w)))
		require.False(t, judge.Envelope(b, judge.World{}).Accepted())
		w.Thorough = true
		all := judge.Envelope(b, w)
		require.Equal(t, a.Accepted(), all.Accepted())
		require.LessOrEqual(t, len(all.Findings), 2_500)
		if a.Accepted() {
			require.Equal(t, signed[n], totalsOf(a))
		}
		for i := range a.Documents {
			v := &a.Documents[i]
			require.Equal(t, v.State.Accepted(), v.State.Accepted() && len(v.Gaps) == 0 && !rejects(v))
			if v.State == judge.RCH {
				require.True(t, rejects(v))
			}
		}
		if a.Kind == dte.KindDTE && len(a.Documents) == 1 && a.Documents[0].State.Accepted() {
			require.Equal(t, signed[n], totalsOf(a))
		}
	})
}

func rejects(v *judge.Verdict) bool {
	for _, f := range v.Findings {
		if f.Level == judge.Rejects {
			return true
		}
	}
	return false
}

func totalsOf(a *judge.Answer) map[string]string {
	totals := map[string]string{}
	for i := range a.Documents {
		d := a.Documents[i].DTE
		totals[d.ID().String()] = d.Total().String() + " " + d.Receiver().String() + " " + d.IssueDate().String()
	}
	return totals
}
