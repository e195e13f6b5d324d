package siitest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// statuses requests seeds and returns the statuses of the answers.
func statuses(t *testing.T, r *raw, n int) (list []int) {
	t.Helper()
	for range n {
		status, _, _ := r.do(request(t))
		list = append(list, status)
	}
	return list
}

func TestFaultsHappenAtRandom(t *testing.T) {
	t.Parallel()
	sequence := func(seed uint64) (list []int) {
		r := newRaw(t, siitest.WithSeed(seed))
		r.srv.Fail(siitest.OpSeed, fault.Status(502).Randomly(0.3))
		return statuses(t, r, 200)
	}
	first := sequence(1)
	failed := 0
	for _, status := range first {
		if status == 502 {
			failed++
		}
	}
	assert.InDelta(t, 60, failed, 20)
	assert.Equal(t, first, sequence(1), "the same seed, the same faults")
	assert.NotEqual(t, first, sequence(2))
}

func TestWindowOfMaintenance(t *testing.T) {
	t.Parallel()
	now := newClock()
	r := newRaw(t, siitest.WithClock(now.Now))
	from := now.Now().Add(time.Hour)
	r.srv.Fail(siitest.OpAny, fault.Maintenance().Between(from, from.Add(30*time.Minute)))
	var list []int
	for range 8 {
		list = append(list, statuses(t, r, 1)...)
		now.Add(15 * time.Minute)
	}
	assert.Equal(t, []int{200, 200, 200, 200, 503, 503, 200, 200}, list)
}

func TestFaultsCombine(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.Fail(siitest.OpSeed, fault.Maintenance().Later(2).Repeated(2))
	r.srv.Fail(siitest.OpAny, fault.Status(500).Once())
	assert.Equal(t, []int{500, 200, 503, 503, 200}, statuses(t, r, 5), "the oldest that fits")
	assert.Equal(t, 5, r.srv.Count(siitest.OpAny))
}

// Each holder has its own rate, and is served again after waiting.
func TestCallsBeyondARateFail(t *testing.T) {
	t.Parallel()
	now := newClock()
	r := newRaw(t, siitest.WithClock(now.Now))
	other := chile.MustParseRUT("22222222-2")
	r.srv.Authorize(other, owner)
	mine, theirs := r.token(), (&raw{t, r.srv, r.hc, r.srv.NewIdentity(other)}).token()
	r.srv.Fail(siitest.OpSummary, fault.RateLimited(3, time.Minute))
	ask := func(token string) (status int, remaining, reset string) {
		status, header, _ := r.facade("getResumen", token, nil)
		assert.Equal(t, "3", header.Get("X-RateLimit-Limit"))
		return status, header.Get("X-RateLimit-Remaining"), header.Get("X-RateLimit-Reset")
	}
	for i := range 3 {
		status, remaining, reset := ask(mine)
		assert.Equal(t, 200, status)
		assert.Equal(t, []string{"2", "1", "0"}[i], remaining)
		assert.Equal(t, []string{"60", "50", "40"}[i], reset)
		now.Add(10 * time.Second)
	}
	for range 2 {
		status, remaining, _ := ask(mine)
		assert.Equal(t, 429, status)
		assert.Equal(t, "0", remaining)
	}
	status, _, _ := ask(theirs)
	assert.Equal(t, 200, status)
	now.Add(30 * time.Second) // a minute after the first
	status, _, reset := ask(mine)
	assert.Equal(t, 200, status)
	assert.Equal(t, "10", reset)
	status, _, _ = ask(mine)
	assert.Equal(t, 429, status)
}

// sleeper is a clock that advances only by waits.
type sleeper struct{ *clock }

func (s sleeper) Sleep(ctx context.Context, d time.Duration) error {
	s.Add(d)
	return ctx.Err()
}

func TestAnswersTakeTheirTime(t *testing.T) {
	t.Parallel()
	now := sleeper{newClock()}
	r := newRaw(t, siitest.WithClock(now.Now), siitest.WithSleep(now.Sleep), siitest.WithLatency(300*time.Millisecond), siitest.WithBandwidth(1000))
	began := now.Now()
	_, _, body := r.do(request(t))
	quick := now.Now().Sub(began)
	assert.Equal(t, 300*time.Millisecond+time.Duration(len(body))*time.Millisecond, quick)

	r.srv.Fail(siitest.OpSeed, siitest.Fault{Latency: time.Minute, Bandwidth: 10}.Once())
	began = now.Now()
	_, _, body = r.do(request(t))
	assert.Equal(t, 300*time.Millisecond+time.Minute+time.Duration(len(body))*100*time.Millisecond, now.Now().Sub(began))
}

// The fake does not hold a client that leaves.
func TestClientsMayLeave(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		r := newRaw(t, siitest.WithoutNetwork())
		r.srv.Fail(siitest.OpSeed, fault.Silent(time.Hour))
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := r.hc.Do(request(t).WithContext(ctx))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		noted := r.srv.Requests()[0]
		assert.Equal(t, 20*time.Second, noted.End.Sub(noted.Begin))
	})
}

func TestClocksThatDiffer(t *testing.T) {
	t.Parallel()
	now := newClock()
	r := newRaw(t, siitest.WithClock(now.Now))
	r.srv.Fail(siitest.OpToken, fault.ClockAhead(3*time.Minute).Once())
	answer := r.exchange(r.signedSeed(r.seed()))
	assert.Equal(t, "08", estado(t, answer))
	assert.Contains(t, answer, "TIME-OUT DEL SEED")

	token := r.token()
	r.srv.Fail(siitest.OpSummary, fault.ClockAhead(2*time.Hour).Once())
	status, header, _ := r.facade("getResumen", token, nil)
	assert.Equal(t, 302, status)
	assert.Equal(t, now.Now().Add(2*time.Hour).Format(time.RFC1123), time.Time(mustDate(t, header.Get("Date"))).Format(time.RFC1123))
	token = r.token()
	status, header, _ = r.facade("getResumen", token, nil)
	assert.Equal(t, 200, status)
	assert.True(t, mustDate(t, header.Get("Date")).Equal(now.Now()), "the header goes by the fake's clock")
}

func TestFaultsOfAnyOperationHappenWhereTheyAreShown(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	token := r.token()
	r.srv.Fail(siitest.OpAny, fault.LoginShown())
	assert.Equal(t, []int{200}, statuses(t, r, 1))
	_, _, body := r.do(request(t))
	assert.Contains(t, body, "SEMILLA", "no SOAP service shows a page of the portal")
	_, _, body = r.facade("getResumen", token, nil)
	assert.Contains(t, body, "clave")
}
