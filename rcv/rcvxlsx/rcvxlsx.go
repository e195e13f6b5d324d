// Package rcvxlsx reads and writes registers as Excel workbooks (.xlsx). It is a
// separate module, so the SDK's other modules need no spreadsheet library.
//
//	file, err := pull.Normalize(r, &pull.Options{XLSX: rcvxlsx.Rows})
package rcvxlsx

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Rows yields the rows of the first sheet of a workbook as texts in the form of
// the SII's exports. Numbers have no thousands separators. Dates, in columns
// whose heading begins with Fecha, are dd/mm/yyyy or dd/mm/yyyy hh:mm:ss,
// whatever format the sheet shows.
//
// It holds in memory one row and the texts that cells share, at most 64 MiB of
// them. The error is ErrTooLarge if the workbook has more than 64 MiB, a part of
// more than 256 MiB unzipped, more rows than Excel allows, or a value beyond the
// 256th column. Parts that are not needed, such as styles and other sheets, are
// not unzipped.
func Rows(workbook []byte) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		book, err := openBook(workbook)
		if err == nil {
			err = (&sheet{book: book, yield: func(cells []string) bool { return yield(cells, nil) }}).read()
		}
		if err != nil {
			yield(nil, fmt.Errorf("rcvxlsx: %w", err))
		}
	}
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

// value returns a number or date of a cell in the form of an export.
func value(raw string, date, from1904 bool) string {
	if date {
		if at, ok := dateOf(raw, from1904); ok {
			if at.Equal(at.Truncate(24 * time.Hour)) {
				return at.Format("02/01/2006")
			}
			return at.Format("02/01/2006 15:04:05")
		}
		return raw // the row then fails to parse
	}
	const exact = 1 << 53 // above it a float cannot represent every whole number
	number, err := strconv.ParseFloat(raw, 64)
	if err == nil && number == math.Trunc(number) && math.Abs(number) < exact && strings.ContainsAny(raw, ".eE") {
		return strconv.FormatInt(int64(number), 10)
	}
	return raw
}

// dateOf reads a date in a sheet: a number of days, or text.
func dateOf(raw string, from1904 bool) (time.Time, bool) {
	if number, err := strconv.ParseFloat(raw, 64); err == nil && !math.IsNaN(number) && !math.IsInf(number, 0) {
		at, err := excelize.ExcelDateToTime(number, from1904)
		return at, err == nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02"} {
		if at, err := time.Parse(layout, strings.TrimSuffix(raw, "Z")); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
