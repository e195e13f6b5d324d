package siisync

import (
	"context"
	"sync"
)

// worker is an open register's right to work, one of a limited number. It rests
// while the register waits for its pace, so another register can work
// meanwhile. Every goroutine that calls for the register may rest and work in
// turn, even one that outlives it, such as a token renewal. A nil worker, of a
// call outside a run, does nothing.
type worker struct {
	rights chan struct{} // holds one token per working register
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

// work waits for the right, unless it is already held.
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
		<-w.rights // two goroutines took it, or the register has ended meanwhile
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
