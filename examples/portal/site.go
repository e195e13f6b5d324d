package main

import (
	"context"
	"time"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siihttp"
)

// site is the SII that the service talks to, and for whom.
type site struct {
	*cli.Site
	interval  time.Duration // between calls of the credential
	sessions  []session.Option
	companies []siihttp.Company
	finance   []siihttp.Company // those of the finance staff
	close     func()
}

func connect(ctx context.Context, opts *options, getenv func(string) string) (*site, error) {
	connected, err := opts.site.Connect(ctx, &opts.database, getenv)
	if err != nil {
		return nil, err
	}
	s := &site{Site: connected, close: connected.Close}
	if s.Fake != nil {
		fill(ctx, s, opts)
		return s, nil
	}
	owner, err := cli.RequireOwner(opts.owner, getenv)
	if err != nil {
		s.close()
		return nil, err
	}
	s.companies = []siihttp.Company{{RUT: owner}}
	s.finance = s.companies
	return s, nil
}
