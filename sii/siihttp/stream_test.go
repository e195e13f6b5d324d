package siihttp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp"
)

// sse is an open stream of events.
type sse struct {
	s     *service
	close func()
	lines *bufio.Scanner
	raw   strings.Builder
	id    string // of the last event that had one
}

// message is an event as a page sees it.
type message struct {
	Type   string
	Estado string
	RUT    string
	Job    string `json:"job_id"`
	ID     int64
	Clase  string
	Texto  string
}

// listen opens a stream. With an id it continues after it.
func (s *service) listen(user, path, lastID string) *sse {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	s.t.Cleanup(cancel)
	r := s.request(user, http.MethodGet, path, "").WithContext(ctx)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	response, err := s.wire.RoundTrip(r)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { response.Body.Close() })
	require.Equal(s.t, http.StatusOK, response.StatusCode)
	assert.Equal(s.t, "text/event-stream; charset=utf-8", response.Header.Get("Content-Type"))
	return &sse{s: s, close: cancel, lines: bufio.NewScanner(response.Body)}
}

// read returns the next message; ok is false if the stream has ended.
func (e *sse) read() (m message, ok bool) {
	e.s.t.Helper()
	var data []string
	for e.lines.Scan() {
		line := e.lines.Text()
		e.raw.WriteString(line + "\n")
		switch {
		case strings.HasPrefix(line, "id: "):
			e.id = line[4:]
		case strings.HasPrefix(line, "data: "):
			data = append(data, line[6:])
		case line == "" && data != nil:
			require.NoError(e.s.t, json.Unmarshal([]byte(strings.Join(data, "\n")), &m))
			return m, true
		}
	}
	return m, false
}

func (e *sse) next() message {
	e.s.t.Helper()
	m, ok := e.read()
	require.True(e.s.t, ok, "the stream has ended: %v", e.lines.Err())
	return m
}

// until returns the next message of that type.
func (e *sse) until(typ string) message {
	e.s.t.Helper()
	for {
		if m := e.next(); m.Type == typ {
			return m
		}
	}
}

func (s *service) importMonth(user string) {
	s.t.Helper()
	got := s.post(user, "/rcv/import", `{"year":2026,"month":10,"rut":"`+allowed[user].String()+`"}`)
	require.Equal(s.t, http.StatusOK, got.status, got.body)
}

func TestChangesArriveAndAreResumed(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.importMonth("ana")
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	s.change()
	s.importMonth("ana")
	first := stream.until("cambio")
	assert.Equal(t, "amounts", first.Clase)
	assert.Equal(t, owner.String(), first.RUT)
	assert.Contains(t, first.Texto, "cambió de montos")
	stream.close()
	s.change()
	s.importMonth("ana")
	again := s.listen("ana", "/events", stream.id)
	second := again.until("cambio")
	assert.Greater(t, second.ID, first.ID)
	byQuery := s.listen("ana", "/events?last_event_id=0&rut=76192083-9", "")
	assert.Equal(t, first.ID, byQuery.until("cambio").ID)
	assert.Equal(t, second.ID, byQuery.until("cambio").ID)
}

// Missed events are read from the store, however small the queue is.
func TestMoreIsResumedThanTheQueueHas(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Limits.Queue = 1 })
	s.importMonth("ana")
	const missed = 5
	for range missed {
		s.change()
		s.importMonth("ana")
	}
	for _, path := range []string{"/events", "/events?rut=76192083-9"} {
		stream := s.listen("ana", path, "0")
		for id := range int64(missed) {
			assert.Equal(t, id+1, stream.until("cambio").ID)
		}
	}
}

func TestEventsOfOthersAreNotSent(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	hers := s.listen("eva", "/events", "")
	hers.until("ping")
	s.importMonth("ana")
	s.change()
	s.importMonth("ana")
	s.importMonth("eva")
	for {
		m := hers.next()
		assert.Equal(t, stranger.String(), m.RUT)
		if m.Type == "job" && m.Estado == "done" {
			break
		}
	}
	late := s.listen("eva", "/events", "0")
	late.until("ping")
	s.importMonth("eva")
	assert.NotEqual(t, "cambio", late.next().Type)
}

func TestIDOfAnotherStoreHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.importMonth("ana")
	future := s.listen("ana", "/events", "9000000000000000000")
	other := s.listen("ana", "/events", "")
	future.until("ping")
	other.until("ping")
	s.change()
	s.importMonth("ana")
	assert.Equal(t, "amounts", other.until("cambio").Clase)
	assert.Equal(t, "amounts", future.until("cambio").Clase)
}

func TestStreamsEndWhenTheHandlerCloses(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	require.NoError(t, s.handler.Close(t.Context()))
	_, open := stream.read()
	assert.False(t, open)
	got := s.get("ana", "/empresas")
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
	assert.Equal(t, "closing", got.problem().Kind)
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Limits.Streams = 1 })
	s.listen("ana", "/events", "").until("ping")
	got := s.get("ana", "/events")
	assert.Equal(t, http.StatusTooManyRequests, got.status)
	assert.NotEmpty(t, got.header.Get("Retry-After"))
}
