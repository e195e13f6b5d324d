package siiotel

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// metrics are the instruments.
type metrics struct {
	callDuration, attemptDuration, renewalDuration, waitDuration metric.Float64Histogram

	callsActive          metric.Int64UpDownCounter
	answerSize           metric.Int64Histogram
	rows, rowsUnreadable metric.Int64Counter
	circuitState         metric.Int64Gauge
}

// Bounds of histograms: calls take from milliseconds to minutes, answers have up to
// hundreds of megabytes.
var (
	secondsBounds = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900}
	bytesBounds   = []float64{1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20, 256 << 20}
)

func newMetrics(meter metric.Meter) (*metrics, error) {
	var errs []error
	seconds := func(name, about string) metric.Float64Histogram {
		h, err := meter.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(about), metric.WithExplicitBucketBoundaries(secondsBounds...))
		errs = append(errs, err)
		return h
	}
	counter := func(name, unit, about string) metric.Int64Counter {
		c, err := meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(about))
		errs = append(errs, err)
		return c
	}
	m := &metrics{
		callDuration:    seconds("sii.client.call.duration", "Duration of calls, with all their attempts and waits."),
		attemptDuration: seconds("sii.client.attempt.duration", "Duration of attempts, from the request to the end of reading."),
		renewalDuration: seconds("sii.client.renewal.duration", "Duration of renewals of the token."),
		waitDuration:    seconds("sii.client.wait.duration", "Waits of calls."),
		rows:            counter("sii.client.rows", "{row}", "Rows of registers that were read."),
		rowsUnreadable:  counter("sii.client.rows.unreadable", "{row}", "Rows of registers that could not be read."),
	}
	var err error
	m.callsActive, err = meter.Int64UpDownCounter("sii.client.calls.active", metric.WithUnit("{call}"), metric.WithDescription("Calls that are under way."))
	errs = append(errs, err)
	m.answerSize, err = meter.Int64Histogram("sii.client.answer.size", metric.WithUnit("By"),
		metric.WithDescription("Size of answers, after decompression, as far as they were read."), metric.WithExplicitBucketBoundaries(bytesBounds...))
	errs = append(errs, err)
	m.circuitState, err = meter.Int64Gauge("sii.client.circuit.state", metric.WithUnit("1"),
		metric.WithDescription("Whether calls of a service are made: 0 is closed (they are), 1 half-open, 2 open (they fail at once)."))
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("siiotel: %w", err)
	}
	return m, nil
}

func attributes(labels []attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributes(labels...)
}
