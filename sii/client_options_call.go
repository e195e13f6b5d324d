package sii

import "errors"

// WithRetry sets how failed calls are repeated.
func WithRetry(settings RetrySettings) Option {
	return func(c *config) error {
		if settings.Attempts < 0 || settings.Base < 0 || settings.Max < 0 || settings.Budget < 0 {
			return errors.New("sii: WithRetry: negative setting")
		}
		c.retry = settings.orDefaults()
		return nil
	}
}

// WithCircuit sets when a service is given up for a while.
func WithCircuit(settings CircuitSettings) Option {
	return func(c *config) error {
		if settings.Open < 0 || settings.MaxOpen < 0 {
			return errors.New("sii: WithCircuit: negative setting")
		}
		c.circuit = settings.orDefaults()
		return nil
	}
}

// WithDeferred sets how the client waits for deferred exports.
func WithDeferred(settings DeferredSettings) Option {
	return func(c *config) error {
		if settings.Interval < 0 || settings.MaxInterval < 0 || settings.Timeout < 0 || settings.Fresh < 0 {
			return errors.New("sii: WithDeferred: negative duration")
		}
		c.deferral = settings
		return nil
	}
}

// WithObserver has the observer told of what the client does. Given several
// times, each is told, in that order.
func WithObserver(observer Observer) Option {
	return func(c *config) error { c.observers = append(c.observers, observer); return nil }
}
