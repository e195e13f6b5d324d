package sii_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// encoded is a client of a SII that answers those bytes under that encoding.
func encoded(t *testing.T, encoding string, body func(w io.Writer), opts ...sii.Option) *sii.Client {
	t.Helper()
	return at(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, []string{"gzip"}, r.Header["Accept-Encoding"])
		w.Header().Set("Content-Encoding", encoding)
		body(w)
	}, append([]sii.Option{once()}, opts...)...)
}

func TestCompressedAnswers(t *testing.T) {
	t.Parallel()
	whole := packed(t, noMovements)
	corrupt := bytes.Clone(whole)
	corrupt[len(corrupt)-6] ^= 1 // of its checksum
	broken := bytes.Clone(whole)
	broken[12] ^= 0xff
	var deflated bytes.Buffer
	z := zlib.NewWriter(&deflated)
	_, _ = z.Write([]byte(noMovements))
	_ = z.Close()
	for name, test := range map[string]struct {
		encoding string
		body     []byte
		kind     error // nil is success
	}{
		"gzip":            {"gzip", whole, nil},
		"GZIP":            {" GZIP ", whole, nil},
		"x-gzip":          {"x-gzip", whole, nil},
		"identity":        {"identity", []byte(noMovements), nil},
		"two members":     {"gzip", append(packed(t, noMovements[:9]), packed(t, noMovements[9:])...), nil},
		"cut":             {"gzip", whole[:len(whole)-9], sii.ErrUnavailable},
		"cut in header":   {"gzip", whole[:5], sii.ErrUnavailable},
		"no gzip":         {"gzip", []byte(noMovements), sii.ErrUnavailable},
		"wrong checksum":  {"gzip", corrupt, sii.ErrUnavailable},
		"broken":          {"gzip", broken, sii.ErrUnavailable},
		"empty":           {"gzip", nil, sii.ErrProtocol},
		"empty, packed":   {"gzip", packed(t, ""), sii.ErrProtocol},
		"not asked for":   {"deflate", deflated.Bytes(), sii.ErrProtocol},
		"unknown":         {"br", []byte("x"), sii.ErrProtocol},
		"packed twice":    {"gzip, gzip", packed(t, string(whole)), sii.ErrProtocol},
		"not as it says":  {"", whole, sii.ErrProtocol},
		"page, packed":    {"gzip", packed(t, "<html>Estamos en mantención</html>"), sii.ErrUnavailable},
		"login, packed":   {"gzip", packed(t, "<html><form action=CAutInicio.cgi></html>"), sii.ErrUnauthorized},
		"refusal, packed": {"gzip", packed(t, `{"errorMsg":"Usuario no autorizado"}`), sii.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := encoded(t, test.encoding, func(w io.Writer) { _, _ = w.Write(test.body) })
			err := summarize(t.Context(), client)
			if test.kind == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, test.kind)
		})
	}
}

// What decompresses to nothing is bounded by what comes.
func TestEndlessEmptyMembersEnd(t *testing.T) {
	t.Parallel()
	empty := packed(t, "")
	client := encoded(t, "gzip", func(w io.Writer) {
		for {
			if _, err := w.Write(bytes.Repeat(empty, 1000)); err != nil {
				return
			}
		}
	}, sii.WithMaxAnswer(1<<20))
	err := summarize(t.Context(), client)
	require.ErrorIs(t, err, sii.ErrProtocol)
	assert.ErrorContains(t, err, "more than 1048576 bytes")
}

// An answer of the largest size is one; a byte more is not.
func TestBoundIsExact(t *testing.T) {
	t.Parallel()
	const limit = 100 << 10
	for size, fits := range map[int]bool{limit: true, limit + 1: false} {
		client := encoded(t, "gzip", func(w io.Writer) {
			body := noMovements + strings.Repeat(" ", size-len(noMovements))
			_, _ = w.Write(packed(t, body))
		}, sii.WithMaxAnswer(limit))
		err := summarize(t.Context(), client)
		assert.Equal(t, fits, err == nil, "%d: %v", size, err)
	}
}

func TestAnswerThatStandsStill(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]string{"at once": "", "later": `{"data":[` + strings.Repeat(" ", 64<<10)} {
		client := at(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // so that the server sees the client leave
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write([]byte(begin))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, once(), sii.WithTimeouts(sii.Timeouts{Still: 30 * time.Millisecond}))
		err := summarize(t.Context(), client)
		require.ErrorIs(t, err, sii.ErrUnavailable, name)
		assert.ErrorContains(t, err, "stalled", name)
		require.NotErrorIs(t, err, context.Canceled, "that is ours, not the caller's")
	}
}

func TestAnswerThatDoesNotBegin(t *testing.T) {
	t.Parallel()
	client := at(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}, once(), sii.WithTimeouts(sii.Timeouts{Answer: 30 * time.Millisecond}))
	err := summarize(t.Context(), client)
	require.ErrorIs(t, err, sii.ErrUnavailable)
	var e *sii.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "tiempo", e.Code().Code)
}

// The time in which a caller looks at rows is not the SII's.
func TestSlowReaderIsNotTimedOut(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro), purchase(3, rcv.Registro))
	client := newClient(t, srv, sii.WithTimeouts(sii.Timeouts{Still: 20 * time.Millisecond}))
	rows := 0
	for _, err := range client.RCV.Documents(t.Context(), bought, nil) {
		require.NoError(t, err)
		rows++
		<-time.NewTimer(30 * time.Millisecond).C
	}
	assert.Equal(t, 3, rows)
}

// FuzzCompressed: whatever bytes come as gzip, they are read or refused, within
// the bound.
func FuzzCompressed(f *testing.F) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(noMovements))
	_ = w.Close()
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:10])
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		client, err := sii.NewClient(sii.Production(), freshTokens(), once(), sii.WithMaxAnswer(1<<16),
			sii.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				return &http.Response{
					StatusCode: 200, Header: http.Header{"Content-Encoding": {"gzip"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r,
				}, nil
			})}))
		require.NoError(t, err)
		if err := summarize(t.Context(), client); err != nil {
			var e *sii.Error
			require.ErrorAs(t, err, &e)
			require.NotNil(t, e.Kind)
		}
	})
}
