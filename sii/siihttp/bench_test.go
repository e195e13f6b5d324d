package siihttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp"
)

// BenchmarkToken requests a cached token over one connection, and the same without
// work: the difference is the cost of the interface.
func BenchmarkToken(b *testing.B) {
	s := start(b, func(c *siihttp.Settings) { c.Audit, c.Authorize = nil, authorize })
	require.Equal(b, http.StatusOK, s.get("ana", "/token?rut=76192083-9").status)
	empty := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	b.Cleanup(empty.Close)
	for name, url := range map[string]string{"handler": s.url + "/token?rut=76192083-9", "empty": empty.URL} {
		b.Run(name, func(b *testing.B) { askRepeatedly(b, s.wire, url) })
	}
}

func askRepeatedly(b *testing.B, wire http.RoundTripper, url string) {
	b.Helper()
	took := make([]time.Duration, 0, b.N)
	for b.Loop() {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
		require.NoError(b, err)
		r.Header.Set("X-User", "ana")
		began := time.Now()
		response, err := wire.RoundTrip(r)
		require.NoError(b, err)
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "median-ns")
}
