package siiotel

import (
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/ofitec/chile/internal/redact"
	"github.com/ofitec/chile/sii"
)

// kindOf returns the attribute of the error's kind, if there is an error.
func kindOf(err error) []attribute.KeyValue {
	if err == nil {
		return nil
	}
	return []attribute.KeyValue{attribute.String("error.type", sii.KindName(err))}
}

// finish ends a span with the error, if there is one.
func finish(span trace.Span, err error) {
	defer span.End()
	if err == nil || !span.IsRecording() {
		return
	}
	kind := sii.KindName(err)
	span.SetStatus(codes.Error, kind)
	span.SetAttributes(attribute.String("error.type", kind))
	var e *sii.Error
	if errors.As(err, &e) && e.Estado != "" {
		span.SetAttributes(attribute.String("sii.estado", tellable(e.Estado)))
	}
	span.AddEvent("exception", trace.WithAttributes(
		attribute.String("exception.type", kind), attribute.String("exception.message", tellable(err.Error()))))
}

// tellable removes secrets that a caller's TokenSource or http.RoundTripper may
// have put into an error, and shortens RUTs.
func tellable(text string) string { return redact.RUTs(redact.Cut(text, 2<<10)) }
