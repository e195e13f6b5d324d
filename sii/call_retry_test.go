package sii_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

const noMovements = `{"data":null,"respEstado":{"codRespuesta":3}}`

// answer is what a scripted SII answers: status, headers as "Name: value" and
// body. The zero value ends the connection.
type answer struct {
	status  int
	headers []string
	body    string
}

var fineAnswer = answer{status: 200, body: noMovements}

// scripted answers calls of the RCV one after another, the last for ever, and
// notes for how long the client waited between them.
type scripted struct {
	clock   *clock
	answers []answer

	mu    sync.Mutex
	calls int
	waits []time.Duration
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a := s.answers[min(s.calls, len(s.answers)-1)]
	s.calls++
	if a.status == 0 {
		return nil, errors.New("connection reset by peer")
	}
	resp := &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}
	for _, h := range a.headers {
		name, value, _ := strings.Cut(h, ": ")
		resp.Header.Set(name, value)
	}
	return resp, nil
}

func (s *scripted) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	s.waits = append(s.waits, d)
	s.mu.Unlock()
	s.clock.Add(d)
	return ctx.Err()
}

// script returns a client of a scripted SII, whose random number is one half.
func script(t *testing.T, settings sii.RetrySettings, answers ...answer) (*sii.Client, *scripted) {
	t.Helper()
	s := &scripted{clock: newClock(), answers: answers}
	settings.Random = func() float64 { return 0.5 }
	client, err := sii.NewClient(sii.Production(), freshTokens(), sii.WithClock(s.clock.Now), sii.WithSleep(s.sleep),
		sii.WithHTTPClient(&http.Client{Transport: s}), sii.WithRetry(settings))
	require.NoError(t, err)
	return client, s
}

// freshTokens gives tokens that are good for an hour, however the clock goes.
func freshTokens() sii.Option {
	return sii.WithTokenSource(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
		return "TOKENSECRETO1", time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}))
}

func summarize(ctx context.Context, client *sii.Client) error {
	_, err := client.RCV.Summary(ctx, bought, rcv.Registro)
	return err
}

