package judge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// fiveHundred is an envelope of 500 invoices of ten lines.
func fiveHundred(tb testing.TB) []byte {
	tb.Helper()
	papers := make([]paper, 500)
	for i := range papers {
		papers[i] = but(33, func(p *paper) {
			p.folio, p.lines = i+1, ""
			for n := range 10 {
				p.lines += line(n+1, "Hormigón", "<QtyItem>2.5</QtyItem><PrcItem>400</PrcItem><MontoItem>1000</MontoItem>")
			}
		})
	}
	return sent(tb, papers...)
}

// BenchmarkJudge judges 500 documents and verifies the same with package dte, in
// turns: "ratio" is the judge's time over that.
func BenchmarkJudge(b *testing.B) {
	file, w := fiveHundred(b), world()
	require.True(b, judge.Envelope(file, w).Clean())
	var judged, verified time.Duration
	for b.Loop() {
		start := time.Now()
		_, err := dte.Verify(file, &dte.VerifyOptions{Keys: w.Keys})
		require.NoError(b, err)
		between := time.Now()
		judge.Envelope(file, w)
		verified += between.Sub(start)
		judged += time.Since(between)
	}
	b.ReportMetric(float64(judged)/float64(verified), "ratio")
	b.ReportMetric(float64(len(file)), "bytes")
}
