package main

import (
	"net/http"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// site is the SII that the program talks to.
type site struct {
	environment sii.Environment
	identity    *xmlsig.Identity
	credential  string
	transport   http.RoundTripper
	close       func()
}

func connect(opts *options, getenv func(string) string) (*site, error) {
	if opts.url == "" && opts.env == "fake" {
		return connectFake(opts), nil
	}
	environment, err := cli.Environment(opts.url, opts.env)
	if err != nil {
		return nil, err
	}
	s := &site{environment: environment, transport: http.DefaultTransport, close: func() {}}
	if opts.certificate.Path != "" {
		s.identity, err = opts.certificate.Load(getenv)
	} else {
		var settings *sii.Settings
		if settings, err = sii.FromEnv(getenv); err == nil {
			s.identity = settings.Identity
		}
	}
	if err != nil {
		return nil, err
	}
	s.credential = s.identity.Fingerprint()
	return s, nil
}

// connectFake starts an SII inside the program, with data for every company and
// month.
func connectFake(opts *options) *site {
	server := siitest.NewServer()
	for i, owner := range opts.companies {
		server.Authorize(cli.FakeHolder, owner)
		for period := range opts.from.Through(opts.to) {
			server.Load(owner, period, siitest.Generate(uint64(i+1), owner, period, 20)) //nolint:gosec // the number of a line
		}
	}
	return &site{
		environment: server.Environment(), identity: server.NewIdentity(cli.FakeHolder), credential: cli.FakeHolder.String(),
		transport: server.Client().Transport, close: server.Close,
	}
}
