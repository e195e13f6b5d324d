package sii

import (
	"errors"
	"io"
	"sync"
	"time"
)

// errSealed ends the reading of a body whose request is over.
var errSealed = errors.New("sii: the request is over")

// once is the body of a request that is sent at most once. It knows whether any of
// it was handed to the transport, which may read on when its request has failed
// already: from another goroutine.
type once struct {
	mu     sync.Mutex
	parts  [][]byte // what is left
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

// watch has halt called if the transport takes the body, and then nothing more of
// it for that long.
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

// rewatch begins to wait for the next reading. What comes after the last byte is
// waited for as an answer.
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
