package rcv

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/plain"
)

// summaryTypeHeading is the first heading of the summary's export.
const summaryTypeHeading = "tipo documento"

// summaryHeadings are the headings of the summary's export and their amounts.
// Unverified: the additional headings for purchases. No such file was seen;
// they are those of the detail's export.
var summaryHeadings = map[string]func(*SummaryLine) *chile.CLP{
	"monto exento":             func(l *SummaryLine) *chile.CLP { return &l.Exempt },
	"monto neto":               func(l *SummaryLine) *chile.CLP { return &l.Net },
	"monto iva":                func(l *SummaryLine) *chile.CLP { return &l.VAT },
	"monto iva recuperable":    func(l *SummaryLine) *chile.CLP { return &l.VAT },
	"iva recuperable":          func(l *SummaryLine) *chile.CLP { return &l.VAT },
	"monto iva no recuperable": func(l *SummaryLine) *chile.CLP { return &l.NonRecoverableVAT },
	"iva no recuperable":       func(l *SummaryLine) *chile.CLP { return &l.NonRecoverableVAT },
	"iva uso comun":            func(l *SummaryLine) *chile.CLP { return &l.CommonUseVAT },
	"monto iva uso comun":      func(l *SummaryLine) *chile.CLP { return &l.CommonUseVAT },
	"monto total":              func(l *SummaryLine) *chile.CLP { return &l.Total },
}

// ReadSummaryCSV reads the export of a summary (getResumenExport), with rows
// such as "Factura Electrónica(33);3;0;1000000;190000;1190000"; state is the
// requested state. The file does not say whether a line has detail: HasDetail
// follows from the type (see chile.DocType.Summary).
//
// The error is a *HeaderError if it is another file, or has an unknown column,
// since a sum might be lost; a *RowError for an unreadable row; or the error of
// r.
func ReadSummaryCSV(r io.Reader, state State) ([]SummaryLine, error) {
	lines := newLineReader(r, defaultMaxLine)
	d, names, err := readDialect(lines)
	if err != nil {
		return nil, err
	}
	columns, err := summaryColumns(names)
	if err != nil {
		return nil, err
	}
	cells := cutter{separator: d.separator, quoted: d.quoted, name: -1, cells: make([]span, len(names))}
	var found []SummaryLine
	for {
		text, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return found, nil
		case errors.Is(err, ErrTooLong) || err == nil && len(found) == maxSummaryLines:
			return nil, newRowError(lines.n, "", nil, ErrTooLong)
		case err != nil:
			return nil, err
		}
		line, err := summaryRow(lines.n, text, &cells, columns, names)
		if err != nil {
			return nil, err
		}
		line.State = state
		found = append(found, line)
	}
}

// summaryColumns reads the header: the amounts of the columns after the first
// two.
func summaryColumns(names []string) (columns []func(*SummaryLine) *chile.CLP, err error) {
	h := &header{names: names}
	if len(names) < 3 || len(names) > maxHeadings || fold(names[0]) != summaryTypeHeading || fold(names[1]) != "total documentos" {
		return nil, h.error(ErrNotRegister, "Tipo Documento", "Total Documentos")
	}
	seen := make(map[*chile.CLP]bool)
	var probe SummaryLine
	for _, name := range names[2:] {
		column, ok := summaryHeadings[plain.Text(name)]
		if !ok || seen[column(&probe)] {
			return nil, h.error(fmt.Errorf("%w: column %q", ErrNotRegister, name))
		}
		seen[column(&probe)] = true
		columns = append(columns, column)
	}
	if !seen[&probe.Total] {
		return nil, h.error(ErrNotRegister, "Monto Total")
	}
	return columns, nil
}

// summaryRow reads a row.
func summaryRow(n int, text []byte, c *cutter, columns []func(*SummaryLine) *chile.CLP, names []string) (line SummaryLine, err error) {
	if extra := c.cut(text); extra != nil || c.empty(len(names)-1) {
		return line, newRowError(n, "", text, ErrUnexpected)
	}
	name := bytes.TrimSuffix(c.cell(0), []byte{')'})
	paren := bytes.LastIndexByte(name, '(')
	typ, err := docTypeKind.parse(name[paren+1:], nil)
	if paren < 0 || err != nil || typ == 0 {
		return line, newRowError(n, names[0], c.cell(0), chile.ErrSyntax)
	}
	line.Type, line.TypeName, line.HasDetail = typ, string(bytes.TrimSpace(name[:paren])), !typ.Summary()
	if line.Documents, err = parseDigits(c.cell(1), 18); err != nil {
		return line, newRowError(n, names[1], c.cell(1), err)
	}
	for i, column := range columns {
		cell := c.cell(i + 2)
		if *column(&line), err = parseAmount(cell); err != nil {
			return line, newRowError(n, names[i+2], cell, err)
		}
	}
	return line, nil
}
