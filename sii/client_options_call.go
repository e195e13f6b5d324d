package sii

import (
	"cmp"
	"errors"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// WithRetry sets how failed calls are retried.
func WithRetry(settings RetrySettings) Option {
	return func(c *config) error {
		attempts := option.NotNegative("WithRetry: Attempts", chile.ErrRange, settings.Attempts)
		times := option.NotNegative("WithRetry: time", chile.ErrRange, settings.Base, settings.Max, settings.Budget)
		if err := cmp.Or(attempts, times); err != nil {
			return err
		}
		if settings.Max != 0 && settings.Max < settings.Base {
			return errors.New("WithRetry: Max is less than Base")
		}
		c.retry = settings.orDefaults()
		return nil
	}
}

// WithCircuit sets when a service is not called for a while.
func WithCircuit(settings CircuitSettings) Option {
	return func(c *config) error {
		failures := option.NotNegative("WithCircuit: Failures", chile.ErrRange, settings.Failures)
		times := option.NotNegative("WithCircuit: time", chile.ErrRange, settings.Open, settings.MaxOpen)
		if err := cmp.Or(failures, times); err != nil {
			return err
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
		err := option.NotNegative("WithDeferred: time", chile.ErrRange, settings.Interval, settings.MaxInterval, settings.Timeout, settings.Fresh)
		if err != nil {
			return err
		}
		if settings.MaxInterval != 0 && settings.MaxInterval < settings.Interval {
			return errors.New("WithDeferred: MaxInterval is less than Interval")
		}
		c.deferral = settings
		return nil
	}
}

// WithObserver adds an observer. Several are called in the order of the options.
func WithObserver(observer Observer) Option {
	return func(c *config) error { c.observers = append(c.observers, observer); return nil }
}
