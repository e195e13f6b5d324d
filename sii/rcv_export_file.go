package sii

import (
	"context"
	"fmt"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// ExportOptions are options of Export. If nil, the zero value is used.
type ExportOptions struct {
	// Type is the only type of document to export. If zero, all types are
	// exported. The CSV of a single type has no column for it.
	Type chile.DocType

	// DeferredFrom, Undeferred and OnDeferred are as in RCVOptions.
	DeferredFrom int64
	Undeferred   bool
	OnDeferred   func(export rcv.DeferredExport)
}

// ExportResult is the result of Export.
type ExportResult struct {
	Name      string // of the file: the SII's proposal, or in its form
	Documents int64  // fewer than the rows if a document has several additional taxes
}

// Export writes the portal's CSV for one book in one state to w, unchanged: read
// it with rcv.OpenCSV. A month without movements has an empty CSV.
//
// Its documents are counted and summed and compared with the SII's summary, as in
// Documents; if they differ, the error is an *IncompleteError. If there is an
// error, do not use what was written.
//
// To read the documents of an export use Documents with RCVOptions.Way AsCSV.
func (s *RCVService) Export(ctx context.Context, w io.Writer, key rcv.Key, state rcv.State, opts *ExportOptions) (*ExportResult, error) {
	if err := checkKey(opExport, key, state); err != nil {
		return nil, err
	}
	if opts == nil {
		opts = &ExportOptions{}
	}
	r := &reading{
		facade: s.facade, key: key, state: state, only: opts.Type, copy: &exportCopy{w: w},
		opts: &RCVOptions{Way: AsCSV, DeferredFrom: opts.DeferredFrom, Undeferred: opts.Undeferred, OnDeferred: opts.OnDeferred},
	}
	if err := r.opts.check(opExport); err != nil {
		return nil, err
	}
	result := &ExportResult{}
	var bad error
	r.yield = func(_ rcv.Document, err error) bool {
		result.Documents++
		bad = err
		return err == nil
	}
	err := r.run(ctx)
	switch {
	case err != nil:
		return nil, err
	case bad != nil:
		return nil, &Error{Op: opExport.name, Kind: ErrProtocol, Err: bad}
	}
	if err := r.copy.flush(); err != nil {
		return nil, err
	}
	if result.Name = r.copy.name; result.Name == "" {
		result.Name = exportName(key, state)
	}
	return result, nil
}

// exportName returns the portal's name for an export.
func exportName(key rcv.Key, state rcv.State) string {
	book := string(key.Book)
	if key.Book == rcv.Purchases {
		book += "_" + string(state)
	}
	return fmt.Sprintf("RCV_%s_%s_%s.csv", book, key.Owner, key.Period.Compact())
}
