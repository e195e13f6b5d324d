package sii_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
)

// rudeServer lets a test do with each connection what it wants, and counts them.
type rudeServer struct {
	address     string
	connections atomic.Int32
	over        chan struct{} // closed at the end of the test
}

func newRudeServer(t *testing.T, serve func(s *rudeServer, conn net.Conn)) *rudeServer {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &rudeServer{address: listener.Addr().String(), over: make(chan struct{})}
	var under sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		close(s.over)
		under.Wait()
	})
	under.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.connections.Add(1)
			under.Go(func() {
				defer conn.Close()
				serve(s, conn)
			})
		}
	})
	return s
}

// header reads the header of a request, and not a byte more. It returns how long the
// body is.
func header(conn net.Conn) (length int64) {
	var got []byte
	one := make([]byte, 1)
	for !bytes.HasSuffix(got, []byte("\r\n\r\n")) {
		if _, err := conn.Read(one); err != nil {
			return 0
		}
		got = append(got, one...)
	}
	_, after, _ := strings.Cut(string(got), "Content-Length: ")
	text, _, _ := strings.Cut(after, "\r\n")
	length, _ = strconv.ParseInt(text, 10, 64)
	return length
}

// take reads that much of a body.
func take(conn net.Conn, bytes int64) int64 {
	n, _ := io.CopyN(io.Discard, conn, bytes)
	return n
}

// sized is an envelope that does not fit into the buffers of a connection.
func sized(bytes int) []byte { return append(slices.Clone(envelope), make([]byte, bytes)...) }

// send uploads to an address without a token of the SII's.
func send(ctx context.Context, t *testing.T, address string, content []byte, opts ...sii.Option) error {
	t.Helper()
	client, err := sii.NewClient(sii.At(address), append([]sii.Option{fixedToken("TOKENSECRETO1"), atOnce()}, opts...)...)
	require.NoError(t, err)
	receipt, err := client.DTE.Upload(ctx, holder, owner, "envio.xml", content)
	assert.Nil(t, receipt)
	assert.NotContains(t, err.Error(), "TOKENSECRETO")
	return err
}

// Where a connection breaks decides what is known of the file. Whatever it is, the
// file is not sent again.
func TestUploadBreaksOff(t *testing.T) {
	t.Parallel()
	answer := received("0", "<TRACKID>0260001234</TRACKID>")
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 10000\r\n\r\n"
	for name, test := range map[string]struct {
		serve   func(s *rudeServer, conn net.Conn)
		content []byte
		kind    error
	}{
		"after the header":      {func(_ *rudeServer, conn net.Conn) { header(conn) }, sized(8 << 20), sii.ErrUnavailable},
		"within the form":       {func(_ *rudeServer, conn net.Conn) { header(conn); take(conn, 100) }, sized(8 << 20), sii.ErrUnavailable},
		"within the file":       {func(_ *rudeServer, conn net.Conn) { header(conn); take(conn, 1<<20) }, sized(8 << 20), sii.ErrUnavailable},
		"after the file":        {func(_ *rudeServer, conn net.Conn) { take(conn, header(conn)) }, envelope, sii.ErrUnavailable},
		"within the status":     {answers("HTTP/1.1 200"), envelope, sii.ErrUnavailable},
		"within the header":     {answers("HTTP/1.1 200 OK\r\nContent-Ty"), envelope, sii.ErrUnavailable},
		"before the answer":     {answers(head), envelope, sii.ErrUnavailable},
		"within the answer":     {answers(head + answer[:100]), envelope, sii.ErrUnavailable},
		"after STATUS 0":        {answers(head + answer[:len(answer)-20]), envelope, sii.ErrUnavailable},
		"with damage":           {answers("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n\x1f\x8b\x08\x00\x00"), envelope, sii.ErrUnavailable},
		"in no HTTP":            {answers("220 mail.sii.cl ESMTP\r\n\r\n"), envelope, sii.ErrUnavailable},
		"with unasked encoding": {answers("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\nabcde"), envelope, sii.ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newRudeServer(t, test.serve)
			err := send(t.Context(), t, "http://"+srv.address, test.content)
			require.ErrorIs(t, err, sii.ErrUnknownOutcome)
			require.ErrorIs(t, err, test.kind)
			assert.EqualValues(t, 1, srv.connections.Load(), "it is sent once")
		})
	}
}

// answers reads a small request and writes an answer, as far as it goes.
func answers(text string) func(*rudeServer, net.Conn) {
	return func(_ *rudeServer, conn net.Conn) {
		take(conn, header(conn))
		_, _ = io.WriteString(conn, text)
		_ = conn.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
	}
}

// Of a file that has not begun to leave it is certain.
func TestUploadThatCannotLeave(t *testing.T) {
	t.Parallel()
	closed := newRudeServer(t, func(*rudeServer, net.Conn) {})
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	gone := listener.Addr().String()
	require.NoError(t, listener.Close())
	untrusted := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("was asked") }))
	t.Cleanup(untrusted.Close)
	for name, test := range map[string]struct {
		address string
		kind    error
		opts    []sii.Option
	}{
		"nobody listens":     {"http://" + gone, sii.ErrUnavailable, nil},
		"no such host":       {"https://sii.invalid", sii.ErrUnavailable, nil},
		"closed before TLS":  {"https://" + closed.address, sii.ErrUnavailable, nil},
		"untrusted":          {untrusted.URL, sii.ErrProtocol, nil},
		"proxy that is gone": {"https://palena.sii.cl", sii.ErrUnavailable, []sii.Option{sii.WithProxy(http.ProxyURL(&url.URL{Scheme: "http", Host: gone}))}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := send(t.Context(), t, test.address, envelope, test.opts...)
			require.ErrorIs(t, err, sii.ErrNotSent)
			require.ErrorIs(t, err, test.kind)
		})
	}
}

