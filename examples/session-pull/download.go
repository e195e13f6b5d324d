package main

import (
	"cmp"
	"context"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/session/pull"
)

// download downloads what the flags say.
func download(ctx context.Context, s *session.Session, opts *options) (*pull.Listing, error) {
	side := pull.Issued
	if opts.received {
		side = pull.Received
	}
	switch opts.what {
	case "rcv":
		return pull.Register(ctx, s, rcv.Key{Owner: opts.owner, Period: opts.period, Book: rcv.Purchases}, cmp.Or(rcv.State(opts.state), rcv.Registro))
	case "dte":
		return pull.Documents(ctx, s, opts.owner, opts.period, side)
	case "bhe":
		return pull.BHE(ctx, s, opts.period, pull.Received)
	case "mipyme":
		return pull.MIPYME(ctx, s, opts.owner, side, pull.MIPYMEQuery{})
	}
	return nil, cli.Usagef("-what is rcv, dte, bhe or mipyme")
}
