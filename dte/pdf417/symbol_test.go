package pdf417_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte/pdf417"
)

// requireSymbol makes a symbol and requires that the standard reads it back.
func requireSymbol(t testing.TB, data []byte, o *pdf417.Options) *pdf417.Symbol {
	t.Helper()
	s, err := pdf417.Encode(data, o)
	require.NoError(t, err, "%d bytes, %+v", len(data), o)
	got, _, err := decode(s)
	require.NoError(t, err, "%d bytes, %+v", len(data), o)
	require.Equal(t, data, got, "%+v", o)
	return s
}

// TestStampsAreReadBack, 200 of them, 2,000 with CHILE_FULL_TESTS.
func TestStampsAreReadBack(t *testing.T) {
	n := 200
	if os.Getenv("CHILE_FULL_TESTS") != "" {
		n = 2000
	}
	random := rand.New(rand.NewPCG(1, 1))
	var symbols []*pdf417.Symbol
	var data [][]byte
	for range n {
		stamp := ted(random)
		require.True(t, len(stamp) >= 600 && len(stamp) <= 900, "%d bytes", len(stamp))
		s := requireSymbol(t, stamp, nil)
		assert.Equal(t, pdf417.DefaultColumns, s.Columns())
		symbols, data = append(symbols, s), append(data, stamp)
	}
	requireRead(t, symbols, data)
}

func TestEveryLengthIsReadBack(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	var symbols []*pdf417.Symbol
	var data [][]byte
	for n := 1; n <= 900; n++ {
		b := noise(random, n)
		symbols, data = append(symbols, requireSymbol(t, b, nil)), append(data, b)
	}
	requireRead(t, symbols, data)
}

// TestEveryByteIsReadBack: alone, seven times so that it is in a group and left over, and
// all together. 0 is what a text would end at.
func TestEveryByteIsReadBack(t *testing.T) {
	var symbols []*pdf417.Symbol
	var data [][]byte
	var all []byte
	for b := range 256 {
		all = append(all, byte(b))
		for _, n := range []int{1, 7} {
			data = append(data, bytes.Repeat([]byte{byte(b)}, n))
		}
	}
	data = append(data, all, append(all[1:256:256], 0))
	for _, b := range data {
		symbols = append(symbols, requireSymbol(t, b, nil))
	}
	requireRead(t, symbols, data)
}

// TestEveryShapeIsReadBack: all columns and levels, with one byte and with the most that
// goes in.
func TestEveryShapeIsReadBack(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	var symbols []*pdf417.Symbol
	var data [][]byte
	for columns := 1; columns <= 30; columns++ {
		for level := 1; level <= 8; level++ {
			o := &pdf417.Options{Columns: columns, Level: level}
			capacity, err := pdf417.Capacity(o)
			require.NoError(t, err)
			if capacity == 0 {
				_, err := pdf417.Encode([]byte("x"), o)
				require.ErrorIs(t, err, pdf417.ErrTooLong, "%+v", o)
				continue
			}
			for _, n := range []int{1, capacity} {
				b := noise(random, n)
				s := requireSymbol(t, b, o)
				require.Equal(t, columns, s.Columns())
				require.Equal(t, 17*columns+69, s.Width())
				require.GreaterOrEqual(t, s.Rows(), 3)
				require.LessOrEqual(t, s.Rows(), 90)
				require.LessOrEqual(t, s.Rows()*columns, 928)
				symbols, data = append(symbols, s), append(data, b)
			}
			_, err = pdf417.Encode(noise(random, capacity+1), o)
			require.ErrorIs(t, err, pdf417.ErrTooLong, "%+v", o)
		}
	}
	requireRead(t, symbols, data)
}

// TestSymbolsAreThoseOfZint, module by module, of bytes for which zint has no text
// compaction.
func TestSymbolsAreThoseOfZint(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	for _, shape := range []struct{ bytes, columns, level int }{
		{6, 4, 2},
		{7, 4, 2},
		{12, 5, 3},
		{60, 14, 5},
		{61, 14, 5},
		{777, 14, 5},
		{780, 14, 5},
		{700, 12, 5},
		{826, 16, 5},
		{826, 18, 5},
		{900, 14, 5},
		{500, 11, 6},
		{300, 20, 7},
		{200, 30, 8},
		{28, 1, 1},
		{100, 2, 1},
	} {
		data := noise(random, shape.bytes)
		for i := range data {
			data[i] |= 0x80
		}
		s := requireSymbol(t, data, &pdf417.Options{Columns: shape.columns, Level: shape.level})
		assert.Equal(t, zint(t, data, shape.columns, shape.level), rowsOf(s), "%+v", shape)
	}
}

