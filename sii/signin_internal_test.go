package sii

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// How long a token is good.
func TestTokensThatAreGood(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	assert.True(t, (&Token{Value: "A", Expiry: now.Add(1)}).ValidAt(now))
	assert.False(t, (&Token{Value: "A", Expiry: now}).ValidAt(now))
	assert.False(t, (&Token{Expiry: now.Add(1)}).ValidAt(now), "without value")
	var none *Token
	assert.False(t, none.ValidAt(now))
	assert.Equal(t, "no token", none.String())
	for estado, want := range map[string]bool{"0": true, "00": true, "": false, "01": false, "-0": false} {
		assert.Equal(t, want, isZero(estado), estado)
	}
}
