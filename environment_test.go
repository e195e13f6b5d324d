package chile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, e := range []chile.Environment{chile.Production, chile.Certification, chile.OtherEnvironment} {
		assert.True(t, e.Valid())
		assert.Equal(t, e, e.Known())
	}
	for _, e := range []chile.Environment{"", "PROD", "fake"} {
		assert.False(t, e.Valid(), "%q", e)
	}
	assert.Equal(t, chile.OtherEnvironment, chile.Environment("").Known())
}
