package siihttp_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
)

// async starts an import without waiting.
func (s *service) async(user, body string) (siihttp.Job, answer) {
	s.t.Helper()
	r := s.request(user, http.MethodPost, "/rcv/import", body)
	r.Header.Set("Prefer", "respond-async, wait=10")
	got := s.do(r)
	var job siihttp.Job
	if got.status == http.StatusAccepted {
		got.json(&job)
	}
	return job, got
}

// wait waits until a job has ended. It polls whenever a stream reports any job.
func (s *service) wait(stream *sse, id string) (job siihttp.Job) {
	s.t.Helper()
	for {
		s.get("ana", "/jobs/"+id).json(&job)
		if job.State.Ended() {
			return job
		}
		stream.until("job")
	}
}

func TestRangeIsAJob(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	job, got := s.async("ana", `{"year":2026,"month":9,"rut":"76192083-9","hasta":{"year":2026,"month":10}}`)
	require.Equal(t, http.StatusAccepted, got.status, got.body)
	assert.Equal(t, "respond-async", got.header.Get("Preference-Applied"))
	where, err := url.Parse(s.url + "/rcv/import")
	require.NoError(t, err)
	where, err = where.Parse(got.header.Get("Location"))
	require.NoError(t, err)
	assert.Equal(t, s.url+"/jobs/"+job.ID, where.String())
	assert.GreaterOrEqual(t, len(job.ID), 26, "128 random bits")
	assert.Equal(t, siihttp.JobQueued, job.State)
	assert.Equal(t, 4, job.Total)

	done := s.wait(stream, job.ID)
	assert.Equal(t, siihttp.JobDone, done.State)
	assert.Equal(t, 4, done.Done)
	require.NotNil(t, done.Result)
	assert.EqualValues(t, 40, done.Result.Sales+done.Result.Purchases)
	require.Len(t, done.Units, 4)
	assert.Equal(t, october, done.Units[0].Period, "the newest month first")
	for _, unit := range done.Units {
		assert.Equal(t, siihttp.UnitOK, unit.State)
		assert.Positive(t, unit.Documents)
	}
	assert.False(t, done.Ended.IsZero())
}

func TestJobsAreForWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.importMonth("ana")
	s.importMonth("eva")
	var hers struct{ Trabajos []siihttp.Job }
	s.get("eva", "/jobs").json(&hers)
	require.Len(t, hers.Trabajos, 1)
	assert.Equal(t, stranger, hers.Trabajos[0].Owner)
	var anas struct{ Trabajos []siihttp.Job }
	s.get("ana", "/jobs").json(&anas)
	require.Len(t, anas.Trabajos, 1)
	other := s.get("eva", "/jobs/"+anas.Trabajos[0].ID)
	absent := s.get("eva", "/jobs/"+strings.Repeat("A", 26))
	assert.Equal(t, http.StatusNotFound, other.status)
	assert.Equal(t, strings.ReplaceAll(other.body, anas.Trabajos[0].ID, ""), strings.ReplaceAll(absent.body, strings.Repeat("A", 26), ""))
}

func TestFailedImportIsAProblem(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	got := s.post("leo", "/rcv/import", `{"year":2026,"month":10,"rut":"`+outsider.String()+`"}`)
	assert.Equal(t, http.StatusBadGateway, got.status, got.body)
	p := got.problem()
	assert.Equal(t, "forbidden", p.Kind)
	assert.NotEmpty(t, p.Detail)
	assert.NotEmpty(t, p.Advice)
	assert.Equal(t, base+"/rcv/import", p.Instance)
	var list struct{ Trabajos []siihttp.Job }
	s.get("leo", "/jobs").json(&list)
	require.Len(t, list.Trabajos, 1)
	assert.Equal(t, siihttp.JobFailed, list.Trabajos[0].State)
	assert.Equal(t, "forbidden", list.Trabajos[0].Problem.Kind)
}

// gate is a function for Settings.Clients that blocks imports until it is opened.
type gate struct {
	client *sii.Client
	open   chan struct{}
	inside chan struct{}
}

func newGate(s *service) *gate {
	return &gate{client: s.client(), open: make(chan struct{}), inside: make(chan struct{}, 100)}
}

func (g *gate) clients(ctx context.Context, _ chile.RUT) (siihttp.Client, error) {
	g.inside <- struct{}{}
	select {
	case <-g.open:
		return siihttp.Client{Client: g.client}, nil
	case <-ctx.Done():
		return siihttp.Client{}, ctx.Err()
	}
}

