package siitest

import (
	"cmp"
	"slices"
	"time"

	"github.com/ofitec/chile"
)

// Request is a call that the fake was asked. It has no secrets.
type Request struct {
	Op     Op
	Host   string
	Holder chile.RUT // whose token came with it or, of OpToken, was given; zero without a good one

	// Begin and End are by the fake's clock. End is zero while it lasts.
	Begin, End time.Time

	Fault string // Name of the fault that happened to it
}

// maxRequests bounds what is kept of requests, seeds and tokens.
const maxRequests = 1 << 17

// note keeps a request. The lock must be held.
func (s *Server) note(r *Request) {
	s.requests = append(s.requests, r)
	if len(s.requests) > maxRequests {
		s.requests = slices.Clone(s.requests[len(s.requests)/2:])
	}
}

// remember keeps a secret. The lock must be held.
func (s *Server) remember(secret string) {
	s.secrets = append(s.secrets, secret)
	if len(s.secrets) > maxRequests {
		s.secrets = slices.Clone(s.secrets[len(s.secrets)/2:])
	}
}

// Requests returns the calls of known operations, in the order in which they
// came: the last hundred thousand or so.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Request, len(s.requests))
	for i, r := range s.requests {
		list[i] = *r
	}
	return list
}

// ForgetRequests empties what Requests returns. Counts stay.
func (s *Server) ForgetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// Count returns how often an operation was called; of OpAny, how often any was.
func (s *Server) Count(op Op) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if op != OpAny {
		return s.counts[op]
	}
	sum := 0
	for _, n := range s.counts {
		sum += n
	}
	return sum
}

// Secrets returns the seeds and tokens that the fake gave, in order, for a test
// that looks for them where they must not be.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.secrets)
}

// Credential is who calls a host. Calls without a good token, as for a seed, have
// no holder.
type Credential struct {
	Holder chile.RUT
	Host   string
}

// Usage is how a credential calls.
type Usage struct {
	Calls    int
	Faults   int           // calls to which a fault with a name happened
	Tokens   int           // calls that gave a token
	Parallel int           // most calls under way at once
	Busiest  int           // most calls that began within the window
	Gap      time.Duration // shortest time from the beginning of a call to that of the next; 0 with less than two calls
}

// Measure says how each credential calls, from what Requests returned. The
// window is that of Usage.Busiest.
func Measure(requests []Request, window time.Duration) map[Credential]Usage {
	byCredential := map[Credential][]Request{}
	for _, r := range requests {
		key := Credential{r.Holder, r.Host}
		byCredential[key] = append(byCredential[key], r)
	}
	usages := make(map[Credential]Usage, len(byCredential))
	for key, list := range byCredential {
		usages[key] = measure(list, window)
	}
	return usages
}

func measure(list []Request, window time.Duration) Usage {
	slices.SortStableFunc(list, func(a, b Request) int { return a.Begin.Compare(b.Begin) })
	u := Usage{Calls: len(list), Parallel: parallel(list)}
	first := 0
	for i, r := range list {
		if r.Fault != "" {
			u.Faults++
		}
		if r.Op == OpToken && !r.Holder.IsZero() {
			u.Tokens++
		}
		for r.Begin.Sub(list[first].Begin) >= window && first < i {
			first++
		}
		u.Busiest = max(u.Busiest, i-first+1)
		if i > 0 {
			gap := r.Begin.Sub(list[i-1].Begin)
			if i == 1 || gap < u.Gap {
				u.Gap = gap
			}
		}
	}
	return u
}

// parallel returns how many calls were under way at once. One that ends when
// another begins is not.
func parallel(list []Request) (most int) {
	type edge struct {
		at   time.Time
		step int
	}
	var edges []edge
	for _, r := range list {
		edges = append(edges, edge{r.Begin, 1})
		switch {
		case r.End.IsZero(): // it lasts
		case r.End.Equal(r.Begin):
			edges[len(edges)-1].step = 0
			most = max(most, 1)
		default:
			edges = append(edges, edge{r.End, -1})
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.step, b.step))
	})
	now := 0
	for _, e := range edges {
		now += e.step
		most = max(most, now)
		if e.step == 0 {
			most = max(most, now+1) // in no time
		}
	}
	return most
}
