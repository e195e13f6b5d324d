package siitest

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ofitec/chile/rcv"
)

// export answers the methods that return CSV, as JSON with a list of lines.
func (rs *registers) export(call registerCall, docs []rcv.Document) *facadeAnswer {
	docs = ofType(docs, call.typ)
	if rs.exportMax > 0 && len(docs) > rs.exportMax {
		return rs.tooMany(call)
	}
	if len(docs) == 0 {
		return &facadeAnswer{code: 3}
	}
	lines := exportLines(call, docs)
	if lines == nil {
		return &facadeAnswer{code: 2, message: "Error inesperado"}
	}
	name := fmt.Sprintf("RCV_%s_%s_%s_%s.csv", call.key.Book, call.state, call.key.Owner, call.key.Period.Compact())
	if call.key.Book == rcv.Sales {
		name = fmt.Sprintf("RCV_VENTA_%s_%s.csv", call.key.Owner, call.key.Period.Compact())
	}
	return &facadeAnswer{data: lines, extra: map[string]any{"nombreArchivo": name}}
}

// tooMany is the SII's answer if one answer has too many documents.
func (rs *registers) tooMany(call registerCall) *facadeAnswer {
	switch rs.limitForm {
	case LimitEmpty:
		return &facadeAnswer{}
	case LimitHeader:
		if call.method == detailMethod(call.key.Book) {
			return &facadeAnswer{}
		}
		return &facadeAnswer{data: exportLines(call, nil)}
	default:
		return &facadeAnswer{code: 99, message: "La cantidad de documentos supera el máximo, la descarga debe ser diferida"}
	}
}

func detailMethod(book rcv.Book) string {
	if book == rcv.Purchases {
		return "getDetalleCompra"
	}
	return "getDetalleVenta"
}

// exportLines returns the lines of an export, or nil if no export has such
// documents.
func exportLines(call registerCall, docs []rcv.Document) []string {
	var csv bytes.Buffer
	err := rcv.WriteCSV(&csv, call.key.Book, call.state, func(yield func(rcv.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	if err != nil {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(csv.String(), "\r\n"), "\r\n")
	if call.typ != 0 {
		for i := range lines { // the export of one type lacks its column
			fields := strings.SplitN(lines[i], ";", 3)
			lines[i] = fields[0] + ";" + fields[2]
		}
	}
	return lines
}
