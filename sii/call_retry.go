package sii

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetrySettings say how a failed call is repeated: only of operations that change
// nothing at the SII, only for failures that can pass by themselves (see Retry),
// and never once rows of it were yielded. What fails for any other reason fails at
// once. A token that is refused is renewed once, whatever the settings.
//
// Before attempt n+1 a call waits a random time between 0 and Base·2ⁿ⁻¹, at most
// Max (exponential backoff with full jitter), and for ErrThrottled five times as
// long; or as long as the SII asks for (Retry-After, X-RateLimit-Reset) and then
// some. If that would be more than is left of Budget, or of the time until the
// deadline of the context, it does not wait and returns the failure.
//
// The zero value is the default.
type RetrySettings struct {
	Attempts int           // in all; 4 by default, 1 repeats nothing
	Base     time.Duration // 1 s by default
	Max      time.Duration // 30 s by default
	Budget   time.Duration // of all waits of one call; 1 min by default

	// Random returns a number from 0 up to 1. It may be called from many goroutines at
	// once.
	Random func() float64
}

// throttledFactor is by how much longer a call waits that is told to ask less
// often.
const throttledFactor = 5

// maxAway bounds what is believed of how long the SII wants to be left alone.
const maxAway = 24 * time.Hour

func (s RetrySettings) orDefaults() RetrySettings {
	s.Max = cmp.Or(s.Max, max(30*time.Second, s.Base))
	s.Base = cmp.Or(s.Base, min(time.Second, s.Max))
	s.Budget = cmp.Or(s.Budget, time.Minute)
	s.Attempts = cmp.Or(s.Attempts, 4)
	if s.Random == nil {
		s.Random = rand.Float64
	}
	return s
}

// backoff returns how long to wait after so many failures.
func (s *RetrySettings) backoff(failures int, e *Error) time.Duration {
	base, most := s.Base, s.Max
	if e.Is(ErrThrottled) {
		base, most = base*throttledFactor, most*throttledFactor
	}
	ceiling := most
	if failures < 32 && base <= most>>(failures-1) {
		ceiling = base << (failures - 1)
	}
	d := time.Duration(s.Random() * float64(ceiling))
	if e.RetryAfter > 0 {
		return e.RetryAfter + min(d, base) // not all at the same moment
	}
	return d
}

// stayAway returns for how long an answer wants the client to stay away: 0 if it
// does not say. Retry-After is that of HTTP; X-RateLimit-* come from the services of
// the boleta (seen in one client). Unverified: that the SII sends Retry-After.
func stayAway(header http.Header, now time.Time) time.Duration {
	away := time.Duration(0)
	if text := strings.TrimSpace(header.Get("Retry-After")); text != "" {
		if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
			away = time.Duration(seconds) * time.Second
		} else if at, err := http.ParseTime(text); err == nil {
			away = at.Sub(now)
		}
	}
	return min(max(away, rateLimit(header, now), 0), maxAway)
}

// rateLimit returns how long it is until more calls are let through, if none are
// left. X-RateLimit-Reset is in seconds, or a Unix time where it is large.
func rateLimit(header http.Header, now time.Time) time.Duration {
	if left, err := strconv.ParseInt(strings.TrimSpace(header.Get("X-Ratelimit-Remaining")), 10, 32); err != nil || left > 0 {
		return 0
	}
	reset, err := strconv.ParseInt(strings.TrimSpace(header.Get("X-Ratelimit-Reset")), 10, 64)
	switch {
	case err != nil || reset < 0:
		return 0
	case reset > 1_000_000_000:
		return time.Unix(reset, 0).Sub(now)
	default:
		return time.Duration(reset) * time.Second
	}
}
