// Package memory keeps a storage.Storage in memory, for tests and for toys:
// what it holds ends with the process.
//
// Nothing that was stored is ever changed. A write puts a new value in the
// place of the old one, so that a reader who has the old one may go on reading
// it, and needs the lock for no longer than it takes to fetch it.
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

// Store is a storage.Storage in memory. It may be used from many goroutines at
// once. New makes one; the zero value is not ready.
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
	environment chile.Environment // empty as long as there is no import, submission, CAF and envelope
	emission

	err error // of an option that cannot be followed

	pacesLock sync.Mutex
	paces     map[string]*pace

	clavesLock sync.Mutex
	claves     map[chile.RUT]claves
}

var _ storage.Storage = (*Store)(nil)

// Option changes a Store. An option that cannot be followed makes the store refuse
// all that is asked of it.
type Option func(*Store) error

// WithClock has the store take the time from the function, which is called from
// many goroutines at once. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(s *Store) error {
		if now == nil {
			return errors.New("WithClock: nil clock")
		}
		s.now = now
		return nil
	}
}

// New returns an empty store. It cannot fail itself, so that a store can be made
// where it is used: if an option cannot be followed, each method of the store
// returns its error.
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

// time is the clock's, as it is kept.
func (s *Store) time() time.Time { return kept(s.now()) }

// kept is a time as the store keeps it: in UTC, to the microsecond.
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

// rlock is lock for reading.
func (s *Store) rlock(ctx context.Context) (unlock func(), err error) {
	s.mu.RLock()
	if err := s.usable(ctx); err != nil {
		s.mu.RUnlock()
		return nil, err
	}
	return s.mu.RUnlock, nil
}

// usable returns why nothing can be asked of the store: for an option that was
// refused, or because the context has ended.
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
