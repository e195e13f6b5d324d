package cli

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/xmlsig"
)

// SiteFlags say which SII a program talks to, and who signs in: the one reading of
// -sii, -env, -p12, SII_AMBIENTE and so on that all programs have.
//
// The environment is that of SII_AMBIENTE or, if that is not set, of -env; they may
// not contradict each other. If neither names one it is cert, as sii.FromEnv has it,
// or the fake inside the program if nothing real was given: no certificate, no
// variable SII_…, no -dsn, and a database that is new or a fake's own.
type SiteFlags struct {
	url, env    string
	Certificate Certificate
	FakeOptions []siitest.Option // of the fake inside the program
}

// SiteVar adds the flags of an SII.
func SiteVar(flags *Flags, s *SiteFlags) {
	environmentVar(flags, s, "fake, cert or prod; SII_AMBIENTE says so too. Without both it is cert, or the fake if neither\ncertificate nor SII_… variable nor -dsn is given and the database is new or a fake's")
}

// RealSiteVar adds the flags of an SII for a program that has no fake.
func RealSiteVar(flags *Flags, s *SiteFlags) {
	environmentVar(flags, s, "cert or prod; SII_AMBIENTE says so too. Without both it is cert")
}

func environmentVar(flags *Flags, s *SiteFlags, usage string) {
	flags.StringVar(&s.url, "sii", "", "base `URL` of a fake SII, as fakesii prints it")
	flags.StringVar(&s.env, "env", "", usage)
	CertificateVar(flags, &s.Certificate)
}

// Environment returns the SII of the flags and variables, for a program that has
// no fake inside.
func (s *SiteFlags) Environment(getenv func(string) string) (sii.Environment, error) {
	environment, _, err := s.named(getenv)
	if errors.Is(err, errNotNamed) {
		return sii.Certification(), nil
	}
	if err == nil && environment.Name == "" {
		err = Usagef("-env is cert or prod: this program has no fake inside")
	}
	return environment, err
}

// errNotNamed says that neither a flag nor a variable names an SII.
var errNotNamed = errors.New("no SII is named")

// named returns the SII that a flag or variable names; fake is the one inside the
// program.
func (s *SiteFlags) named(getenv func(string) string) (environment sii.Environment, fake bool, err error) {
	fromFlag, err := s.fromFlag()
	switch {
	case err != nil:
		return sii.Environment{}, false, err
	case s.url != "":
		return sii.At(s.url), false, nil
	case s.env == "fake":
		return sii.Environment{}, true, nil
	}
	if strings.TrimSpace(getenv("SII_AMBIENTE")) == "" {
		if s.env == "" {
			return sii.Environment{}, false, errNotNamed
		}
		return fromFlag, false, nil
	}
	environment, err = sii.EnvironmentFromEnv(getenv)
	switch {
	case err != nil:
		return sii.Environment{}, false, Usage(err)
	case s.env != "" && fromFlag.Name != environment.Name:
		return sii.Environment{}, false, Usagef("SII_AMBIENTE is %s and -env is %s: leave one out", environment.Name, fromFlag.Name)
	}
	return environment, false, nil
}

// fromFlag returns the SII of -env; zero if it names none or the fake.
func (s *SiteFlags) fromFlag() (sii.Environment, error) {
	switch {
	case s.url != "" && s.env != "":
		return sii.Environment{}, Usagef("-sii and -env exclude each other")
	case s.env == "cert":
		return sii.Certification(), nil
	case s.env == "prod":
		return sii.Production(), nil
	case s.env == "", s.env == "fake":
		return sii.Environment{}, nil
	}
	return sii.Environment{}, Usagef("unknown -env %q", s.env)
}

// choose is named, and the fake where nothing real was given.
func (s *SiteFlags) choose(ctx context.Context, database *Database, getenv func(string) string) (environment sii.Environment, fake bool, err error) {
	environment, fake, err = s.named(getenv)
	if !errors.Is(err, errNotNamed) {
		return environment, fake, err
	}
	if s.Certificate.Path(getenv) != "" {
		return sii.Certification(), false, nil
	}
	given := ""
	for _, name := range []string{"SII_CERT_P12_PASS", "SII_RUT", "SII_DV"} {
		if getenv(name) != "" {
			given = name + " is set"
		}
	}
	switch {
	case given != "":
	case database.dsn != "":
		given = "-dsn is given"
	case database.isNew():
		return sii.Environment{}, true, nil
	default:
		fake, err := database.ofFake(ctx)
		if fake || err != nil {
			return sii.Environment{}, fake, err
		}
		given = "there is a database " + database.String() + " that is not known to be a fake's"
	}
	return sii.Environment{}, false, Usagef("%s, but no certificate and no SII: give -p12 and -env cert or prod, or -env fake for invented data", given)
}

