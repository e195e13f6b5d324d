package chile_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

func TestParseFolio(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]chile.Folio{
		"0": 0, "1": 1, "0000000042": 42, "9999999999": 9_999_999_999, "999999999999999999": 999_999_999_999_999_999,
	} {
		got, err := chile.ParseFolio(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for text, want := range map[string]error{
		"": chile.ErrSyntax, "-1": chile.ErrSyntax, "1.000": chile.ErrSyntax, "10370-10371": chile.ErrSyntax, "１": chile.ErrSyntax,
		"1000000000000000000": chile.ErrRange, strings.Repeat("9", 64): chile.ErrRange,
	} {
		folio, err := chile.ParseFolio(text)
		require.ErrorIs(t, err, want, "%q", text)
		assert.Zero(t, folio)
	}
}

func TestParseDocumentID(t *testing.T) {
	t.Parallel()
	want := chile.DocumentID{
		Issuer: chile.MustParseRUT("76192083-9"), Type: chile.FacturaElectronica, Folio: 1234,
	}
	for _, text := range []string{"76192083-9/33/1234", "76.192.083-9/033/01234"} {
		got, err := chile.ParseDocumentID(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	assert.Equal(t, "76192083-9/33/1234", want.String())
}

func TestParseDocumentIDRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, part string
		want       error
	}{
		{"", "DocumentID", chile.ErrSyntax},
		{"76192083-9", "DocumentID", chile.ErrSyntax},
		{"76192083-9/33", "DocumentID", chile.ErrSyntax},
		{"76192083-9/33/1/2", "DocumentID", chile.ErrSyntax},
		{"/0/0", "RUT", chile.ErrSyntax},
		{"76192083-8/33/1", "RUT", chile.ErrCheckDigit},
		{"76192083-9//1", "DocType", chile.ErrSyntax},
		{"76192083-9/0/1", "DocType", chile.ErrRange},
		{"76192083-9/33/", "Folio", chile.ErrSyntax},
		{"76192083-9/33/1000000000000000000", "Folio", chile.ErrRange},
		{strings.Repeat("/", 1<<20), "DocumentID", chile.ErrSyntax},
	} {
		id, err := chile.ParseDocumentID(tt.text)
		require.ErrorIs(t, err, tt.want, "%.40q", tt.text)
		assert.True(t, id.IsZero())
		var parse *chile.ParseError
		require.ErrorAs(t, err, &parse)
		assert.Equal(t, tt.part, parse.Type, "%.40q", tt.text)
	}
}

func TestDocumentIDOrder(t *testing.T) {
	t.Parallel()
	inOrder := []string{
		"1-9/33/5", "76192083-9/33/1", "76192083-9/33/2", "76192083-9/33/10", "76192083-9/61/1", "77222222-K/30/1",
	}
	var ids []chile.DocumentID
	for _, text := range inOrder {
		id, err := chile.ParseDocumentID(text)
		require.NoError(t, err)
		ids = append(ids, id)
	}
	slices.Reverse(ids)
	slices.SortFunc(ids, chile.DocumentID.Compare)
	for i, id := range ids {
		assert.Equal(t, inOrder[i], id.String())
	}
}

func TestDocumentIDAsJSON(t *testing.T) {
	t.Parallel()
	id := chile.DocumentID{Issuer: chile.MustParseRUT("76192083-9"), Type: 33, Folio: 1}
	text, err := json.Marshal([]chile.DocumentID{id, {}})
	require.NoError(t, err)
	assert.JSONEq(t, `["76192083-9/33/1",""]`, string(text))
	var back []chile.DocumentID
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, []chile.DocumentID{id, {}}, back)

	require.ErrorIs(t, json.Unmarshal([]byte(`"76192083-8/33/1"`), &id), chile.ErrCheckDigit)
	assert.EqualValues(t, 1, id.Folio, "a refused text must leave the value alone")
}

func FuzzParseDocumentID(f *testing.F) {
	for _, seed := range []string{"76192083-9/33/1234", "60.803.000-k/0061/00", "//", "1-9/9999/999999999999999999", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := chile.ParseDocumentID(text)
		if err != nil {
			var parse *chile.ParseError
			if !errors.As(err, &parse) || !id.IsZero() {
				t.Fatalf("%q: %v with %v", text, id, err)
			}
			return
		}
		again, err := chile.ParseDocumentID(id.String())
		if err != nil || again != id || again.Compare(id) != 0 {
			t.Fatalf("%q -> %s -> %v, %v", text, id, again, err)
		}
	})
}
