package session_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

func TestAfterTwoWrongClavesNoneIsSent(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.session(t)
	require.ErrorIs(t, s.Login(t.Context(), person, []byte("equivocada-1")), session.ErrWrongClave)
	require.ErrorIs(t, s.Login(t.Context(), person, []byte("equivocada-2")), session.ErrWrongClave)
	for _, clave := range []string{"equivocada-1", "equivocada-3", p.clave} {
		require.ErrorIs(t, s.Login(t.Context(), person, []byte(clave)), session.ErrTooManyWrong)
	}
	assert.Equal(t, 2, p.Count(siitest.OpLogin))
	p.clock.Advance(30 * 24 * time.Hour)
	require.ErrorIs(t, s.Login(t.Context(), person, []byte(p.clave)), session.ErrTooManyWrong, "time changes nothing")
	p.AddUser(other, siitest.User{Clave: "otra clave"})
	require.NoError(t, s.Login(t.Context(), other, []byte("otra clave")), "others are not concerned")

	require.NoError(t, s.Guard().Forgive(t.Context(), person))
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)))
	require.ErrorIs(t, s.Login(t.Context(), person, []byte("equivocada-4")), session.ErrWrongClave)
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)), "which has it count anew")
	require.ErrorIs(t, s.Login(t.Context(), person, []byte("equivocada-5")), session.ErrWrongClave)
	require.ErrorIs(t, s.Login(t.Context(), person, []byte("equivocada-4")), session.ErrAlreadyRejected)
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)))
}

func TestGuardSettings(t *testing.T) {
	t.Parallel()
	for set, n := range map[int]int{0: 2, 1: 1, 3: 3} {
		p := newPortal(t)
		s := p.session(t, session.WithGuard(session.NewGuard(session.GuardWrong(set))))
		for i := range 5 {
			want := session.ErrWrongClave
			if i >= n {
				want = session.ErrTooManyWrong
			}
			require.ErrorIs(t, s.Login(t.Context(), person, fmt.Appendf(nil, "equivocada-%d", i)), want)
		}
		assert.Equal(t, n, p.Count(siitest.OpLogin))
	}
	for want, opt := range map[string]session.GuardOption{
		"GuardWrong: out of range: -1 is negative": session.GuardWrong(-1), "GuardShared: nil store": session.GuardShared(nil), "nil option": nil,
	} {
		_, err := session.New(session.WithGuard(session.NewGuard(opt, session.GuardWrong(3))))
		require.EqualError(t, err, "session: NewGuard: "+want)
	}
}

// What is no wrong clave does not count as one: the portal was out of order, or
// wanted a person.
func TestOtherFailuresDoNotCount(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	s := p.session(t)
	for _, symptom := range []siitest.Fault{{Drop: true}, {HTTPStatus: 503}, {Body: fault.OverloadPage}, {Body: fault.CaptchaPage}, {Body: "<html></html>"}} {
		symptom.Times = 1
		p.Fail(siitest.OpLogin, symptom)
		require.Error(t, s.Login(t.Context(), person, []byte(p.clave)))
	}
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)))
}

// Guards that share a store, as those of several processes, count together.
func TestSharedGuards(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	store := memory.New(memory.WithClock(p.clock.Now))
	process := func() *session.Session {
		return p.session(t, session.WithGuard(session.NewGuard(session.GuardShared(store))))
	}
	require.ErrorIs(t, process().Login(t.Context(), person, []byte("equivocada-1")), session.ErrWrongClave)
	require.ErrorIs(t, process().Login(t.Context(), person, []byte("equivocada-1")), session.ErrWrongClave, "nothing of a clave is stored")
	require.ErrorIs(t, process().Login(t.Context(), person, []byte(p.clave)), session.ErrTooManyWrong)
	assert.Equal(t, 2, p.Count(siitest.OpLogin))
	require.NoError(t, process().Guard().Forgive(t.Context(), person))
	require.NoError(t, process().Login(t.Context(), person, []byte(p.clave)))
	state, err := store.ClaveState(t.Context(), person)
	require.NoError(t, err)
	assert.Zero(t, state)

	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Body: fault.ReasonPage(9, "Bloqueada.")})
	require.ErrorIs(t, process().Login(t.Context(), person, []byte(p.clave)), session.ErrBlocked)
	require.ErrorIs(t, process().Login(t.Context(), person, []byte(p.clave)), session.ErrBlocked)
	assert.Equal(t, 4, p.Count(siitest.OpLogin))
	p.clock.Advance(time.Hour)
	require.NoError(t, process().Login(t.Context(), person, []byte(p.clave)))
}