// Site is the SII that a program talks to.
type Site struct {
	Environment sii.Environment
	Identity    *xmlsig.Identity
	Credential  string // name of the holder of the certificate
	Transport   http.RoundTripper
	Fake        *siitest.Server // the one inside the program, or nil; to be filled
	Close       func()
}

// Connect returns the SII of the flags and variables. A fake inside the program
// has no data yet, and lets its identity see the companies.
func (s *SiteFlags) Connect(ctx context.Context, database *Database, getenv func(string) string, companies ...chile.RUT) (*Site, error) {
	environment, fake, err := s.choose(ctx, database, getenv)
	if err != nil {
		return nil, err
	}
	if fake {
		return s.connectFake(getenv, companies)
	}
	identity, err := s.Certificate.Load(getenv)
	if err != nil {
		return nil, err
	}
	return &Site{
		Environment: environment, Identity: identity, Credential: identity.Fingerprint(),
		Transport: http.DefaultTransport, Close: func() {},
	}, nil
}

func (s *SiteFlags) connectFake(getenv func(string) string, companies []chile.RUT) (*Site, error) {
	server := siitest.NewServer(s.FakeOptions...)
	client := server.Client()
	site := &Site{
		Environment: server.Environment(), Credential: FakeHolder.String(), Transport: client.Transport, Fake: server,
		Close: func() { client.CloseIdleConnections(); server.Close() },
	}
	for _, owner := range companies {
		server.Authorize(FakeHolder, owner)
	}
	if s.Certificate.path == "" {
		site.Identity = server.NewIdentity(FakeHolder)
		return site, nil
	}
	var err error
	if site.Identity, err = s.Certificate.Load(getenv); err == nil {
		site.Credential = site.Identity.Fingerprint()
		err = server.Trust(site.Identity, companies...)
	}
	if err != nil {
		site.Close()
		return nil, err
	}
	return site, nil
}

// Generate fills a fake inside the program with data for every company and month.
// It does nothing to any other SII.
func (s *Site) Generate(companies []chile.RUT, from, to chile.Period) {
	if s.Fake == nil {
		return
	}
	for i, owner := range companies {
		for period := range from.Through(to) {
			s.Fake.Load(owner, period, siitest.Generate(uint64(i+1), owner, period, 20)) //nolint:gosec // the number of a line
		}
	}
}

// Tell prints which SII it is: the first line of a program.
func (s *Site) Tell(out *Output) { TellEnvironment(out, s.Environment, s.Fake != nil) }

// Check returns an error if the store belongs to another SII, before anything is
// asked or found not to be due.
func (s *Site) Check(ctx context.Context, store storage.Environments) error {
	return storage.CheckEnvironment(ctx, store, s.Environment.Kind())
}

// TellEnvironment prints which SII a program talks to.
func TellEnvironment(out *Output, e sii.Environment, inside bool) {
	url := e.SOAP
	if inside {
		url = ""
	}
	out.Event(struct {
		Event       string            `json:"event"`
		Environment chile.Environment `json:"environment"`
		Fake        bool              `json:"fake"`
		URL         string            `json:"url,omitempty"`
	}{"sii", e.Kind(), inside, url})
	if inside {
		out.Text("SII: a fake inside this program, its data are invented")
		return
	}
	out.Text("SII: %s (%s)", environmentName(e.Kind()), strings.TrimPrefix(url, "https://"))
}

// environmentName is what people call an environment.
func environmentName(of chile.Environment) string {
	switch of {
	case chile.Production:
		return "production"
	case chile.Certification:
		return "certification"
	case chile.OtherEnvironment:
		return "a fake or another server"
	}
	return string(of)
}

// Owner returns the company of a flag or, without it, of SII_RUT and SII_DV. It is
// zero if there is neither.
func Owner(flag chile.RUT, getenv func(string) string) (chile.RUT, error) {
	if !flag.IsZero() {
		return flag, nil
	}
	owner, err := sii.OwnerFromEnv(getenv)
	if errors.Is(err, fs.ErrNotExist) {
		return chile.RUT{}, nil
	}
	return owner, Usage(err)
}

// RequireOwner is Owner, of a program that must have one.
func RequireOwner(flag chile.RUT, getenv func(string) string) (chile.RUT, error) {
	owner, err := Owner(flag, getenv)
	if err == nil && owner.IsZero() {
		err = Usagef("-rut is required, or SII_RUT and SII_DV")
	}
	return owner, err
}
