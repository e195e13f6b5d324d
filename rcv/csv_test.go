package rcv_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

const (
	registro = "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Fecha Acuse;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Iva No Recuperable;Codigo IVA No Rec.;Monto Total;Monto Neto Activo Fijo;IVA Activo Fijo;IVA uso Comun;Impto. Sin Derecho a Credito;IVA No Retenido;Tabacos Puros;Tabacos Cigarrillos;Tabacos Elaborados;NCE o NDE sobre Fact. de Compra;Codigo Otro Impuesto;Valor Otro Impuesto;Tasa Otro Impuesto"
	oneRow   = "1;33;Del Giro;76192083-9;Uno SpA;7;05/10/2026;06/10/2026 09:55:53;;0;1000;190;;;1190;;;;;0;;;;0;;;;"
	oneMore  = ";33;Del Giro;76192083-9;Uno SpA;7;05/10/2026;;;;;;;;;;;;;;;;;;%s;"
)

func openText(t *testing.T, text string, opts *rcv.CSVOptions) *rcv.CSV {
	t.Helper()
	file, err := rcv.OpenCSV(strings.NewReader(text), opts)
	require.NoError(t, err)
	return file
}

func lines(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }

// with changes one cell of a row.
func with(row, heading, value string) string {
	cells := strings.Split(row, ";")
	cells[slices.Index(strings.Split(registro, ";"), heading)] = value
	return strings.Join(cells, ";")
}

