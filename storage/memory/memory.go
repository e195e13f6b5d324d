// Package memory keeps a storage.Storage in memory, for tests and small
// programs: its data end with the process.
//
//	store := memory.New()
//	result, err := store.ImportRegister(ctx, snapshot)
//
// Stored values are never changed. A write replaces the old value by a new one.
// A reader may go on reading the old value, and needs the lock only to fetch
// it.
package memory

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/tokenmap"
)

// Store is a storage.Storage in memory. It is safe for concurrent use. New
// makes one; the zero value cannot be used.
type Store struct {
	now    func() time.Time
	tokens *tokenmap.Map

	mu          sync.RWMutex
	registers   map[rcv.Key]*register
	turns       map[rcv.Key]chan struct{}
	sessions    map[int64]storage.Session
	submissions []*storage.Submission // in the order of their ids, from 1
	events      []*storage.Event      // likewise
	eventKeys   map[eventKey]bool
	imports     []*storage.Import // likewise
	changes     []*storage.StoredChange
	raw         map[int64]*rawAnswers // by import
	lastSession int64
	environment chile.Environment // empty until the first import, submission, CAF or envelope
	emission

	err error // of an invalid option

	pacesLock sync.Mutex
	paces     map[string]*pace

	clavesLock sync.Mutex
	claves     map[chile.RUT]claves
}

var _ storage.Storage = (*Store)(nil)

// Option changes a Store. If one is invalid, every method of the store returns its
// error.
type Option func(*Store) error

// WithClock sets the clock, which is called concurrently. The default is
// time.Now.
func WithClock(now func() time.Time) Option {
	return func(s *Store) error {
		if now == nil {
			return errors.New("WithClock: nil clock")
		}
		s.now = now
		return nil
	}
}

// New returns an empty store. It cannot fail, so a store can be made where it is
// used: if an option is invalid, each method of the store returns its error.
func New(opts ...Option) *Store {
	s := &Store{
		now:       time.Now, //nolint:forbidigo // the default of the clock
		registers: make(map[rcv.Key]*register),
		turns:     make(map[rcv.Key]chan struct{}),
		sessions:  make(map[int64]storage.Session),
		eventKeys: make(map[eventKey]bool),
		raw:       make(map[int64]*rawAnswers),
		paces:     make(map[string]*pace),
		claves:    make(map[chile.RUT]claves),
		emission:  newEmission(),
	}
	s.err = option.Apply("memory", s, opts)
	s.tokens = tokenmap.New(s.now)
	return s
}

// time returns the clock's time as it is stored.
func (s *Store) time() time.Time { return kept(s.now()) }

// kept returns a time as it is stored: in UTC, to the microsecond.
func kept(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// lock locks the store for writing, unless the context has ended.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	s.mu.Lock()
	if err := s.usable(ctx); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	return s.mu.Unlock, nil
}

// rlock locks the store for reading, unless the context has ended.
func (s *Store) rlock(ctx context.Context) (unlock func(), err error) {
	s.mu.RLock()
	if err := s.usable(ctx); err != nil {
		s.mu.RUnlock()
		return nil, err
	}
	return s.mu.RUnlock, nil
}

// usable returns why the store cannot be used: an invalid option, or the end of
// the context.
func (s *Store) usable(ctx context.Context) error {
	if s.err != nil {
		return s.err
	}
	return ended(ctx)
}

// ended returns why the context has ended, or nil if it has not.
func ended(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("memory: %w", context.Cause(ctx))
}

func absent(format string, args ...any) error {
	return fmt.Errorf("memory: "+format+": %w", append(args, fs.ErrNotExist)...)
}

func invalid(what string) error {
	return fmt.Errorf("memory: %s: %w", what, storage.ErrInvalid)
}
