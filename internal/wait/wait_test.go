package wait_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/internal/wait"
)

func TestFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		assert.NoError(t, wait.For(t.Context(), time.Hour))
		assert.Equal(t, time.Hour, time.Since(began))

		stopped := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Minute, func() { cancel(stopped) })
		assert.ErrorIs(t, wait.For(ctx, time.Hour), stopped)
		assert.Equal(t, time.Hour+time.Minute, time.Since(began))
	})
}
