package siiotel

import (
	"context"
	"net"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ofitec/chile/sii"
)

// New returns an observer for sii.WithObserver. One may serve any number of
// clients. The error is that of an option or of the meter provider.
func New(opts ...Option) (sii.Observer, error) {
	c, err := newConfig(opts)
	if err != nil {
		return sii.Observer{}, err
	}
	o := &observer{tracer: c.tracers.Tracer(scope), subjects: c.subjects}
	if o.metrics, err = newMetrics(c.meters.Meter(scope)); err != nil {
		return sii.Observer{}, err
	}
	return sii.Observer{
		CallStart: o.callStart, CallEnd: o.callEnd,
		AttemptStart: o.attemptStart, AttemptEnd: o.attemptEnd,
		RenewStart: o.renewStart, RenewEnd: o.renewEnd,
		Wait: o.wait, Rows: o.rows, Circuit: o.circuit,
	}, nil
}

// observer makes spans and metrics.
type observer struct {
	tracer   trace.Tracer
	metrics  *metrics
	subjects bool
}

// spanKey is the context key of the last span that this observer began: other
// observers of the client may have begun spans since.
type spanKey struct{ of *observer }

func (o *observer) begin(ctx context.Context, name string, kind trace.SpanKind, attrs ...attribute.KeyValue) context.Context {
	ctx, span := o.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(attrs...))
	return context.WithValue(ctx, spanKey{o}, span)
}

// span returns this observer's span in the context.
func (o *observer) span(ctx context.Context) trace.Span {
	if span, ok := ctx.Value(spanKey{o}).(trace.Span); ok {
		return span
	}
	return trace.SpanFromContext(ctx)
}

func (o *observer) callStart(ctx context.Context, call sii.Call) context.Context {
	labels := callLabels(call)
	o.metrics.callsActive.Add(ctx, 1, attributes(labels))
	return o.begin(ctx, call.Op, trace.SpanKindInternal, append(labels, o.subject(call.Subject)...)...)
}

func (o *observer) callEnd(ctx context.Context, call sii.Call, end sii.CallEnd) {
	labels := callLabels(call)
	o.metrics.callsActive.Add(ctx, -1, attributes(labels))
	o.metrics.callDuration.Record(ctx, end.Duration.Seconds(), attributes(append(labels, kindOf(end.Err)...)))
	span := o.span(ctx)
	if end.Attempts > 0 {
		span.SetAttributes(attribute.Int("sii.attempts", end.Attempts))
	}
	finish(span, end.Err)
}

func callLabels(call sii.Call) []attribute.KeyValue {
	return []attribute.KeyValue{operation(call.Op), service(call.Service), attribute.String("sii.environment", call.Environment)}
}

// subject returns the attributes of a call's subject.
func (o *observer) subject(s sii.Subject) (attrs []attribute.KeyValue) {
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, attribute.String(key, value))
		}
	}
	if !s.Period.IsZero() {
		text("sii.period", s.Period.String())
	}
	text("sii.book", string(s.Book))
	text("sii.state", string(s.State))
	if s.Type != 0 {
		attrs = append(attrs, attribute.Int("sii.type", int(s.Type)))
	}
	if !o.subjects {
		return attrs
	}
	if !s.Owner.IsZero() {
		text("sii.owner", s.Owner.String())
	}
	if s.Folio != 0 {
		attrs = append(attrs, attribute.Int64("sii.folio", int64(s.Folio)))
	}
	text("sii.track_id", s.TrackID)
	return attrs
}

func (o *observer) attemptStart(ctx context.Context, attempt sii.Attempt) context.Context {
	attrs := []attribute.KeyValue{operation(attempt.Op), service(attempt.Service)}
	if attempt.Number > 1 {
		attrs = append(attrs, attribute.Int("http.request.resend_count", attempt.Number-1))
	}
	return o.begin(ctx, attempt.Op+" attempt", trace.SpanKindClient, attrs...)
}

