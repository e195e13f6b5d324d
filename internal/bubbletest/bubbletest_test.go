package bubbletest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/bubbletest"
)

func TestGoroutinesOfTheBubbleAlone(t *testing.T) {
	t.Parallel()
	outside := make(chan struct{})
	defer close(outside)
	go func() { <-outside }()
	synctest.Test(t, func(t *testing.T) {
		assert.Empty(t, bubbletest.Goroutines())
		stop := make(chan struct{})
		go leftOver(stop)
		synctest.Wait()
		found := bubbletest.Goroutines()
		require.Len(t, found, 1)
		assert.Contains(t, found[0], "leftOver")
		close(stop)
		synctest.Wait()
		assert.Empty(t, bubbletest.Goroutines())
	})
}

func leftOver(stop chan struct{}) { <-stop }

func TestTimePasses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		then := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
		bubbletest.PassUntil(then)
		bubbletest.PassUntil(then) // is past
		bubbletest.Pass(time.Hour)
		assert.True(t, time.Now().Equal(then.Add(time.Hour)))
	})
}