func TestFailuresAreRepeatedByWhatTheyMean(t *testing.T) {
	t.Parallel()
	const s, ms = time.Second, time.Millisecond
	refused := func(message string) answer {
		return answer{status: 200, body: `{"data":null,"respEstado":{"codRespuesta":99,"msgeRespuesta":"` + message + `"}}`}
	}
	for name, test := range map[string]struct {
		settings sii.RetrySettings
		answers  []answer
		waits    []time.Duration
		kind     error // nil is success
		calls    int
	}{
		"fine":               {answers: []answer{fineAnswer}, calls: 1},
		"once unavailable":   {answers: []answer{{status: 503}, fineAnswer}, waits: []time.Duration{s / 2}, calls: 2},
		"reset":              {answers: []answer{{}, {}, {}, fineAnswer}, waits: []time.Duration{s / 2, s, 2 * s}, calls: 4},
		"never available":    {answers: []answer{{status: 502}}, waits: []time.Duration{s / 2, s, 2 * s}, kind: sii.ErrUnavailable, calls: 4},
		"no repetition":      {settings: sii.RetrySettings{Attempts: 1}, answers: []answer{{status: 502}}, kind: sii.ErrUnavailable, calls: 1},
		"bounded wait":       {settings: sii.RetrySettings{Attempts: 6, Base: 10 * s, Max: 15 * s}, answers: []answer{{status: 504}}, waits: []time.Duration{5 * s, 7500 * ms, 7500 * ms, 7500 * ms, 7500 * ms}, kind: sii.ErrUnavailable, calls: 6},
		"bounded sum":        {settings: sii.RetrySettings{Attempts: 99, Base: 8 * s, Budget: 20 * s}, answers: []answer{{status: 500}}, waits: []time.Duration{4 * s, 8 * s}, kind: sii.ErrUnavailable, calls: 3},
		"throttled":          {answers: []answer{{status: 429}, fineAnswer}, waits: []time.Duration{2500 * ms}, calls: 2},
		"throttled in words": {answers: []answer{refused("Se detectan consultas recurrentes"), fineAnswer}, waits: []time.Duration{2500 * ms}, calls: 2},
		"Retry-After":        {answers: []answer{{status: 429, headers: []string{"Retry-After: 20"}}, fineAnswer}, waits: []time.Duration{22500 * ms}, calls: 2},
		"Retry-After, date":  {answers: []answer{{status: 503, headers: []string{"Retry-After: Tue, 03 Nov 2026 12:00:10 GMT"}}, fineAnswer}, waits: []time.Duration{10500 * ms}, calls: 2},
		"Retry-After, long":  {answers: []answer{{status: 429, headers: []string{"Retry-After: 3600"}}}, kind: sii.ErrThrottled, calls: 1},
		"Retry-After, bad":   {answers: []answer{{status: 503, headers: []string{"Retry-After: soon"}}, fineAnswer}, waits: []time.Duration{s / 2}, calls: 2},
		"Retry-After, past":  {answers: []answer{{status: 503, headers: []string{"Retry-After: Tue, 03 Nov 2020 12:00:10 GMT"}}, fineAnswer}, waits: []time.Duration{s / 2}, calls: 2},
		"rate limit":         {answers: []answer{{status: 429, headers: []string{"X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 30"}}, fineAnswer}, waits: []time.Duration{32500 * ms}, calls: 2},
		"rate limit, Unix":   {answers: []answer{{status: 429, headers: []string{"X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1793707215"}}, fineAnswer}, waits: []time.Duration{17500 * ms}, calls: 2},
		"token":              {answers: []answer{{status: 401}, fineAnswer}, calls: 2},
		"token, for ever":    {answers: []answer{{status: 401}}, kind: sii.ErrUnauthorized, calls: 2},
		"token, then away":   {answers: []answer{{status: 401}, {status: 503}, {status: 401}}, waits: []time.Duration{s}, kind: sii.ErrUnauthorized, calls: 3},
		"permission":         {answers: []answer{refused("Usuario no autorizado")}, kind: sii.ErrForbidden, calls: 1},
		"invalid":            {answers: []answer{refused("Periodo consultado no válido")}, kind: sii.ErrInvalidRequest, calls: 1},
		"rejected":           {answers: []answer{refused("hola")}, kind: sii.ErrRejected, calls: 1},
		"changed":            {answers: []answer{{status: 200, body: `{"hola":1}`}}, kind: sii.ErrPortalChanged, calls: 1},
		"no such service":    {answers: []answer{{status: 404}}, kind: sii.ErrPortalChanged, calls: 1},
		"ends in its middle": {answers: []answer{{status: 200, body: `{"data":[`}, fineAnswer}, waits: []time.Duration{s / 2}, calls: 2},
		"ends twice":         {answers: []answer{{status: 200, body: `{"data":[`}}, waits: []time.Duration{s / 2}, kind: sii.ErrProtocol, calls: 2},
		"too many sessions":  {answers: []answer{{status: 200, body: "<html>Usted ha superado el m&aacute;ximo de sesiones. El c&oacute;digo de este mensaje es 01.01.190.500.720.27</html>"}}, kind: sii.ErrThrottled, calls: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, sii := script(t, test.settings, test.answers...)
			err := summarize(t.Context(), client)
			if test.kind == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, test.kind)
			}
			assert.Equal(t, test.waits, sii.waits)
			assert.Equal(t, test.calls, sii.calls)
		})
	}
}

func TestErrorTellsForHowLong(t *testing.T) {
	t.Parallel()
	client, _ := script(t, sii.RetrySettings{}, answer{status: 429, headers: []string{"Retry-After: 3600"}})
	var e *sii.Error
	require.ErrorAs(t, summarize(t.Context(), client), &e)
	assert.Equal(t, time.Hour, e.RetryAfter)
	assert.True(t, e.Retryable())
	require.ErrorAs(t, summarize(t.Context(), client), &e)
	assert.Equal(t, time.Hour+2500*time.Millisecond, e.RetryAfter, "nobody asks in the meantime")
	require.ErrorIs(t, e, sii.ErrThrottled)
}

