package xmlsig_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/xmlsig"
)

// NotBefore and NotAfter are the ends of what ValidAt accepts, to the second.
func TestIdentityValidity(t *testing.T) {
	t.Parallel()
	id := ana(t)
	assert.True(t, id.NotBefore().Equal(from))
	assert.True(t, id.NotAfter().Equal(until))
	assert.NoError(t, id.ValidAt(id.NotBefore()))
	assert.NoError(t, id.ValidAt(id.NotAfter()))
	assert.ErrorIs(t, id.ValidAt(id.NotBefore().Add(-time.Second)), xmlsig.ErrNotYetValid)
	assert.ErrorIs(t, id.ValidAt(id.NotAfter().Add(time.Second)), xmlsig.ErrExpired)
}
