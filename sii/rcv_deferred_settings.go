package sii

import (
	"cmp"
	"time"
)

// DeferredSettings are how a client waits for a deferred export. The zero value
// is the default.
type DeferredSettings struct {
	// Interval is how long after it was asked for an export is looked at first: two
	// seconds by default, since small ones take a few. Each next look comes half as
	// much later, up to MaxInterval, 30 seconds by default.
	Interval, MaxInterval time.Duration

	// Timeout is how long an export is waited for: ten minutes by default.
	Timeout time.Duration

	// Fresh is how old an export that was asked for before may be to be used again:
	// half an hour by default. It is also to be younger than the register (see
	// rcv.Summary.Modified) and to have as many documents as its summary.
	Fresh time.Duration
}

func (s *DeferredSettings) complete() {
	if s.MaxInterval == 0 {
		s.MaxInterval = max(30*time.Second, s.Interval)
	}
	s.Interval = cmp.Or(s.Interval, min(2*time.Second, s.MaxInterval))
	s.Timeout = cmp.Or(s.Timeout, 10*time.Minute)
	s.Fresh = cmp.Or(s.Fresh, 30*time.Minute)
}
