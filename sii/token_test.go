package sii_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

func fixedToken(value string) sii.Option {
	return sii.WithTokenSource(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
		return value, time.Now().Add(time.Hour), nil
	}))
}

func TestSignInWithEveryAnswerForm(t *testing.T) {
	t.Parallel()
	for _, form := range siitest.AnswerForms() {
		t.Run(form.Name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t, siitest.WithAnswerForms(form))
			token, err := newClient(t, srv).Token(t.Context())
			require.NoError(t, err)
			assert.Len(t, token.Value, 13)
			assert.Empty(t, srv.Violations())
		})
	}
}

func TestTokenIsSharedByAllCallers(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	client := newClient(t, srv)
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			_, err := client.Token(context.Background())
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, 1, srv.Count(siitest.OpToken))
}

func TestTokenSlidesWithUse(t *testing.T) {
	t.Parallel()
	clock := newClock()
	srv := newFake(t, siitest.WithClock(clock.Now))
	srv.SetUpload(owner, "1", siitest.Upload{Estado: "REC", Glosa: "Envio Recibido"})
	client := newClient(t, srv, sii.WithClock(clock.Now))
	for range 10 { // ten times fifty minutes with one token
		_, err := client.DTE.UploadStatus(t.Context(), owner, "1")
		require.NoError(t, err)
		clock.Add(50 * time.Minute)
	}
	assert.Equal(t, 1, srv.Count(siitest.OpToken))
	clock.Add(11 * time.Minute) // over an hour since the last use
	_, err := client.DTE.UploadStatus(t.Context(), owner, "1")
	require.NoError(t, err)
	assert.Equal(t, 2, srv.Count(siitest.OpToken))
	assert.Equal(t, 11, srv.Count(siitest.OpUpload), "the client knew and asked with no dead token")
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.SetUpload(owner, "1", siitest.Upload{Estado: "REC"})
	client := newClient(t, srv)
	_, err := client.DTE.UploadStatus(t.Context(), owner, "1")
	require.NoError(t, err)
	srv.RevokeTokens()
	var wg sync.WaitGroup
	for range 50 { // all refused with the same token
		wg.Go(func() {
			_, err := client.DTE.UploadStatus(context.Background(), owner, "1")
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, 2, srv.Count(siitest.OpToken))
}

func TestTokenRefusedAgainIsUnauthorized(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.Fail(siitest.OpUpload, siitest.Fault{Estado: "001", Glosa: "TOKEN NO EXISTE"})
	_, err := newClient(t, srv).DTE.UploadStatus(t.Context(), owner, "1")
	require.ErrorIs(t, err, sii.ErrUnauthorized)
	assert.Equal(t, 2, srv.Count(siitest.OpUpload))
	var e *sii.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "001", e.Estado)
	assert.Equal(t, "TOKEN NO EXISTE", e.Glosa)
}

func TestTokenGoesThroughTheCache(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	id := srv.NewIdentity(holder)
	cache := memory.New()
	for range 3 { // three processes
		client, err := sii.NewClient(srv.Environment(), sii.WithIdentity(id), sii.WithHTTPClient(srv.Client()), sii.WithTokenCache(cache))
		require.NoError(t, err)
		_, err = client.Token(t.Context())
		require.NoError(t, err)
	}
	assert.Equal(t, 1, srv.Count(siitest.OpToken))
	_, _, err := cache.Token(t.Context(), "fake/soap/"+id.Fingerprint())
	require.NoError(t, err)
}

// brokenCache fails always.
type brokenCache struct{}

func (brokenCache) Token(context.Context, string) (string, time.Time, error) {
	return "", time.Time{}, errors.New("database is down")
}

func (brokenCache) PutToken(context.Context, string, string, time.Time) error {
	return errors.New("database is down")
}

func (brokenCache) DeleteToken(context.Context, string, string) error {
	return errors.New("database is down")
}

func TestBrokenCacheIsReportedAndLeftOut(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	var reports atomic.Int32
	client := newClient(t, srv, sii.WithTokenCache(brokenCache{}, func(err error) {
		reports.Add(1)
		assert.ErrorContains(t, err, "database is down")
	}))
	for range 5 {
		_, err := client.Token(t.Context())
		require.NoError(t, err)
	}
	assert.Equal(t, 1, srv.Count(siitest.OpToken))
	assert.EqualValues(t, 1, reports.Load(), "once, until it works again")
}

// staleCache gives the same token for ever, as one whose deletion fails.
type staleCache struct{ brokenCache }

func (staleCache) Token(context.Context, string) (string, time.Time, error) {
	return "OLDTOKEN12345", time.Now().Add(time.Hour), nil
}

func TestRefusedTokenIsNotTakenFromTheCacheAgain(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.SetUpload(owner, "1", siitest.Upload{Estado: "REC"})
	_, err := newClient(t, srv, sii.WithTokenCache(staleCache{})).DTE.UploadStatus(t.Context(), owner, "1")
	require.NoError(t, err)
	assert.Equal(t, 1, srv.Count(siitest.OpToken))
}

func TestGivingUpDoesNotEndTheRenewal(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan struct{}), make(chan struct{})
	calls := 0
	source := reuse(sii.TokenFunc(func(ctx context.Context) (string, time.Time, error) {
		calls++
		close(begun)
		<-finish
		return "T", time.Now().Add(time.Hour), ctx.Err()
	}), nil, "")
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := make(chan error)
	go func() {
		_, err := source.Token(ctx)
		gone <- err
	}()
	<-begun
	stop := errors.New("stop")
	cancel(stop)
	require.ErrorIs(t, <-gone, stop)
	close(finish)
	token, err := source.Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "T", token.Value)
	assert.Equal(t, 1, calls)
}

