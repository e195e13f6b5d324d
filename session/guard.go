package session

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/storage"
)

// Guard prevents a program from locking people out. After two wrong claves of a
// person (GuardWrong) it sends no other until Forgive is called. It refuses to send
// a clave that the SII has rejected, and any clave while the clave is blocked.
// Attempts of one person take turns, and open sessions are counted. An accepted
// clave resets the count. Share one Guard between all sessions of a process; it is
// safe for concurrent use.
//
// With GuardShared the guards of several processes share wrong claves, blocks and
// turns. Each process keeps the rest to itself: the rejected claves, since nothing
// of a clave is stored, and the open sessions.
type Guard struct {
	max   int
	wrong int        // wrong claves after which no other is sent
	store GuardStore // or nil
	err   error      // of an invalid option
	key   [32]byte   // random per process, so a stored mark cannot be used to guess a clave elsewhere

	mu       sync.Mutex
	rejected map[chile.RUT]map[[sha256.Size]byte]bool
	counted  map[chile.RUT]int                             // wrong claves that the store does not know of
	blocked  map[chile.RUT]time.Time                       // end of blocks that the store does not know of
	open     map[chile.RUT]map[[sha256.Size]byte]time.Time // by mark of the token: their latest end
	trying   map[chile.RUT]chan struct{}                   // closed when the attempt has ended
}

// GuardOption changes what NewGuard makes. If one is invalid, WithGuard refuses the
// guard.
type GuardOption func(*Guard) error

// maxWrong is how many wrong claves of a person are sent. The SII blocks a clave
// after ten (portal, code 55 says when three are left), and the person needs
// some attempts too.
const maxWrong = 2

// GuardWrong sets how many wrong claves of a person are sent: 2 by default, and
// for zero. A negative number is chile.ErrRange.
func GuardWrong(n int) GuardOption {
	return func(g *Guard) error {
		g.wrong = cmp.Or(n, maxWrong)
		return option.NotNegative("GuardWrong", chile.ErrRange, n)
	}
}

// GuardStore is where guards of several processes keep shared counts. The
// stores of this SDK implement it.
type GuardStore interface {
	storage.Claves
	AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error)
	ReleaseLease(ctx context.Context, name string, fence int64) error
}

// GuardShared makes guards of several processes share their counts. If the store
// fails, no clave is sent.
func GuardShared(store GuardStore) GuardOption {
	return func(g *Guard) error {
		if store == nil {
			return errors.New("GuardShared: nil store")
		}
		g.store = store
		return nil
	}
}

// maxOpen is how many sessions of one person are opened: the SII allows ten at
// once (portal, code 27), and one is left for the person.
const maxOpen = 9

// maxRejected bounds how many claves of one person are remembered.
const maxRejected = 100

// NewGuard returns a guard that knows only what its store knows.
func NewGuard(opts ...GuardOption) *Guard {
	g := &Guard{
		max: maxOpen, wrong: maxWrong, rejected: make(map[chile.RUT]map[[sha256.Size]byte]bool), counted: make(map[chile.RUT]int),
		blocked: make(map[chile.RUT]time.Time), open: make(map[chile.RUT]map[[sha256.Size]byte]time.Time), trying: make(map[chile.RUT]chan struct{}),
	}
	_, _ = rand.Read(g.key[:]) // never fails
	g.err = option.Apply("NewGuard", g, opts)
	return g
}

// Forgive allows claves of that person again, including rejected ones, because the
// person says that the clave is now right, or has changed it at the SII. Do not call
// it automatically: it prevents a retrying program from locking a person out. The
// error is the store's.
func (g *Guard) Forgive(ctx context.Context, rut chile.RUT) error {
	g.mu.Lock()
	delete(g.rejected, rut)
	g.mu.Unlock()
	return g.forget(ctx, rut)
}

// forget resets the count of wrong claves.
func (g *Guard) forget(ctx context.Context, rut chile.RUT) error {
	if g.store != nil {
		if err := g.store.ForgiveClave(ctx, rut); err != nil {
			return err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.counted, rut)
	delete(g.blocked, rut)
	return nil
}

// Open returns how many sessions of that person are open.
func (g *Guard) Open(rut chile.RUT, now time.Time) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.count(rut, now)
}

