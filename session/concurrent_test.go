package session_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/echotest"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/seal"
)

// TestManyUsers log in, a thousand with CHILE_FULL_TESTS, are kept in one store, restored and asked who they
// are, all at once: nobody gets the cookies of somebody else.
func TestManyUsers(t *testing.T) {
	t.Parallel()
	users := 100
	if os.Getenv("CHILE_FULL_TESTS") != "" {
		users = 1000
	}
	p := newPortal(t)
	store := memory.New(memory.WithClock(p.clock.Now))
	k := keeper(t, store, ring(t, seal.GenerateKey()))
	guard := session.NewGuard()
	ruts := make([]chile.RUT, users)
	for i := range ruts {
		var err error
		ruts[i], err = chile.NewRUT(int64(5_000_000 + i))
		require.NoError(t, err)
		p.AddUser(ruts[i], siitest.User{Clave: "clave-" + ruts[i].String(), Name: "Persona " + ruts[i].String()})
	}
	turns := make(chan struct{}, 32)
	var group sync.WaitGroup
	problems := make(chan error, users)
	for i, rut := range ruts {
		group.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			problems <- func() error {
				s, err := session.New(session.WithHTTPClient(p.hc), session.WithClock(p.clock.Now), session.WithGuard(guard))
				if err != nil {
					return err
				}
				if err := s.Login(t.Context(), rut, []byte("clave-"+rut.String())); err != nil {
					return err
				}
				id, _, err := k.Save(t.Context(), int64(i+1), s)
				if err != nil {
					return err
				}
				back, err := session.New(session.WithHTTPClient(p.hc), session.WithClock(p.clock.Now))
				if err != nil {
					return err
				}
				if err := k.Resume(t.Context(), int64(i+1), id, rut, back); err != nil {
					return err
				}
				who, err := back.WhoAmI(t.Context())
				if err != nil {
					return err
				}
				if who.RUT != rut || who.Name != "Persona "+rut.String() || back.Holder() != rut {
					return fmt.Errorf("%s is taken for %s", rut, who.RUT)
				}
				return back.Logout(t.Context())
			}()
		})
	}
	group.Wait()
	for range ruts {
		require.NoError(t, <-problems)
	}
	assert.Empty(t, p.Violations())
}

// TestOneSessionForMany is used by many goroutines at once.
func TestOneSessionForMany(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.in(t)
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			switch i % 4 {
			case 0:
				_, _ = s.WhoAmI(t.Context())
			case 1:
				_, _ = s.Alive(t.Context())
			case 2:
				_, _, _ = s.Token(t.Context())
				_, _ = s.Snapshot()
				_ = s.String()
			default:
				_ = s.Login(t.Context(), person, []byte(p.clave))
			}
		})
	}
	group.Wait()
	assert.Equal(t, 1, p.Sessions(person))
	require.NoError(t, s.Logout(t.Context()))
	assert.Zero(t, p.Sessions(person))
}

// TestClaveIsGoneFromTheHeap searches the whole heap for a clave after its login.
// It is not parallel: other tests have claves of their own.
func TestClaveIsGoneFromTheHeap(t *testing.T) {
	p := newPortal(t)
	clave := []byte(randomClave(t))
	p.AddUser(other, siitest.User{Clave: "x"})
	s := p.session(t)
	needle := bytes.Clone(clave[6:]) // what of it needs no escaping
	for i := range needle {
		needle[i] ^= 0xff
	}
	control := []byte(randomClave(t))
	err := s.Login(t.Context(), other, clave)
	require.ErrorIs(t, err, session.ErrWrongClave)
	var failures []error // that are kept
	for _, shape := range []string{"no HTTP", "status line", "page", "captcha", "location elsewhere"} {
		echoing, err := session.New(session.WithHTTPClient(echotest.Client(echotest.Shapes[shape](string(clave)))))
		require.NoError(t, err)
		err = echoing.Login(t.Context(), other, clave)
		require.Error(t, err)
		failures = append(failures, err)
	}
	clear(clave)
	p.Close() // the fake has had it too
	p.hc.CloseIdleConnections()
	for range 3 {
		runtime.GC()
		debug.FreeOSMemory()
	}
	path := filepath.Join(t.TempDir(), "heap")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	debug.WriteHeapDump(file.Fd())
	require.NoError(t, file.Close())
	dump, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := range needle {
		needle[i] ^= 0xff
	}
	require.Positive(t, bytes.Count(dump, control), "what is kept is found")
	assert.Zero(t, bytes.Count(dump, needle), "times that the clave stands in %d bytes of heap", len(dump))
	runtime.KeepAlive(s)
	runtime.KeepAlive(failures)
}