// The caller's context ends an upload at any moment, and the outcome is right.
func TestUploadIsGivenUp(t *testing.T) {
	t.Parallel()
	t.Run("before the connection", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		err := send(ctx, t, "http://127.0.0.1:1", envelope, sii.WithHTTPClient(&http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				cancel()
				<-ctx.Done()
				return nil, ctx.Err()
			},
		}}))
		require.ErrorIs(t, err, sii.ErrNotSent)
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("after the file", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		srv := newRudeServer(t, func(_ *rudeServer, conn net.Conn) {
			take(conn, header(conn))
			cancel()
			_, _ = io.Copy(io.Discard, conn)
		})
		err := send(ctx, t, "http://"+srv.address, envelope)
		require.ErrorIs(t, err, sii.ErrUnknownOutcome)
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("from the start", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := send(ctx, t, "http://127.0.0.1:1", envelope)
		require.ErrorIs(t, err, sii.ErrNotSent)
		require.ErrorIs(t, err, context.Canceled)
	})
}

// An upload does not wait for ever, neither for its bytes to leave nor for an answer.
func TestUploadStandsStill(t *testing.T) {
	t.Parallel()
	wait := func(s *rudeServer, conn net.Conn) {
		take(conn, min(header(conn), 400))
		<-s.over
	}
	t.Run("while it leaves", func(t *testing.T) {
		t.Parallel()
		srv := newRudeServer(t, wait)
		err := send(t.Context(), t, "http://"+srv.address, sized(30<<20), sii.WithTimeouts(sii.Timeouts{Still: 50 * time.Millisecond}))
		require.ErrorIs(t, err, sii.ErrUnknownOutcome)
		require.ErrorIs(t, err, sii.ErrUnavailable)
		var e *sii.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "tiempo", e.Code().Code)
	})
	t.Run("without an answer", func(t *testing.T) {
		t.Parallel()
		srv := newRudeServer(t, wait)
		err := send(t.Context(), t, "http://"+srv.address, envelope, sii.WithTimeouts(sii.Timeouts{Answer: 50 * time.Millisecond}))
		require.ErrorIs(t, err, sii.ErrUnknownOutcome)
		require.ErrorIs(t, err, sii.ErrUnavailable)
	})
}

// A connection that the server gives up between two uploads costs one of them, and
// sends none twice.
func TestUploadOverAnOldConnection(t *testing.T) {
	t.Parallel()
	answer := received("0", "<TRACKID>0260001234</TRACKID>")
	var uploads atomic.Int32
	srv := newRudeServer(t, func(_ *rudeServer, conn net.Conn) {
		for first := true; ; first = false {
			if n := header(conn); n > 0 && take(conn, n) == n {
				uploads.Add(1)
			}
			if !first {
				return // without an answer
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: "+strconv.Itoa(len(answer))+"\r\n\r\n"+answer)
		}
	})
	client, err := sii.NewClient(sii.At("http://"+srv.address), fixedToken("TOKENSECRETO1"), atOnce())
	require.NoError(t, err)
	_, err = client.DTE.Upload(t.Context(), holder, owner, "envio.xml", envelope)
	require.NoError(t, err)
	_, err = client.DTE.Upload(t.Context(), holder, owner, "envio.xml", envelope)
	require.ErrorIs(t, err, sii.ErrUnknownOutcome)
	assert.EqualValues(t, 2, uploads.Load())
	assert.EqualValues(t, 1, srv.connections.Load())
}

// roundTripper is a transport of the caller's.
type roundTripper func(req *http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// A transport of the caller's is believed by what it has taken, not by what it says.
func TestUploadThroughAnotherTransport(t *testing.T) {
	t.Parallel()
	var late io.Reader
	for name, test := range map[string]struct {
		take func(body io.Reader)
		want error
	}{
		"that takes nothing":        {func(io.Reader) {}, sii.ErrNotSent},
		"that takes an empty piece": {func(body io.Reader) { _, _ = body.Read(nil) }, sii.ErrNotSent},
		"that takes a byte":         {func(body io.Reader) { _, _ = body.Read(make([]byte, 1)) }, sii.ErrUnknownOutcome},
		"that takes all":            {func(body io.Reader) { _, _ = io.Copy(io.Discard, body) }, sii.ErrUnknownOutcome},
		"that would take it later":  {func(body io.Reader) { late = body }, sii.ErrNotSent},
	} {
		count := 0
		err := send(t.Context(), t, "http://127.0.0.1:1", envelope, sii.WithHTTPClient(&http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			count++
			assert.Nil(t, req.GetBody)
			test.take(req.Body)
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		})}))
		require.ErrorIs(t, err, test.want, name)
		assert.Equal(t, 1, count)
	}
	n, err := late.Read(make([]byte, 10))
	require.Error(t, err)
	assert.Zero(t, n, "what was said not to be sent cannot leave any more")
}

// HTTP/2 does not send it again either.
func TestUploadOverHTTP2(t *testing.T) {
	t.Parallel()
	var uploads atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		assert.Equal(t, 2, r.ProtoMajor)
		_, _ = io.Copy(io.Discard, r.Body)
		uploads.Add(1)
		panic(http.ErrAbortHandler)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	err := send(t.Context(), t, srv.URL, envelope, sii.WithHTTPClient(srv.Client()))
	require.ErrorIs(t, err, sii.ErrUnknownOutcome)
	assert.EqualValues(t, 1, uploads.Load())
}
