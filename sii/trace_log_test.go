package sii_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// logInto returns an observer that logs into the buffer, without times.
func logInto(b *bytes.Buffer, level slog.Level) sii.Observer {
	return sii.LogObserver(slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "expiry" {
				return slog.Attr{}
			}
			return a
		},
	})))
}

func TestLogTellsWhatFailed(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	var log bytes.Buffer
	client := newClient(t, srv, sii.WithClock(newClock().Now), sii.WithObserver(logInto(&log, slog.LevelInfo)))
	srv.Fail(siitest.OpSummary, siitest.Fault{Estado: "99", Glosa: "Usuario no autorizado"})
	_, err := client.RCV.Summary(t.Context(), bought, rcv.Registro)
	require.ErrorIs(t, err, sii.ErrForbidden)
	assert.Equal(t, `level=INFO msg="sii: token renewed" duration=0s origin=exchange
level=ERROR msg="sii: call" op=rcv.summary service=rcv environment=fake subject.owner=76192083-9 subject.period=2026-10 subject.book=COMPRA subject.state=REGISTRO attempts=1 duration=0s kind=forbidden err="sii: rcv.summary: not authorised: estado 99: \"Usuario no autorizado\"" estado=99 advice="The company must authorise the holder of the certificate on the SII's site."
`, log.String())
}

// What others put into their errors is not logged.
func TestLogShowsNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "A1B2C3D4E5F6G"
	var log bytes.Buffer
	client, err := sii.NewClient(sii.Production(), sii.WithObserver(logInto(&log, slog.LevelDebug)),
		sii.WithTokenSource(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
			return "", time.Time{}, errors.New("POST rut=11111111&clave=" + secret + ": Cookie: TOKEN=" + secret)
		})))
	require.NoError(t, err)
	_, err = client.RCV.Summary(t.Context(), bought, rcv.Registro)
	require.ErrorContains(t, err, "clave", "the caller's own error")
	assert.NotContains(t, log.String(), secret)
	assert.Contains(t, log.String(), "clave=***")
}

func TestNoLoggerLogsNothing(t *testing.T) {
	t.Parallel()
	assert.Nil(t, sii.LogObserver(nil).CallEnd)
}
