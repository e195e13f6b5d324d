package sii

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"time"
)

// CircuitSettings say when a service is not called for a while: after this many
// consecutive failures of the kind ErrUnavailable, over all calls of a client.
// Calls then fail at once with ErrUnavailable, until one test call is made; if it
// fails, the pause doubles. Zero fields mean the defaults.
type CircuitSettings struct {
	Failures int           // 8 by default
	Open     time.Duration // the first pause; 30 s by default
	MaxOpen  time.Duration // the longest pause; 5 min by default

	Off bool // services are always called
}

func (s CircuitSettings) orDefaults() CircuitSettings {
	s.Failures = cmp.Or(s.Failures, 8)
	s.MaxOpen = cmp.Or(s.MaxOpen, max(5*time.Minute, s.Open))
	s.Open = cmp.Or(s.Open, min(30*time.Second, s.MaxOpen))
	return s
}

// circuits are the circuits of a client's services.
type circuits struct {
	settings CircuitSettings
	mu       sync.Mutex
	services map[string]*circuit
}

func newCircuits(settings CircuitSettings) *circuits {
	return &circuits{settings: settings, services: make(map[string]*circuit)}
}

// circuit is the state of a service. Its fields are guarded by circuits.mu.
type circuit struct {
	state    CircuitState
	failures int // consecutive failures
	last     string
	open     time.Duration // the next pause
	until    time.Time     // end of the pause, if open
	probing  bool          // a test call is running

	away time.Time // until when the SII asks clients to wait
}

// gate is the decision about a call.
type gate struct {
	refused *Error    // the call is not made
	until   time.Time // the call is made, but not before this time
	probe   bool      // the call is the test call
	changed *CircuitChange
}

func (c *circuits) of(service string) *circuit {
	of := c.services[service]
	if of == nil {
		of = &circuit{state: CircuitClosed, open: c.settings.Open}
		c.services[service] = of
	}
	return of
}

// enter asks whether a call of the service may be made; it has already waited
// until passed.
func (c *circuits) enter(op, service string, now, passed time.Time) gate {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.of(service)
	if of.away.After(now) && of.away.After(passed) {
		return gate{until: of.away}
	}
	switch left := of.until.Sub(now); {
	case of.state == CircuitClosed:
		return gate{}
	case of.state == CircuitOpen && left <= 0 || of.state == CircuitHalfOpen && !of.probing:
		from := of.state
		of.state, of.probing = CircuitHalfOpen, true
		return gate{probe: true, changed: change(service, from, CircuitHalfOpen)}
	default:
		e := codeCircuit.failed(op)
		e.RetryAfter = max(left, 0)
		e.Err = fmt.Errorf("not called after %d consecutive failures, the last: %s", of.failures, of.last)
		return gate{refused: e}
	}
}

// report records the result of a call that was made.
func (c *circuits) report(service string, probe bool, err error, now time.Time) *CircuitChange {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.of(service)
	if probe {
		of.probing = false
	}
	var failure *Error
	errors.As(err, &failure)
	switch {
	case err != nil && (failure == nil || failure.Kind == nil):
		return nil // the end of the caller's context, for example, says nothing about the service
	case failure == nil || !isOfService(failure):
		if of.state == CircuitOpen && !probe {
			return nil // started before the pause; the test call decides
		}
		from := of.state
		of.state, of.failures, of.open = CircuitClosed, 0, c.settings.Open
		return change(service, from, CircuitClosed)
	}
	of.failures++
	of.last = failure.Error()
	if c.settings.Off || !probe && (of.state != CircuitClosed || of.failures < c.settings.Failures) {
		return nil
	}
	from := of.state
	of.state, of.until = CircuitOpen, now.Add(of.open)
	of.open = min(2*of.open, c.settings.MaxOpen)
	return change(service, from, CircuitOpen)
}

// away records until when the SII asks clients to wait.
func (c *circuits) away(service string, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if of := c.of(service); until.After(of.away) {
		of.away = until
	}
}

func change(service string, from, to CircuitState) *CircuitChange {
	if from == to {
		return nil
	}
	return &CircuitChange{Service: service, From: from, To: to}
}
