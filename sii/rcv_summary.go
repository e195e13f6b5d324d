package sii

import (
	"context"
	"errors"
	"io"

	"github.com/ofitec/chile/rcv"
)

// summary requests the summary of a register in one state.
func (f *facade) summary(ctx context.Context, key rcv.Key, state rcv.State) (*rcv.Summary, error) {
	if err := checkKey(opSummary, key, state); err != nil {
		return nil, err
	}
	data := newFacadeData(key, state)
	initial := true
	data.InitialSearch = &initial
	return ask(ctx, f, opSummary, subjectOf(key, state, 0), registerPage, "getResumen", data, func(r io.Reader) (*rcv.Summary, error) {
		summary, err := rcv.DecodeSummary(r, state)
		if err != nil {
			return nil, err
		}
		return summary, ofAnother(key, summary)
	})
}

// ofAnother returns an error if the summary belongs to another register.
func ofAnother(key rcv.Key, summary *rcv.Summary) error {
	var field string
	switch {
	case !summary.Owner.IsZero() && summary.Owner != key.Owner:
		field = "dcvRutEmisor"
	case !summary.Period.IsZero() && summary.Period != key.Period:
		field = "dcvPtributario"
	case summary.Book.Valid() && summary.Book != key.Book:
		field = "dcvOperacion"
	default:
		return nil
	}
	return &Error{Op: opSummary.name, Kind: ErrProtocol, Err: errors.New("an answer about another register, by its " + field)}
}

// isEmpty reports whether a file has no lines at all.
func isEmpty(err error) bool {
	var header *rcv.HeaderError
	return errors.As(err, &header) && errors.Is(err, io.EOF)
}

// exportSummary reads the summary from the portal's CSV.
func (f *facade) exportSummary(ctx context.Context, key rcv.Key, state rcv.State) ([]rcv.SummaryLine, error) {
	if err := checkKey(opSummaryExport, key, state); err != nil {
		return nil, err
	}
	data := newFacadeData(key, state)
	initial := true
	data.InitialSearch = &initial
	return ask(ctx, f, opSummaryExport, subjectOf(key, state, 0), registerPage, "getResumenExport", data, func(r io.Reader) ([]rcv.SummaryLine, error) {
		lines, err := rcv.ReadSummaryCSV(rcv.NewExportReader(r), state)
		if isEmpty(err) {
			return nil, nil
		}
		return lines, err
	})
}