// What one call learns of the limit holds for the others.
func TestRateLimitHoldsForAllCalls(t *testing.T) {
	t.Parallel()
	last := answer{status: 200, body: noMovements, headers: []string{"X-RateLimit-Limit: 600", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 40"}}
	client, sii := script(t, sii.RetrySettings{}, fineAnswer, last, fineAnswer)
	for range 3 {
		require.NoError(t, summarize(t.Context(), client))
	}
	assert.Equal(t, []time.Duration{40 * time.Second}, sii.waits)
}

// A wait that would outlast the deadline is not begun.
func TestDeadlineBoundsWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	client, s := script(t, sii.RetrySettings{}, answer{status: 503, headers: []string{"Retry-After: 11"}})
	err := summarize(ctx, client)
	require.ErrorIs(t, err, sii.ErrUnavailable)
	require.NotErrorIs(t, err, context.DeadlineExceeded)
	assert.Empty(t, s.waits)
}

func TestWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	client, err := sii.NewClient(sii.Production(), freshTokens(), sii.WithHTTPClient(&http.Client{Transport: roundTrip(
		func(*http.Request) (*http.Response, error) { return nil, errors.New("no") })}),
		sii.WithRetry(sii.RetrySettings{Base: time.Hour, Max: time.Hour, Budget: 2 * time.Hour, Random: func() float64 { cancel(stop); return 0.9 }}))
	require.NoError(t, err)
	err = summarize(ctx, client)
	require.ErrorIs(t, err, stop)
	assert.NotErrorIs(t, err, sii.ErrUnavailable, "the SII is not to blame")
}

// Rows that were yielded are not yielded again.
func TestStreamThatHasBegunIsNotRepeated(t *testing.T) {
	t.Parallel()
	const summary = `{"data":[{"rsmnTipoDocInteger":33,"rsmnLink":true,"rsmnTotDoc":2,"rsmnMntNeto":2000,"rsmnMntIVA":380,"rsmnMntTotal":2380}],"respEstado":{"codRespuesta":0}}`
	const row = `{"detTipoDoc":33,"detRutDoc":12345678,"detDvDoc":"5","detRznSoc":"X","detNroDoc":1,"detFchDoc":"01/10/2026","detFecRecepcion":"01/10/2026 10:00:00","detMntNeto":1000,"detMntIVA":190,"detMntTotal":1190}`
	client, s := script(t, sii.RetrySettings{}, answer{status: 200, body: summary}, answer{status: 200, body: `{"data":[` + row + `,{"detTipo`})
	rows, failures := 0, 0
	for _, err := range client.RCV.Documents(t.Context(), bought, &sii.RCVOptions{States: []rcv.State{rcv.Registro}}) {
		if err != nil {
			failures++
			require.ErrorIs(t, err, sii.ErrProtocol)
			continue
		}
		rows++
	}
	assert.Equal(t, []int{1, 1, 2}, []int{rows, failures, s.calls})
	assert.Empty(t, s.waits)
}

// A sign-in that fails is repeated by itself, and not once more by the call that
// wants its token.
func TestFailedSignInIsNotRepeatedByTheCall(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.Fail(siitest.OpSeed, fault.Status(500))
	require.ErrorIs(t, summarize(t.Context(), newClient(t, srv)), sii.ErrUnavailable)
	assert.Equal(t, 4, srv.Count(siitest.OpSeed))
	assert.Zero(t, srv.Count(siitest.OpSummary))
}

func TestSettingsThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]sii.Option{
		"retry":    sii.WithRetry(sii.RetrySettings{Attempts: -1}),
		"base":     sii.WithRetry(sii.RetrySettings{Base: -1}),
		"circuit":  sii.WithCircuit(sii.CircuitSettings{Open: -1}),
		"timeouts": sii.WithTimeouts(sii.Timeouts{Answer: -1}),
		"tripper":  sii.WithRoundTripper(nil),
		"nil trip": sii.WithRoundTripper(func(http.RoundTripper) http.RoundTripper { return nil }),
		"proxy":    sii.WithProxy(nil),
		"roots":    sii.WithRootCAs(nil),
	} {
		_, err := sii.NewClient(sii.Production(), freshTokens(), option)
		require.Error(t, err, name)
	}
}
