package session_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

func ring(t testing.TB, keys ...string) *seal.Ring {
	t.Helper()
	r, err := seal.ParseRing(strings.Join(keys, ","))
	require.NoError(t, err)
	return r
}

func keeper(t testing.TB, store storage.Sessions, sealer seal.Sealer) *session.Keeper {
	t.Helper()
	k, err := session.NewKeeper(store, sealer)
	require.NoError(t, err)
	return k
}

func TestKeeper(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	path := filepath.Join(t.TempDir(), "sii.db")
	store, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.WithClock(p.clock.Now))
	require.NoError(t, err)
	defer store.Close()
	first := seal.GenerateKey()
	k := keeper(t, store, ring(t, first))
	s := p.in(t)
	id, expires, err := k.Save(t.Context(), 42, s)
	require.NoError(t, err)
	assert.Equal(t, s.Expires(), expires)

	back := p.session(t)
	require.NoError(t, k.Resume(t.Context(), 42, id, chile.RUT{}, back))
	assert.Equal(t, person, back.Holder())
	require.ErrorIs(t, k.Resume(t.Context(), 42, id, other, p.session(t)), session.ErrWrongHolder)

	_, err = k.Load(t.Context(), 43, id)
	require.ErrorIs(t, err, fs.ErrNotExist, "of another user")
	require.NoError(t, k.Delete(t.Context(), 43, id))
	_, err = k.Load(t.Context(), 42, id)
	require.NoError(t, err, "nobody deletes another's")

	// A row that is passed off as another user's does not open.
	row, err := store.Session(t.Context(), id)
	require.NoError(t, err)
	stolen, err := store.CreateSession(t.Context(), storage.Session{UserID: 43, Cookies: row.Cookies, ExpiresAt: row.ExpiresAt})
	require.NoError(t, err)
	_, err = k.Load(t.Context(), 43, stolen)
	require.ErrorIs(t, err, seal.ErrWrongOwner)
	_, err = k.Load(t.Context(), 0, id)
	require.Error(t, err)

	// Nor does one that was changed, or whose expiry was moved.
	damaged := []byte(row.Cookies)
	damaged[len(damaged)/2] ^= 1
	bad, err := store.CreateSession(t.Context(), storage.Session{UserID: 42, Cookies: string(damaged), ExpiresAt: row.ExpiresAt})
	require.NoError(t, err)
	_, err = k.Load(t.Context(), 42, bad)
	require.ErrorIs(t, err, seal.ErrUnopenable)
	longer, err := store.CreateSession(t.Context(), storage.Session{UserID: 42, Cookies: row.Cookies, ExpiresAt: row.ExpiresAt.Add(24 * time.Hour)})
	require.NoError(t, err)
	snapshot, err := k.Load(t.Context(), 42, longer)
	require.NoError(t, err)
	assert.Equal(t, expires.UTC(), snapshot.Expires.UTC())

	// Keys rotate: what the old one sealed opens, what is new wants the new one.
	second := seal.GenerateKey()
	rotated := keeper(t, store, ring(t, second, first))
	_, err = rotated.Load(t.Context(), 42, id)
	require.NoError(t, err)
	newer, _, err := rotated.Save(t.Context(), 42, s)
	require.NoError(t, err)
	_, err = k.Load(t.Context(), 42, newer)
	require.ErrorIs(t, err, seal.ErrUnopenable)

	// Nothing in the clear.
	token, _, err := s.Token(t.Context())
	require.NoError(t, err)
	for _, file := range []string{path, path + "-wal"} {
		content, err := os.ReadFile(file)
		if !errors.Is(err, fs.ErrNotExist) {
			require.NoError(t, err)
		}
		assert.NotContains(t, string(content), token)
		assert.NotContains(t, string(content), p.clave)
	}

	p.clock.Advance(2 * time.Hour)
	_, err = k.Load(t.Context(), 42, id)
	require.ErrorIs(t, err, fs.ErrNotExist, "expired")
	n, err := k.Purge(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 4, n)
	require.NoError(t, k.Delete(t.Context(), 42, id))
}

