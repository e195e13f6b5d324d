package siidoctor_test

import (
	"net/http"
	"testing"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest"
)

var (
	owner  = chile.MustParseRUT("76192083-9")
	holder = chile.MustParseRUT("11111111-1")
)

// newFake starts a fake SII that the test's client may use for owner.
func newFake(t *testing.T, opts ...siitest.Option) *siitest.Server {
	t.Helper()
	srv := siitest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Authorize(holder, owner)
	return srv
}

// roundTrip is a RoundTripper that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
