package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/xmlsig"
)

// site is the SII that the program talks to, and for whom.
type site struct {
	environment sii.Environment
	owner       chile.RUT
	period      chile.Period
	options     []sii.Option
	close       func()
}

func connect(opts *options, getenv func(string) string) (*site, error) {
	if opts.url == "" && opts.env == "fake" {
		return connectFake(opts, getenv)
	}
	if len(opts.purchases)+len(opts.sales) > 0 {
		return nil, errors.New("-purchases and -sales are for the fake SII inside the program")
	}
	environment, err := cli.Environment(opts.url, opts.env)
	if err != nil {
		return nil, err
	}
	identity, owner, err := signer(opts, getenv)
	if err != nil {
		return nil, err
	}
	if owner.IsZero() || opts.period.IsZero() {
		return nil, errors.New("-rut and -period are required for an SII outside the program")
	}
	return &site{
		environment: environment,
		owner:       owner,
		period:      opts.period,
		options:     []sii.Option{sii.WithIdentity(identity)},
		close:       func() {},
	}, nil
}

// signer returns the certificate and the company of the flags or, without -p12,
// those of SII_CERT_P12_PATH, SII_RUT and so on.
func signer(opts *options, getenv func(string) string) (*xmlsig.Identity, chile.RUT, error) {
	if opts.certificate.Path != "" {
		identity, err := opts.certificate.Load(getenv)
		return identity, opts.owner, err
	}
	settings, err := sii.FromEnv(getenv)
	if err != nil {
		return nil, chile.RUT{}, fmt.Errorf("without -p12: %w", err)
	}
	if !opts.owner.IsZero() {
		settings.Owner = opts.owner
	}
	return settings.Identity, settings.Owner, nil
}

// connectFake starts an SII inside the program and fills it.
func connectFake(opts *options, getenv func(string) string) (*site, error) {
	owner, period := opts.owner, opts.period
	for _, path := range append(append([]string{}, opts.purchases...), opts.sales...) {
		o, p := fromFileName(path)
		if owner.IsZero() {
			owner = o
		}
		if period.IsZero() {
			period = p
		}
	}
	if owner.IsZero() {
		owner = cli.FakeOwner
	}
	if period.IsZero() {
		period = cli.FakePeriod
	}
	server := siitest.NewServer()
	server.Authorize(cli.FakeHolder, owner)
	identity := server.NewIdentity(cli.FakeHolder)
	if opts.certificate.Path != "" {
		own, err := opts.certificate.Load(getenv)
		if err != nil {
			server.Close()
			return nil, err
		}
		if err := server.Trust(own, owner); err != nil {
			server.Close()
			return nil, err
		}
		identity = own
	}
	if err := cli.FillFake(server, owner, period, opts.purchases, opts.sales); err != nil {
		server.Close()
		return nil, err
	}
	return &site{
		environment: server.Environment(),
		owner:       owner,
		period:      period,
		options:     []sii.Option{sii.WithIdentity(identity), sii.WithHTTPClient(server.Client())},
		close:       server.Close,
	}, nil
}

// exportName is how the portal names its exports.
var exportName = regexp.MustCompile(`_(\d{7,8}-[\dkK])_(\d{6})\.csv$`)

// fromFileName returns the owner and period in the name of an export; they are
// zero if the file was renamed.
func fromFileName(path string) (owner chile.RUT, period chile.Period) {
	if m := exportName.FindStringSubmatch(filepath.Base(path)); m != nil {
		owner, _ = chile.ParseRUT(m[1])
		period, _ = chile.ParsePeriod(m[2])
	}
	return owner, period
}

// statusQuery returns the question for the state of the document, if there is
// one that the SII can be asked for.
func statusQuery(doc *storage.StoredDocument) (sii.DocumentQuery, bool) {
	if doc == nil {
		return sii.DocumentQuery{}, false
	}
	issuer, receiver := doc.Parties(doc.Key)
	return sii.DocumentQuery{
		Issuer: issuer, Receiver: receiver,
		Type: doc.Type, Folio: doc.Folio, Issued: doc.Issued, Total: doc.Total,
	}, true
}
