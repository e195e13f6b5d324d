package siiotel

import (
	"errors"

	"github.com/ofitec/chile/internal/option"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// scope is the name of the instrumentation.
const scope = "github.com/ofitec/chile/sii/siiotel"

// Option changes what New makes.
type Option func(*config) error

type config struct {
	tracers  trace.TracerProvider
	meters   metric.MeterProvider
	subjects bool
}

// WithTracerProvider sets where spans go. The default is otel.GetTracerProvider.
func WithTracerProvider(provider trace.TracerProvider) Option {
	return func(c *config) error {
		if provider == nil {
			return errors.New("WithTracerProvider: nil provider")
		}
		c.tracers = provider
		return nil
	}
}

// WithMeterProvider sets where metrics go. The default is otel.GetMeterProvider.
func WithMeterProvider(provider metric.MeterProvider) Option {
	return func(c *config) error {
		if provider == nil {
			return errors.New("WithMeterProvider: nil provider")
		}
		c.meters = provider
		return nil
	}
}

// WithSubjects adds the subject of a call to its span: the RUT of the register,
// folio or track id. A RUT may be a person's.
func WithSubjects() Option {
	return func(c *config) error { c.subjects = true; return nil }
}

func newConfig(opts []Option) (*config, error) {
	c := &config{tracers: otel.GetTracerProvider(), meters: otel.GetMeterProvider()}
	return c, option.Apply("siiotel", c, opts)
}
