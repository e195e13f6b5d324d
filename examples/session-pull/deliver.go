package main

import (
	"context"
	"errors"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/session/pull"
)

// check refuses what cannot be done before anything is done.
func (o *options) check() error {
	if o.book != "compra" && o.book != "venta" {
		return cli.Usagef("-book is compra or venta, not %q", o.book)
	}
	if o.store != "" {
		switch {
		case len(o.files) > 0 && (o.owner.IsZero() || o.period.IsZero()):
			return cli.Usagef("-store of files needs -company and -period, which files do not tell")
		case len(o.files) == 0 && o.what != "rcv":
			return cli.Usagef("-store keeps registers: -what rcv")
		}
	}
	return checkRows(o.rows)
}

// deliver shows a listing, writes its rows and keeps it, as far as that was asked
// for.
func deliver(ctx context.Context, out *cli.Output, opts *options, listing *pull.Listing) error {
	err := show(out, listing)
	if opts.rows != "" {
		n, writeErr := writeRows(opts.rows, listing)
		if writeErr != nil {
			return errors.Join(err, writeErr)
		}
		out.Event(map[string]any{"event": "rows", "file": opts.rows, "rows": n})
		out.Text("%d rows written to %s", n, opts.rows)
	}
	if err == nil && opts.store != "" {
		err = keep(ctx, out, opts, listing)
	}
	return errors.Join(err, out.Err())
}
