package sii_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
)

// circuitClient is a client of a scripted SII that repeats nothing, and the
// changes that its observer was told of.
func circuitClient(t *testing.T, s *scripted, settings sii.CircuitSettings) (*sii.Client, *[]string) {
	t.Helper()
	var changes []string
	client, err := sii.NewClient(sii.Production(), freshTokens(), sii.WithClock(s.clock.Now),
		sii.WithHTTPClient(&http.Client{Transport: s}), sii.WithRetry(sii.RetrySettings{Attempts: 1}), sii.WithCircuit(settings),
		sii.WithObserver(sii.Observer{Circuit: func(_ context.Context, c sii.CircuitChange) {
			changes = append(changes, c.Service+": "+string(c.From)+" to "+string(c.To))
		}}))
	require.NoError(t, err)
	return client, &changes
}

func TestServiceThatFailsIsGivenUpForAWhile(t *testing.T) {
	t.Parallel()
	s := &scripted{clock: newClock(), answers: []answer{{status: 503}, {status: 503}, {status: 503}, {status: 503}, fineAnswer, {status: 503}, fineAnswer}}
	client, changes := circuitClient(t, s, sii.CircuitSettings{Failures: 3})
	fail := func(calls int) *sii.Error {
		t.Helper()
		var e *sii.Error
		require.ErrorAs(t, summarize(t.Context(), client), &e)
		require.ErrorIs(t, e, sii.ErrUnavailable)
		require.Equal(t, calls, s.calls)
		return e
	}
	fail(1)
	fail(2)
	assert.Zero(t, fail(3).RetryAfter)
	e := fail(3) // not asked
	assert.Equal(t, 30*time.Second, e.RetryAfter)
	assert.ErrorContains(t, e, "after 3 consecutive failures, the last: sii: rcv.summary: unavailable: HTTP 503")
	s.clock.Add(29 * time.Second)
	fail(3)
	s.clock.Add(time.Second)
	fail(4) // asked, to see
	s.clock.Add(59 * time.Second)
	assert.Equal(t, time.Second, fail(4).RetryAfter, "twice as long")
	s.clock.Add(time.Second)
	require.NoError(t, summarize(t.Context(), client))
	fail(6)
	require.NoError(t, summarize(t.Context(), client), "one failure is none in a row")
	assert.Equal(t, []string{
		"rcv: closed to open", "rcv: open to half-open", "rcv: half-open to open", "rcv: open to half-open", "rcv: half-open to closed",
	}, *changes)
}

// While one call goes to see, the others do not wait for it.
func TestOneCallGoesToSee(t *testing.T) {
	t.Parallel()
	clock := newClock()
	entered, leave := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	calls := 0
	client, err := sii.NewClient(sii.Production(), freshTokens(), sii.WithClock(clock.Now), sii.WithRetry(sii.RetrySettings{Attempts: 1}),
		sii.WithCircuit(sii.CircuitSettings{Failures: 1}), sii.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			calls++
			first := calls == 1
			mu.Unlock()
			if first {
				return (&scripted{answers: []answer{{status: 503}}}).RoundTrip(r)
			}
			close(entered)
			<-leave
			return (&scripted{answers: []answer{fineAnswer}}).RoundTrip(r)
		})}))
	require.NoError(t, err)
	require.Error(t, summarize(t.Context(), client))
	clock.Add(time.Minute)
	var wg sync.WaitGroup
	wg.Go(func() { assert.NoError(t, summarize(t.Context(), client)) })
	<-entered
	for range 10 {
		require.ErrorIs(t, summarize(t.Context(), client), sii.ErrUnavailable)
	}
	close(leave)
	wg.Wait()
	assert.Equal(t, 2, calls)
}

// What one was asked for fails, and the service works: a query with a code of its
// own, a refusal, a caller that leaves.
func TestAnswersAreNoFailuresOfTheService(t *testing.T) {
	t.Parallel()
	s := &scripted{clock: newClock(), answers: []answer{{status: 200, body: `{"data":null,"respEstado":{"codRespuesta":2}}`}}}
	client, changes := circuitClient(t, s, sii.CircuitSettings{Failures: 2})
	for range 5 {
		require.ErrorIs(t, summarize(t.Context(), client), sii.ErrUnavailable)
	}
	s.answers = []answer{{status: 200, body: `{"errorMsg":"Usuario no autorizado"}`}}
	require.ErrorIs(t, summarize(t.Context(), client), sii.ErrForbidden)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 5 {
		require.ErrorIs(t, summarize(ctx, client), context.Canceled)
	}
	assert.Empty(t, *changes)
}

// A call that was to see and did not, because its caller left, is not waited for.
func TestCallerThatLeavesDoesNotBlockTheCircuit(t *testing.T) {
	t.Parallel()
	s := &scripted{clock: newClock(), answers: []answer{{status: 503}, fineAnswer}}
	client, _ := circuitClient(t, s, sii.CircuitSettings{Failures: 1})
	require.Error(t, summarize(t.Context(), client))
	s.clock.Add(time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, summarize(ctx, client), context.Canceled)
	require.NoError(t, summarize(t.Context(), client))
}

func TestCircuitCanBeOff(t *testing.T) {
	t.Parallel()
	s := &scripted{clock: newClock(), answers: []answer{{status: 503}}}
	client, changes := circuitClient(t, s, sii.CircuitSettings{Off: true})
	for range 100 {
		require.Error(t, summarize(t.Context(), client))
	}
	assert.Equal(t, 100, s.calls)
	assert.Empty(t, *changes)
}
