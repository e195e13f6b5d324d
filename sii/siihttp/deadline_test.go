package siihttp_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/sii/siihttp"
)

// The deadlines of a server are for short requests. They end neither a stream nor
// an import that a caller waits for.
func TestDeadlinesOfTheServer(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.timeout = 300 * time.Millisecond
	g := s.gated(func(c *siihttp.Settings) { c.Limits.Heartbeat = 50 * time.Millisecond })
	imported := make(chan int, 1)
	r := s.request("ana", http.MethodPost, "/rcv/import", importBody)
	go func() {
		response, err := s.wire.RoundTrip(r)
		if err != nil {
			imported <- 0
			return
		}
		response.Body.Close()
		imported <- response.StatusCode
	}()
	<-g.inside
	stream := s.listen("ana", "/events", "")
	for range 20 { // a second
		stream.until("ping")
	}
	close(g.open)
	assert.Equal(t, http.StatusOK, <-imported)
	stream.until("job")
}
