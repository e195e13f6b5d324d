package siiotel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ofitec/chile"
)

// Issuing are numbers of a company that issues documents: those of siiemit.Stats.
type Issuing struct {
	Pending, Sending, Unknown int64     // envelopes that are not known to be at the SII
	Oldest                    time.Time // since when the oldest of them is in its state; zero if there is none
	Unsent, Held              int64     // documents in no envelope; documents whose envelope was refused

	Stock map[chile.DocType]int64 // folios that can be used today, by type
}

// ObserveIssuing has the numbers of a company read whenever metrics are collected. The
// name tells companies apart: it need not be a RUT, which may be a person's. Now is the
// clock; nil is time.Now. Unregister the result to end it.
//
// The metrics are sii.issuing.envelopes by state (pending, sending, unknown),
// sii.issuing.oldest in seconds, sii.issuing.documents by state (unsent, held) and
// sii.issuing.stock by type.
func ObserveIssuing(name string, read func(context.Context) (*Issuing, error), now func() time.Time, opts ...Option) (metric.Registration, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	if name == "" || read == nil {
		return nil, errors.New("siiotel: ObserveIssuing: no name, or nothing to read")
	}
	if now == nil {
		now = time.Now //nolint:forbidigo // the default of a clock
	}
	meter := c.meters.Meter(scope)
	var errs []error
	gauge := func(name, unit, about string) metric.Int64ObservableGauge {
		g, err := meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(about))
		errs = append(errs, err)
		return g
	}
	envelopes := gauge("sii.issuing.envelopes", "{envelope}", "Envelopes that are not known to be at the SII.")
	documents := gauge("sii.issuing.documents", "{document}", "Documents that are in no envelope, or held.")
	stock := gauge("sii.issuing.stock", "{folio}", "Folios that can be used today.")
	oldest, err := meter.Float64ObservableGauge("sii.issuing.oldest", metric.WithUnit("s"),
		metric.WithDescription("For how long the oldest envelope is not known to be at the SII; 0 if there is none."))
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, fmt.Errorf("siiotel: %w", err)
	}
	company := attribute.String("sii.company", name)
	registration, err := meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		i, err := read(ctx)
		if err != nil {
			return err
		}
		with := func(key, value string) metric.ObserveOption {
			return metric.WithAttributes(company, attribute.String(key, value))
		}
		o.ObserveInt64(envelopes, i.Pending, with("sii.state", "pending"))
		o.ObserveInt64(envelopes, i.Sending, with("sii.state", "sending"))
		o.ObserveInt64(envelopes, i.Unknown, with("sii.state", "unknown"))
		o.ObserveInt64(documents, i.Unsent, with("sii.state", "unsent"))
		o.ObserveInt64(documents, i.Held, with("sii.state", "held"))
		for typ, free := range i.Stock {
			o.ObserveInt64(stock, free, with("sii.document.type", fmt.Sprint(int(typ))))
		}
		age := 0.0
		if !i.Oldest.IsZero() {
			age = now().Sub(i.Oldest).Seconds()
		}
		o.ObserveFloat64(oldest, age, metric.WithAttributes(company))
		return nil
	}, envelopes, documents, stock, oldest)
	if err != nil {
		return nil, fmt.Errorf("siiotel: %w", err)
	}
	return registration, nil
}
