package siihttp_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp"
)

func TestAuthorizeIsRequired(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	_, err := siihttp.New(siihttp.Settings{Store: s.store, Clients: siihttp.OneClient(s.client()), Companies: siihttp.FixedCompanies()})
	assert.ErrorContains(t, err, "Authorize is required")
}

// calls has a request for every route, as the tests make them.
var calls = []struct{ method, path, body string }{
	{http.MethodGet, "/empresas", ""},
	{http.MethodGet, "/token?rut=76192083-9", ""},
	{http.MethodPost, "/rcv/import", `{"year":2026,"month":10,"rut":"76192083-9"}`},
	{http.MethodGet, "/rcv/meses?rut=76192083-9", ""},
	{http.MethodGet, "/rcv/compras?rut=76192083-9&periodo=2026-10", ""},
	{http.MethodGet, "/rcv/compras/resumen?rut=76192083-9&periodo=2026-10", ""},
	{http.MethodGet, "/jobs?rut=76192083-9", ""},
	{http.MethodGet, "/jobs/ABC", ""},
	{http.MethodGet, "/events?rut=76192083-9", ""},
	{http.MethodGet, "/cambios?rut=76192083-9", ""},
	{http.MethodGet, "/pendientes?rut=76192083-9", ""},
	{http.MethodGet, "/conciliacion?rut=76192083-9&libro=compras&periodo=2026-10", ""},
	{http.MethodGet, "/diagnostico?rut=76192083-9", ""},
	{http.MethodGet, "/dte/estado/123?rut=76192083-9", ""},
	{http.MethodPost, "/session/start", `{"username":"11111111-1","password":"secreta","rut":"76192083-9"}`},
	{http.MethodPost, "/session/pull", `{"session_id":"x","listado":"compras","year":2026,"month":10,"rut":"76192083-9"}`},
	{http.MethodGet, "/openapi.json", ""},
}

// Every call is authorised before its answer, even an invalid one.
func TestNothingIsReachedWithoutAuthorisation(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, call := range calls {
		for user, want := range map[string]struct {
			status int
			kind   string
		}{"": {http.StatusUnauthorized, "unauthenticated"}, "eva": {http.StatusForbidden, "denied"}} {
			if user == "eva" && slices.Contains([]string{"/empresas", "/jobs/ABC", "/openapi.json"}, call.path) {
				continue // of no company; what she sees is tested elsewhere
			}
			s.asked.take()
			s.fake.Requests()
			got := s.do(s.request(user, call.method, call.path, call.body))
			assert.Equal(t, want.status, got.status, "%s %s", call.path, got.body)
			assert.Equal(t, want.kind, got.problem().Kind, call.path)
			assert.NotEmpty(t, s.asked.take(), call.path)
		}
		wrong := s.do(s.request("", call.method, call.path, "{"))
		assert.Equal(t, http.StatusUnauthorized, wrong.status, "%s with a wrong body: %s", call.path, wrong.body)
	}
	assert.Empty(t, s.fake.Requests(), "the SII was asked")
	for _, record := range s.audit.all() {
		assert.Contains(t, []int{401, 403}, record.Status)
	}
	require.NotEmpty(t, s.audit.all())
}
