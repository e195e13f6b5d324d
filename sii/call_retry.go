package sii

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetrySettings say how failed calls are retried. Only operations that change
// nothing at the SII are retried, only after temporary failures (see Retry), and
// never after rows were yielded. All other failures are returned at once. A
// refused token is renewed once in all cases.
//
// Before attempt n+1 a call waits a random time between 0 and Base·2ⁿ⁻¹, at most
// Max (exponential backoff with full jitter); for ErrThrottled five times as
// long. If the SII asks for a wait (Retry-After, X-RateLimit-Reset), it waits
// that long and a little more. If the wait exceeds the rest of Budget, or the
// context's deadline, it returns the failure at once.
//
// Zero fields mean the defaults.
type RetrySettings struct {
	Attempts int           // in total; 4 by default, 1 means no retries
	Base     time.Duration // 1 s by default
	Max      time.Duration // 30 s by default
	Budget   time.Duration // of all waits of one call; 1 min by default

	// Random returns a number from 0 up to 1. It must be safe for concurrent use.
	Random func() float64
}

// throttledFactor is how much longer a call waits if it must call less often.
const throttledFactor = 5

// maxAway bounds the wait that the SII may ask for.
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

// backoff returns the wait after a number of failures.
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

// stayAway returns how long an answer asks clients to wait: 0 if it does not say.
// Retry-After is HTTP's; X-RateLimit-* come from the boleta services (seen in one
// client). Unverified: that the SII sends Retry-After.
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

// rateLimit returns the time until more calls are allowed, if none are left.
// X-RateLimit-Reset is in seconds, or a Unix time if it is large.
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