func TestWritingsOfOneFile(t *testing.T) {
	t.Parallel()
	reordered := func(text string) string {
		var rows []string
		for line := range strings.Lines(text) {
			cells := strings.Split(strings.TrimRight(line, "\r\n"), ";")[:27]
			slices.Reverse(cells)
			rows = append(rows, strings.Join(cells, ";"))
		}
		return strings.Join(rows, "\n")
	}
	file := lines(registro, with(oneRow, "Razon Social", "Peñaflor"))
	latin1 := []byte(strings.ReplaceAll(file, "ñ", "\xf1"))
	for name, text := range map[string]string{
		"CRLF":                    file,
		"LF":                      strings.ReplaceAll(file, "\r\n", "\n"),
		"no line end":             strings.TrimRight(file, "\r\n"),
		"blank lines":             "\n \n" + strings.ReplaceAll(file, "\r\n", "\r\n\r\n \t\r\n") + ";;;;\n",
		"byte order mark":         "\ufeff" + file,
		"ISO-8859-1":              string(latin1),
		"no trailing separator":   strings.ReplaceAll(file, ";\r\n", "\r\n"),
		"many separators":         strings.ReplaceAll(file, ";\r\n", ";;;;;;;\r\n"),
		"header with a separator": strings.Replace(file, "\r\n", ";\r\n", 1),
		"missing trailing fields": strings.ReplaceAll(file, ";0;;;;\r\n", "\r\n"),
		"other capitals":          strings.Replace(file, registro, strings.ToUpper(registro), 1),
		"padded":                  strings.ReplaceAll(strings.ReplaceAll(file, ";", " ; "), "Tipo Doc", "Tipo  Doc"),
		"other order":             reordered(file),
	} {
		csv := openText(t, text, nil)
		docs, bad, err := read(t, csv.Documents())
		require.NoError(t, err, name)
		require.Empty(t, bad, name)
		require.Len(t, docs, 1, name)
		assert.Equal(t, rcv.Registro, csv.State(), name)
		assert.Equal(t, "Peñaflor", docs[0].Name, name)
		assert.Equal(t, chile.CLP(1190), docs[0].Total, name)
		assert.Equal(t, chile.Folio(7), docs[0].Folio, name)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	noType := strings.Replace(registro, "Tipo Doc;", "", 1)
	noTobacco := strings.Replace(registro, "Tabacos Puros;Tabacos Cigarrillos;Tabacos Elaborados;", "", 1)
	for _, test := range []struct {
		name, header string
		opts         rcv.CSVOptions
		state        rcv.State
		want         error
	}{
		{name: "no type", header: noType, want: rcv.ErrTypeUnknown},
		{name: "no type, but told", header: noType, opts: rcv.CSVOptions{Type: 33}, state: rcv.Registro},
		{name: "unknown column", header: noTobacco + ";Observacion;", state: rcv.NoIncluir},
		{name: "a column less, in tobacco layout", header: strings.Replace(registro, "IVA Activo Fijo;", "", 1), state: rcv.Registro},
		{name: "a column less, ambiguous", header: strings.Replace(noTobacco, "IVA Activo Fijo;", "", 1), want: rcv.ErrStateUnknown},
		{name: "ambiguous, but told", header: strings.Replace(noTobacco, "IVA Activo Fijo;", "", 1), opts: rcv.CSVOptions{State: rcv.NoIncluir}, state: rcv.NoIncluir},
		{name: "other state", header: registro, opts: rcv.CSVOptions{State: rcv.Pendiente}, want: rcv.ErrOtherRegister},
		{name: "other book", header: registro, opts: rcv.CSVOptions{Book: rcv.Sales}, want: rcv.ErrOtherRegister},
		{name: "no total", header: strings.Replace(registro, "Monto Total;", "", 1), want: rcv.ErrNotRegister},
		{name: "no net", header: strings.Replace(registro, "Monto Neto;", "", 1), want: rcv.ErrNotRegister},
		{name: "half a tax", header: strings.Replace(registro, "Valor Otro Impuesto;", "", 1), want: rcv.ErrNotRegister},
		{name: "twice", header: registro + ";Folio", want: rcv.ErrNotRegister},
		{name: "both books", header: registro + ";Rut cliente", want: rcv.ErrNotRegister},
		{name: "HTML", header: "<!DOCTYPE html><html>", want: rcv.ErrNotRegister},
		{name: "summary", header: "Tipo Documento;Total Documentos;Monto Total", want: rcv.ErrNotRegister},
		{name: "too many columns", header: strings.Repeat("x;", 200) + "y", want: rcv.ErrTooLong},
		{name: "too long", header: strings.Repeat("x", 70_000), want: rcv.ErrTooLong},
		{name: "empty", header: "", want: io.EOF},
	} {
		file, err := rcv.OpenCSV(strings.NewReader(test.header), &test.opts)
		if test.want != nil {
			require.ErrorIs(t, err, test.want, test.name)
			var header *rcv.HeaderError
			require.ErrorAs(t, err, &header, test.name)
			continue
		}
		require.NoError(t, err, test.name)
		assert.Equal(t, test.state, file.State(), test.name)
		docs, bad, err := read(t, file.Documents())
		require.NoError(t, err)
		assert.Empty(t, docs, "a header alone is an empty register")
		assert.Empty(t, bad)
	}
	file := openText(t, strings.Replace(registro, "IVA Activo Fijo", "Observacion", 1), nil)
	assert.Equal(t, []string{"Observacion"}, file.Unknown())
	assert.Equal(t, []string{"IVA Activo Fijo"}, file.Missing())
}

func TestFileOfOneTypeHasThatType(t *testing.T) {
	t.Parallel()
	header := strings.Replace(registro, "Tipo Doc;", "", 1)
	text := lines(header, strings.Replace(oneRow, ";33;", ";", 1)+"24;5;10;",
		strings.Replace(fmt.Sprintf(oneMore, "27;6;"), ";33;", ";", 1))
	docs, bad, err := read(t, openText(t, strings.Replace(text, "0;;;;24", "0;24", 1), &rcv.CSVOptions{Type: 46}).Documents())
	require.NoError(t, err)
	require.Empty(t, bad)
	require.Len(t, docs, 1)
	assert.Equal(t, chile.FacturaCompraElectronica, docs[0].Type)
	assert.Equal(t, "24:5@10 27:6@", taxes(docs[0]))
}

func TestBadCells(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		heading, value string
		want           error
	}{
		{"Tipo Doc", "", rcv.ErrMissing},
		{"Tipo Doc", "0", rcv.ErrMissing},
		{"Tipo Doc", "factura", chile.ErrSyntax},
		{"RUT Proveedor", "76192083-8", chile.ErrCheckDigit},
		{"RUT Proveedor", "", rcv.ErrMissing},
		{"RUT Proveedor", "-", rcv.ErrMissing},
		{"Razon Social", `""`, rcv.ErrMissing},
		{"Folio", "", rcv.ErrMissing},
		{"Folio", "7A", chile.ErrSyntax},
		{"Fecha Docto", "", rcv.ErrMissing},
		{"Fecha Docto", "30/02/2026", chile.ErrRange},
		{"Fecha Recepcion", "", rcv.ErrMissing},
		{"Fecha Recepcion", "null", rcv.ErrMissing},
		{"Fecha Acuse", "05-10-2026 10:00:00", nil},
		{"Fecha Acuse", "5/10/2026 10:00:00", chile.ErrSyntax}, // day and month, or month and day
		{"Fecha Acuse", "05/10/2026 10:00:00 AM", chile.ErrSyntax},
		{"Fecha Acuse", "05/10/2026 25:00", chile.ErrRange},
		{"Fecha Docto", "05/10/2026 10:00:00", chile.ErrSyntax},
		{"Monto Exento", "", nil}, // net and VAT make up the total
		{"Monto Neto", "", rcv.ErrMissing},
		{"Monto Neto", "1.000", chile.ErrSyntax},
		{"Monto Neto", "1000,0", chile.ErrSyntax},
		{"Monto Neto", "-", chile.ErrSyntax},
		{"Monto Neto", "null", chile.ErrSyntax},
		{"Monto Neto", "$1000", chile.ErrSyntax},
		{"Monto Neto", "-1000", nil},
		{"Monto Total", "", rcv.ErrMissing},
		{"Monto IVA Recuperable", "", nil},
		{"Tasa Otro Impuesto", "10", nil}, // no tax, no amount: nothing is lost
		{"Codigo Otro Impuesto", "24", rcv.ErrMissing},
		{"Valor Otro Impuesto", "100", rcv.ErrMissing},
		{"Valor Otro Impuesto", "0", nil},
	} {
		name := test.heading + " " + test.value
		bare := with(oneRow, test.heading, test.value)
		docs, bad, err := read(t, openText(t, lines(registro, oneRow, bare, oneRow), &rcv.CSVOptions{KeepRepeated: true}).Documents())
		require.NoError(t, err, name)
		if test.want == nil {
			assert.Empty(t, bad, name)
			assert.Len(t, docs, 3, name)
			continue
		}
		assert.Len(t, docs, 2, "the rows around it come: %s", name)
		require.Len(t, bad, 1, name)
		assert.Equal(t, 3, bad[0].Line, name)
		require.ErrorIs(t, bad[0], test.want, name)
		if !strings.Contains(test.heading, "Otro") && !errors.Is(test.want, rcv.ErrMissing) {
			assert.Equal(t, test.heading, bad[0].Heading, name)
			assert.Equal(t, test.value, bad[0].Value, name)
		}
	}
}

