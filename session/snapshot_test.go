package session_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siitest"
)

func TestRestore(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	snapshot, err := p.in(t).Snapshot()
	require.NoError(t, err)

	s := p.session(t)
	require.NoError(t, s.Restore(t.Context(), snapshot))
	assert.Equal(t, person, s.Holder())
	assert.Equal(t, snapshot.Expires, s.Expires())
	assert.Equal(t, 1, p.Sessions(person), "it is the same session")

	t.Run("of another holder", func(t *testing.T) {
		foreign := *snapshot
		foreign.Holder = other
		s := p.session(t)
		require.ErrorIs(t, s.Restore(t.Context(), &foreign), session.ErrWrongHolder)
		assert.True(t, s.Holder().IsZero())
		assert.Equal(t, 1, p.Sessions(person), "a session of somebody else is not logged out of")
	})
	t.Run("expired", func(t *testing.T) {
		old := *snapshot
		old.Expires = p.clock.Now()
		homes := p.Count(siitest.OpHome)
		require.ErrorIs(t, p.session(t).Restore(t.Context(), &old), session.ErrLoggedOut)
		assert.Equal(t, homes, p.Count(siitest.OpHome), "the portal need not be asked")
	})
	t.Run("ended at the portal", func(t *testing.T) {
		p.RevokeTokens()
		s := p.session(t)
		require.ErrorIs(t, s.Restore(t.Context(), snapshot), session.ErrLoggedOut)
		assert.True(t, s.Holder().IsZero())
	})
	t.Run("home page that nobody knows", func(t *testing.T) {
		p.Fail(siitest.OpHome, siitest.Fault{Times: 1, Body: "<html><title>Mi Sii nuevo</title></html>"})
		require.ErrorIs(t, p.session(t).Restore(t.Context(), snapshot), session.ErrPortalChanged)
	})
	require.ErrorIs(t, s.Restore(t.Context(), nil), session.ErrLoggedOut)
}

// A service restores a session for each request that uses it, and forgets it: that
// is one session at the SII, whoever counts.
func TestSessionThatIsRestoredOftenCountsOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	guard := session.NewGuard()
	first := p.in(t, session.WithGuard(guard))
	snapshot, err := first.Snapshot()
	require.NoError(t, err)
	for range 20 {
		require.NoError(t, p.session(t, session.WithGuard(guard)).Restore(t.Context(), snapshot))
	}
	assert.Equal(t, 1, guard.Open(person, p.clock.Now()))
	p.in(t, session.WithGuard(guard))
	assert.Equal(t, 2, guard.Open(person, p.clock.Now()))
	require.NoError(t, first.Logout(t.Context()))
	assert.Equal(t, 1, guard.Open(person, p.clock.Now()))
	p.clock.Advance(2 * time.Hour)
	assert.Zero(t, guard.Open(person, p.clock.Now()))
}

func TestSnapshotOfNobody(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	_, err := p.session(t).Snapshot()
	require.ErrorIs(t, err, session.ErrLoggedOut)
	s := p.in(t)
	p.clock.Advance(2 * time.Hour)
	_, err = s.Snapshot()
	require.ErrorIs(t, err, session.ErrLoggedOut)
}

func TestParseSnapshot(t *testing.T) {
	t.Parallel()
	s, err := session.ParseSnapshot([]byte("TOKEN=ABCDEFGHIJKLM; CSESSIONID=ABCDEFGHIJKLM; NETSCAPE_LIVEWIRE.rut=11111111\n"))
	require.NoError(t, err)
	require.Len(t, s.Cookies, 3)
	assert.Equal(t, session.Cookie{Name: "TOKEN", Value: "ABCDEFGHIJKLM", Domain: "sii.cl", Path: "/"}, s.Cookies[0])
	many := strings.Repeat("a=b; ", 199) + "a=b"
	s, err = session.ParseSnapshot([]byte(many))
	require.NoError(t, err)
	assert.Len(t, s.Cookies, 200)
	const written = `{"name":"a","value":"b","domain":"sii.cl","path":"/"}`
	list := func(n int) string {
		return `{"version":1,"cookies":[` + strings.TrimSuffix(strings.Repeat(written+",", n), ",") + "]}"
	}
	s, err = session.ParseSnapshot([]byte(list(200)))
	require.NoError(t, err)
	assert.Len(t, s.Cookies, 200)
	for _, bad := range []string{many + "; a=b", list(201), "", "  ", "no cookies at all", "{", `{"version":2}`, `{"version":1,"holder":"1-2"}`, "\x00", strings.Repeat("a=b; ", 300), strings.Repeat("x", 600<<10)} {
		_, err := session.ParseSnapshot([]byte(bad))
		require.Error(t, err)
		if bad != "" {
			assert.NotContains(t, err.Error(), "holder\":")
		}
	}
}

// FuzzParseSnapshot reads what somebody may have written into the table.
func FuzzParseSnapshot(f *testing.F) {
	f.Add([]byte("TOKEN=ABCDEFGHIJKLM; CSESSIONID=ABCDEFGHIJKLM"))
	f.Add([]byte(`{"version":1,"holder":"11111111-1","expires":"2026-10-15T12:00:00Z","cookies":[{"name":"TOKEN","value":"ABC","domain":"sii.cl","path":"/"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := session.ParseSnapshot(text)
		if err == nil && len(s.Cookies) > 200 {
			t.Fatal("no bounds")
		}
	})
}

// A snapshot says whose it is, or that nobody knows.
func TestSnapshotTellsWhose(t *testing.T) {
	t.Parallel()
	s, err := session.ParseSnapshot([]byte("TOKEN=ABCDEFGHIJKLM"))
	require.NoError(t, err)
	assert.Equal(t, "session of an unknown holder", s.String())
	s.Holder, s.Expires = person, newClock().Now()
	assert.Equal(t, "session of 11111111-1 until 2026-10-15T15:00:00Z", s.String())
}

// The cookies of a browser say nothing of whose they are: the portal does.
func TestRestoreOfAnybody(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	snapshot, err := p.in(t).Snapshot()
	require.NoError(t, err)
	snapshot.Holder = chile.RUT{}
	s := p.session(t)
	assert.Equal(t, "no session", s.String())
	require.NoError(t, s.Restore(t.Context(), snapshot))
	assert.Equal(t, person, s.Holder())
	assert.Equal(t, "session of 11111111-1 until 2026-10-15T17:00:00Z", s.String())
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.in(t)
	snapshot, err := s.Snapshot()
	require.NoError(t, err)
	token, _, err := s.Token(t.Context())
	require.NoError(t, err)
	for _, v := range []any{s, snapshot, *snapshot, snapshot.Cookies, snapshot.Cookies[0], &snapshot.Cookies[0]} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			assert.NotContains(t, fmt.Sprintf(verb, v), token, "%T with %s", v, verb)
		}
	}
	for _, v := range []any{s, snapshot, *snapshot, snapshot.Cookies[0], snapshot.Cookies} {
		_, err := json.Marshal(v)
		require.Error(t, err)
	}
}
