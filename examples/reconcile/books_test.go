package main

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

func read(t *testing.T, file string) ([]rcv.Entry, error) {
	t.Helper()
	var list []rcv.Entry
	for e, err := range readBooks(strings.NewReader(file)) {
		if err != nil {
			return list, err
		}
		list = append(list, e)
	}
	return list, nil
}

func TestReadBooks(t *testing.T) {
	t.Parallel()
	want := rcv.Entry{Counterparty: chile.MustParseRUT("77222222-K"), Type: 33, Folio: 1234, Total: 1_190_000, Key: "AP-1 ñ"}
	want.Date, _ = chile.NewDate(2026, 10, 31)
	for name, file := range map[string]string{
		"semicolons":       "rut;tipo;folio;fecha;total;clave\n77222222-K;33;1234;2026-10-31;1190000;AP-1 ñ\n",
		"commas":           "rut,tipo,folio,fecha,total,clave\n77.222.222-k,33,1234,31/10/2026,\"1.190.000\",AP-1 ñ\n",
		"tabs":             "rut\ttipo\tfolio\tfecha\ttotal\tclave\n77222222-K\t33\t1234\t31-10-2026\t1,190,000\tAP-1 ñ\n",
		"mark of UTF-8":    "\xef\xbb\xbfrut;tipo;folio;fecha;total;clave\r\n77222222-K;33;1234;2026-10-31;$ 1.190.000;AP-1 ñ\r\n",
		"Latin-1":          "rut;tipo;folio;fecha;total;clave;raz\xf3n\n77222222-K;33;1234;2026-10-31;1190000,00;AP-1 \xf1;Cr\xe9dito\n",
		"the SII's own":    "Nro;Tipo Doc;RUT Proveedor;Folio;Fecha Docto;Monto Total;Clave\n1;33;77222222-K;1234;31/10/2026;1190000;AP-1 ñ\n",
		"quotes and order": "\"total\";\"clave\";\"folio\";\"rut\";\"tipo\";\"fecha\"\n\" 1190000 \";\"AP-1 ñ\";1234;77222222-K;33;2026-10-31",
	} {
		got, err := read(t, file)
		require.NoError(t, err, name)
		require.Equal(t, []rcv.Entry{want}, got, name)
	}
	got, err := read(t, "rut;folio;total;fecha;tipo\n77222222-K;1;5;;\n77222222-K;2;-7;;61\n")
	require.NoError(t, err)
	require.Len(t, got, 2, "type and date may be missing")
	assert.EqualValues(t, 7, got[1].Total, "a credit note below zero")
}

// What cannot be read right is refused, with its line, its column and its value.
func TestReadBooksRefuses(t *testing.T) {
	t.Parallel()
	for file, words := range map[string]string{
		"":                                "empty",
		"\xff\xfer\x00u\x00t\x00":         "UTF-16",
		"rut;folio;total\n76192006;1;5\n": "76192006",
		"rut;folio\n":                     `"total"`,
		"rut;folio;total;rut\n":           "two columns",
		"rut;folio;total\n1-9;1\n":        "line 2",
		"rut;folio;total\n1-9;\"\n":       "line 2",
		"rut;folio;total\n77222222-K;1;5\n\n77222222-1;1;5\n":                  `line 4: column rut: chile: RUT "77222222-1"`,
		"rut;folio;total\n77222222-K;1.0;5\n":                                  "column folio",
		"rut;folio;total\n77222222-K;;5\n":                                     "column folio",
		"rut;folio;total\n77222222-K;1;\n":                                     "column total",
		"rut;folio;total\n77222222-K;1;1234,5\n":                               "not between thousands",
		"rut;folio;total\n77222222-K;1;1234,56\n":                              "no decimals",
		"rut;folio;total\n77222222-K;1;12.34.567\n":                            "not between thousands",
		"rut;folio;total\n77222222-K;1;1.234..567\n":                           "not between thousands",
		"rut;folio;total\n77222222-K;1;.123\n":                                 "not between thousands",
		"rut;folio;total\n77222222-K;1;1.234,567\n":                            "two marks",
		"rut;folio;total\n77222222-K;1;1.234.00\n":                             "one mark",
		"rut;folio;total\n77222222-K;1;-5\n":                                   "below zero",
		"rut;folio;total;tipo\n77222222-K;1;--5;61\n":                          "two signs",
		"rut;folio;total\n77222222-K;1;1e6\n":                                  "column total",
		"rut;folio;total\n77222222-K;1;9999999999999999999\n":                  "column total",
		"rut;folio;total;fecha\n77222222-K;1;5;10/31/2026\n":                   "column fecha",
		"rut;folio;total;fecha\n77222222-K;1;5;31/10/26\n":                     "column fecha",
		"rut;folio;total;fecha\n77222222-K;1;5;46326\n":                        "column fecha",
		"rut;folio;total;tipo\n77222222-K;1;5;Factura\n":                       "column tipo",
		"rut;folio;total\n77222222-K;1;5\n77222222-K;2;6;7\n":                  "line 3",
		"rut;folio;total;clave\n77222222-K;1;5;a\n77222222-K;1;1.2.3;<b>x</b>": "line 3",
	} {
		_, err := read(t, file)
		require.ErrorContains(t, err, words, "%q", file)
		require.ErrorContains(t, err, "books: ")
	}
}

// endless is a field in quotation marks that never ends.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "1\n"[i%2]
	}
	e.read += int64(len(p))
	return len(p), nil
}

// A row without end is refused before it fills the memory; many rows are not.
func TestReadBooksBoundsARow(t *testing.T) {
	t.Parallel()
	for _, head := range []string{"rut;folio;total\n77222222-K;1;5\n77222222-K;2;\"", "rut;folio;\""} {
		source := &endless{}
		var err error
		for _, e := range readBooks(io.MultiReader(strings.NewReader(head), source)) {
			err = e
		}
		require.ErrorIs(t, err, errLongRow)
		require.ErrorContains(t, err, "books: ")
		assert.Less(t, source.read, int64(2*maxRow))
	}
	rows := strings.Repeat("77222222-K;1;5\n", 3*maxRow/15)
	got, err := read(t, "rut;folio;total\n"+rows)
	require.NoError(t, err)
	assert.Len(t, got, 3*maxRow/15)
	_, err = read(t, "rut;folio;total;clave\n77222222-K;1;5;"+strings.Repeat("x", maxRow/2)+"\n")
	require.NoError(t, err)
	_, err = read(t, "rut;folio;total\n77222222-K;1;5\n77222222-K;1;"+strings.Repeat("5", 2*maxRow))
	require.ErrorContains(t, err, "after line 2: a row of more than")
}

func FuzzReadBooks(f *testing.F) {
	f.Add("rut;tipo;folio;fecha;total;clave\n77222222-K;33;1234;2026-10-31;1.190.000;AP-1\n")
	f.Add("\xef\xbb\xbfrut,folio,total\n1-9,1,-1\n")
	f.Fuzz(func(t *testing.T, file string) {
		for e, err := range readBooks(strings.NewReader(file)) {
			if err == nil && (e.Total < 0 || e.Counterparty.IsZero()) {
				t.Fatalf("%+v", e)
			}
		}
	})
}
