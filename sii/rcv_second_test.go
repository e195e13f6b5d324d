package sii_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// Failures that come second: while an export is waited for, and while the rows that
// have come wait for their breakdown.

func TestSecondLookAtAnExport(t *testing.T) {
	t.Parallel()
	once := sii.WithRetry(sii.RetrySettings{Attempts: 1})
	for name, test := range map[string]struct {
		fault siitest.Fault
		want  error // nil: the wait goes on
	}{
		"out of order":    {siitest.Fault{After: 1, Times: 1, HTTPStatus: 503}, nil},
		"asked too often": {siitest.Fault{After: 1, Times: 1, HTTPStatus: 429}, nil},
		"not authorised":  {siitest.Fault{After: 1, Times: 1, Estado: "4", Glosa: "Usuario no autorizado"}, sii.ErrForbidden},
		"unknown form":    {siitest.Fault{After: 1, Times: 1, Body: `{"otra":1}`, ContentType: "application/json"}, sii.ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _, w := newDeferred(t)
			srv.Fail(siitest.OpDeferred, test.fault)
			docs, errs := read(t, newClient(t, srv, w.options(once)...), bought, deferredOnly)
			if test.want == nil {
				require.Empty(t, errs)
				assert.Len(t, docs, 2)
				return
			}
			require.Len(t, errs, 1)
			require.ErrorIs(t, errs[0], test.want)
			assert.Empty(t, docs)
			assert.Equal(t, 2, srv.Count(siitest.OpDeferred), "it is not looked at again")
		})
	}
}

// Of who may not see the exports nothing is asked for.
func TestFirstLookAtExports(t *testing.T) {
	t.Parallel()
	srv, client, _ := newDeferred(t)
	srv.Fail(siitest.OpDeferred, siitest.Fault{Times: 1, Estado: "4", Glosa: "Usuario no autorizado"})
	_, errs := read(t, client, bought, deferredOnly)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], sii.ErrForbidden)
	assert.Zero(t, srv.Count(siitest.OpDefer))
}

func TestSecondFailureOfABreakdown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault siitest.Fault
		want  error
	}{
		"asked too often":    {siitest.Fault{HTTPStatus: 429}, sii.ErrThrottled},
		"out of order":       {siitest.Fault{HTTPStatus: 503}, sii.ErrUnavailable},
		"token not accepted": {siitest.Fault{HTTPStatus: 401}, sii.ErrUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, docs := range [][]rcv.Purchase{{taxed(1, 100, 180)}, {taxed(1, 100, 180), taxed(2, -100, -180)}} {
				srv := newFake(t)
				srv.AddPurchases(owner, october, docs...)
				srv.Fail(siitest.OpExport, test.fault)
				told := 0
				got, errs := read(t, newClient(t, srv, newWaits().options()...), bought, &sii.RCVOptions{
					States: []rcv.State{rcv.Registro}, OnTaxes: func(sii.TaxFinding) { told++ },
				})
				require.Len(t, errs, 1)
				require.ErrorIs(t, errs[0], test.want)
				assert.Empty(t, got, "rows without their breakdown")
				assert.Zero(t, told)
			}
		})
	}
	t.Run("a caller that leaves", func(t *testing.T) {
		t.Parallel()
		srv := newFake(t)
		srv.AddPurchases(owner, october, taxed(1, 100, 180), taxed(2, -100, -180))
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("stop")
		srv.Fail(siitest.OpExport, siitest.Fault{Estado: "99", Glosa: "descarga diferida"})
		opts := &sii.RCVOptions{
			States:     []rcv.State{rcv.Registro},
			OnTaxes:    func(sii.TaxFinding) { t.Error("told of a breakdown that nobody waits for") },
			OnDeferred: func(rcv.DeferredExport) { cancel(stop) },
		}
		var last error
		for _, err := range newClient(t, srv, newWaits().options()...).RCV.Documents(ctx, bought, opts) {
			last = err
		}
		require.ErrorIs(t, last, stop)
	})
}
