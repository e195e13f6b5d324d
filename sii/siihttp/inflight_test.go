package siihttp_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/sii/siihttp"
)

// untouched is a body that must not be read.
type untouched struct{ t *testing.T }

func (u untouched) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// paused is a body that arrives only after its release.
type paused struct {
	reading chan<- struct{}
	letGo   <-chan struct{}
	once    sync.Once
}

func (p *paused) Read([]byte) (int, error) {
	p.once.Do(func() { p.reading <- struct{}{} })
	<-p.letGo
	return 0, io.ErrUnexpectedEOF
}

func postOf(t *testing.T, user, path string, body io.Reader) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, body)
	r.Header.Set("X-User", user)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// deadlines records the read deadlines.
type deadlines struct {
	*httptest.ResponseRecorder
	read []time.Time
}

func (d *deadlines) SetReadDeadline(at time.Time) error {
	d.read = append(d.read, at)
	return nil
}

func TestBodiesOfThoseWhoMayNotAreNotRead(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) {
		c.Authorize = func(r *http.Request, action siihttp.Action) error {
			if r.Header.Get("X-User") == "ana" {
				return errors.New("she may not")
			}
			return authorize(r, action)
		}
	})
	for _, path := range []string{"/rcv/import", "/session/start", "/session/pull"} {
		for user, status := range map[string]int{"": 401, "ana": 403} {
			w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
			s.handler.ServeHTTP(w, postOf(t, user, path, untouched{t}))
			assert.Equal(t, status, w.Code, path)
			assert.Len(t, w.read, 1, "the rest that the server reads has a deadline")
		}
	}
}

func TestBodiesHaveADeadlineUntilTheyHaveArrived(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Limits.Read = time.Hour })
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	before := time.Now()
	s.handler.ServeHTTP(w, postOf(t, "ana", "/rcv/import", http.NoBody))
	assert.Len(t, w.read, 2)
	assert.WithinDuration(t, before.Add(time.Hour), w.read[0], time.Minute)
	assert.True(t, w.read[1].IsZero())
}

func TestBodiesInFlightAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) {
		c.Limits.Bodies = 2
		c.Who = func(r *http.Request) string { return r.Header.Get("X-User") }
	})
	reading, letGo := make(chan struct{}), make(chan struct{})
	var slow sync.WaitGroup
	for range 2 {
		slow.Go(func() {
			s.handler.ServeHTTP(httptest.NewRecorder(), postOf(t, "ana", "/rcv/import", &paused{reading: reading, letGo: letGo}))
		})
		<-reading
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, postOf(t, "ana", "/rcv/import", untouched{t}))
	assert.Equal(t, http.StatusTooManyRequests, w.Code)
	w = httptest.NewRecorder()
	s.handler.ServeHTTP(w, postOf(t, "eva", "/rcv/import", http.NoBody))
	assert.Equal(t, http.StatusBadRequest, w.Code, "others may go on")
	close(letGo)
	slow.Wait()
	w = httptest.NewRecorder()
	s.handler.ServeHTTP(w, postOf(t, "ana", "/rcv/import", http.NoBody))
	assert.Equal(t, http.StatusBadRequest, w.Code, "it may again")
}
