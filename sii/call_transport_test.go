package sii_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// ask asks for a summary and for an upload, which go different ways.
func ask(ctx context.Context, client *sii.Client) map[string]error {
	_, rcvErr := client.RCV.Summary(ctx, bought, rcv.Registro)
	_, dteErr := client.DTE.UploadStatus(ctx, owner, "1")
	return map[string]error{"rcv": rcvErr, "dte": dteErr}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	page := "<html><head><title>x</title></head><body>hola</body></html>"
	for name, test := range map[string]struct {
		status   int
		body     string
		rcv, dte error
	}{
		"503 page":         {503, page, sii.ErrUnavailable, sii.ErrUnavailable},
		"502":              {502, "", sii.ErrUnavailable, sii.ErrUnavailable},
		"429":              {429, page, sii.ErrThrottled, sii.ErrThrottled},
		"401":              {401, "", sii.ErrUnauthorized, sii.ErrUnauthorized},
		"403":              {403, page, sii.ErrUnauthorized, sii.ErrUnauthorized},
		"404":              {404, page, sii.ErrProtocol, sii.ErrProtocol},
		"page with 200":    {200, page, sii.ErrThrottled, sii.ErrUnavailable}, // to a token that is fresh
		"login with 200":   {200, `<html><form action="/cgi_AUT2000/CAutInicio.cgi"></form></html>`, sii.ErrUnauthorized, sii.ErrUnauthorized},
		"recurrent":        {200, "<html>Se detectan consultas recurrentes</html>", sii.ErrThrottled, sii.ErrThrottled},
		"literal":          {200, "Error 500", sii.ErrUnavailable, sii.ErrUnavailable},
		"empty":            {200, "", sii.ErrProtocol, sii.ErrProtocol},
		"nonsense":         {200, "hola", sii.ErrProtocol, sii.ErrProtocol},
		"cut JSON":         {200, `{"data":[{"rsmn`, sii.ErrProtocol, sii.ErrProtocol},
		"cut XML":          {200, `<?xml version="1.0"?><a><b>`, sii.ErrUnauthorized, sii.ErrProtocol},
		"document type":    {200, `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, sii.ErrUnauthorized, sii.ErrProtocol},
		"500":              {500, page, sii.ErrUnavailable, sii.ErrUnavailable},
		"500 of Java":      {500, "org.jboss.resteasy.spi.NotAcceptableException: RESTEASY001530", sii.ErrInvalidRequest, sii.ErrUnavailable},
		"400":              {400, "Unrecognized field (Class cl.sii…)", sii.ErrInvalidRequest, sii.ErrInvalidRequest},
		"not logged in":    {200, "NO ESTA AUTENTICADO", sii.ErrUnauthorized, sii.ErrUnauthorized},
		"no authorisation": {200, `{"errorMsg":"Acceso no autorizado!"}`, sii.ErrUnauthorized, sii.ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := at(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			})
			got := ask(t.Context(), client)
			require.ErrorIs(t, got["rcv"], test.rcv)
			require.ErrorIs(t, got["dte"], test.dte)
			var e *sii.Error
			require.ErrorAs(t, got["rcv"], &e)
			if test.status != 200 {
				assert.Equal(t, test.status, e.HTTPStatus)
			}
		})
	}
}

func TestConnectionThatEnds(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro), purchase(2, rcv.Registro))
	client := newClient(t, srv)
	srv.Fail(siitest.OpSummary, fault.Dropped().Repeated(3))
	_, err := client.RCV.Summary(t.Context(), bought, rcv.Registro)
	require.NoError(t, err, "the fourth attempt")
	srv.Fail(siitest.OpSummary, fault.Dropped().Repeated(4))
	_, err = client.RCV.Summary(t.Context(), bought, rcv.Registro)
	require.ErrorIs(t, err, sii.ErrUnavailable)
	srv.Fail(siitest.OpDetail, fault.CutOff(2500))
	_, errs := read(t, client, bought, nil)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], sii.ErrUnavailable)
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, err := zip.Write([]byte(`{"data":[],"x":"` + strings.Repeat("a", 20<<20)))
	require.NoError(t, err)
	require.NoError(t, zip.Close())
	client := at(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	}, sii.WithMaxAnswer(1<<20))
	for way, err := range ask(t.Context(), client) {
		require.ErrorIs(t, err, sii.ErrProtocol, way)
	}
}

func TestRedirections(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the client followed to another host: %s", r.URL)
	}))
	t.Cleanup(elsewhere.Close)
	t.Run("to another host", func(t *testing.T) {
		t.Parallel()
		for _, status := range []int{301, 302, 303, 307, 308} {
			client := at(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
			for way, err := range ask(t.Context(), client) {
				require.ErrorIs(t, err, sii.ErrProtocol, "%s %d", way, status)
			}
		}
	})
	t.Run("to a known host", func(t *testing.T) {
		t.Parallel()
		calls := 0
		client := at(t, func(w http.ResponseWriter, r *http.Request) {
			if calls++; r.URL.Path != "/moved" {
				http.Redirect(w, r, "/moved", http.StatusTemporaryRedirect)
				return
			}
			_, _ = w.Write([]byte(`{"data":null,"respEstado":{"codRespuesta":3}}`))
		})
		_, err := client.RCV.Summary(t.Context(), bought, rcv.Registro)
		require.NoError(t, err)
		assert.Equal(t, 2, calls)
	})
	t.Run("for ever", func(t *testing.T) {
		t.Parallel()
		client := at(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		})
		for _, err := range ask(t.Context(), client) {
			require.ErrorIs(t, err, sii.ErrUnavailable)
		}
	})
	t.Run("to plain http", func(t *testing.T) {
		t.Parallel()
		srv := newFake(t)
		hc := srv.Client()
		inner := hc.Transport
		hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.URL.Scheme != "https" {
				t.Errorf("the client went to %s", r.URL)
			}
			if strings.HasSuffix(r.URL.Path, "getResumen") {
				return &http.Response{StatusCode: 307, Header: http.Header{"Location": {"http://www4.sii.cl/x"}}, Body: http.NoBody, Request: r}, nil
			}
			return inner.RoundTrip(r)
		})
		_, err := newClient(t, srv, sii.WithHTTPClient(hc)).RCV.Summary(t.Context(), bought, rcv.Registro)
		require.ErrorIs(t, err, sii.ErrProtocol)
	})
}

