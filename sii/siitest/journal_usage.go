package siitest

import (
	"cmp"
	"slices"
	"time"

	"github.com/ofitec/chile"
)

// Credential is a caller of a host. Calls without a valid token, such as for a
// seed, have no holder.
type Credential struct {
	Holder chile.RUT
	Host   string
}

// Usage says how a credential calls.
type Usage struct {
	Calls    int
	Faults   int           // calls with a named fault
	Tokens   int           // calls that returned a token
	Parallel int           // most concurrent calls
	Busiest  int           // most calls that began within the window
	Gap      time.Duration // shortest time between the beginnings of two calls; 0 with fewer than two calls
}

// Measure returns how each credential calls, from the result of Requests. The
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

// parallel returns the maximum of concurrent calls. A call that ends when another
// begins does not overlap it.
func parallel(list []Request) (most int) {
	type edge struct {
		at   time.Time
		step int
	}
	var edges []edge
	for _, r := range list {
		edges = append(edges, edge{r.Begin, 1})
		switch {
		case r.End.IsZero(): // still running
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
			most = max(most, now+1) // a call without duration
		}
	}
	return most
}
