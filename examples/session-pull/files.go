package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/rcv/rcvxlsx"
	"github.com/ofitec/chile/session/pull"
)

// readFiles reads listings from disk.
func readFiles(opts *options, out *cli.Output) error {
	var listing pull.Listing
	for _, path := range opts.files {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		part, err := pull.Normalize(file, &pull.Options{Name: path, State: rcv.State(opts.state), Received: opts.received, XLSX: rcvxlsx.Rows})
		if err = errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		listing.Parts = append(listing.Parts, part)
	}
	return show(out, &listing)
}