func TestFailedRenewalIsTriedAgainByTheNext(t *testing.T) {
	t.Parallel()
	calls := 0
	source := reuse(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
		if calls++; calls == 1 {
			return "", time.Time{}, errors.New("down")
		}
		return "T", time.Now().Add(time.Hour), nil
	}), nil, "")
	_, err := source.Token(t.Context())
	require.ErrorContains(t, err, "down")
	_, err = source.Token(t.Context())
	require.NoError(t, err)
}

func TestSeedErrors(t *testing.T) {
	t.Parallel()
	for estado, want := range map[string]struct {
		kind error
		op   siitest.Op
	}{
		"-1": {sii.ErrUnavailable, siitest.OpSeed}, "-2": {sii.ErrUnavailable, siitest.OpSeed},
		"01": {sii.ErrInvalidRequest, siitest.OpToken}, "03": {sii.ErrUnavailable, siitest.OpToken},
		"05": {sii.ErrInvalidRequest, siitest.OpToken}, "07": {sii.ErrUnavailable, siitest.OpToken},
		"08": {sii.ErrUnavailable, siitest.OpToken}, "10": {sii.ErrRejected, siitest.OpToken},
		"21": {sii.ErrInvalidRequest, siitest.OpToken}, "-3": {sii.ErrForbidden, siitest.OpToken},
		"-07": {sii.ErrForbidden, siitest.OpToken}, "-7": {sii.ErrForbidden, siitest.OpToken},
		"77": {sii.ErrProtocol, siitest.OpToken},
	} {
		t.Run(estado, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			srv.Fail(want.op, siitest.Fault{Estado: estado, Glosa: "Señal de falla"})
			_, err := newClient(t, srv).Token(t.Context())
			require.ErrorIs(t, err, want.kind)
			var e *sii.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, estado, e.Estado)
			assert.Equal(t, "Señal de falla", e.Glosa)
		})
	}
}

func TestLostSeedIsAskedForAgain(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.Fail(siitest.OpToken, siitest.Fault{Times: 1, Estado: "08", Glosa: "TIME-OUT DEL SEED"})
	_, err := newClient(t, srv).Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, srv.Count(siitest.OpSeed))
}

func TestTokenIsNotShown(t *testing.T) {
	t.Parallel()
	const secret = "SECRETO123456"
	token := &sii.Token{Value: secret, Expiry: time.Now()}
	var b strings.Builder
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "token", token)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&b, verb, token)
	}
	marshalled, err := json.Marshal(map[string]any{"t": token})
	require.Error(t, err)
	assert.NotContains(t, b.String()+string(marshalled)+err.Error(), secret)
	assert.NotContains(t, b.String(), fmt.Sprintf("%x", secret))
}

func TestCachedTokenAllocatesNothing(t *testing.T) {
	// Not parallel: allocations are counted.
	source := reuse(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
		return "T", time.Now().Add(time.Hour), nil
	}), nil, "")
	ctx := t.Context()
	_, err := source.Token(ctx)
	require.NoError(t, err)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = source.Token(ctx) }))
}

func BenchmarkCachedToken(b *testing.B) {
	source := reuse(&counter{}, memory.New(), tokenKey, sii.ReuseIdle(time.Hour))
	ctx := b.Context()
	b.Run("alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := source.Token(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("500 goroutines", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(500 / runtime.GOMAXPROCS(0))
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := source.Token(ctx); err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("used", func(b *testing.B) { // and told to be accepted, as each call does
		b.ReportAllocs()
		for b.Loop() {
			token, err := source.Token(ctx)
			if err != nil {
				b.Fatal(err)
			}
			source.Touch(ctx, token)
		}
	})
}
