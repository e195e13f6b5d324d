package sii_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// spanKey is where a test's observer keeps the names of what its context is in.
type spanKey struct{}

func within(ctx context.Context) string {
	path, _ := ctx.Value(spanKey{}).(string)
	return path
}

// journal writes what an observer is told of, one line each, with what it
// happens in.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(ctx context.Context, format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, strings.TrimSpace(within(ctx)+" "+fmt.Sprintf(format, args...)))
}

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.lines...)
}

func (j *journal) observer() sii.Observer {
	enter := func(ctx context.Context, name string) context.Context {
		return context.WithValue(ctx, spanKey{}, within(ctx)+"/"+name)
	}
	return sii.Observer{
		CallStart: func(ctx context.Context, c sii.Call) context.Context { return enter(ctx, c.Op) },
		CallEnd: func(ctx context.Context, c sii.Call, e sii.CallEnd) {
			j.add(ctx, "call %s of %s about %s: %d attempts, %s", c.Service, c.Environment, c.Subject, e.Attempts, sii.KindName(e.Err))
		},
		AttemptStart: func(ctx context.Context, a sii.Attempt) context.Context { return enter(ctx, fmt.Sprint(a.Number)) },
		AttemptEnd: func(ctx context.Context, _ sii.Attempt, e sii.AttemptEnd) {
			j.add(ctx, "%s %d bytes %t %s", e.Host, e.HTTPStatus, e.Bytes > 0, sii.KindName(e.Err))
		},
		RenewStart: func(ctx context.Context) context.Context { return enter(ctx, "renew") },
		RenewEnd: func(ctx context.Context, e sii.RenewEnd) {
			j.add(ctx, "token from %s %s", e.Origin, sii.KindName(e.Err))
		},
		Wait: func(ctx context.Context, w sii.Wait) { j.add(ctx, "wait %s %s", w.Op, w.Reason) },
		Rows: func(ctx context.Context, r sii.Rows) {
			j.add(ctx, "rows %d, %d unreadable, bytes %t, about %s", r.Rows, r.Unreadable, r.Bytes > 0, r.Subject)
		},
	}
}

func TestObserverIsToldOfEachStep(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	var told journal
	client := newClient(t, srv, sii.WithObserver(told.observer()))
	opts := &sii.RCVOptions{States: []rcv.State{rcv.Registro}}
	_, errs := read(t, client, bought, opts)
	require.Empty(t, errs)
	assert.Equal(t, []string{
		"/rcv.documents/rcv.summary/renew/seed/1 palena.sii.cl 200 bytes true",
		"/rcv.documents/rcv.summary/renew/seed call soap of fake about : 1 attempts,",
		"/rcv.documents/rcv.summary/renew/token/1 palena.sii.cl 200 bytes true",
		"/rcv.documents/rcv.summary/renew/token call soap of fake about : 1 attempts,",
		"/rcv.documents/rcv.summary/renew token from exchange",
		"/rcv.documents/rcv.summary/1 www4.sii.cl 200 bytes true",
		"/rcv.documents/rcv.summary call rcv of fake about 76192083-9 2026-10 COMPRA REGISTRO: 1 attempts,",
		"/rcv.documents/rcv.detail/1 rows 2, 0 unreadable, bytes true, about 76192083-9 2026-10 COMPRA REGISTRO type 33",
		"/rcv.documents/rcv.detail/1 www4.sii.cl 200 bytes true",
		"/rcv.documents/rcv.detail call rcv of fake about 76192083-9 2026-10 COMPRA REGISTRO type 33: 1 attempts,",
		"/rcv.documents call rcv of fake about 76192083-9 2026-10 COMPRA: 0 attempts,",
	}, told.all())
}

func TestObserverIsToldOfFailures(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	var told journal
	client := newClient(t, srv, sii.WithObserver(told.observer()))
	_, err := client.Token(t.Context())
	require.NoError(t, err)
	srv.Fail(siitest.OpSummary, siitest.Fault{Times: 1, Revoke: true})
	srv.Fail(siitest.OpToken, siitest.Fault{Estado: "10", Glosa: "Error Interno"})
	_, err = client.RCV.Summary(t.Context(), bought, rcv.Registro)
	require.ErrorIs(t, err, sii.ErrRejected)
	assert.Equal(t, []string{
		"/rcv.summary/1 www4.sii.cl 302 bytes false unauthorized",
		"/rcv.summary/renew/seed/1 palena.sii.cl 200 bytes true",
		"/rcv.summary/renew/seed call soap of fake about : 1 attempts,",
		"/rcv.summary/renew/token/1 palena.sii.cl 200 bytes true rejected",
		"/rcv.summary/renew/token call soap of fake about : 1 attempts, rejected",
		"/rcv.summary/renew token from  rejected",
		"/rcv.summary call rcv of fake about 76192083-9 2026-10 COMPRA REGISTRO: 1 attempts, rejected",
	}, told.all()[5:])
}

