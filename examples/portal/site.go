package main

import (
	"context"
	"net/http"
	"time"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/xmlsig"
)

// site is the SII that the service talks to, and for whom.
type site struct {
	environment sii.Environment
	identity    *xmlsig.Identity
	credential  string
	transport   http.RoundTripper
	interval    time.Duration // between calls of the credential
	sessions    []session.Option
	companies   []siihttp.Company
	finance     []siihttp.Company // those of the finance staff
	close       func()
}

func connect(ctx context.Context, opts *options, getenv func(string) string) (*site, error) {
	if opts.env == "fake" {
		return connectFake(ctx, opts), nil
	}
	environment, err := cli.Environment("", opts.env)
	if err != nil {
		return nil, err
	}
	settings, err := sii.FromEnv(getenv)
	if err != nil {
		return nil, err
	}
	companies := []siihttp.Company{{RUT: settings.Owner}}
	return &site{
		environment: environment, identity: settings.Identity, credential: settings.Identity.Fingerprint(),
		transport: http.DefaultTransport, companies: companies, finance: companies, close: func() {},
	}, nil
}
