package rcv_test

import (
	"encoding/binary"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
)

// asUTF16 writes a text in UTF-16.
func asUTF16(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// TestWhatSpreadsheetsMake are forms of one file in which nothing is doubtful.
func TestWhatSpreadsheetsMake(t *testing.T) {
	t.Parallel()
	row := with(with(oneRow, "Razon Social", "Peñaflor"), "Codigo Otro Impuesto", "27")
	row = with(with(row, "Valor Otro Impuesto", "10"), "Tasa Otro Impuesto", "31.5")
	row = with(with(row, "Monto Total", "1200"), "Fecha Acuse", "07/10/2026 08:00:00")
	file := lines(registro, row)
	separated := func(by string) string { return strings.ReplaceAll(file, ";", by) }
	quoteAll := func(by string) string {
		var b strings.Builder
		for line := range strings.Lines(strings.TrimRight(file, "\r\n")) {
			b.WriteString(`"` + strings.ReplaceAll(strings.TrimRight(line, ";\r\n"), ";", `"`+by+`"`) + `"` + "\r\n")
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"commas":                 separated(","),
		"tabs":                   separated("\t"),
		"rate with a comma":      strings.ReplaceAll(file, "31.5", "31,5"),
		"quoted":                 quoteAll(";"),
		"quoted, with commas":    quoteAll(","),
		"quoted, with tabs":      quoteAll("\t"),
		"quoted rate":            strings.ReplaceAll(separated(","), "31.5", `"31,5"`),
		"texts quoted":           strings.ReplaceAll(strings.ReplaceAll(file, "Peñaflor", `"Peñaflor"`), "Del Giro", `"Del Giro"`),
		"RUT quoted":             strings.ReplaceAll(strings.ReplaceAll(file, "Peñaflor", `"Peñaflor"`), "76192083-9", `"76192083-9"`),
		"separator told":         "sep=;\r\n" + file,
		"separator told, quoted": "\ufeff\"sep=,\"\r\n" + quoteAll(","),
		"tab told":               "sep=\t\r\n" + separated("\t"),
		"UTF-16":                 asUTF16("\ufeff"+separated("\t"), binary.LittleEndian),
		"UTF-16, big":            asUTF16("\ufeff"+file, binary.BigEndian),
		"UTF-16 without a mark":  asUTF16(file, binary.LittleEndian),
		"big, without a mark":    asUTF16(file, binary.BigEndian),
		"dashes":                 strings.ReplaceAll(file, "/10/", "-10-"),
		"ISO dates":              strings.NewReplacer("05/10/2026", "2026-10-05", "06/10/2026", "2026-10-06", "07/10/2026", "2026-10-07").Replace(file),
		"no seconds":             strings.ReplaceAll(file, "08:00:00", "08:00"),
		"hour of one digit":      strings.ReplaceAll(file, "08:00:00", "8:00"),
		"midnight at dates":      strings.ReplaceAll(file, "05/10/2026", "05/10/2026 00:00:00"),
	} {
		csv := openText(t, text, nil)
		docs, bad, err := read(t, csv.Documents())
		require.NoError(t, err, name)
		require.Empty(t, bad, name)
		require.Len(t, docs, 1, name)
		d := docs[0]
		assert.Empty(t, csv.Unknown(), name)
		assert.Empty(t, csv.Missing(), name)
		assert.Empty(t, csv.Warnings(), name)
		assert.Equal(t, "Peñaflor", d.Name, name)
		assert.Equal(t, "Del Giro", d.KindText, name)
		assert.Equal(t, []rcv.OtherTax{{Code: 27, Amount: 10, Rate: "31.5"}}, d.OtherTaxes, name)
		assert.Equal(t, "2026-10-05", d.Issued.String(), name)
		assert.Equal(t, time.Date(2026, 10, 6, 9, 55, 53, 0, chile.Santiago()), d.Received, name)
		assert.Equal(t, time.Date(2026, 10, 7, 8, 0, 0, 0, chile.Santiago()), d.Acknowledged, name)
	}
	docs, bad, err := read(t, openText(t, strings.ReplaceAll(file, "06/10/2026 09:55:53", "06/10/2026"), nil).Documents())
	require.NoError(t, err)
	require.Empty(t, bad)
	assert.Equal(t, time.Date(2026, 10, 6, 0, 0, 0, 0, chile.Santiago()), docs[0].Received, "a date alone is its beginning")
}

// TestNamesOfSpreadsheets keeps separators and quotation marks that are quoted.
func TestNamesOfSpreadsheets(t *testing.T) {
	t.Parallel()
	comma := func(name string) string {
		return strings.Replace(strings.ReplaceAll(lines(registro, oneRow), ";", ","), "Uno SpA", name, 1)
	}
	for text, want := range map[string]string{
		comma(`"EMPRESA, CON COMA"`):                                    "EMPRESA, CON COMA",
		comma(`"La ""Única"" SpA"`):                                     `La "Única" SpA`,
		comma(`La "Única" SpA`):                                         `La "Única" SpA`,
		lines(registro, with(oneRow, "Razon Social", `"Uno; Dos"`)):     "Uno; Dos",
		lines(registro, with(oneRow, "Razon Social", `"a ""b""; c"`)):   `a "b"; c`,
		lines(registro, with(oneRow, "Razon Social", `"La Única" SpA`)): `"La Única" SpA`,
	} {
		docs, bad, err := read(t, openText(t, text, nil).Documents())
		require.NoError(t, err)
		require.Empty(t, bad, text)
		assert.Equal(t, want, docs[0].Name)
	}
	_, bad, err := read(t, openText(t, comma(`"sin cierre`), nil).Documents())
	require.NoError(t, err)
	assert.Empty(t, bad, "a mark without its end is a letter")
}

func TestAmountsWithPointsAreRefusedInWords(t *testing.T) {
	t.Parallel()
	for _, amount := range []string{"1.000", `"1,000"`, "1000.0", "1.000.000"} {
		text := strings.Replace(strings.ReplaceAll(lines(registro, oneRow), ";", ","), ",1000,", ","+amount+",", 1)
		docs, bad, err := read(t, openText(t, text, nil).Documents())
		require.NoError(t, err)
		assert.Empty(t, docs, amount)
		require.Len(t, bad, 1, amount)
		assert.Equal(t, "Monto Neto", bad[0].Heading)
		require.ErrorIs(t, bad[0], chile.ErrSyntax)
		assert.ErrorContains(t, bad[0], "an amount has only digits, without dots or commas")
	}
}

// TestHeaderErrorsAreShort do not show two kilobytes of headings.
func TestHeaderErrorsAreShort(t *testing.T) {
	t.Parallel()
	_, err := rcv.OpenCSV(strings.NewReader(strings.ReplaceAll(registro, "Folio", "Numero")), nil)
	require.ErrorIs(t, err, rcv.ErrNotRegister)
	assert.ErrorContains(t, err, "missing Folio; found 27 headings, the first")
	assert.Less(t, len(err.Error()), 250)
	_, err = rcv.OpenCSV(strings.NewReader(strings.ReplaceAll(registro, ";", "|")), nil)
	require.ErrorIs(t, err, rcv.ErrNotRegister)
	assert.ErrorContains(t, err, "separated by semicolons, commas or tabs")
	assert.Less(t, len(err.Error()), 300)
}

func TestRowsTwice(t *testing.T) {
	t.Parallel()
	tax := with(with(with(with(oneRow, "Codigo Otro Impuesto", "24"), "Valor Otro Impuesto", "5"), "Tasa Otro Impuesto", "10"), "Monto Total", "1201")
	more := strings.Replace(oneMore, "%s", "27;6;10", 1)
	other := with(oneRow, "RUT Proveedor", "12345678-5")
	file := openText(t, lines(registro, tax, more, other, registro, tax, more, with(oneRow, "Folio", "8")), nil)
	docs, bad, err := read(t, file.Documents())
	require.NoError(t, err)
	require.Len(t, docs, 3)
	assert.Equal(t, "24:5@10 27:6@10", taxes(docs[0]), "the second time it has no taxes either")
	assert.Empty(t, file.Warnings())
	require.Len(t, bad, 2)
	assert.Equal(t, 5, bad[0].Line)
	assert.ErrorContains(t, bad[0], "a second header")
	assert.Equal(t, 6, bad[1].Line)
	require.ErrorIs(t, bad[1], rcv.ErrTwice)

	docs, bad, err = read(t, openText(t, lines(registro, oneRow, oneRow), &rcv.CSVOptions{KeepRepeated: true}).Documents())
	require.NoError(t, err)
	assert.Empty(t, bad)
	assert.Len(t, docs, 2)
}

// TestSharedCases reads the small files that people had trouble with.
func TestSharedCases(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func(t *testing.T, file *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError){
		"rcv-renamed-column.csv": func(t *testing.T, file *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
			assert.Empty(t, bad)
			assert.Equal(t, []string{"Fecha Reclamo"}, file.Missing())
			assert.Equal(t, []string{"Fecha Reclamado"}, file.Unknown())
		},
		"rcv-exempt-empty-other-tax.csv": func(t *testing.T, file *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
			require.Empty(t, bad)
			assert.Zero(t, docs[0].Exempt)
			assert.EqualValues(t, 49_655, docs[0].Total)
			assert.EqualValues(t, 3_642, docs[0].OtherTaxTotal)
			assert.Empty(t, file.Warnings())
		},
		"rcv-dash-dates.csv": func(t *testing.T, _ *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
			require.Empty(t, bad)
			assert.Equal(t, "2026-09-05", docs[0].Issued.String())
			assert.Equal(t, time.Date(2026, 9, 6, 10, 0, 0, 0, chile.Santiago()), docs[0].Received)
		},
		"rcv-no-seconds.csv": func(t *testing.T, _ *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
			require.Empty(t, bad)
			assert.Equal(t, time.Date(2026, 9, 6, 10, 0, 0, 0, chile.Santiago()), docs[0].Received)
		},
		"rcv-comma-quoted.csv": func(t *testing.T, _ *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
			assert.Empty(t, docs)
			require.Len(t, bad, 1)
			assert.Equal(t, "1.000", bad[0].Value)
			assert.ErrorContains(t, bad[0], "without dots")
		},
		"rcv-utf16.csv": func(t *testing.T, _ *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
			require.Empty(t, bad)
			assert.EqualValues(t, 1500, docs[0].Folio)
		},
		"rcv-row-twice.csv": func(t *testing.T, _ *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
			assert.Len(t, docs, 1)
			require.Len(t, bad, 1)
			require.ErrorIs(t, bad[0], rcv.ErrTwice)
		},
		"rcv-rate-comma.csv": func(t *testing.T, file *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
			require.Empty(t, bad)
			assert.Equal(t, rcv.Rate("31.5"), docs[0].OtherTaxes[0].Rate)
			require.Len(t, file.Warnings(), 1)
			assert.Equal(t, 2, file.Warnings()[0].Line)
			require.ErrorIs(t, file.Warnings()[0], rcv.ErrGap)
			assert.EqualValues(t, 30_471_437-9_999-1_900-6_049_210, docs[0].Gap())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(sharedtest.Path(t, "..", "cases", name))
			require.NoError(t, err)
			file := openText(t, string(content), nil)
			docs, bad, err := read(t, file.Documents())
			require.NoError(t, err)
			check(t, file, docs, bad)
		})
	}
}