// begin waits until no other attempt of that person is running, because its
// result decides whether another is allowed.
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

// finish ends the running attempt of that person.
func (g *Guard) finish(rut chile.RUT) {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.trying[rut])
	delete(g.trying, rut)
}

const (
	turnTerm = 2 * time.Minute // of an attempt; after it another process may try
	turnLook = 100 * time.Millisecond
)

// lease waits until no other process tries claves of that person.
func (g *Guard) lease(ctx context.Context, rut chile.RUT) (release func(), err error) {
	if g.store == nil {
		return func() {}, nil
	}
	name := "clave " + rut.String()
	for {
		fence, wait, err := g.store.AcquireLease(ctx, name, turnTerm)
		if err != nil {
			return nil, err
		}
		if fence > 0 {
			return func() { _ = g.store.ReleaseLease(context.WithoutCancel(ctx), name, fence) }, nil // otherwise it expires
		}
		look := time.NewTimer(min(wait, turnLook))
		select {
		case <-look.C:
		case <-ctx.Done():
			look.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

// mark returns what is stored of a clave or a token.
func (g *Guard) mark(rut chile.RUT, secret []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, g.key[:])
	h.Write([]byte(rut.String() + " "))
	h.Write(secret)
	h.Sum(sum[:0])
	h.Reset() // also overwrites the last block that the hash holds
	h.Write(make([]byte, sha256.BlockSize-1))
	return sum
}

// check refuses a login that must not be tried.
func (g *Guard) check(ctx context.Context, rut chile.RUT, clave []byte, now time.Time) (refusal, cause error) {
	state, err := g.state(ctx, rut, now)
	if err != nil {
		return ErrUnavailable, err
	}
	mark := g.mark(rut, clave)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case state.Blocked > 0:
		return ErrBlocked, nil
	case state.Wrong >= g.wrong:
		return ErrTooManyWrong, nil
	case g.rejected[rut][mark]:
		return ErrAlreadyRejected, nil
	case g.count(rut, now) >= g.max:
		return ErrTooManySessions, nil
	}
	return nil, nil
}

// state returns the counts of a person.
func (g *Guard) state(ctx context.Context, rut chile.RUT, now time.Time) (storage.ClaveState, error) {
	var state storage.ClaveState
	if g.store != nil {
		var err error
		if state, err = g.store.ClaveState(ctx, rut); err != nil {
			return state, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	state.Wrong += g.counted[rut]
	state.Blocked = max(state.Blocked, g.blocked[rut].Sub(now))
	return state, nil
}

// settle records the result of an attempt. The error is the store's: other
// processes may not know of the result.
func (g *Guard) settle(ctx context.Context, rut chile.RUT, clave []byte, outcome error, now time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTimeout)
	defer cancel()
	switch {
	case outcome == nil:
		return g.forget(ctx, rut)
	case errors.Is(outcome, ErrWrongClave):
		return g.reject(ctx, rut, clave)
	case errors.Is(outcome, ErrBlocked):
		return g.block(ctx, rut, now)
	}
	return nil
}

// reject records that the SII has rejected a clave.
func (g *Guard) reject(ctx context.Context, rut chile.RUT, clave []byte) error {
	mark := g.mark(rut, clave)
	g.mu.Lock()
	if g.rejected[rut] == nil {
		g.rejected[rut] = make(map[[sha256.Size]byte]bool)
	}
	if len(g.rejected[rut]) < maxRejected {
		g.rejected[rut][mark] = true
	}
	g.mu.Unlock()
	var err error
	if g.store != nil {
		if err = g.store.CountWrongClave(ctx, rut); err == nil {
			return nil
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counted[rut]++
	return err
}

// blockTime is how long the SII blocks a clave (portal, codes 9 and 19).
const blockTime = time.Hour

// block records that the SII says that the clave is blocked.
func (g *Guard) block(ctx context.Context, rut chile.RUT, now time.Time) error {
	var err error
	if g.store != nil {
		if err = g.store.BlockClave(ctx, rut, blockTime); err == nil {
			return nil
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.blocked[rut] = now.Add(blockTime)
	return err
}

// opened records a session. The program may hold it several times: restored
// twice, it is one session at the SII.
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

// count returns how many sessions are open, and forgets those that have expired.
// The lock must be held.
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
