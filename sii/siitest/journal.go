package siitest

import (
	"slices"
	"sync"
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

// journal is what the fake was asked, gave and found wrong.
type journal struct {
	mu         sync.Mutex
	counts     map[Op]int
	requests   []*Request
	secrets    []string
	violations []Violation
}

// note keeps a request, which goes on.
func (j *journal) note(r Request) *Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.counts == nil {
		j.counts = map[Op]int{}
	}
	j.counts[r.Op]++
	j.requests = append(j.requests, &r)
	if len(j.requests) > maxRequests {
		j.requests = slices.Clone(j.requests[len(j.requests)/2:])
	}
	return &r
}

// amend changes a request that was noted.
func (j *journal) amend(r *Request, change func(*Request)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(r)
}

// remember keeps a secret.
func (j *journal) remember(secret string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.secrets = append(j.secrets, secret)
	if len(j.secrets) > maxRequests {
		j.secrets = slices.Clone(j.secrets[len(j.secrets)/2:])
	}
}

func (j *journal) list() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := make([]Request, len(j.requests))
	for i, r := range j.requests {
		list[i] = *r
	}
	return list
}

func (j *journal) forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.requests = nil
}

// count counts calls of an operation, or of all of them.
func (j *journal) count(op Op) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if op != OpAny {
		return j.counts[op]
	}
	sum := 0
	for _, n := range j.counts {
		sum += n
	}
	return sum
}

func (j *journal) given() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.secrets)
}
