package rcv

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

// everyValue calls the function with documents that have one value each, and
// with one that has all of them.
func everyValue(f func(name string, d *Document)) {
	var all, one Document
	var fill func(name string, v, all reflect.Value)
	fill = func(name string, v, all reflect.Value) {
		switch p := v.Addr().Interface().(type) {
		case *time.Time:
			*p = time.Date(2026, 10, 5, 9, 30, 15, 123_000_000, chile.Santiago())
		case *chile.RUT:
			*p = chile.MustParseRUT("12345678-5")
		case *chile.Date:
			*p = chile.MustParsePeriod("2026-02").Last()
		case *chile.Period:
			*p = chile.MustParsePeriod("2026-10")
		default:
			switch v.Kind() {
			case reflect.Struct:
				for i := range v.NumField() {
					fill(name+"."+v.Type().Field(i).Name, v.Field(i), all.Field(i))
				}
				return
			case reflect.Slice:
				v.Set(reflect.ValueOf([]OtherTax{{Code: 27, Amount: -5, Rate: "10"}, {Code: 24, Amount: 9}}))
			case reflect.String:
				v.SetString("Ñandú <&> \"\\\n\u2028 " + name)
			case reflect.Bool:
				v.SetBool(true)
			default:
				v.SetInt(-1234567)
			}
		}
		all.Set(v)
		f(name, &one)
		v.SetZero()
	}
	fill("Document", reflect.ValueOf(&one).Elem(), reflect.ValueOf(&all).Elem())
	f("all", &all)
	f("none", &Document{})
}

func TestEncodeEveryValue(t *testing.T) {
	t.Parallel()
	var e Encoder
	everyValue(func(name string, d *Document) {
		data, hash, err := e.Encode(d)
		require.NoError(t, err, name)
		assert.Equal(t, Hash(d), hash, name)
		want, err := json.Marshal(d)
		require.NoError(t, err)
		var got, same Document
		require.NoError(t, json.Unmarshal(data, &got), "%s: %s", name, data)
		require.NoError(t, json.Unmarshal(want, &same))
		assert.Equal(t, same, got, "%s: %s", name, data)
		assert.Empty(t, Diff(d, &got), name)
	})
}

func TestEncodeRandomDocuments(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var e Encoder
	for range 500 {
		d := randomDocument(t, random, func(int, *field) bool { return true })
		data, hash, err := e.Encode(&d)
		require.NoError(t, err)
		assert.Equal(t, Hash(&d), hash)
		var got Document
		require.NoError(t, json.Unmarshal(data, &got))
		assert.Equal(t, Hash(&d), Hash(&got))
	}
}

func TestEncodeZeroTimeWithZone(t *testing.T) {
	t.Parallel()
	d := Document{Received: time.Time{}.In(chile.Santiago())}
	data, _, err := new(Encoder).Encode(&d)
	require.NoError(t, err)
	var got Document
	require.NoError(t, json.Unmarshal(data, &got))
	assert.True(t, got.Received.IsZero(), "%s", data)
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]Document{
		"Latin-1": {Name: "Compa\xf1\xeda"},
		"a rate":  {OtherTaxes: []OtherTax{{Rate: "\xff"}}},
		"a month": {SIIData: SIIData{Loaded: chile.Period{Year: 2026, Month: 13}}},
		"a year":  {Received: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		data, hash, err := new(Encoder).Encode(&d)
		require.Error(t, err, name)
		assert.Empty(t, data)
		assert.Empty(t, hash)
	}
}

func BenchmarkEncode(b *testing.B) {
	d := Document{
		State: Registro, Type: 33, Folio: 12345, Counterparty: chile.MustParseRUT("12345678-5"), Name: "Proveedor de materiales SpA",
		Issued: chile.MustParsePeriod("2026-10").First(), Received: time.Date(2026, 10, 5, 12, 0, 0, 0, chile.Santiago()), Net: 1000, VAT: 190, Total: 1190,
	}
	b.Run("Encoder", func(b *testing.B) {
		b.ReportAllocs()
		var e Encoder
		for b.Loop() {
			_, _, _ = e.Encode(&d)
		}
	})
	b.Run("json.Marshal and Hash", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = json.Marshal(&d)
			_ = Hash(&d)
		}
	})
}