func (o *observer) attemptEnd(ctx context.Context, attempt sii.Attempt, end sii.AttemptEnd) {
	labels := []attribute.KeyValue{operation(attempt.Op), service(attempt.Service)}
	span := o.span(ctx)
	if end.Host != "" {
		address, port := addressOf(end.Host)
		span.SetAttributes(address)
		if port > 0 {
			span.SetAttributes(attribute.Int("server.port", port))
		}
		labels = append(labels, address)
	}
	if end.HTTPStatus != 0 {
		status := attribute.Int("http.response.status_code", end.HTTPStatus)
		span.SetAttributes(status, attribute.Int64("http.response.body.size", end.Bytes))
		o.metrics.answerSize.Record(ctx, end.Bytes, attributes(labels[:2]))
		labels = append(labels, status)
	}
	o.metrics.attemptDuration.Record(ctx, end.Duration.Seconds(), attributes(append(labels, kindOf(end.Err)...)))
	finish(span, end.Err)
}

// addressOf splits a host into name and port; the port is 0 if it is the default
// one.
func addressOf(host string) (address attribute.KeyValue, port int) {
	if name, text, err := net.SplitHostPort(host); err == nil {
		host = name
		port, _ = strconv.Atoi(text)
	}
	return attribute.String("server.address", host), port
}

func (o *observer) renewStart(ctx context.Context) context.Context {
	return o.begin(ctx, "token.renew", trace.SpanKindInternal)
}

func (o *observer) renewEnd(ctx context.Context, end sii.RenewEnd) {
	labels := kindOf(end.Err)
	span := o.span(ctx)
	if end.Origin != "" {
		origin := attribute.String("sii.token.origin", string(end.Origin))
		span.SetAttributes(origin)
		labels = append(labels, origin)
	}
	o.metrics.renewalDuration.Record(ctx, end.Duration.Seconds(), attributes(labels))
	finish(span, end.Err)
}

func (o *observer) wait(ctx context.Context, wait sii.Wait) {
	reason := attribute.String("sii.wait.reason", string(wait.Reason))
	o.metrics.waitDuration.Record(ctx, wait.Duration.Seconds(), attributes([]attribute.KeyValue{operation(wait.Op), reason}))
	o.span(ctx).AddEvent("sii.wait", trace.WithAttributes(append(kindOf(wait.Err), reason,
		attribute.Float64("sii.wait.duration", wait.Duration.Seconds()))...))
}

func (o *observer) rows(ctx context.Context, rows sii.Rows) {
	labels := []attribute.KeyValue{
		operation(rows.Op), attribute.String("sii.book", string(rows.Subject.Book)), attribute.String("sii.state", string(rows.Subject.State)),
	}
	o.metrics.rows.Add(ctx, int64(rows.Rows), attributes(labels))
	if rows.Unreadable > 0 {
		o.metrics.rowsUnreadable.Add(ctx, int64(rows.Unreadable), attributes(labels))
	}
	o.span(ctx).AddEvent("sii.rows", trace.WithAttributes(
		attribute.Int("sii.rows.count", rows.Rows), attribute.Int("sii.rows.unreadable", rows.Unreadable), attribute.Int64("sii.rows.size", rows.Bytes)))
}

// circuitStates are the values of the gauge.
var circuitStates = map[sii.CircuitState]int64{sii.CircuitClosed: 0, sii.CircuitHalfOpen: 1, sii.CircuitOpen: 2}

func (o *observer) circuit(ctx context.Context, change sii.CircuitChange) {
	o.metrics.circuitState.Record(ctx, circuitStates[change.To], attributes([]attribute.KeyValue{service(change.Service)}))
	o.span(ctx).AddEvent("sii.circuit", trace.WithAttributes(service(change.Service),
		attribute.String("sii.circuit.from", string(change.From)), attribute.String("sii.circuit.to", string(change.To))))
}

func operation(op string) attribute.KeyValue { return attribute.String("sii.operation", op) }

func service(name string) attribute.KeyValue { return attribute.String("sii.service", name) }
