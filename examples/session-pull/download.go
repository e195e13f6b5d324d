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
		return registers(ctx, s, opts)
	case "dte":
		return pull.Documents(ctx, s, opts.owner, opts.period, side)
	case "bhe":
		return pull.BHE(ctx, s, opts.period, pull.Received)
	case "mipyme":
		return pull.MIPYME(ctx, s, opts.owner, side, pull.MIPYMEQuery{})
	}
	return nil, cli.Usagef("-what is rcv, dte, bhe or mipyme")
}

// registers downloads a register in the state that was asked for, or in all of
// them to keep it.
func registers(ctx context.Context, s *session.Session, opts *options) (*pull.Listing, error) {
	key := rcv.Key{Owner: opts.owner, Period: opts.period, Book: rcv.Purchases}
	if opts.book == "venta" {
		key.Book = rcv.Sales
	}
	states := []rcv.State{cmp.Or(opts.state, rcv.Registro)}
	if opts.store != "" {
		states = key.Book.States()
	}
	var all pull.Listing
	for _, state := range states {
		one, err := pull.Register(ctx, s, key, state)
		if err != nil {
			return nil, err
		}
		all.Parts = append(all.Parts, one.Parts...)
	}
	return &all, nil
}
