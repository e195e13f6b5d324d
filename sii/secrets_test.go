package sii_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/echotest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
)

const echoed = "Qw7ErTy9UiOp3"

// failsWith asks for a summary whose answer repeats the token, and looks at the
// error and at what the log of an observer says.
func failsWith(t *testing.T, hc *http.Client) {
	t.Helper()
	var log bytes.Buffer
	client, err := sii.NewClient(sii.Production(), sii.WithHTTPClient(hc), sii.WithRetry(sii.RetrySettings{Attempts: 1}),
		sii.WithTokenSource(sii.TokenFunc(func(context.Context) (string, time.Time, error) { return echoed, time.Time{}, nil })),
		sii.WithObserver(sii.LogObserver(slog.New(slog.NewTextHandler(&log, nil)))))
	require.NoError(t, err)
	_, err = client.RCV.Summary(t.Context(), rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-09"), Book: rcv.Purchases}, rcv.Registro)
	require.Error(t, err)
	echotest.Check(t, echoed, err)
	require.NotEmpty(t, log.String())
	echotest.CheckText(t, echoed, log.String(), 64<<10)
	var e *sii.Error
	require.ErrorAs(t, err, &e)
	echotest.CheckText(t, echoed, e.Sample(), 8<<10)
}

// However malformed an answer repeats the token, and in whatever encoding, neither
// an error nor the log shows it, or is as long as the answer.
func TestNoErrorShowsTheToken(t *testing.T) {
	t.Parallel()
	for shape, answer := range echotest.Shapes {
		for encoding, encode := range echotest.Encodings {
			t.Run(shape+"/"+encoding, func(t *testing.T) { failsWith(t, echotest.Client(answer(encode(echoed)))) })
		}
	}
}

func TestNoErrorIsAsLongAsAnAnswer(t *testing.T) {
	t.Parallel()
	for shape, answer := range echotest.Endless {
		t.Run(shape, func(t *testing.T) {
			hc := echotest.Client(answer(echoed))
			hc.Transport.(*http.Transport).MaxResponseHeaderBytes = 32 << 20
			failsWith(t, hc)
		})
	}
}