func TestLongerRows(t *testing.T) {
	t.Parallel()
	_, bad, err := read(t, openText(t, lines(registro, oneRow+";x"), nil).Documents())
	require.NoError(t, err)
	require.Len(t, bad, 1)
	assert.Equal(t, rcv.RowError{Line: 2, Value: "x", Err: rcv.ErrUnexpected}, *bad[0])

	_, bad, err = read(t, openText(t, lines(registro, with(oneRow, "Razon Social", "Uno; Dos")), nil).Documents())
	require.NoError(t, err)
	require.Len(t, bad, 1)
	assert.Equal(t, "Folio", bad[0].Heading, "a semicolon in a name moves the rest")

	long := with(oneRow, "Razon Social", strings.Repeat("x", 70_000))
	docs, bad, err := read(t, openText(t, lines(registro, long, oneRow, long), nil).Documents())
	require.NoError(t, err)
	assert.Len(t, docs, 1)
	require.Len(t, bad, 2)
	assert.Equal(t, []int{2, 4}, []int{bad[0].Line, bad[1].Line})
	require.ErrorIs(t, bad[0], rcv.ErrTooLong)
}

func TestQuotationMarksAreLetters(t *testing.T) {
	t.Parallel()
	for _, name := range []string{`"La Única" SpA`, `"sin cierre`, `O'Higgins "2"`, `"entre comillas"`} {
		docs, bad, err := read(t, openText(t, lines(registro, with(oneRow, "Razon Social", name), with(oneRow, "Folio", "8")), nil).Documents())
		require.NoError(t, err)
		require.Empty(t, bad)
		require.Len(t, docs, 2, "an open quotation mark takes no other row along")
		assert.Equal(t, name, docs[0].Name)
	}
}