// The context that an observer gives is that of the request.
func TestContextOfTheObserverReachesTheRequest(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	hc := srv.Client()
	inner := hc.Transport
	var mu sync.Mutex
	seen := map[string]bool{}
	hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		seen[within(r.Context())] = true
		mu.Unlock()
		sii.ObserveWait(r.Context(), sii.Wait{Reason: sii.WaitPace, Duration: time.Second})
		return inner.RoundTrip(r)
	})
	var first, second journal
	empty := sii.Observer{
		CallStart: func(context.Context, sii.Call) context.Context { return nil },
		CallEnd:   func(ctx context.Context, c sii.Call, _ sii.CallEnd) { second.add(ctx, "%s", c.Op) },
	}
	client := newClient(t, srv, sii.WithHTTPClient(hc), sii.WithObserver(first.observer()), sii.WithObserver(empty))
	_, err := client.DTE.UploadStatus(t.Context(), owner, "1")
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"/dte.upload/renew/seed/1": true, "/dte.upload/renew/token/1": true, "/dte.upload/1": true}, seen)
	assert.Contains(t, first.all(), "/dte.upload/1 wait dte.upload pace")
	assert.Contains(t, first.all(), "/dte.upload/renew/seed/1 wait seed pace")
	assert.Equal(t, []string{"/dte.upload/renew/seed seed", "/dte.upload/renew/token token", "/dte.upload dte.upload"}, second.all())
}

// A caller that wants no more rows, or that panics, ends what it has begun.
func TestObserverIsToldOfTheEndOfWhatWasLeft(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	for name, leave := range map[string]func(*sii.Client){
		"break": func(client *sii.Client) {
			for range client.RCV.Documents(t.Context(), bought, nil) {
				break
			}
		},
		"panic": func(client *sii.Client) {
			defer func() { _ = recover() }()
			for range client.RCV.Documents(t.Context(), bought, nil) {
				panic("the caller's")
			}
		},
	} {
		open := 0
		client := newClient(t, srv, sii.WithObserver(sii.Observer{
			CallStart:    func(ctx context.Context, _ sii.Call) context.Context { open++; return ctx },
			CallEnd:      func(_ context.Context, _ sii.Call, e sii.CallEnd) { open--; assert.NoError(t, e.Err) },
			AttemptStart: func(ctx context.Context, _ sii.Attempt) context.Context { open++; return ctx },
			AttemptEnd:   func(_ context.Context, _ sii.Attempt, e sii.AttemptEnd) { open--; assert.NoError(t, e.Err) },
		}))
		leave(client)
		assert.Zero(t, open, name)
	}
}

// Those that wait for another's renewal are told of as such.
func TestObserverIsToldOfTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told journal
		source := sii.TokenFunc(func(context.Context) (string, time.Time, error) {
			<-time.NewTimer(3 * time.Second).C // of the bubble
			return "T", time.Now().Add(time.Hour), nil
		})
		client, err := sii.NewClient(sii.Production(), sii.WithTokenSource(source), sii.WithObserver(told.observer()))
		require.NoError(t, err)
		ask := func() {
			_, err := client.Token(t.Context())
			assert.NoError(t, err)
		}
		go ask()
		synctest.Wait()
		go ask()
		<-time.NewTimer(3 * time.Second).C
		synctest.Wait()
		ask() // finds a good one, which is not told of
		assert.Equal(t, []string{"/renew token from exchange", "wait token turn"}, told.all())
	})
}

func TestKindNamesTellAllKindsApart(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, kind := range []error{
		sii.ErrUnauthorized, sii.ErrForbidden, sii.ErrInvalidRequest, sii.ErrRejected, sii.ErrUnavailable,
		sii.ErrThrottled, sii.ErrIncomplete, sii.ErrProtocol, sii.ErrNoRCV, context.Canceled, context.DeadlineExceeded,
		errors.New("another"), nil,
	} {
		name := sii.KindName(kind)
		assert.False(t, names[name], name)
		names[name] = true
	}
	assert.Equal(t, "throttled", sii.KindName(fmt.Errorf("x: %w", &sii.Error{Kind: sii.ErrThrottled})))
}
