package siihttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp"
)

// stuck is a connection whose client stops reading after the first message, until
// it is released.
type stuck struct {
	*httptest.ResponseRecorder
	first chan struct{}
	letGo chan struct{}
	n     int
}

func (s *stuck) Write(p []byte) (int, error) {
	if s.n++; s.n == 2 {
		close(s.first)
	}
	if s.n > 1 {
		<-s.letGo
	}
	return s.ResponseRecorder.Write(p)
}

func (s *stuck) SetWriteDeadline(time.Time) error { return nil }

// A reader that is too slow is let go: others do not wait for it, nothing is
// collected for it, and when it connects again it gets what it has missed.
func TestSlowReaderIsLetGo(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Limits.Queue = 64 })
	s.importMonth("ana")
	w := &stuck{httptest.NewRecorder(), make(chan struct{}), make(chan struct{}), 0}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/events", nil)
	r.Header.Set("X-User", "ana")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.handler.ServeHTTP(w, r)
	}()
	quick := s.listen("ana", "/events", "")
	quick.until("ping")
	s.change()
	s.importMonth("ana")
	quick.until("cambio")
	<-w.first
	for range 10 {
		s.change()
		s.importMonth("ana")
		quick.until("cambio")
	}
	close(w.letGo)
	<-ended
	assert.Contains(t, s.logs.String(), "too slow")
	require.NotContains(t, w.Body.String(), `"id":11,`, "more was kept for it than its queue has")
	again := s.listen("ana", "/events", "0")
	for id := range int64(11) {
		assert.Equal(t, id+1, again.until("cambio").ID)
	}
}

// A caller that loses permission is disconnected at the next ping.
func TestReaderIsLetGoWhenItMayNotRead(t *testing.T) {
	t.Parallel()
	revoked := make(chan struct{})
	s := start(t, func(c *siihttp.Settings) {
		c.Limits.Heartbeat = 5 * time.Millisecond
		c.Authorize = func(r *http.Request, action siihttp.Action) error {
			select {
			case <-revoked:
				return siihttp.ErrUnauthenticated
			default:
				return authorize(r, action)
			}
		}
	})
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	stream.until("ping")
	close(revoked)
	for {
		if _, open := stream.read(); !open {
			break
		}
	}
	assert.Contains(t, s.logs.String(), "may not read")
}
