package siihttp

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// event is an event of a stream. It is about one company, and is made once for all
// readers.
type event struct {
	owner chile.RUT
	id    int64 // in the feed; 0 outside it
	data  []byte
}

// hub sends events to streams. The engine reports jobs to it. It reads the feed
// after each import and from time to time. It keeps no events: a stream that missed
// some reads them from the store.
type hub struct {
	store  storage.Changes
	limits Limits
	logger *slog.Logger
	wake   chan struct{} // the feed may have grown
	stop   chan struct{}
	done   chan struct{}

	mu          sync.Mutex // guards what follows
	subscribers map[*subscriber]struct{}
	streams     int
	at          int64 // the last sent id of the feed, while there are subscribers
	ended       bool
	unwatch     func()
}

// subscriber is a listening stream.
type subscriber struct {
	events chan *event
	lost   chan struct{} // closed when the queue overflows
}

func newHub(store storage.Changes, limits Limits, logger *slog.Logger) *hub {
	h := &hub{
		store: store, limits: limits, logger: logger,
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		subscribers: make(map[*subscriber]struct{}),
	}
	go h.run()
	return h
}

// follow subscribes the hub to jobs.
func (h *hub) follow(engine Engine) {
	h.unwatch = engine.Watch(func(u JobUpdate) {
		h.publish(updateEvent(&u))
		if u.Unit == nil || u.Unit.State == UnitOK {
			h.look()
		}
	})
}

// look requests a read of the feed soon.
func (h *hub) look() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// enter admits a stream. The error is ErrBusy if there are too many, or ErrClosed.
func (h *hub) enter() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.ended:
		return ErrClosed
	case h.streams >= h.limits.Streams:
		return ErrBusy
	}
	h.streams++
	return nil
}

// leave ends an admitted stream.
func (h *hub) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams--
}

// subscribe registers a stream, and returns the last sent id of the feed. The
// stream reads older changes itself. If nobody else listens, that id is the
// stream's own.
func (h *hub) subscribe(from int64) (s *subscriber, at int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.subscribers) == 0 {
		h.at = from
		h.look()
	}
	s = &subscriber{events: make(chan *event, h.limits.Queue), lost: make(chan struct{})}
	h.subscribers[s] = struct{}{}
	return s, h.at
}

func (h *hub) unsubscribe(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subscribers, s)
}

// publish sends an event to all streams. It drops those whose queue is full.
func (h *hub) publish(e *event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.give(e)
}

// give is publish. The lock must be held.
func (h *hub) give(e *event) {
	for s := range h.subscribers {
		select {
		case s.events <- e:
		default:
			close(s.lost)
			delete(h.subscribers, s)
		}
	}
}

// run reads news from the feed.
func (h *hub) run() {
	defer close(h.done)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-h.stop
		cancel()
	}()
	ticker := time.NewTicker(h.limits.Feed)
	defer ticker.Stop()
	for {
		select {
		case <-h.wake:
		case <-ticker.C:
		case <-h.stop:
			return
		}
		if err := h.catchUp(ctx); err != nil && ctx.Err() == nil {
			h.logger.Error("siihttp: the feed of changes was not read", "error", err)
		}
	}
}

// feedPage is how many changes are read at a time.
const feedPage = 200

// catchUp sends the news of the feed, while anybody listens.
func (h *hub) catchUp(ctx context.Context) error {
	for {
		h.mu.Lock()
		at, listening := h.at, len(h.subscribers) > 0
		h.mu.Unlock()
		if !listening {
			return nil
		}
		page, err := readFeed(ctx, h.store, storage.ChangeQuery{AfterID: at, Limit: feedPage})
		if err != nil {
			return err
		}
		h.mu.Lock()
		if h.at == at { // else all have left meanwhile, and others have come
			for _, e := range page {
				h.at = e.id
				h.give(e)
			}
		}
		h.mu.Unlock()
		if len(page) < feedPage {
			return nil
		}
	}
}

// readFeed returns a page of the feed as events.
func readFeed(ctx context.Context, store storage.Changes, query storage.ChangeQuery) (page []*event, err error) {
	for change, err := range store.Changes(ctx, query) {
		if err != nil {
			return page, storeError(err)
		}
		e, err := changeEvent(&change)
		if err != nil {
			return page, err
		}
		page = append(page, e)
	}
	return page, nil
}

// close stops the hub. Streams end by themselves.
func (h *hub) close(ctx context.Context) error {
	h.mu.Lock()
	if !h.ended {
		h.ended = true
		close(h.stop)
	}
	h.mu.Unlock()
	if h.unwatch != nil {
		h.unwatch()
	}
	select {
	case <-h.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
