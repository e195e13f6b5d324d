package siisync

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
)

// A call that the client repeats keeps the pace each time, and waits for the client
// and for the pacer are told of apart.
func TestRepeatedCallsKeepThePace(t *testing.T) {
	t.Parallel()
	c := newClock()
	a := &answers{clock: c, status: http.StatusBadGateway, typ: "text/plain"}
	pacer := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep, Interval: 10 * time.Second}))
	var waits []sii.WaitReason
	client, err := sii.NewClient(sii.Production(),
		sii.WithTokenSource(sii.TokenFunc(func(context.Context) (string, time.Time, error) { return "T", c.Now().Add(24 * time.Hour), nil })),
		sii.WithHTTPClient(&http.Client{Transport: a}),
		sii.WithRoundTripper(func(base http.RoundTripper) http.RoundTripper { return pacer.Transport("ana", base) }),
		sii.WithClock(c.Now), sii.WithSleep(c.Sleep), sii.WithRetry(sii.RetrySettings{Attempts: 3, Random: func() float64 { return 0.5 }}),
		sii.WithObserver(sii.Observer{Wait: func(_ context.Context, w sii.Wait) { waits = append(waits, w.Reason) }}))
	require.NoError(t, err)
	_, err = client.RCV.Summary(t.Context(), rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Sales}, rcv.Registro)
	require.ErrorIs(t, err, sii.ErrUnavailable)
	require.Len(t, a.starts, 3)
	for i, start := range a.starts[1:] {
		assert.GreaterOrEqual(t, start.Sub(a.starts[i]), 10*time.Second)
	}
	assert.False(t, a.both, "calls at once")
	assert.Zero(t, a.open, "answers that were left open")
	assert.Equal(t, []sii.WaitReason{sii.WaitRetry, sii.WaitThrottled, sii.WaitRetry, sii.WaitThrottled}, waits)
}