func TestRowsThatContinueADocument(t *testing.T) {
	t.Parallel()
	main := func(rut string, folio int) string {
		row := with(with(oneRow, "RUT Proveedor", rut), "Folio", fmt.Sprint(folio))
		return with(with(with(row, "Codigo Otro Impuesto", "24"), "Valor Otro Impuesto", "1"), "Tasa Otro Impuesto", "31.5")
	}
	more := func(rut string, folio int, tax string) string {
		return with(with(fmt.Sprintf(oneMore, tax), "RUT Proveedor", rut), "Folio", fmt.Sprint(folio))
	}
	const uno, dos = "76192083-9", "12345678-5"
	others := make([]string, 200)
	for i := range others {
		others[i] = main(dos, 1000+i)
	}
	tooMany := append(slices.Clone(others), make([]string, 100)...)
	for i := range tooMany {
		tooMany[i] = main(dos, 1000+i)
	}
	for _, test := range []struct {
		name   string
		rows   []string
		taxes  []string
		orphan int // line of the row that continues nothing
	}{
		{"next to it", []string{main(uno, 1), more(uno, 1, "27;5;10"), more(uno, 1, "271;6;18"), main(uno, 2)}, []string{"24:1@31.5 27:5@10 271:6@18", "24:1@31.5"}, 0},
		{"after others", []string{main(uno, 1), main(uno, 2), more(uno, 1, "27;5;10")}, []string{"24:1@31.5 27:5@10", "24:1@31.5"}, 0},
		{"before it", []string{more(uno, 1, "27;5;10"), main(uno, 2), main(uno, 1)}, []string{"24:1@31.5", "24:1@31.5 27:5@10"}, 0},
		{"of two suppliers with one folio", []string{main(uno, 1), main(dos, 1), more(uno, 1, "27;5;10"), more(dos, 1, "27;6;10")}, []string{"24:1@31.5 27:5@10", "24:1@31.5 27:6@10"}, 0},
		{"empty", []string{main(uno, 1), more(uno, 1, ";;"), more(uno, 1, "0;0;0")}, []string{"24:1@31.5"}, 0},
		{"empty, of nothing", []string{more(uno, 1, ";;"), main(uno, 2)}, []string{"24:1@31.5"}, 0},
		{"of nothing", []string{main(uno, 1), more(uno, 2, "27;5;10")}, []string{"24:1@31.5"}, 3},
		{"far away", append(append([]string{main(uno, 1)}, others...), more(uno, 1, "27;5;10")), append([]string{"24:1@31.5 27:5@10"}, slices.Repeat([]string{"24:1@31.5"}, 200)...), 0},
		{"too far away", append(append([]string{main(uno, 1)}, tooMany...), more(uno, 1, "27;5;10")), slices.Repeat([]string{"24:1@31.5"}, 301), 303},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			docs, bad, err := read(t, openText(t, lines(append([]string{registro}, test.rows...)...), nil).Documents())
			require.NoError(t, err)
			if test.orphan == 0 {
				assert.Empty(t, bad)
			} else {
				require.Len(t, bad, 1)
				assert.Equal(t, rcv.RowError{Line: test.orphan, Heading: "Codigo Otro Impuesto", Value: "27", Err: rcv.ErrOrphan}, *bad[0])
			}
			var got []string
			for _, doc := range docs {
				got = append(got, taxes(doc))
				var sum chile.CLP
				for _, tax := range doc.OtherTaxes {
					sum += tax.Amount
				}
				assert.Equal(t, sum, doc.OtherTaxTotal)
			}
			assert.Equal(t, test.taxes, got)
		})
	}
}

