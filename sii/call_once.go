package sii

import (
	"errors"
	"io"
	"sync"
	"time"
)

// errSealed ends the reading of a body after its request is over.
var errSealed = errors.New("sii: the request is over")

// once is the body of a request that is sent at most once. It knows whether any of
// it went to the transport, which may read on from another goroutine after its
// request has failed.
type once struct {
	mu     sync.Mutex
	parts  [][]byte // the rest
	left   int64
	taken  bool
	sealed bool
	still  time.Duration
	timer  *time.Timer // nil until the first byte was taken, and without a watch
	halt   func()
}

func newOnce(parts ...[]byte) *once {
	o := &once{parts: parts}
	for _, part := range parts {
		o.left += int64(len(part))
	}
	return o
}

// watch calls halt if the transport has taken a part of the body and then takes
// nothing more for that long.
func (o *once) watch(still time.Duration, halt func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.still, o.halt = still, halt
}

// Read implements io.Reader.
func (o *once) Read(p []byte) (n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sealed {
		return 0, errSealed
	}
	for len(o.parts) > 0 && len(o.parts[0]) == 0 {
		o.parts = o.parts[1:]
	}
	if len(o.parts) == 0 {
		return 0, io.EOF
	}
	n = copy(p, o.parts[0])
	o.parts[0] = o.parts[0][n:]
	o.left -= int64(n)
	o.taken = o.taken || n > 0
	o.rewatch()
	return n, nil
}

// rewatch restarts the wait for the next read. After the last byte, it waits for
// the answer.
func (o *once) rewatch() {
	switch {
	case o.halt == nil:
	case o.left == 0:
		o.unwatch()
	case o.timer == nil:
		o.timer = time.AfterFunc(o.still, o.halt)
	default:
		o.timer.Reset(o.still)
	}
}

func (o *once) unwatch() {
	if o.timer != nil {
		o.timer.Stop()
	}
	o.halt = nil
}

// Close implements io.Closer.
func (o *once) Close() error { return nil }

// seal ends the reading, and reports whether anything was taken before.
func (o *once) seal() (taken bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sealed = true
	o.unwatch()
	return o.taken
}
