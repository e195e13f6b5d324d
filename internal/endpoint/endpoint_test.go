package endpoint_test

import (
	"errors"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/endpoint"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://palena.sii.cl/DTEWS/x": "palena.sii.cl:443", "https://palena.sii.cl:8443/": "palena.sii.cl:8443",
		"http://localhost/": "localhost:80", "http://[::1]:8080/": "[::1]:8080", "https://[::1]/": "[::1]:443",
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		assert.Equal(t, want, endpoint.Of(u), address)
	}
}

func TestWithoutURL(t *testing.T) {
	t.Parallel()
	cause := errors.New("refused")
	failed := &url.Error{Op: "Get", URL: "https://palena.sii.cl/?token=secret", Err: cause}
	assert.Equal(t, cause, endpoint.WithoutURL(failed))
	assert.Equal(t, cause, endpoint.WithoutURL(fmt.Errorf("a wrap: %w", failed)))
	assert.Equal(t, cause, endpoint.WithoutURL(cause))
	require.NoError(t, endpoint.WithoutURL(nil))
}