func TestContextOfTheCaller(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	client := at(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server sees the client leave
		cancel(stop)
		<-r.Context().Done()
	})
	for way, err := range ask(ctx, client) {
		require.ErrorIs(t, err, stop, way)
		assert.NotErrorIs(t, err, sii.ErrUnavailable, "the SII is not to blame")
	}
}

func TestRequestsAreAsNoted(t *testing.T) {
	t.Parallel()
	seen := map[string]http.Header{}
	client := at(t, func(w http.ResponseWriter, r *http.Request) {
		seen[r.URL.Path] = r.Header.Clone()
		assert.Positive(t, r.ContentLength)
		_, _ = w.Write([]byte(`{"data":null,"respEstado":{"codRespuesta":3}}`))
	})
	ask(t.Context(), client)
	facade := seen["/consdcvinternetui/services/data/facadeService/getResumen"]
	assert.Equal(t, "TOKEN=TOKENSECRETO1; CSESSIONID=TOKENSECRETO1", facade.Get("Cookie"))
	assert.Equal(t, "application/json, text/plain, */*", facade.Get("Accept"))
	assert.Contains(t, facade.Get("User-Agent"), "Mozilla/5.0")
	soap := seen["/DTEWS/QueryEstUp.jws"]
	assert.Equal(t, []string{`""`}, soap["Soapaction"])
	assert.Empty(t, soap.Get("Cookie"))
	assert.Contains(t, soap.Get("User-Agent"), "PROG 1.0")
}

// No error shows the token or what was signed.
func TestErrorsShowNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "TOKENSECRETO1"
	for _, status := range []int{200, 302, 400, 401, 429, 500, 503} {
		client := at(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "https://example.com/?TOKEN="+secret)
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, "<html>no</html>")
		})
		for _, err := range ask(t.Context(), client) {
			var b strings.Builder
			slog.New(slog.NewTextHandler(&b, nil)).Error("x", "err", err)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, errors.Unwrap(err))+b.String(), secret)
		}
	}
}

func TestKindsSurviveWrapping(t *testing.T) {
	t.Parallel()
	for _, kind := range []error{
		sii.ErrUnauthorized, sii.ErrForbidden, sii.ErrInvalidRequest, sii.ErrRejected, sii.ErrUnavailable,
		sii.ErrThrottled, sii.ErrRecaptcha, sii.ErrDeferred, sii.ErrIncomplete, sii.ErrProtocol, sii.ErrNoRCV,
	} {
		cause := errors.New("cause")
		err := fmt.Errorf("a: %w", fmt.Errorf("b: %w", &sii.Error{Op: "x", Kind: kind, Err: cause}))
		require.ErrorIs(t, err, kind)
		require.ErrorIs(t, err, cause)
		var e *sii.Error
		require.ErrorAs(t, err, &e)
	}
	assert.NotErrorIs(t, &sii.Error{Op: "x"}, sii.ErrProtocol)
	require.ErrorIs(t, fmt.Errorf("a: %w", &sii.IncompleteError{}), sii.ErrIncomplete)
}

func TestClientThatCannotWorkIsNotReturned(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	id := srv.NewIdentity(holder)
	token := fixedToken("T")
	for name, make := range map[string]func() (*sii.Client, error){
		"no identity":       func() (*sii.Client, error) { return sii.NewClient(sii.Production()) },
		"nil identity":      func() (*sii.Client, error) { return sii.NewClient(sii.Production(), sii.WithIdentity(nil)) },
		"nil option":        func() (*sii.Client, error) { return sii.NewClient(sii.Production(), token, nil) },
		"zero environment":  func() (*sii.Client, error) { return sii.NewClient(sii.Environment{}, token) },
		"plain http":        func() (*sii.Client, error) { return sii.NewClient(sii.At("http://10.0.0.1:8080"), token) },
		"no URL":            func() (*sii.Client, error) { return sii.NewClient(sii.At("maullin.sii.cl"), token) },
		"URL with password": func() (*sii.Client, error) { return sii.NewClient(sii.At("https://a:b@x.cl"), token) },
		"nil client":        func() (*sii.Client, error) { return sii.NewClient(sii.Production(), token, sii.WithHTTPClient(nil)) },
		"nil cache":         func() (*sii.Client, error) { return sii.NewClient(sii.Production(), token, sii.WithTokenCache(nil)) },
		"nil clock":         func() (*sii.Client, error) { return sii.NewClient(sii.Production(), token, sii.WithClock(nil)) },
		"no limit":          func() (*sii.Client, error) { return sii.NewClient(sii.Production(), token, sii.WithMaxAnswer(-1)) },
		"expired": func() (*sii.Client, error) {
			return sii.NewClient(sii.Production(), sii.WithIdentity(id), sii.WithClock(func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }))
		},
		"not yet valid": func() (*sii.Client, error) {
			return sii.NewClient(sii.Production(), sii.WithIdentity(id), sii.WithClock(func() time.Time { return time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC) }))
		},
	} {
		client, err := make()
		require.Error(t, err, name)
		assert.Nil(t, client, name)
	}
}
