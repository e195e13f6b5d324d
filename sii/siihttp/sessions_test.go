package siihttp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
)

const rightClave, wrongClave = "s3creta-Ñ01", "equiv0cada-77"

// withSessions enables portal login. ana is user 7, eva is user 8.
func withSessions(s *service) {
	s.t.Helper()
	ring, err := seal.ParseRing(seal.GenerateKey())
	require.NoError(s.t, err)
	s.fake.AddUser(holder, siitest.User{Clave: rightClave})
	s.cleanup()
	s.serve(func(c *siihttp.Settings) {
		audit := siihttp.AuditEvents(s.store)
		c.Audit = audit
		c.Sessions = &siihttp.Sessions{
			Store: s.store, Sealer: ring,
			UserID: func(r *http.Request) int64 {
				if r.Header.Get("X-User") == "ana" {
					return 7
				}
				return 8
			},
			Options: []session.Option{session.WithHTTPClient(s.fake.Client()), session.WithClock(clock)},
		}
	})
}

func login(clave string) string {
	body, _ := json.Marshal(map[string]string{"username": "11111111-1", "password": clave, "rut": "76192083-9"})
	return string(body)
}

func pullBody(id, listing string) string {
	return fmt.Sprintf(`{"session_id":%q,"listado":%q,"rut":"76192083-9","year":2026,"month":10}`, id, listing)
}

func TestSessionOfThePortal(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	withSessions(s)
	got := s.post("ana", "/session/start", login(rightClave))
	require.Equal(t, http.StatusOK, got.status, got.body)
	var started struct {
		ID      string `json:"session_id"`
		Expires string `json:"expires_at"`
	}
	got.json(&started)
	assert.Greater(t, len(started.ID), 40, "it cannot be guessed")
	assert.Equal(t, "2026-10-28T11:00:00-03:00", started.Expires)
	for _, listing := range []string{"compras", "ventas", "emitidos", "recibidos"} {
		got = s.post("ana", "/session/pull", pullBody(started.ID, listing))
		require.Equal(t, http.StatusOK, got.status, got.body)
		var pulled struct {
			Completo bool
			Filas    int
			Partes   []struct {
				SHA256 string
				Bytes  int
			}
			Documentos []json.RawMessage
		}
		got.json(&pulled)
		assert.True(t, pulled.Completo, listing)
		assert.Len(t, pulled.Documentos, pulled.Filas, listing)
		for _, part := range pulled.Partes {
			assert.Len(t, part.SHA256, 64)
		}
	}
	assert.Equal(t, 1, s.fake.Sessions(holder))
}

// Only the user who opened a session may use its id; a row number is not an id.
func TestSessionIsForWhoOpenedIt(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	withSessions(s)
	var started struct {
		ID string `json:"session_id"`
	}
	s.post("ana", "/session/start", login(rightClave)).json(&started)
	other := "A"
	if started.ID[40:41] == other {
		other = "B"
	}
	hers := strings.Replace(pullBody(started.ID, "compras"), owner.String(), stranger.String(), 1)
	for name, got := range map[string]answer{
		"of another user": s.post("eva", "/session/pull", hers),
		"by its row":      s.post("ana", "/session/pull", pullBody("1", "compras")),
		"damaged":         s.post("ana", "/session/pull", pullBody(started.ID[:40]+other+started.ID[41:], "compras")),
		"empty":           s.post("ana", "/session/pull", pullBody("", "compras")),
	} {
		assert.Equal(t, http.StatusNotFound, got.status, name)
		assert.Equal(t, "no_session", got.problem().Kind, name)
	}
}

