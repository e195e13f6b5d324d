package sii

import "errors"

// WithRetry sets how failed calls are repeated.
func WithRetry(settings RetrySettings) Option {
	return func(c *config) error {
		if settings.Attempts < 0 || settings.Base < 0 || settings.Max < 0 || settings.Budget < 0 {
			return errors.New("WithRetry: negative setting")
		}
		if settings.Max != 0 && settings.Max < settings.Base {
			return errors.New("WithRetry: Max is less than Base")
		}
		c.retry = settings.orDefaults()
		return nil
	}
}

// WithCircuit sets when a service is given up for a while.
func WithCircuit(settings CircuitSettings) Option {
	return func(c *config) error {
		if settings.Open < 0 || settings.MaxOpen < 0 {
			return errors.New("WithCircuit: negative setting")
		}
		if settings.MaxOpen != 0 && settings.MaxOpen < settings.Open {
			return errors.New("WithCircuit: MaxOpen is less than Open")
		}
		c.circuit = settings.orDefaults()
		return nil
	}
}

// WithDeferred sets how the client waits for deferred exports.
func WithDeferred(settings DeferredSettings) Option {
	return func(c *config) error {
		if settings.Interval < 0 || settings.MaxInterval < 0 || settings.Timeout < 0 || settings.Fresh < 0 {
			return errors.New("WithDeferred: negative duration")
		}
		if settings.MaxInterval != 0 && settings.MaxInterval < settings.Interval {
			return errors.New("WithDeferred: MaxInterval is less than Interval")
		}
		c.deferral = settings
		return nil
	}
}

// WithObserver adds an observer. Several are called in the order in which they are
// given.
func WithObserver(observer Observer) Option {
	return func(c *config) error { c.observers = append(c.observers, observer); return nil }
}
