package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowConnections returns how many clients say half of what they have to say, and
// then nothing more.
func slowConnections() int {
	if bubbletest.Race {
		return 400
	}
	return 2000
}

// The portal answers others while very many connections are slow, and lets all of
// those go by itself. It is not parallel: a machine that is busy with browsers tells
// nothing of the portal.
func TestSlowConnections(t *testing.T) { //nolint:paralleltest // see above
	s := newService(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := newServer(s.portal)
	server.ReadHeaderTimeout = time.Second // else the test takes longer
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go server.Serve(listener)
	s.url = "http://" + listener.Addr().String()

	const body = "Content-Type: application/json\r\nContent-Length: 60\r\n\r\n{"
	begun := []string{
		"GET /api/heal", // half a line
		"GET /api/health HTTP/1.1\r\nHost: portal\r\nX-A", // half a header
		"POST /api/v1/sii/rcv/import HTTP/1.1\r\nHost: portal\r\n" + body,
		"POST /api/v1/sii/rcv/import HTTP/1.1\r\nHost: portal\r\nAuthorization: Bearer " + s.people.keys[finanzas] + "\r\n" + body,
	}
	var open []net.Conn
	for i := range slowConnections() {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", listener.Addr().String())
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.WriteString(conn, begun[i%len(begun)])
		require.NoError(t, err)
		open = append(open, conn)
	}
	for range 20 {
		assert.Equal(t, http.StatusOK, s.get("", "/api/health", nil))
		assert.Equal(t, http.StatusOK, s.get(admin, "/api/v1/sii/empresas", nil))
	}

	var ends sync.WaitGroup
	stay := make(chan string, len(open))
	for i, conn := range open {
		ends.Go(func() {
			_ = conn.SetReadDeadline(time.Now().Add(40 * time.Second))
			answer, err := io.ReadAll(conn)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				stay <- begun[i%len(begun)]
			}
			if strings.Contains(string(answer), "200 OK") {
				stay <- "an answer to half a request"
			}
		})
	}
	ends.Wait()
	close(stay)
	for what := range stay {
		assert.Fail(t, "a connection is open", what)
	}
	assert.Equal(t, http.StatusOK, s.get("", "/api/health", nil))
}
