package rcvxlsx_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/rcv/rcvxlsx"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/sii/siitest"
)

var (
	company = chile.MustParseRUT("76192083-9")
	october = chile.MustParsePeriod("2026-10")
)

func purchases() func(yield func(rcv.Document, error) bool) {
	return func(yield func(rcv.Document, error) bool) {
		for _, p := range siitest.Generate(5, company, october, 120).Purchases {
			d := p.Document
			if d.State != rcv.Registro {
				continue
			}
			if d.Folio%3 == 0 {
				d.Name = "=CMD|x " + d.Name
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

func TestWhatIsWrittenReadsTheSame(t *testing.T) {
	t.Parallel()
	var csv, workbook bytes.Buffer
	require.NoError(t, rcv.WriteCSV(&csv, rcv.Purchases, rcv.Registro, purchases()))
	require.NoError(t, rcvxlsx.Write(&workbook, rcv.Purchases, rcv.Registro, purchases()))
	want, err := pull.Normalize(&csv, nil)
	require.NoError(t, err)
	got, err := pull.Normalize(bytes.NewReader(workbook.Bytes()), &pull.Options{XLSX: rcvxlsx.Rows})
	require.NoError(t, err)
	require.NoError(t, got.Complete())
	assert.NotEmpty(t, got.Documents)
	assert.Equal(t, want.Documents, got.Documents)
	assert.Equal(t, pull.FormatXLSX, got.Format)

	file, err := excelize.OpenReader(&workbook)
	require.NoError(t, err)
	defer file.Close()
	rows, err := file.GetRows("RCV")
	require.NoError(t, err)
	for n := range rows {
		formula, err := file.GetCellFormula("RCV", fmt.Sprintf("E%d", n+1))
		require.NoError(t, err)
		assert.Empty(t, formula)
	}
}

// TestSheetsOfPeople have what Excel makes of an export: dates as numbers in some
// format, amounts with a format, titles above.
func TestSheetsOfPeople(t *testing.T) {
	t.Parallel()
	var csv bytes.Buffer
	require.NoError(t, rcv.WriteCSV(&csv, rcv.Purchases, rcv.Registro, purchases()))
	want, err := pull.Normalize(bytes.NewReader(csv.Bytes()), nil)
	require.NoError(t, err)
	for _, from1904 := range []bool{false, true} {
		file := excelize.NewFile()
		require.NoError(t, file.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}))
		american, err := file.NewStyle(&excelize.Style{NumFmt: 14}) // mm-dd-yy
		require.NoError(t, err)
		require.NoError(t, file.SetCellValue("Sheet1", "A1", "Registro de compras, octubre"))
		columns := map[string]int{}
		for n, line := range bytes.Split(bytes.TrimSpace(csv.Bytes()), []byte("\r\n")) {
			for i, text := range bytes.Split(line, []byte(";")) {
				cell, err := excelize.CoordinatesToCellName(i+1, n+3)
				require.NoError(t, err)
				if n == 0 {
					columns[string(text)] = i
				}
				var v any = string(text)
				if i == columns["Fecha Docto"] && n > 0 {
					at, err := time.Parse("02/01/2006", string(text))
					require.NoError(t, err)
					v = at
				}
				if i == columns["Fecha Recepcion"] && n > 0 && len(text) > 0 {
					at, err := time.Parse("02/01/2006 15:04:05", string(text))
					require.NoError(t, err)
					v = at
				}
				if i == columns["Monto Total"] && n > 0 && len(text) > 0 {
					amount, err := chile.ParseCLP(string(text))
					require.NoError(t, err)
					v = float64(amount)
				}
				require.NoError(t, file.SetCellValue("Sheet1", cell, v))
				if _, isTime := v.(time.Time); isTime {
					require.NoError(t, file.SetCellStyle("Sheet1", cell, cell, american))
				}
			}
		}
		var b bytes.Buffer
		require.NoError(t, file.Write(&b))
		got, err := pull.Normalize(&b, &pull.Options{XLSX: rcvxlsx.Rows})
		require.NoError(t, err)
		require.NoError(t, got.Complete())
		assert.Equal(t, want.Documents, got.Documents, "days are not taken for months; 1904: %v", from1904)
	}
}

func TestNoWorkbook(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"", "PK\x03\x04", "PK\x03\x04 no workbook at all"} {
		failed := false
		for _, err := range rcvxlsx.Rows([]byte(content)) {
			failed = err != nil
		}
		assert.True(t, failed)
	}
}

// FuzzRows reads whatever calls itself a workbook.
func FuzzRows(f *testing.F) {
	var b bytes.Buffer
	if err := rcvxlsx.Write(&b, rcv.Purchases, rcv.Registro, purchases()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, err := range rcvxlsx.Rows(content) {
			if err != nil {
				return
			}
		}
	})
}
