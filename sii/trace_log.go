package sii

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/ofitec/chile/internal/redact"
)

// LogObserver returns an observer that logs. Failures are warnings if they are
// temporary, otherwise errors. Waits of at least a second, token renewals and
// circuits have level info; everything else has level debug. Error texts are
// redacted once more, since a caller's TokenSource or http.RoundTripper may have
// put a secret into them. A nil logger logs nothing.
func LogObserver(logger *slog.Logger) Observer {
	if logger == nil {
		return Observer{}
	}
	l := observerLog{logger}
	return Observer{
		CallEnd: l.call, AttemptEnd: l.attempt, RenewEnd: l.renewal,
		Wait: l.wait, Rows: l.rows, Circuit: l.circuit,
	}
}

// observerLog writes a line for each event.
type observerLog struct{ logger *slog.Logger }

func (l observerLog) call(ctx context.Context, call Call, end CallEnd) {
	attrs := []slog.Attr{
		slog.String("op", call.Op), slog.String("service", call.Service), slog.String("environment", call.Environment),
		slog.Any("subject", call.Subject), slog.Int("attempts", end.Attempts), slog.Duration("duration", end.Duration),
	}
	l.log(ctx, levelOf(end.Err, slog.LevelDebug), "sii: call", append(attrs, errorAttrs(end.Err)...))
}

func (l observerLog) attempt(ctx context.Context, attempt Attempt, end AttemptEnd) {
	attrs := []slog.Attr{
		slog.String("op", attempt.Op), slog.Int("attempt", attempt.Number), slog.String("host", end.Host),
		slog.Int("http_status", end.HTTPStatus), slog.Int64("bytes", end.Bytes), slog.Duration("duration", end.Duration),
	}
	l.log(ctx, slog.LevelDebug, "sii: attempt", append(attrs, errorAttrs(end.Err)...))
}

func (l observerLog) renewal(ctx context.Context, end RenewEnd) {
	attrs := []slog.Attr{slog.Duration("duration", end.Duration)}
	if end.Err == nil {
		attrs = append(attrs, slog.String("origin", string(end.Origin)), slog.Time("expiry", end.Expiry))
	}
	l.log(ctx, levelOf(end.Err, slog.LevelInfo), "sii: token renewed", append(attrs, errorAttrs(end.Err)...))
}

func (l observerLog) wait(ctx context.Context, wait Wait) {
	level := slog.LevelDebug
	if wait.Duration >= time.Second {
		level = slog.LevelInfo
	}
	attrs := []slog.Attr{slog.String("op", wait.Op), slog.String("reason", string(wait.Reason)), slog.Duration("wait", wait.Duration)}
	if wait.Attempt > 0 {
		attrs = append(attrs, slog.Int("attempt", wait.Attempt))
	}
	l.log(ctx, level, "sii: waiting", append(attrs, errorAttrs(wait.Err)...))
}

func (l observerLog) rows(ctx context.Context, rows Rows) {
	level := slog.LevelDebug
	if rows.Unreadable > 0 {
		level = slog.LevelWarn
	}
	l.log(ctx, level, "sii: rows", []slog.Attr{
		slog.String("op", rows.Op), slog.Any("subject", rows.Subject), slog.Int("rows", rows.Rows),
		slog.Int("unreadable", rows.Unreadable), slog.Int64("bytes", rows.Bytes),
	})
}

func (l observerLog) circuit(ctx context.Context, change CircuitChange) {
	level := slog.LevelInfo
	if change.To == CircuitOpen {
		level = slog.LevelWarn
	}
	l.log(ctx, level, "sii: circuit", []slog.Attr{
		slog.String("service", change.Service), slog.String("from", string(change.From)), slog.String("to", string(change.To)),
	})
}

func (l observerLog) log(ctx context.Context, level slog.Level, message string, attrs []slog.Attr) {
	l.logger.LogAttrs(ctx, level, message, attrs...)
}

// levelOf returns the level for an end: fine if there was no error.
func levelOf(err error, fine slog.Level) slog.Level {
	switch {
	case err == nil:
		return fine
	case errors.Is(err, context.Canceled):
		return slog.LevelInfo // caused by the caller
	case errors.Is(err, ErrUnavailable), errors.Is(err, ErrThrottled), errors.Is(err, context.DeadlineExceeded):
		return slog.LevelWarn
	default:
		return slog.LevelError
	}
}

func errorAttrs(err error) []slog.Attr {
	if err == nil {
		return nil
	}
	attrs := []slog.Attr{slog.String("kind", KindName(err)), slog.String("err", redact.Cut(err.Error(), maxEvidence))}
	var e *Error
	if errors.As(err, &e) {
		if e.Estado != "" {
			attrs = append(attrs, slog.String("estado", redact.Cut(e.Estado, maxEstado)))
		}
		if e.RetryAfter > 0 {
			attrs = append(attrs, slog.Duration("retry_after", e.RetryAfter))
		}
		if advice := e.Advice().EN; advice != "" {
			attrs = append(attrs, slog.String("advice", advice))
		}
	}
	return attrs
}

// LogValue implements slog.LogValuer, with the fields that are not zero.
func (s Subject) LogValue() slog.Value {
	var attrs []slog.Attr
	if !s.Owner.IsZero() {
		attrs = append(attrs, slog.String("owner", s.Owner.String()))
	}
	if !s.Period.IsZero() {
		attrs = append(attrs, slog.String("period", s.Period.String()))
	}
	for _, text := range []struct{ key, value string }{
		{"book", string(s.Book)}, {"state", string(s.State)}, {"track_id", s.TrackID},
	} {
		if text.value != "" {
			attrs = append(attrs, slog.String(text.key, text.value))
		}
	}
	if s.Type != 0 {
		attrs = append(attrs, slog.Int("type", int(s.Type)))
	}
	if s.Folio != 0 {
		attrs = append(attrs, slog.Int64("folio", int64(s.Folio)))
	}
	return slog.GroupValue(attrs...)
}
