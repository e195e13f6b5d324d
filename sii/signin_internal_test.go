package sii

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What can be a token, and how long it is good.
func TestTokensThatCanBe(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"ABCDEFGHIJKLM": true, "!~": true, strings.Repeat("x", 512): true,
		"": false, strings.Repeat("x", 513): false, "AB CD": false, "AB\tCD": false, "AB\x7f": false, "Ñ": false, `A"B`: false, "A;B": false, "A,B": false, `A\B`: false,
	} {
		assert.Equal(t, want, validToken(value), "%q", value)
	}
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
