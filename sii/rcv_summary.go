package sii

import (
	"context"
	"errors"
	"io"

	"github.com/ofitec/chile/rcv"
)

// summary asks for the summary of a register in one state.
func (f *facade) summary(ctx context.Context, key rcv.Key, state rcv.State) (*rcv.Summary, error) {
	if err := checkKey(opSummary, key, state); err != nil {
		return nil, err
	}
	data := newFacadeData(key, state)
	initial := true
	data.InitialSearch = &initial
	return ask(ctx, f, opSummary, subjectOf(key, state, 0), registerPage, "getResumen", data, func(r io.Reader) (*rcv.Summary, error) {
		return rcv.DecodeSummary(r, state)
	})
}

// isEmpty reports whether a file has no lines at all.
func isEmpty(err error) bool {
	var header *rcv.HeaderError
	return errors.As(err, &header) && errors.Is(err, io.EOF)
}

// exportSummary reads the summary from the CSV that the portal offers.
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
