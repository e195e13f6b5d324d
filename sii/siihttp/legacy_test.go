package siihttp_test

import (
	"context"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siihttp"
)

// The calls of the old front end, as its page makes them: one company, no rut.
func TestCallsOfTheOldFrontEnd(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Companies = siihttp.FixedCompanies(siihttp.Company{RUT: owner}) })

	var token struct {
		Token     string
		ExpiresAt string `json:"expires_at"`
	}
	got := s.get("ana", "/token")
	require.Equal(t, http.StatusOK, got.status, got.body)
	got.json(&token)
	assert.Regexp(t, `^.{4}…$`, token.Token)
	assert.Regexp(t, `^2026-10-28T\d\d:\d\d:\d\d-03:00$`, token.ExpiresAt)

	var imported struct {
		OK                       bool
		Periodo                  string
		Ventas, Compras, Cambios int64
	}
	got = s.post("ana", "/rcv/import", `{"year":2026,"month":10}`)
	require.Equal(t, http.StatusOK, got.status, got.body)
	got.json(&imported)
	assert.True(t, imported.OK)
	assert.Equal(t, "2026-10", imported.Periodo)
	assert.EqualValues(t, 20, imported.Ventas+imported.Compras)
	assert.Positive(t, imported.Ventas)
	assert.Positive(t, imported.Compras)
	assert.Zero(t, imported.Cambios)

	s.change()
	s.post("ana", "/rcv/import", `{"year":2026,"month":10}`).json(&imported)
	assert.EqualValues(t, 1, imported.Cambios)
}

// vague is an engine that gives no reasons for failed jobs.
type vague struct{ siihttp.Engine }

func (v vague) Start(context.Context, siihttp.Order) (*siihttp.Job, error) {
	return &siihttp.Job{ID: "1", State: siihttp.JobFailed}, nil
}

// An import without a reported success has not succeeded.
func TestImportThatFailsWithoutReason(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) {
		local, err := siihttp.NewLocalEngine(siihttp.LocalEngineSettings{Store: c.Store, Clients: c.Clients})
		require.NoError(t, err)
		c.Engine = vague{local}
	})
	got := s.post("ana", "/rcv/import", `{"year":2026,"month":10,"rut":"76192083-9"}`)
	assert.Equal(t, http.StatusInternalServerError, got.status, got.body)
}

// EventSource with onmessage receives messages without a name.
func TestEventsHaveNoName(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	stream := s.listen("ana", "/events", "")
	first := stream.next()
	assert.Equal(t, "ping", first.Type)
	require.Equal(t, http.StatusOK, s.post("ana", "/rcv/import", `{"year":2026,"month":10,"rut":"76192083-9"}`).status)
	var types []string
	for {
		e := stream.next()
		types = append(types, e.Type)
		if e.Type == "job" && e.Estado == "done" {
			break
		}
	}
	assert.Contains(t, types, "unidad")
	assert.NotContains(t, stream.raw.String(), "event:")
	assert.Len(t, regexp.MustCompile(`(?m)^id: 0$`).FindAllString(stream.raw.String(), -1), 1, "jobs are in no feed; the ping tells where it is")
}