// closed restarts the handler with a gate.
func (s *service) gated(change func(*siihttp.Settings)) *gate {
	s.t.Helper()
	s.cleanup()
	g := newGate(s)
	s.serve(func(c *siihttp.Settings) {
		c.Clients = g.clients
		if change != nil {
			change(c)
		}
	})
	return g
}

func TestSameImportIsOneJob(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	g := s.gated(nil)
	first, _ := s.async("ana", importBody)
	second, _ := s.async("ana", importBody)
	other, _ := s.async("ana", `{"year":2026,"month":9,"rut":"76192083-9"}`)
	assert.Equal(t, first.ID, second.ID)
	assert.NotEqual(t, first.ID, other.ID)
	close(g.open)
	assert.Equal(t, http.StatusOK, s.post("ana", "/rcv/import", importBody).status)
}

func TestWaitingImportsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	g := s.gated(func(c *siihttp.Settings) { c.Limits.Workers, c.Limits.Waiting = 1, 1 })
	for month, status := range []int{http.StatusAccepted, http.StatusAccepted, http.StatusTooManyRequests} {
		_, got := s.async("ana", `{"year":2026,"month":`+string(rune('1'+month))+`,"rut":"76192083-9"}`)
		assert.Equal(t, status, got.status, got.body)
		if status == http.StatusTooManyRequests {
			assert.Equal(t, "busy", got.problem().Kind)
			assert.Equal(t, "15", got.header.Get("Retry-After"))
		}
	}
	close(g.open)
}

// If an import takes too long, the answer is the job, which continues.
func TestImportThatTakesLongIsAJob(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	g := s.gated(func(c *siihttp.Settings) { c.Limits.Wait = 1 })
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	got := s.post("ana", "/rcv/import", importBody)
	require.Equal(t, http.StatusAccepted, got.status, got.body)
	var job siihttp.Job
	got.json(&job)
	close(g.open)
	assert.Equal(t, siihttp.JobDone, s.wait(stream, job.ID).State)
}

// A caller that goes away does not stop an import.
func TestImportGoesOnWithoutItsCaller(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	g := s.gated(nil)
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		response, err := s.wire.RoundTrip(s.request("ana", http.MethodPost, "/rcv/import", importBody).WithContext(ctx))
		if err == nil {
			response.Body.Close()
		}
		gone <- err
	}()
	<-g.inside
	cancel()
	require.ErrorIs(t, <-gone, context.Canceled)
	close(g.open)
	m := stream.until("job")
	assert.Equal(t, siihttp.JobDone, s.wait(stream, m.Job).State)
}

// Close stops jobs that do not end in time: uncommitted data are not written, and
// the jobs are interrupted.
func TestCloseGivesUp(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	g := s.gated(nil)
	job, _ := s.async("ana", importBody)
	<-g.inside
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.cleanup = func() {}
	require.ErrorIs(t, s.handler.Close(ctx), context.Canceled)
	s.serve(nil)
	var after siihttp.Job
	s.get("ana", "/jobs/"+job.ID).json(&after)
	assert.Equal(t, siihttp.JobFailed, after.State)
	assert.Equal(t, "interrupted", after.Problem.Kind)
	for range s.store.Imports(t.Context(), storage.ImportQuery{}) {
		t.Error("something was written")
	}
}

// A panic in a function of the service ends the job, not the process.
func TestPanicOfTheServiceEndsTheJob(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.cleanup()
	s.serve(func(c *siihttp.Settings) {
		c.Clients = func(context.Context, chile.RUT) (siihttp.Client, error) { panic("secret of the service") }
	})
	got := s.post("ana", "/rcv/import", importBody)
	assert.Equal(t, http.StatusInternalServerError, got.status)
	assert.NotContains(t, got.body, "secret")
	assert.Contains(t, s.logs.String(), "secret of the service")
}

// Imports of one credential take turns; those of others do not wait for them.
func TestCredentialsTakeTurns(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	first, _ := s.async("ana", importBody)
	second, _ := s.async("ana", `{"year":2026,"month":9,"rut":"76192083-9"}`)
	s.wait(stream, first.ID)
	s.wait(stream, second.ID)
	busy := 0
	for _, usage := range siitest.Measure(s.fake.Requests(), 0) {
		busy = max(busy, usage.Parallel)
	}
	assert.LessOrEqual(t, busy, 1)
}
