package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/ofitec/chile/rcv/rcvxlsx"
	"github.com/ofitec/chile/session/pull"
)

// readFiles reads listings from disk.
func readFiles(opts *options) (*pull.Listing, error) {
	var listing pull.Listing
	for _, path := range opts.files {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		part, err := pull.Normalize(file, &pull.Options{Name: path, State: opts.state, Type: opts.typ, Received: opts.received, XLSX: rcvxlsx.Rows})
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		listing.Parts = append(listing.Parts, part)
	}
	return &listing, nil
}