func TestKeeperNeedsASealer(t *testing.T) {
	t.Parallel()
	_, err := session.NewKeeper(memory.New(), nil)
	require.Error(t, err)
	_, err = session.NewKeeper(nil, ring(t, seal.GenerateKey()))
	require.Error(t, err)
}

// awayStore has no sessions to give, or to take.
type awayStore struct{ storage.Sessions }

func (awayStore) CreateSession(context.Context, storage.Session) (int64, error) { return 0, errStore }

func (awayStore) Session(context.Context, int64) (*storage.Session, error) { return nil, errStore }

func (awayStore) PurgeSessions(context.Context) (int64, error) { return 0, errStore }

func TestKeeperRefusals(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	store := memory.New(memory.WithClock(p.clock.Now))
	k := keeper(t, store, ring(t, seal.GenerateKey()))
	_, _, err := k.Save(t.Context(), 1, p.session(t))
	require.ErrorIs(t, err, session.ErrLoggedOut)
	s := p.in(t)
	id, _, err := k.Save(t.Context(), 1, s)
	require.NoError(t, err)
	require.ErrorIs(t, k.Resume(t.Context(), 1, id, other, p.session(t)), session.ErrWrongHolder)
	require.ErrorIs(t, k.Resume(t.Context(), 2, id, person, p.session(t)), fs.ErrNotExist)
	require.NoError(t, k.Delete(t.Context(), 1, id+1), "what is not there need not be removed")
	require.NoError(t, k.Delete(t.Context(), 2, id))
	require.NoError(t, k.Resume(t.Context(), 1, id, person, p.session(t)), "another user's is left alone")
	require.NoError(t, k.Delete(t.Context(), 1, id))
	_, err = k.Load(t.Context(), 1, id)
	require.ErrorIs(t, err, fs.ErrNotExist)

	away := keeper(t, awayStore{}, ring(t, seal.GenerateKey()))
	_, _, err = away.Save(t.Context(), 1, s)
	require.ErrorIs(t, err, errStore)
	require.ErrorIs(t, away.Delete(t.Context(), 1, id), errStore)
	_, err = away.Purge(t.Context())
	require.ErrorIs(t, err, errStore)
}

// lockedSealer seals nothing.
type lockedSealer struct{ seal.Sealer }

func (lockedSealer) Seal(context.Context, []byte, string) (string, error) { return "", errStore }

func TestKeeperThatCannotSeal(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	_, _, err := keeper(t, awayStore{}, lockedSealer{}).Save(t.Context(), 1, p.in(t))
	require.ErrorIs(t, err, errStore)
	assert.ErrorContains(t, err, "session: save")
}

// Who can write to the table may shorten a session, and can make no other text
// pass for one.
func TestRowsThatWereChanged(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	store := memory.New(memory.WithClock(p.clock.Now))
	key := ring(t, seal.GenerateKey())
	k := keeper(t, store, key)
	id, expires, err := k.Save(t.Context(), 1, p.in(t))
	require.NoError(t, err)
	row, err := store.Session(t.Context(), id)
	require.NoError(t, err)
	sooner := expires.Add(-time.Hour)
	shortened, err := store.CreateSession(t.Context(), storage.Session{UserID: 1, Cookies: row.Cookies, ExpiresAt: sooner})
	require.NoError(t, err)
	snapshot, err := k.Load(t.Context(), 1, shortened)
	require.NoError(t, err)
	assert.Equal(t, sooner, snapshot.Expires.UTC())

	load := func(text string) error {
		id, err := store.CreateSession(t.Context(), storage.Session{UserID: 1, Cookies: text, ExpiresAt: expires})
		require.NoError(t, err)
		_, err = k.Load(t.Context(), 1, id)
		return err
	}
	for _, text := range []string{"garbage", "=ABCDEFGHIJKLM", "gAAAAA==", strings.Repeat("x", 64) + "=ABCDEFGHIJKLM"} {
		require.ErrorIs(t, load(text), seal.ErrUnopenable, text)
	}
	require.NoError(t, load(strings.Repeat("x", 63)+"=ABCDEFGHIJKLM"))
	none, err := key.Seal(t.Context(), []byte("neither"), "sii_sessions/1")
	require.NoError(t, err)
	require.ErrorContains(t, load(none), "neither a snapshot nor cookies")
}

