// Package rcvxlsx reads and writes registers as Excel workbooks (.xlsx). It is a
// module of its own, so that the SDK's others need no library for spreadsheets.
//
//	file, err := pull.Normalize(r, &pull.Options{XLSX: rcvxlsx.Rows})
package rcvxlsx

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of a workbook: what is read of it after decompression, and how many
// rows.
const (
	maxUnzipped = 512 << 20
	maxRows     = 1 << 20 // of Excel itself
)

// Rows yields the rows of the first sheet of a workbook, as texts in the form of
// the SII's exports: numbers without thousands marks, dates in columns whose
// heading begins with Fecha as dd/mm/yyyy or dd/mm/yyyy hh:mm:ss, whatever format
// the sheet shows them in. An error is the last thing yielded.
func Rows(workbook []byte) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		if err := read(workbook, func(cells []string) bool { return yield(cells, nil) }); err != nil {
			yield(nil, fmt.Errorf("rcvxlsx: %w", err))
		}
	}
}

func read(workbook []byte, yield func([]string) bool) error {
	file, err := excelize.OpenReader(bytes.NewReader(workbook), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped})
	if err != nil {
		return err
	}
	defer file.Close()
	sheets := file.GetSheetList()
	if len(sheets) == 0 {
		return fmt.Errorf("the workbook has no sheet")
	}
	props, err := file.GetWorkbookProps()
	if err != nil {
		return err
	}
	from1904 := props.Date1904 != nil && *props.Date1904
	rows, err := file.Rows(sheets[0])
	if err != nil {
		return err
	}
	defer rows.Close()
	var dates map[int]bool // columns of dates, once the headings are known
	for n := 0; rows.Next(); n++ {
		if n == maxRows {
			return fmt.Errorf("more than %d rows", maxRows)
		}
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		for i, text := range cells {
			cells[i] = value(text, dates[i], from1904)
		}
		if found := dateColumns(cells); found != nil {
			dates = found
		}
		if !yield(cells) {
			return nil
		}
	}
	return rows.Error()
}

// dateColumns returns the columns of dates if the row has headings of them.
func dateColumns(cells []string) map[int]bool {
	var found map[int]bool
	for i, text := range cells {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(text)), "fecha") {
			if found == nil {
				found = make(map[int]bool)
			}
			found[i] = true
		}
	}
	return found
}

// value returns a cell as an export has it.
func value(raw string, date, from1904 bool) string {
	number, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return raw
	}
	if date {
		at, err := excelize.ExcelDateToTime(number, from1904)
		switch {
		case err != nil:
			return raw // it is then a row that cannot be read
		case number == math.Trunc(number):
			return at.Format("02/01/2006")
		default:
			return at.Format("02/01/2006 15:04:05")
		}
	}
	const exact = 1 << 53 // beyond it a float has not every whole number
	if number == math.Trunc(number) && math.Abs(number) < exact && strings.ContainsAny(raw, ".eE") {
		return strconv.FormatInt(int64(number), 10)
	}
	return raw
}
