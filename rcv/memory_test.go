package rcv

import (
	"fmt"
	"io"
	"iter"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

// generated is a reader of bytes that are made as they are read.
type generated struct {
	next func(n int) []byte // the n-th piece; nil is the end
	n    int
	rest []byte
}

func (g *generated) Read(p []byte) (int, error) {
	for len(g.rest) == 0 {
		if g.rest = g.next(g.n); g.rest == nil {
			return 0, io.EOF
		}
		g.n++
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

// manyRows are purchases of 20,000 suppliers, in a file.
func manyRows(rows int, buf []byte) *generated {
	return &generated{next: func(n int) []byte {
		switch {
		case n == 0:
			return append(buf[:0], purchaseRegistro+"\r\n"...)
		case n > rows:
			return nil
		}
		rut, _ := chile.NewRUT(int64(70_000_000 + n%20_000))
		return fmt.Appendf(buf[:0], "%d;33;Del Giro;%s;Proveedor Número %d SpA;%d;%02d/10/2026;%02d/10/2026 %02d:55:53;;0;%d;%d;;;%d;;;;;0;;;;0;27;%d;10;\r\n",
			n, rut, n%20_000, n, 1+n%28, 1+n%28, n%24, 500_000+n, 95_000+n, 595_000+3*n, n)
	}}
}

// peak ranges over the documents and returns how many there are, and the most
// memory that the heap had meanwhile.
func peak(t *testing.T, seq iter.Seq2[Document, error]) (rows int, bytes uint64) {
	t.Helper()
	var stats runtime.MemStats
	look := func() {
		runtime.ReadMemStats(&stats)
		bytes = max(bytes, stats.HeapInuse)
	}
	runtime.GC()
	look()
	for _, err := range seq {
		require.NoError(t, err)
		if rows++; rows%5000 == 0 {
			look()
		}
	}
	return rows, bytes
}

const mebibyte = 1 << 20

// These are not parallel, because they measure the heap.

func TestMillionRowsOfCSVInBoundedMemory(t *testing.T) { //nolint:paralleltest // see above
	if testing.Short() {
		t.Skip("a million rows take seconds")
	}
	file, err := OpenCSV(manyRows(1_000_000, nil), nil)
	require.NoError(t, err)
	rows, bytes := peak(t, file.Documents())
	assert.Equal(t, 1_000_000, rows)
	assert.Less(t, bytes, uint64(48*mebibyte))
	t.Logf("%d rows, heap at most %.1f MiB", rows, float64(bytes)/mebibyte)
}

func TestManyRowsOfJSONInBoundedMemory(t *testing.T) { //nolint:paralleltest // see above
	const many = 100_000
	answer := &generated{next: func(n int) []byte {
		switch {
		case n == 0:
			return []byte(`{"data":[`)
		case n == many+1:
			return []byte(`],"respEstado":{"codRespuesta":0}}`)
		case n > many:
			return nil
		}
		comma := ","
		if n == 1 {
			comma = ""
		}
		rut, _ := chile.NewRUT(int64(70_000_000 + n%20_000))
		return fmt.Appendf(nil, `%s{"dhdrCodigo":%d,"detTipoDoc":33,"detRutDoc":%d,"detDvDoc":"%c","detRznSoc":"Proveedor Número %d SpA","detNroDoc":%d,`+
			`"detFchDoc":"05/10/2026","detMntNeto":%d,"detMntTotal":%d}`, comma, n, rut.Number(), rut.DV(), n%20_000, n, n, n)
	}}
	rows, bytes := peak(t, DecodeDocuments(answer, &DecodeOptions{State: Registro}))
	assert.Equal(t, many, rows)
	assert.Less(t, bytes, uint64(48*mebibyte))
	t.Logf("%d rows, heap at most %.1f MiB", rows, float64(bytes)/mebibyte)
}

// The CSV within an answer of the export is not held either.
func TestManyRowsOfAnExportInBoundedMemory(t *testing.T) { //nolint:paralleltest // see above
	const many = 200_000
	csv := manyRows(many, nil)
	answer := &generated{next: func(n int) []byte {
		switch line := csv.next(n); {
		case n > many+1:
			return nil
		case line == nil:
			return []byte(`],"respEstado":{"codRespuesta":0}}`)
		case n == 0:
			return fmt.Appendf(nil, `{"data":[%q`, line)
		default:
			return fmt.Appendf(nil, `,%q`, line)
		}
	}}
	file, err := OpenCSV(NewExportReader(answer), nil)
	require.NoError(t, err)
	rows, bytes := peak(t, file.Documents())
	assert.Equal(t, many, rows)
	assert.Less(t, bytes, uint64(48*mebibyte))
	t.Logf("%d rows, heap at most %.1f MiB", rows, float64(bytes)/mebibyte)
}