func TestRowsThatContinueWrongly(t *testing.T) {
	t.Parallel()
	good := fmt.Sprintf(oneMore, "27;5;10")
	for name, row := range map[string]string{
		"an amount of its own": with(good, "Monto Neto", "5"),
		"a bad tax":            fmt.Sprintf(oneMore, "27;cinco;10"),
		"a tax without code":   fmt.Sprintf(oneMore, ";5;10"),
		"no supplier":          with(good, "RUT Proveedor", ""),
		"a wrong supplier":     with(good, "RUT Proveedor", "1-1"),
	} {
		docs, bad, err := read(t, openText(t, lines(registro, oneRow, row), nil).Documents())
		require.NoError(t, err)
		require.Len(t, bad, 1, name)
		assert.Equal(t, 3, bad[0].Line, name)
		assert.Len(t, docs, 1, name)
	}
	// The row that a tax belongs to is reported itself: once is enough.
	_, bad, err := read(t, openText(t, lines(registro, with(oneRow, "Monto Neto", "x"), good), nil).Documents())
	require.NoError(t, err)
	assert.Len(t, bad, 1)
	// A sum that does not fit is no sum.
	huge := fmt.Sprintf(oneMore, "27;999999999999999999;10")
	docs, bad, err := read(t, openText(t, lines(append([]string{registro, oneRow}, slices.Repeat([]string{huge}, 10)...)...), nil).Documents())
	require.NoError(t, err)
	require.Len(t, bad, 1)
	require.ErrorIs(t, bad[0], chile.ErrOverflow)
	assert.Empty(t, docs)
}

func TestErrorsKeepTheirPlace(t *testing.T) {
	t.Parallel()
	bad := with(oneRow, "Folio", "x")
	var got []string
	for doc, err := range openText(t, lines(registro, oneRow, bad, with(oneRow, "Folio", "8"), bad), nil).Documents() {
		got = append(got, fmt.Sprint(doc.Folio, err != nil))
	}
	assert.Equal(t, []string{"7 false", "0 true", "8 false", "0 true"}, got)
}

func TestBooksOfAFile(t *testing.T) {
	t.Parallel()
	for purchase, err := range openText(t, lines(registro, oneRow), nil).Purchases() {
		require.NoError(t, err)
		assert.Equal(t, "76192083-9", purchase.Supplier().String())
	}
	n := 0
	for _, err := range openText(t, lines(registro, oneRow), nil).Sales() {
		require.ErrorIs(t, err, rcv.ErrOtherRegister)
		n++
	}
	assert.Equal(t, 1, n)

	file := openText(t, lines(registro, oneRow), nil)
	docs, _, err := read(t, rcv.PurchaseDocuments(file.Purchases()))
	require.NoError(t, err)
	assert.Len(t, docs, 1)
	_, _, err = read(t, file.Documents())
	require.ErrorIs(t, err, rcv.ErrUsed)
}

func TestErrorOfTheFileEndsTheSequence(t *testing.T) {
	t.Parallel()
	r := io.MultiReader(strings.NewReader(lines(registro, oneRow)), iotest.ErrReader(context.Canceled))
	file, err := rcv.OpenCSV(r, nil)
	require.NoError(t, err)
	docs, bad, err := read(t, file.Documents())
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, docs, 1)
	assert.Empty(t, bad)
}

func TestLeavingTheLoopEarly(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	text.WriteString(registro + "\n")
	for range 1000 {
		text.WriteString(oneRow + "\n")
	}
	n := 0
	for range openText(t, text.String()+";;;;;\n", nil).Documents() {
		if n++; n == 3 {
			break
		}
	}
	assert.Equal(t, 3, n)
}

// TestRUTWithoutCheckDigit is no other RUT, also where its last digit looks like a
// check digit.
func TestRUTWithoutCheckDigit(t *testing.T) {
	t.Parallel()
	for _, rut := range []string{"76192006", "76192014", "76192049"} {
		_, err := chile.ParseRUT(rut)
		require.NoError(t, err, "its last digit fits")
		for _, err := range openText(t, lines(registro, with(oneRow, "RUT Proveedor", rut)), nil).Documents() {
			var row *rcv.RowError
			require.ErrorAs(t, err, &row, rut)
			require.ErrorIs(t, err, chile.ErrSyntax)
			assert.Equal(t, "RUT Proveedor", row.Heading)
		}
	}
}

func TestNegativeMaxLine(t *testing.T) {
	t.Parallel()
	_, err := rcv.OpenCSV(iotest.ErrReader(io.ErrUnexpectedEOF), &rcv.CSVOptions{MaxLine: -1})
	require.ErrorIs(t, err, chile.ErrRange)
	_, err = rcv.OpenBoletas(iotest.ErrReader(io.ErrUnexpectedEOF), &rcv.CSVOptions{MaxLine: -1})
	require.ErrorIs(t, err, chile.ErrRange)
}
