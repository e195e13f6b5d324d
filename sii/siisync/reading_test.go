package siisync_test

import (
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

// A register that is read once as JSON, once as CSV and once as JSON again has not
// changed, and what the ways tell is kept together.
func TestWaysOfReadingAreNoChange(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer()
	t.Cleanup(srv.Close)
	holder, owner, october := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	srv.Authorize(holder, owner)
	month := siitest.Generate(4, owner, october, 80)
	srv.Load(owner, october, month)
	client, err := sii.NewClient(srv.Environment(), sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	for name, ways := range map[string][]sii.RCVOptions{
		"JSON first": {{Taxes: sii.TaxesNever}, {Way: sii.AsCSV}, {}, {Way: sii.AsCSV}},
		"CSV first":  {{Way: sii.AsCSV}, {Taxes: sii.TaxesNever}, {}, {Way: sii.AsCSV}},
	} {
		store := memory.New()
		key := rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
		for i, way := range ways {
			syncer, err := siisync.New(client, store, siisync.WithReading(way))
			require.NoError(t, err)
			result, err := syncer.Book(t.Context(), key)
			require.NoError(t, err)
			if i > 0 {
				assert.Equal(t, storage.Counts{Unchanged: int64(len(month.Purchases))}, result.Counts, "%s, %d", name, i)
			}
		}
		events, taxes := 0, 0
		for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner}) {
			require.NoError(t, err)
			if doc.Event != "" {
				events++
			}
			taxes += len(doc.OtherTaxes)
		}
		wantEvents, wantTaxes := 0, 0
		for _, p := range month.Purchases {
			if p.Event != "" {
				wantEvents++
			}
			wantTaxes += len(p.OtherTaxes)
		}
		assert.Equal(t, []int{wantEvents, wantTaxes}, []int{events, taxes}, name)
		assert.Positive(t, taxes)
	}
}