// A wrong clave is sent once. No clave is stored anywhere.
func TestClaveIsSentOnceAndKeptNowhere(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	withSessions(s)
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	var said strings.Builder
	logins := func() (n int) {
		for _, r := range s.fake.Requests() {
			if r.Op == siitest.OpLogin {
				n++
			}
		}
		return n
	}
	got := s.post("ana", "/session/start", login(wrongClave))
	assert.Equal(t, "wrong_clave", got.problem().Kind, got.body)
	said.WriteString(got.body)
	sent := logins()
	assert.Positive(t, sent)
	got = s.post("ana", "/session/start", login(wrongClave))
	assert.Equal(t, "already_rejected", got.problem().Kind, got.body)
	said.WriteString(got.body)
	assert.Equal(t, sent, logins(), "it was sent again")
	for _, body := range []string{
		strings.Replace(login(rightClave), `"rut"`, `"otro"`, 1),
		strings.Replace(login(rightClave), "11111111-1", "no soy un rut", 1),
		login(rightClave)[:len(login(rightClave))-1],
		strings.Replace(login(rightClave), `"password":"`, `"password":["`, 1),
	} {
		said.WriteString(s.post("ana", "/session/start", body).body)
	}
	got = s.post("ana", "/session/start", login(rightClave))
	require.Equal(t, http.StatusOK, got.status, got.body)
	said.WriteString(got.body)
	s.importMonth("ana")
	stream.until("unidad")

	for event, err := range s.store.Events(t.Context(), storage.EventQuery{}) {
		require.NoError(t, err)
		said.WriteString(event.Kind + event.Detail + event.Key)
	}
	row, err := s.store.Session(t.Context(), 1)
	require.NoError(t, err)
	said.WriteString(row.Cookies + s.logs.String() + stream.raw.String())
	for _, clave := range []string{rightClave, wrongClave, strings.ReplaceAll(rightClave, "Ñ", `\u00d1`), "s3creta"} {
		assert.NotContains(t, said.String(), clave)
	}
}

// After two wrong claves, no process sends another until the person confirms it.
func TestWrongClavesAreCounted(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	withSessions(s)
	counted := s.store.(storage.Claves)
	require.NoError(t, counted.CountWrongClave(t.Context(), holder)) // of another process
	assert.Equal(t, "wrong_clave", s.post("ana", "/session/start", login(wrongClave)).problem().Kind)
	got := s.post("ana", "/session/start", login(rightClave))
	assert.Equal(t, "too_many_wrong", got.problem().Kind, got.body)
	checked := strings.Replace(login(rightClave), "{", `{"clave_revisada":true,`, 1)
	got = s.post("ana", "/session/start", checked)
	require.Equal(t, http.StatusOK, got.status, got.body)
	state, err := counted.ClaveState(t.Context(), holder)
	require.NoError(t, err)
	assert.Zero(t, state)
}

func TestAuditTrail(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	withSessions(s)
	s.importMonth("ana")
	s.get("eva", purchases)
	s.get("", purchases)
	var details []string
	for event, err := range s.store.Events(t.Context(), storage.EventQuery{Kind: siihttp.EventAccess}) {
		require.NoError(t, err)
		assert.Equal(t, owner, event.Owner)
		details = append(details, event.Detail)
	}
	assert.Equal(t, []string{
		`{"quien":"ana","operacion":"rcv.importar","metodo":"POST","fecha":"2026-10-28T09:00:00-03:00","estado":200}`,
		`{"quien":"eva","operacion":"rcv.leer","metodo":"GET","fecha":"2026-10-28T09:00:00-03:00","estado":403,"problema":"denied"}`,
		`{"operacion":"rcv.leer","metodo":"GET","fecha":"2026-10-28T09:00:00-03:00","estado":401,"problema":"unauthenticated"}`,
	}, details)
}

func TestAuditOfEveryCall(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, call := range calls {
		if strings.HasPrefix(call.path, "/events") {
			s.listen("ana", call.path, "").until("ping")
			continue
		}
		s.do(s.request("ana", call.method, call.path, call.body))
	}
	var operations []siihttp.Operation
	for _, record := range s.audit.all() {
		assert.Equal(t, "ana", record.Who)
		assert.Equal(t, now, record.Time)
		assert.NotZero(t, record.Status)
		operations = append(operations, record.Action.Operation)
	}
	assert.Len(t, operations, len(calls), "each call once")
	assert.True(t, slices.Contains(operations, siihttp.OpEvents))
}
