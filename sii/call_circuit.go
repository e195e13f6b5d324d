package sii

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"time"
)

// CircuitSettings say when a service is given up for a while: after so many
// failures in a row of the kind ErrUnavailable, of all calls of a client together.
// Calls then fail at once, as ErrUnavailable, until one is let through to see; if
// it fails the service is left alone for twice as long. The zero value is the
// default.
type CircuitSettings struct {
	Failures int           // 8 by default
	Open     time.Duration // the first time; 30 s by default
	MaxOpen  time.Duration // to which it grows; 5 min by default

	Off bool // no service is ever given up
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

// circuit is what is known of a service. Its fields are guarded by circuits.mu.
type circuit struct {
	state    CircuitState
	failures int // in a row
	last     string
	open     time.Duration // for how long the next time
	until    time.Time     // it is open
	probing  bool          // a call is on its way to see

	away time.Time // until when the SII wants to be left alone
}

// gate is what a call finds before it is made.
type gate struct {
	refused *Error    // it is not made
	until   time.Time // it is made, but not before
	probe   bool      // it is the one that goes to see
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

// enter asks whether a call of the service may be made that has waited until then
// already.
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
		e.Err = fmt.Errorf("not asked, after %d failures in a row, the last: %s", of.failures, of.last)
		return gate{refused: e}
	}
}

// report notes how a call ended that was let through.
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
		return nil // the caller's context, for one, tells nothing of the service
	case failure == nil || !isOfService(failure):
		if of.state == CircuitOpen && !probe {
			return nil // began before the service was given up; the one that goes to see decides
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

// away notes that the SII wants to be left alone until then.
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
