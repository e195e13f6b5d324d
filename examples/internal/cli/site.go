package cli

import (
	"flag"
	"net/http"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// SiteFlags say which SII a program talks to, and who signs in.
type SiteFlags struct {
	url, env    string
	certificate Certificate
}

// SiteVar adds the flags of an SII.
func SiteVar(flags *flag.FlagSet, s *SiteFlags) {
	flags.StringVar(&s.url, "sii", "", "base `URL` of another fake SII")
	flags.StringVar(&s.env, "env", "fake", "fake, cert or prod")
	CertificateVar(flags, &s.certificate)
}

// Site is the SII that a program talks to.
type Site struct {
	Environment sii.Environment
	Identity    *xmlsig.Identity
	Credential  string // name of the holder of the certificate
	Transport   http.RoundTripper
	Close       func()
}

// Connect returns the SII of the flags: without any a fake inside the program, with
// data for every company and month.
func (s *SiteFlags) Connect(companies []chile.RUT, from, to chile.Period, getenv func(string) string) (*Site, error) {
	if s.url == "" && s.env == "fake" {
		return connectFake(companies, from, to), nil
	}
	environment, err := Environment(s.url, s.env)
	if err != nil {
		return nil, err
	}
	site := &Site{Environment: environment, Transport: http.DefaultTransport, Close: func() {}}
	if s.certificate.Path != "" {
		site.Identity, err = s.certificate.Load(getenv)
	} else {
		var settings *sii.Settings
		if settings, err = sii.FromEnv(getenv); err == nil {
			site.Identity = settings.Identity
		}
	}
	if err != nil {
		return nil, err
	}
	site.Credential = site.Identity.Fingerprint()
	return site, nil
}

func connectFake(companies []chile.RUT, from, to chile.Period) *Site {
	server := siitest.NewServer()
	for i, owner := range companies {
		server.Authorize(FakeHolder, owner)
		for period := range from.Through(to) {
			server.Load(owner, period, siitest.Generate(uint64(i+1), owner, period, 20)) //nolint:gosec // the number of a line
		}
	}
	return &Site{
		Environment: server.Environment(), Identity: server.NewIdentity(FakeHolder), Credential: FakeHolder.String(),
		Transport: server.Client().Transport, Close: server.Close,
	}
}