// Many processes that try at once together send no more than two wrong claves, and
// of the right one each that it may.
func TestSharedGuardsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	store := memory.New(memory.WithClock(p.clock.Now))
	atOnce := func(n int, clave func(int) string) map[error]int {
		var mu sync.Mutex
		outcomes := map[error]int{}
		var wg sync.WaitGroup
		for i := range n {
			s := p.session(t, session.WithGuard(session.NewGuard(session.GuardShared(store))))
			wg.Go(func() {
				err := s.Login(t.Context(), person, []byte(clave(i)))
				var e *session.Error
				if errors.As(err, &e) {
					err = e.Kind
				}
				mu.Lock()
				defer mu.Unlock()
				outcomes[err]++
			})
		}
		wg.Wait()
		return outcomes
	}
	assert.Equal(t, map[error]int{nil: 5}, atOnce(5, func(int) string { return p.clave }))
	assert.Equal(t, map[error]int{session.ErrWrongClave: 2, session.ErrTooManyWrong: 8}, atOnce(10, func(i int) string { return fmt.Sprint("equivocada-", i) }))
	assert.Equal(t, 7, p.Count(siitest.OpLogin))
}

// brokenStore fails where it is told to.
type brokenStore struct {
	*memory.Store
	fails string
}

var errStore = errors.New("the store is away")

func (b *brokenStore) ClaveState(ctx context.Context, rut chile.RUT) (storage.ClaveState, error) {
	if b.fails == "state" {
		return storage.ClaveState{}, errStore
	}
	return b.Store.ClaveState(ctx, rut)
}

func (b *brokenStore) AcquireLease(ctx context.Context, name string, term time.Duration) (int64, time.Duration, error) {
	if b.fails == "lease" {
		return 0, 0, errStore
	}
	return b.Store.AcquireLease(ctx, name, term)
}

func (b *brokenStore) CountWrongClave(ctx context.Context, rut chile.RUT) error {
	if b.fails == "count" {
		return errStore
	}
	return b.Store.CountWrongClave(ctx, rut)
}

func (b *brokenStore) BlockClave(ctx context.Context, rut chile.RUT, term time.Duration) error {
	if b.fails == "block" {
		return errStore
	}
	return b.Store.BlockClave(ctx, rut, term)
}

func (b *brokenStore) ForgiveClave(ctx context.Context, rut chile.RUT) error {
	if b.fails == "forgive" {
		return errStore
	}
	return b.Store.ForgiveClave(ctx, rut)
}

func TestSharedGuardWithoutItsStore(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	store := &brokenStore{Store: memory.New(memory.WithClock(p.clock.Now))}
	s := p.session(t, session.WithGuard(session.NewGuard(session.GuardShared(store))))
	for _, store.fails = range []string{"state", "lease"} {
		err := s.Login(t.Context(), person, []byte(p.clave))
		require.ErrorIs(t, err, errStore)
		require.ErrorIs(t, err, session.ErrUnavailable)
	}
	assert.Zero(t, p.Count(siitest.OpLogin), "without the store nothing is sent")

	store.fails = "count"
	for i := range 2 {
		err := s.Login(t.Context(), person, fmt.Appendf(nil, "equivocada-%d", i))
		require.ErrorIs(t, err, session.ErrWrongClave)
		require.ErrorIs(t, err, errStore, "that others do not know of it is told")
	}
	require.ErrorIs(t, s.Login(t.Context(), person, []byte(p.clave)), session.ErrTooManyWrong, "this process knows")
	store.fails = "forgive"
	require.ErrorIs(t, s.Guard().Forgive(t.Context(), person), errStore)
	store.fails = ""
	require.NoError(t, s.Guard().Forgive(t.Context(), person))
	store.fails = "forgive"
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)), "a session that is open is none the worse")

	store.fails = "block"
	p.Fail(siitest.OpLogin, siitest.Fault{Times: 1, Body: fault.ReasonPage(9, "Bloqueada.")})
	require.ErrorIs(t, s.Login(t.Context(), person, []byte(p.clave)), errStore)
	require.ErrorIs(t, s.Login(t.Context(), person, []byte(p.clave)), session.ErrBlocked)
	p.clock.Advance(time.Hour)
	require.NoError(t, s.Login(t.Context(), person, []byte(p.clave)))
}

// Who waits for another process need not wait for ever.
func TestSharedGuardWaits(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	store := memory.New(memory.WithClock(p.clock.Now))
	fence, _, err := store.AcquireLease(t.Context(), "clave "+person.String(), time.Minute)
	require.NoError(t, err)
	s := p.session(t, session.WithGuard(session.NewGuard(session.GuardShared(store))))
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Login(ctx, person, []byte(p.clave)) }()
	cancel(errors.New("no longer wanted"))
	require.ErrorContains(t, <-done, "no longer wanted")
	assert.Zero(t, p.Count(siitest.OpLogin))
	go func() { done <- s.Login(t.Context(), person, []byte(p.clave)) }()
	require.NoError(t, store.ReleaseLease(t.Context(), "clave "+person.String(), fence))
	require.NoError(t, <-done)
	fence, _, err = store.AcquireLease(t.Context(), "clave "+person.String(), time.Minute)
	require.NoError(t, err)
	assert.Positive(t, fence, "the turn was given back")
}
