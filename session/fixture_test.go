package session_test

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siitest"
)

var (
	person  = chile.MustParseRUT("11111111-1")
	company = chile.MustParseRUT("76192083-9")
	other   = chile.MustParseRUT("77222222-K")
)

// clock is an injected clock.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 10, 15, 15, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// portal is the fake portal with a user.
type portal struct {
	*siitest.Server
	clock *clock
	hc    *http.Client
	clave string // of person, made at run time
}

func newPortal(t testing.TB) *portal {
	t.Helper()
	p := &portal{clock: newClock(), clave: randomClave(t)}
	p.Server = siitest.NewServer(siitest.WithClock(p.clock.Now))
	p.hc = p.Client()
	t.Cleanup(func() {
		p.hc.CloseIdleConnections()
		p.Close()
	})
	p.AddUser(person, siitest.User{Clave: p.clave, Name: "Juana Prueba Soto"})
	p.Authorize(person, company)
	return p
}

func randomClave(t testing.TB) string {
	t.Helper()
	var b [12]byte
	_, err := rand.Read(b[:])
	require.NoError(t, err)
	return "clave&" + hex.EncodeToString(b[:])
}

func (p *portal) session(t testing.TB, opts ...session.Option) *session.Session {
	t.Helper()
	s, err := session.New(append([]session.Option{session.WithHTTPClient(p.hc), session.WithClock(p.clock.Now)}, opts...)...)
	require.NoError(t, err)
	return s
}

// in returns a session that is logged in.
func (p *portal) in(t testing.TB, opts ...session.Option) *session.Session {
	t.Helper()
	s := p.session(t, opts...)
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)))
	return s
}
