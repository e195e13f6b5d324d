package siiemit

import (
	"archive/zip"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// ErrNoMonth says that no month was given.
var ErrNoMonth = errors.New("siiemit: export of no month")

// Export writes the signed documents of a month, by their date of issue, as a ZIP file:
// each byte for byte as TYPE-FOLIO.xml, then index.csv, in UTF-8, with a line for each:
// type, folio, date, receiver, total in pesos, state, SHA-256. Rejected and void documents
// are there too: their state says so. It returns how many documents it wrote. Issuers keep
// their documents for six years.
//
// It holds one document in memory at a time. The same documents give the same bytes. With
// an error the file is not complete, and no program opens it. The errors are ErrNoMonth,
// storage.ErrDamaged if stored bytes have changed, and those of the store, the writer and
// the context.
func (e *Emitter) Export(ctx context.Context, w io.Writer, month chile.Period) (documents int, err error) {
	if month.IsZero() {
		return 0, ErrNoMonth
	}
	file := zip.NewWriter(w)
	index := [][]string{{"type", "folio", "date", "receiver", "total", "state", "sha256"}}
	query := storage.IssuedQuery{Issuer: e.company.RUT, Month: month, WithXML: true}
	for doc, err := range e.store.IssuedDocuments(ctx, query) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = exportOne(file, &doc)
		}
		if err != nil {
			return documents, fmt.Errorf("siiemit: export %s: %w", month, err)
		}
		index = append(index, indexLine(&doc))
		documents++
	}
	list, err := file.Create("index.csv")
	if err == nil {
		err = csv.NewWriter(list).WriteAll(index)
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return documents, fmt.Errorf("siiemit: export %s: %w", month, err)
	}
	return documents, nil
}

func exportOne(file *zip.Writer, doc *storage.IssuedDocument) error {
	entry, err := file.Create(fmt.Sprintf("%d-%d.xml", int(doc.Document.Type), int64(doc.Document.Folio)))
	if err != nil {
		return err
	}
	_, err = entry.Write(doc.XML)
	return err
}

func indexLine(doc *storage.IssuedDocument) []string {
	return []string{
		strconv.Itoa(int(doc.Document.Type)), strconv.FormatInt(int64(doc.Document.Folio), 10), doc.Date.String(), doc.Receiver.String(),
		strconv.FormatInt(int64(doc.Total), 10), cmp.Or(string(doc.Verdict.State), string(doc.State)), doc.SHA256,
	}
}
