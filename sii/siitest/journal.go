package siitest

import (
	"slices"
	"sync"
	"time"

	"github.com/ofitec/chile"
)

// Request is a call to the fake. It has no secrets.
type Request struct {
	Op     Op
	Host   string
	Holder chile.RUT // holder of its token or, for OpToken, of the new token; zero without a valid one

	// Begin and End are by the fake's clock. End is zero while the call runs.
	Begin, End time.Time

	Fault string // Name of its fault
}

// maxRequests bounds the stored requests, seeds and tokens.
const maxRequests = 1 << 17

// journal records calls, issued secrets and violations.
type journal struct {
	mu         sync.Mutex
	counts     map[Op]int
	requests   []*Request
	secrets    []string
	violations []Violation
}

// note records a running request.
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

// amend changes a recorded request.
func (j *journal) amend(r *Request, change func(*Request)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(r)
}

// remember records a secret.
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
