package siitest_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

var (
	owner   = chile.MustParseRUT("76192083-9")
	holder  = chile.MustParseRUT("11111111-1")
	october = chile.MustParsePeriod("2026-10")
)

func newClient(t *testing.T, srv *siitest.Server, opts ...sii.Option) *sii.Client {
	t.Helper()
	client, err := sii.NewClient(srv.Environment(), append([]sii.Option{
		sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// The whole way, twice, and again after the register has changed.
func TestClientReadsGeneratedMonth(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer()
	defer srv.Close()
	srv.Authorize(holder, owner)
	month := siitest.Generate(7, owner, october, 200)
	srv.Load(owner, october, month)
	store := memory.New()
	client := newClient(t, srv, sii.WithTokenCache(store))
	syncer, err := siisync.New(client, store)
	require.NoError(t, err)

	result, err := syncer.Period(context.Background(), owner, october)
	require.NoError(t, err)
	assert.EqualValues(t, len(month.Purchases), result.Purchases.Counts.Added)
	assert.EqualValues(t, len(month.Sales), result.Sales.Counts.Added)
	assert.Equal(t, 1, srv.Count(siitest.OpToken))

	again, err := syncer.Period(context.Background(), owner, october)
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Unchanged: int64(len(month.Purchases))}, again.Purchases.Counts)

	key := rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
	srv.Change(key, func(docs []rcv.Document) []rcv.Document {
		docs[0].Net += 100
		docs[0].Total += 100
		return docs[:len(docs)-1]
	})
	srv.RevokeTokens()
	changed, err := syncer.Period(context.Background(), owner, october)
	require.NoError(t, err)
	assert.EqualValues(t, 1, changed.Purchases.Counts.Changed)
	assert.EqualValues(t, 1, changed.Purchases.Counts.Gone)
	assert.Equal(t, 2, srv.Count(siitest.OpToken), "one new token after the refusal")

	sale := month.Sales[0]
	status, err := syncer.DocumentStatus(context.Background(), sii.DocumentQuery{
		Issuer: owner, Receiver: sale.Counterparty, Type: sale.Type, Folio: sale.Folio, Issued: sale.Issued, Total: sale.Total,
	})
	require.NoError(t, err)
	assert.Equal(t, sii.VerdictAccepted, status.Verdict)

	var csv bytes.Buffer
	_, err = client.RCV.Export(context.Background(), &csv, key, rcv.Registro, nil)
	require.NoError(t, err)
	assert.NotEmpty(t, csv.String())
	assert.Empty(t, srv.Violations())
}
