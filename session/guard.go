package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/ofitec/chile"
)

// Guard keeps people from being locked out by a program: it refuses to send a
// clave that the SII has rejected, or any while it is blocked, has the attempts
// of one person take turns, and counts the sessions that are open. Share one
// between all sessions of a process; it is for many goroutines. It knows nothing
// of other processes.
type Guard struct {
	max int
	key [32]byte // of this process alone: what is kept of a clave cannot be tried out elsewhere

	mu       sync.Mutex
	rejected map[chile.RUT]map[[sha256.Size]byte]bool
	blocked  map[chile.RUT]time.Time                       // until when
	open     map[chile.RUT]map[[sha256.Size]byte]time.Time // by what is kept of the token: when they end at the latest
	trying   map[chile.RUT]chan struct{}                   // closed when the attempt has ended
}

// maxOpen is how many sessions of one person are opened: the SII allows ten at
// once (portal, code 27), and one is left for the person.
const maxOpen = 9

// maxRejected bounds how many claves of one person are remembered.
const maxRejected = 100

// NewGuard returns a guard that knows of nothing.
func NewGuard() *Guard {
	g := &Guard{
		max: maxOpen, rejected: make(map[chile.RUT]map[[sha256.Size]byte]bool),
		blocked: make(map[chile.RUT]time.Time), open: make(map[chile.RUT]map[[sha256.Size]byte]time.Time), trying: make(map[chile.RUT]chan struct{}),
	}
	_, _ = rand.Read(g.key[:]) // does not fail
	return g
}

// Forgive has claves of that person sent again that were rejected, because the
// person says so or has changed the clave at the SII.
func (g *Guard) Forgive(rut chile.RUT) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.rejected, rut)
	delete(g.blocked, rut)
}

// Open returns how many sessions of that person are open.
func (g *Guard) Open(rut chile.RUT, now time.Time) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.count(rut, now)
}

// begin waits until no other attempt of that person is under way: what comes of
// one decides whether another may be made.
func (g *Guard) begin(ctx context.Context, rut chile.RUT) error {
	for {
		g.mu.Lock()
		other := g.trying[rut]
		if other == nil {
			g.trying[rut] = make(chan struct{})
		}
		g.mu.Unlock()
		if other == nil {
			return nil
		}
		select {
		case <-other:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// finish ends the attempt of that person that began.
func (g *Guard) finish(rut chile.RUT) {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.trying[rut])
	delete(g.trying, rut)
}

// mark is what is kept of a clave or a token.
func (g *Guard) mark(rut chile.RUT, secret []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, g.key[:])
	h.Write([]byte(rut.String() + " "))
	h.Write(secret)
	h.Sum(sum[:0])
	h.Reset() // and overwrite what a hash keeps of the last block
	h.Write(make([]byte, sha256.BlockSize-1))
	return sum
}

// check refuses a login that must not be tried.
func (g *Guard) check(rut chile.RUT, clave []byte, now time.Time) error {
	mark := g.mark(rut, clave)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.rejected[rut][mark]:
		return ErrAlreadyRejected
	case now.Before(g.blocked[rut]):
		return ErrBlocked
	case g.count(rut, now) >= g.max:
		return ErrTooManySessions
	}
	return nil
}

// reject notes that the SII has rejected a clave.
func (g *Guard) reject(rut chile.RUT, clave []byte) {
	mark := g.mark(rut, clave)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rejected[rut] == nil {
		g.rejected[rut] = make(map[[sha256.Size]byte]bool)
	}
	if len(g.rejected[rut]) < maxRejected {
		g.rejected[rut][mark] = true
	}
}

// blockTime is how long the SII blocks a clave (portal, codes 9 and 19).
const blockTime = time.Hour

// block notes that the SII says that the clave is blocked.
func (g *Guard) block(rut chile.RUT, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.blocked[rut] = now.Add(blockTime)
}

// opened notes a session, which several of the program's may be: one that was
// restored twice is one at the SII.
func (g *Guard) opened(rut chile.RUT, token string, expires time.Time) {
	mark := g.mark(rut, []byte(token))
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open[rut] == nil {
		g.open[rut] = make(map[[sha256.Size]byte]time.Time)
	}
	g.open[rut][mark] = expires
}

func (g *Guard) closed(rut chile.RUT, token string) {
	mark := g.mark(rut, []byte(token))
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.open[rut], mark)
	if len(g.open[rut]) == 0 {
		delete(g.open, rut)
	}
}

// count returns how many sessions are open, and forgets those that have ended by
// themselves. The lock must be held.
func (g *Guard) count(rut chile.RUT, now time.Time) int {
	for mark, end := range g.open[rut] {
		if !now.Before(end) {
			delete(g.open[rut], mark)
		}
	}
	if len(g.open[rut]) == 0 {
		delete(g.open, rut)
	}
	return len(g.open[rut])
}
