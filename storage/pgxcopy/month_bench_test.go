package pgxcopy_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
)

// BenchmarkMonthFromSII brings a month of 100,000 purchases, all states, from the
// fake SII into PostgreSQL, and compares with the time that the database takes for
// the same rows when they are in memory. The ways take turns, so that each sees
// the same machine; the numbers are medians. The fake, the client and the database
// share the machine.
func BenchmarkMonthFromSII(b *testing.B) {
	holder, owner, period := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2020-01")
	fake := siitest.NewServer()
	defer fake.Close()
	fake.Authorize(holder, owner)
	server := httptest.NewServer(fake.Handler())
	defer server.Close()
	client, err := sii.NewClient(sii.At(server.URL), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(server.Client()))
	require.NoError(b, err)
	store, err := pgxcopy.Open(b.Context(), pgtest.URL(b, "pgx"))
	require.NoError(b, err)
	defer store.Close()
	syncer, err := siisync.New(client, store)
	require.NoError(b, err)
	month := siitest.Generate(1, owner, period, speedRows*4/3).Purchases

	var rows []rcv.Document // as they come from the SII
	key := rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}
	show := func() {
		fake.Change(key, func([]rcv.Document) []rcv.Document { return nil })
		key.Period = key.Period.Next()
		fake.AddPurchases(owner, key.Period, month...)
	}
	show()
	for doc, err := range client.RCV.Documents(b.Context(), key, nil) {
		require.NoError(b, err)
		rows = append(rows, doc)
	}
	inMemory := func(yield func(rcv.Document, error) bool) {
		for i := range rows {
			if !yield(rows[i], nil) {
				return
			}
		}
	}
	var fromSII, database []time.Duration
	for b.Loop() {
		show()
		start := time.Now()
		result, err := syncer.Book(context.Background(), key)
		require.NoError(b, err)
		fromSII = append(fromSII, time.Since(start))
		require.EqualValues(b, len(rows), result.Counts.Added)

		key.Period = key.Period.Next()
		start = time.Now()
		imported, err := store.ImportRegister(context.Background(), storage.Snapshot{Key: key, Rows: inMemory})
		require.NoError(b, err)
		database = append(database, time.Since(start))
		require.EqualValues(b, len(rows), imported.Counts.Added)
	}
	b.ReportMetric(float64(len(rows)), "documents")
	b.ReportMetric(median(fromSII).Seconds(), "month-s")
	b.ReportMetric(median(database).Seconds(), "database-s")
	b.ReportMetric(float64(median(fromSII))/float64(median(database)), "month/database")
}
