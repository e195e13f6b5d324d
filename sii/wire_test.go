package sii_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// keep reads a body whole, and returns one with the same bytes.
func keep(t *testing.T, body io.ReadCloser, kept [][]byte) (io.ReadCloser, [][]byte) {
	t.Helper()
	b, err := io.ReadAll(body)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	return io.NopCloser(bytes.NewReader(b)), append(kept, b)
}

// rewrite replaces text in a body, which must have it unless it has no data.
func rewrite(t *testing.T, body io.ReadCloser, old, replacement string) io.ReadCloser {
	t.Helper()
	b, err := io.ReadAll(body)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	if bytes.Contains(b, []byte(`"data":null`)) || bytes.Contains(b, []byte(`"data":[]`)) {
		return io.NopCloser(bytes.NewReader(b))
	}
	assert.Contains(t, string(b), old)
	return io.NopCloser(bytes.NewReader(bytes.ReplaceAll(b, []byte(old), []byte(replacement))))
}