func TestRowsOfOlderBackEnds(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	store := memory.New(memory.WithClock(p.clock.Now))
	key := ring(t, seal.GenerateKey())
	k := keeper(t, store, key)
	snapshot, err := p.in(t).Snapshot()
	require.NoError(t, err)
	var parts []string
	for _, c := range snapshot.Cookies {
		parts = append(parts, c.Name+"="+c.Value)
	}
	plain := strings.Join(parts, "; ")
	sealed, err := key.Seal(t.Context(), []byte(plain), "")
	require.NoError(t, err)
	for name, cookies := range map[string]string{"sealed without owner": sealed, "in the clear": plain} {
		id, err := store.CreateSession(t.Context(), storage.Session{Cookies: cookies, ExpiresAt: p.clock.Now().Add(time.Hour)})
		require.NoError(t, err)
		s := p.session(t)
		require.NoError(t, k.Resume(t.Context(), 0, id, person, s), name)
		assert.Equal(t, person, s.Holder())
		assert.Equal(t, p.clock.Now().Add(time.Hour), s.Expires())
		require.ErrorIs(t, k.Resume(t.Context(), 0, id, other, p.session(t)), session.ErrWrongHolder, "the portal says whose they are")
	}
}

// TestPython has Python's cryptography open what a Keeper sealed, and the other
// way.
func TestPython(t *testing.T) {
	t.Parallel()
	python := pythonWithCryptography(t)
	p := newPortal(t)
	store := memory.New(memory.WithClock(p.clock.Now))
	key := seal.GenerateKey()
	k := keeper(t, store, ring(t, key))
	s := p.in(t)
	id, _, err := k.Save(t.Context(), 7, s)
	require.NoError(t, err)
	row, err := store.Session(t.Context(), id)
	require.NoError(t, err)
	token, _, err := s.Token(t.Context())
	require.NoError(t, err)

	run := func(program string, args ...string) string {
		cmd := exec.CommandContext(t.Context(), python, append([]string{"-c", program}, args...)...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return strings.TrimSpace(string(out))
	}
	// Before the cookies stands the owner: a mark, its length, its name.
	opened := run(`
import json, sys
from cryptography.fernet import Fernet
plain = Fernet(sys.argv[1]).decrypt(sys.argv[2].encode())
mark = b"\x00chile/seal/1\x00"
assert plain.startswith(mark)
n = int.from_bytes(plain[len(mark):len(mark)+2], "big")
rest = plain[len(mark)+2:]
print(rest[:n].decode(), [c["value"] for c in json.loads(rest[n:])["cookies"] if c["name"] == "TOKEN"][0])
`, key, row.Cookies)
	assert.Equal(t, "sii_sessions/7 "+token, opened)

	sealed := run(`
import sys
from cryptography.fernet import Fernet
print(Fernet(sys.argv[1]).encrypt(sys.argv[2].encode()).decode())
`, key, fmt.Sprintf("TOKEN=%s; CSESSIONID=%s", token, token))
	id, err = store.CreateSession(t.Context(), storage.Session{Cookies: sealed, ExpiresAt: p.clock.Now().Add(time.Hour)})
	require.NoError(t, err)
	require.NoError(t, k.Resume(t.Context(), 0, id, person, p.session(t)))
}

func pythonWithCryptography(t *testing.T) string {
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(t.Context(), name, "-c", "import cryptography").Run() == nil {
			return name
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("python3 with the package cryptography is missing")
	}
	t.Skip("python3 with the package cryptography is missing")
	return ""
}
