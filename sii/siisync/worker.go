package siisync

import (
	"context"
	"sync"
)

// worker is the right to work that a register under way holds: one of so many.
// It rests while the register waits for its pace, so that another register has
// the right meanwhile. Whoever calls for the register may rest and work, one
// after the other, also a goroutine that outlives it, such as the renewal of a
// token. The nil worker, of a call that is no part of a run, does nothing.
type worker struct {
	rights chan struct{} // holds one token per register at work
	mu     sync.Mutex
	holds  bool
	ended  bool
}

type workerKey struct{}

func workerOf(ctx context.Context) *worker {
	w, _ := ctx.Value(workerKey{}).(*worker)
	return w
}

// rest gives the right up until the next work.
func (w *worker) rest() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.holds {
		w.holds = false
		<-w.rights
	}
}

// work waits for the right, unless it is held.
func (w *worker) work(ctx context.Context) error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	needed := !w.holds && !w.ended
	w.mu.Unlock()
	if !needed {
		return nil
	}
	select {
	case w.rights <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.holds || w.ended {
		<-w.rights // two went for it, or the register has ended meanwhile
		return nil
	}
	w.holds = true
	return nil
}

// end gives the right up for good.
func (w *worker) end() {
	w.rest()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
}