// rowsOf writes the modules as 0 and 1.
func rowsOf(s *pdf417.Symbol) (rows []string) {
	for y := range s.Rows() {
		rows = append(rows, modules(s.Row(y), s.Width()))
	}
	return rows
}

// TestGolden is one stamp, a line a row, in hexadecimal digits. ZXingReader read it
// when it was written.
func TestGolden(t *testing.T) {
	stamp := ted(rand.New(rand.NewPCG(5, 5)))
	s := requireSymbol(t, stamp, nil)
	var b strings.Builder
	for y := range s.Rows() {
		fmt.Fprintf(&b, "%x\n", s.Row(y))
	}
	name := filepath.Join("testdata", "stamp.txt")
	if *update {
		requireRead(t, []*pdf417.Symbol{s}, [][]byte{stamp})
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(name, []byte(b.String()), 0o644))
	}
	golden, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, string(golden), b.String())
}

// TestDamageIsMended: level 5 mends 32 codewords at least, wherever they are.
func TestDamageIsMended(t *testing.T) {
	stamp := ted(rand.New(rand.NewPCG(6, 6)))
	s := requireSymbol(t, stamp, nil)
	requireReadImage(t, blot{PalettedImage: s.Image(2, 6, 20)}, stamp)
}

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct {
		bytes int
		o     *pdf417.Options
		want  error
		text  string
	}{
		{0, &pdf417.Options{}, pdf417.ErrEmpty, "no data"},
		{1, &pdf417.Options{Columns: -1}, pdf417.ErrColumns, "not -1"},
		{1, &pdf417.Options{Columns: 31}, pdf417.ErrColumns, "not 31"},
		{1, &pdf417.Options{Level: -1}, pdf417.ErrLevel, "not -1"},
		{1, &pdf417.Options{Level: 9}, pdf417.ErrLevel, "not 9"},
		{1030, nil, pdf417.ErrTooLong, "1030 bytes, at most 1029"},
		{29, &pdf417.Options{Columns: 1}, pdf417.ErrTooLong, "29 bytes, at most 28"},
		{1, &pdf417.Options{Columns: 5, Level: 8}, pdf417.ErrTooLong, "at most 0"},
	} {
		s, err := pdf417.Encode(make([]byte, c.bytes), c.o)
		require.ErrorIs(t, err, c.want, "%+v", c)
		assert.ErrorContains(t, err, c.text)
		assert.Nil(t, s)
		if c.o == nil {
			continue // Fit chooses the columns
		}
		_, _, err = pdf417.Fit(make([]byte, c.bytes), pdf417.OnPage(), c.o)
		assert.ErrorIs(t, err, c.want, "%+v", c)
	}
	for _, o := range []*pdf417.Options{{Columns: 31}, {Level: 9}} {
		_, err := pdf417.Capacity(o)
		assert.Error(t, err)
	}
}

func TestCapacity(t *testing.T) {
	for _, c := range []struct {
		o    *pdf417.Options
		want int
	}{
		{nil, 1029},
		{&pdf417.Options{Columns: 16}, 1034},
		{&pdf417.Options{Columns: 30, Level: 8}, 463},
		{&pdf417.Options{Columns: 16, Level: 1}, 1106}, // 922 codewords of data
	} {
		got, err := pdf417.Capacity(c.o)
		require.NoError(t, err)
		assert.Equal(t, c.want, got, "%+v", c.o)
	}
}

func FuzzEncode(f *testing.F) {
	f.Add([]byte("<TED>\xd1</TED>"), 14, 5)
	f.Add([]byte{0}, 1, 1)
	f.Add(make([]byte, 1029), 0, 0)
	f.Fuzz(func(t *testing.T, data []byte, columns, level int) {
		o := &pdf417.Options{Columns: columns, Level: level}
		s, err := pdf417.Encode(data, o)
		capacity, capacityErr := pdf417.Capacity(o)
		if capacityErr != nil || len(data) == 0 || len(data) > capacity {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		got, gotLevel, err := decode(s)
		require.NoError(t, err)
		require.Equal(t, data, got)
		if level != 0 {
			require.Equal(t, level, gotLevel)
		} else {
			require.Equal(t, pdf417.DefaultLevel, gotLevel)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	stamp := ted(rand.New(rand.NewPCG(7, 7)))
	for b.Loop() {
		if _, err := pdf417.Encode(stamp, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	stamp := ted(rand.New(rand.NewPCG(7, 7)))
	for b.Loop() {
		s, _, err := pdf417.Fit(stamp, pdf417.OnPage(), nil)
		if err != nil {
			b.Fatal(err)
		}
		for bar := range s.Bars() { // as a drawing does
			_ = bar
		}
	}
}
