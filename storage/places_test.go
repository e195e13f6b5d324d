package storage_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func TestPlaceComesBackFromItsText(t *testing.T) {
	t.Parallel()
	for _, place := range []storage.Place{
		{},
		{Period: "2026-10", Book: rcv.Purchases, Key: "12332012345678-5117", ID: 7},
		{Book: rcv.Sales, ID: 1 << 62},
		{Period: "10/2026", Book: rcv.Sales, Key: "12//33 á\x00\xff"},
	} {
		text, err := place.MarshalText()
		require.NoError(t, err)
		assert.Regexp(t, regexp.MustCompile(`^[A-Za-z0-9_-]*$`), string(text))
		back := storage.Place{Key: "another"}
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, place, back)
		assert.Equal(t, place == storage.Place{}, len(text) == 0)
	}
}

func TestTextsThatAreNoPlace(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"!", "MzMvNzYxOTIwODMtOS8x", "T1RSTy8xLzAv", "Q09NUFJBLzEvOS8x", "Q09NUFJBLzEvLTEvMQ", strings.Repeat("A", 4097), " ", "Q09NUFJBLzAvMC8\n",
	} {
		place := storage.Place{Key: "kept"}
		require.ErrorIs(t, place.UnmarshalText([]byte(text)), storage.ErrInvalid, text)
		assert.Equal(t, "kept", place.Key)
	}
}

// The order of places is that of the numbers.
func TestPlacesOrderAsNumbers(t *testing.T) {
	t.Parallel()
	var before storage.Place
	for _, typ := range []chile.DocType{1, 33, 61, 110, 914} {
		for _, number := range []int64{0, 900_000, 9_000_001, 77_000_001} {
			for _, folio := range []chile.Folio{0, 9, 10, 99, 100, 12_345_678} {
				d := rcv.Document{Type: typ, Folio: folio}
				if number != 0 {
					d.Counterparty, _ = chile.NewRUT(number)
				}
				place := storage.Place{Period: "2026-10", Book: rcv.Purchases, Key: storage.DocumentKey(&d)}
				assert.Negative(t, before.Compare(place), "%+v", d)
				assert.Positive(t, place.Compare(before))
				assert.Zero(t, place.Compare(place))
				before = place
			}
		}
	}
}

func FuzzPlace(f *testing.F) {
	f.Add("")
	f.Add("Q09NUFJBLzcvNy8yMDI2LTEwMTIzMw")
	f.Add("MzMvNzYxOTIwODMtOS8x")
	f.Fuzz(func(t *testing.T, text string) {
		var place, again storage.Place
		if place.UnmarshalText([]byte(text)) != nil {
			return
		}
		written, err := place.MarshalText()
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalText(written))
		require.Equal(t, place, again)
	})
}
