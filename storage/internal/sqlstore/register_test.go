package sqlstore

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Documents were once written by encoding/json, which writes <, > and & in its
// own way.
func TestDocumentsOfEarlierVersionsAreRead(t *testing.T) {
	t.Parallel()
	d := rcv.Document{
		State: rcv.Registro, Type: 33, Folio: 1, Counterparty: chile.MustParseRUT("12345678-5"), Name: "Ñandú & Cía. <Ltda.>\u2028",
		Issued: chile.MustParsePeriod("2026-10").First(), Received: chile.MustParsePeriod("2026-10").First().Time(), Net: -5,
		OtherTaxes: []rcv.OtherTax{{Code: 24, Amount: 5, Rate: "31.5"}}, SIIData: rcv.SIIData{Loaded: chile.MustParsePeriod("2026-10"), KindMayChange: true},
	}
	earlier, err := json.Marshal(&d)
	require.NoError(t, err)
	now, hash, err := new(rcv.Encoder).Encode(&d)
	require.NoError(t, err)
	assert.NotEqual(t, string(earlier), string(now))
	for _, data := range []string{string(earlier), string(now)} {
		got, err := decodeDocument(data)
		require.NoError(t, err)
		assert.True(t, d.Received.Equal(got.Received))
		got.Received = d.Received
		assert.Equal(t, &d, got)
		assert.Equal(t, hash, rcv.Hash(got))
	}
}

func TestKeysAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	register := rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	for _, key := range []documentKey{
		{chile.MustParseRUT("12345678-5"), 33, 101},
		{chile.MustParseRUT("77222222-K"), 914, 999_999_999_999_999_999},
		{chile.RUT{}, 35, 0},
		{chile.MustParseRUT("1-9"), 9999, -1},
	} {
		row := keyValues(nil, register, key)
		got, ok := parseKey([]byte(row[0].Text), []byte(row[2].Text), []byte(row[3].Text))
		assert.True(t, ok)
		assert.Equal(t, key, got)
	}
	for _, other := range [][3]string{
		{"12.345.678-5", "33", "1"},
		{"012345678-5", "33", "1"},
		{"12345678-4", "33", "1"},
		{"123456785", "33", "1"},
		{"77222222-k", "33", "1"},
		{"12345678-5", "033", "1"},
		{"12345678-5", "33 ", "1"},
		{"12345678-5", "", "1"},
		{"12345678-5", "33", "01"},
		{"12345678-5", "33", ""},
		{"12345678-5", "33", "1a"},
		{"12345678-5", "33", "-0"},
		{"12345678-5", "99999999999", "1"},
		{"-", "33", "1"},
		{"5", "33", "1"},
		{"-5-5", "33", "1"},
		{"12345678-5", "33", "9999999999999999999"},
	} {
		_, ok := parseKey([]byte(other[0]), []byte(other[1]), []byte(other[2]))
		assert.False(t, ok, other)
	}
}
