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

// Guard keeps people from being locked out by a program: after two wrong claves of
// a person (GuardWrong) it sends no other until Forgive says so, it refuses to send
// one that the SII has rejected, or any while the clave is blocked, has the attempts
// of one person take turns, and counts the sessions that are open. A clave that the
// SII accepts has it count anew. Share one between all sessions of a process; it is
// for many goroutines.
//
// With GuardShared the guards of several processes count wrong claves, blocks and
// turns together. The others are of each process: which claves were rejected, since
// nothing of a clave is stored, and which sessions are open.
type Guard struct {
	max   int
	wrong int        // claves after which no other is sent
	store GuardStore // or nil
	err   error      // of an option that cannot be followed
	key   [32]byte   // of this process alone: what is kept of a clave cannot be tried out elsewhere

	mu       sync.Mutex
	rejected map[chile.RUT]map[[sha256.Size]byte]bool
	counted  map[chile.RUT]int                             // wrong claves that no store knows of
	blocked  map[chile.RUT]time.Time                       // until when; of what no store knows
	open     map[chile.RUT]map[[sha256.Size]byte]time.Time // by what is kept of the token: when they end at the latest
	trying   map[chile.RUT]chan struct{}                   // closed when the attempt has ended
}

// GuardOption changes what NewGuard makes. A guard whose options cannot be followed
// is refused by WithGuard.
type GuardOption func(*Guard) error

// maxWrong is how many wrong claves of a person are sent. The SII blocks a clave
// after ten (portal, code 55 says when three are left), and people need some
// themselves.
const maxWrong = 2

// GuardWrong sets after how many wrong claves of a person no other is sent: 2 by
// default, and for zero. A negative number is chile.ErrRange.
func GuardWrong(n int) GuardOption {
	return func(g *Guard) error {
		g.wrong = cmp.Or(n, maxWrong)
		return option.NotNegative("GuardWrong", chile.ErrRange, n)
	}
}

// GuardStore is where guards of several processes count together. The stores of
// this SDK are such.
type GuardStore interface {
	storage.Claves
	AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error)
	ReleaseLease(ctx context.Context, name string, fence int64) error
}

// GuardShared has guards of several processes count together. If the store cannot
// be asked no clave is sent.
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

// NewGuard returns a guard that knows of nothing but what its store does.
func NewGuard(opts ...GuardOption) *Guard {
	g := &Guard{
		max: maxOpen, wrong: maxWrong, rejected: make(map[chile.RUT]map[[sha256.Size]byte]bool), counted: make(map[chile.RUT]int),
		blocked: make(map[chile.RUT]time.Time), open: make(map[chile.RUT]map[[sha256.Size]byte]time.Time), trying: make(map[chile.RUT]chan struct{}),
	}
	_, _ = rand.Read(g.key[:]) // does not fail
	g.err = option.Apply("NewGuard", g, opts)
	return g
}

// Forgive has claves of that person sent again, also those that were rejected,
// because the person says that the clave is right now, or has changed it at the SII.
// Do not call it for a program: it is what stands between a program that tries and
// a person who is locked out. The error is that of the store.
func (g *Guard) Forgive(ctx context.Context, rut chile.RUT) error {
	g.mu.Lock()
	delete(g.rejected, rut)
	g.mu.Unlock()
	return g.forget(ctx, rut)
}

// forget has wrong claves counted anew.
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

const (
	turnTerm = 2 * time.Minute // of an attempt, after which another process may try
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
			return func() { _ = g.store.ReleaseLease(context.WithoutCancel(ctx), name, fence) }, nil // else it ends by itself
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

// state returns what is counted of a person.
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

// settle notes what came of an attempt. The error is that of the store: another
// process may not know of it.
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

// reject notes that the SII has rejected a clave.
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

// block notes that the SII says that the clave is blocked.
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
