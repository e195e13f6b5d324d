package sii

import (
	"context"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// ExportOptions changes what is exported. nil is the zero value.
type ExportOptions struct {
	// Type is the only type of document to export. The default are all types. The
	// CSV of a single type has no column for it.
	Type chile.DocType
}

// exportMethods are the methods that give CSV, and their accionRecaptcha.
var exportMethods = map[rcv.Book]struct{ method, action string }{
	rcv.Purchases: {"getDetalleCompraExport", "RCV_DDETC"},
	rcv.Sales:     {"getDetalleVentaExport", "RCV_DDETV"},
}

// Export returns the CSV that the portal offers for one book in one state, with
// what the rows of Documents lack: the breakdown of additional taxes. Read it
// with rcv.OpenCSV. A month without movements has an empty CSV. Its rows were
// not compared with the summary.
//
// A month with too many documents is ErrIncomplete, with the SII's words.
func (s *RCVService) Export(ctx context.Context, key rcv.Key, state rcv.State, opts *ExportOptions) (*rcv.ExportFile, error) {
	if err := checkKey(opExport, key, state); err != nil {
		return nil, err
	}
	var typ chile.DocType
	if opts != nil {
		typ = opts.Type
	}
	m := exportMethods[key.Book]
	var file *rcv.ExportFile
	err := s.core.authorized(ctx, opExport, subjectOf(key, state, typ), func(ctx context.Context, token string) (bool, error) {
		data := newFacadeData(key, state)
		data.Type = fmt.Sprint(int(typ))
		if err := data.prove(ctx, s.core, opExport, m.action); err != nil {
			return false, err
		}
		resp, err := s.post(ctx, registerPage, opExport, m.method, token, data)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // nothing is left to read
		file, err = rcv.DecodeExport(resp.body)
		return false, s.readError(ctx, opExport, err)
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}
