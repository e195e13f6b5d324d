package sii

import (
	"cmp"
	"time"
)

// DeferredSettings say how a client waits for a deferred export. Zero fields
// mean the defaults.
type DeferredSettings struct {
	// Interval is the time before an export is first polled: two seconds by
	// default, since small ones take a few. Each further wait is half as long
	// again, up to MaxInterval, 30 seconds by default.
	Interval, MaxInterval time.Duration

	// Timeout bounds the wait for an export: ten minutes by default.
	Timeout time.Duration

	// Fresh is the maximum age of an earlier export that is reused: half an hour
	// by default. It must also be newer than the register (see
	// rcv.Summary.Modified) and have as many documents as the summary.
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
