package siisync_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/storage/memory"
)

// A program signs in at once when the SII is back, however long it was in
// maintenance: the seed and its exchange fit into the time of a renewal at the
// slowest pace.
func TestSignInAtTheSlowestPace(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		fake := siitest.NewServer(siitest.WithoutNetwork(), siitest.WithLatency(300*time.Millisecond))
		hc, holder := fake.Client(), chile.MustParseRUT("11111111-1")
		defer func() {
			hc.CloseIdleConnections()
			fake.Close()
			synctest.Wait()
		}()
		pacer, err := siisync.NewPacer(siisync.PacerSettings{})
		require.NoError(t, err)
		client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithTokenCache(memory.New()),
			sii.WithHTTPClient(&http.Client{Transport: pacer.Transport("holder", hc.Transport)}))
		require.NoError(t, err)

		until := time.Now().Add(2 * time.Hour)
		fake.Fail(siitest.OpAny, fault.Maintenance().Between(time.Now(), until))
		for time.Now().Before(until) {
			_, err := client.Token(t.Context())
			require.ErrorIs(t, err, sii.ErrUnavailable)
			bubbletest.Pass(time.Minute)
		}
		bubbletest.Pass(10 * time.Minute) // for which the client leaves the SII alone
		_, err = client.Token(t.Context())
		require.NoError(t, err)
	})
}
