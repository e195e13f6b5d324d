package rcvxlsx

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/ofitec/chile/rcv"
)

// sheetName is the name of the sheet that Write makes.
const sheetName = "RCV"

// Write writes the documents of a register, in one state, as a workbook with the
// headings and columns of the SII's export. Whole numbers are written as numbers.
// Everything else is text, even if it begins with =, so nothing is taken for a
// formula. An error in the sequence ends the writing.
func Write(w io.Writer, book rcv.Book, state rcv.State, docs iter.Seq2[rcv.Document, error]) (err error) {
	file := excelize.NewFile()
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := file.SetSheetName(file.GetSheetName(0), sheetName); err != nil {
		return fmt.Errorf("rcvxlsx: %w", err)
	}
	sheet, err := file.NewStreamWriter(sheetName)
	if err != nil {
		return fmt.Errorf("rcvxlsx: %w", err)
	}
	var csv bytes.Buffer
	if err := rcv.WriteCSV(&csv, book, state, docs); err != nil {
		return err
	}
	lines := bufio.NewScanner(&csv)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		cell, err := excelize.CoordinatesToCellName(1, n)
		if err == nil {
			err = sheet.SetRow(cell, cells(lines.Text()))
		}
		if err != nil {
			return fmt.Errorf("rcvxlsx: row %d: %w", n, err)
		}
	}
	if err := errors.Join(lines.Err(), sheet.Flush(), file.Write(w)); err != nil {
		return fmt.Errorf("rcvxlsx: %w", err)
	}
	return nil
}

// cells returns the cells of a line of an export.
func cells(line string) []any {
	parts := strings.Split(line, ";")
	row := make([]any, len(parts))
	for i, text := range parts {
		row[i] = text
		if number, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(number, 10) == text && len(text) < 16 {
			row[i] = number
		}
	}
	return row
}
