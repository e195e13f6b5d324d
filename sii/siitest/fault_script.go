package siitest

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// script is the faults that wait for their calls.
type script struct {
	mu     sync.Mutex
	seed   uint64 // of the random faults
	had    uint64 // their number so far
	faults []*scripted
}

func (s *script) add(op Op, fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.had++
	s.faults = append(s.faults, &scripted{Fault: fault, op: op, random: newSource(s.seed + s.had)})
}

func (s *script) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// next returns the fault that happens to a call, the zero one if none does, and the
// headers that announce a rate.
func (s *script) next(op Op, holder chile.RUT, now time.Time) (fault *Fault, announced http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.op != op && (f.op != OpAny || !f.ShownBy(op)) {
			continue
		}
		beyond := true
		if f.Rate != (Rate{}) {
			beyond = f.beyond(holder, now)
		}
		if f.Announce {
			announced = f.announcement(holder, now)
		}
		if fault == nil && beyond && f.next(now) {
			fault = &f.Fault
		}
	}
	if fault == nil {
		fault = &Fault{}
	}
	return fault, announced
}

// scripted is a fault that waits for its calls.
type scripted struct {
	Fault
	op       Op
	seen     int // calls that it could happen to
	happened int
	random   *source
	served   map[chile.RUT][]time.Time // calls within the rate
}

// next reports whether the fault happens to a call that it could happen to.
func (f *scripted) next(now time.Time) bool {
	if !f.From.IsZero() && now.Before(f.From) || !f.Until.IsZero() && !now.Before(f.Until) {
		return false
	}
	f.seen++
	if f.seen <= f.After || f.Times > 0 && f.happened >= f.Times || f.Probability > 0 && f.random.Float64() >= f.Probability {
		return false
	}
	f.happened++
	return true
}

// beyond reports whether a call is beyond the rate. Such a call does not count: a
// client that waits is served again.
func (f *scripted) beyond(holder chile.RUT, now time.Time) bool {
	if f.served == nil {
		f.served = map[chile.RUT][]time.Time{}
	}
	f.served[holder] = slices.DeleteFunc(f.served[holder], func(at time.Time) bool { return now.Sub(at) >= f.Rate.Per })
	if len(f.served[holder]) >= f.Rate.Calls {
		return true
	}
	f.served[holder] = append(f.served[holder], now)
	return false
}

// announcement returns the headers with the rate. The names are those of the boleta
// services (seen in one client). Unverified: that Reset is in seconds from now.
func (f *scripted) announcement(holder chile.RUT, now time.Time) http.Header {
	served := f.served[holder]
	reset := f.Rate.Per
	if len(served) > 0 {
		reset -= now.Sub(served[0])
	}
	return http.Header{
		"X-Ratelimit-Limit":     {strconv.Itoa(f.Rate.Calls)},
		"X-Ratelimit-Remaining": {strconv.Itoa(f.Rate.Calls - len(served))},
		"X-Ratelimit-Reset":     {page.Seconds(reset)},
	}
}
