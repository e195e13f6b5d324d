package main

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
)

// With a fake, the program asks for verdicts and repeats uploads much sooner than with
// the SII.
const (
	pollSII  = 10 * time.Minute
	pollFake = 200 * time.Millisecond
)

// keeper is a database that can keep what is issued.
type keeper interface {
	siiemit.Store
	storage.Tokens
}

// openStore opens the database of the flags. The keys of CAFs are kept sealed: it
// needs FERNET_KEY.
func (o *options) openStore(ctx context.Context, getenv func(string) string) (keeper, func(), error) {
	if getenv("FERNET_KEY") == "" {
		return nil, nil, cli.Usagef("FERNET_KEY is not set: it seals the keys of the CAFs. This makes one, once; keep it:\n" +
			"  export FERNET_KEY=$(openssl rand -base64 32 | tr '+/' '-_')")
	}
	store, err := o.database.Open(ctx, getenv)
	if err != nil {
		return nil, nil, err
	}
	closeStore := func() { _ = store.Close() } // every write was committed before
	kept, ok := store.Storage.(keeper)
	if !ok {
		closeStore()
		return nil, nil, errors.New("the database cannot keep what is issued")
	}
	return kept, closeStore, nil
}

// environmentAt returns the SII that receives the documents: that of -sii, of -env or
// the CAFs, of the database, or of SII_AMBIENTE. The given ones must agree.
func (o *options) environmentAt(ctx context.Context, store storage.Environments, of chile.Environment, getenv func(string) string) (sii.Environment, error) {
	if o.url != "" {
		if o.environment != "" {
			return sii.Environment{}, cli.Usagef("-sii and -env exclude each other")
		}
		return sii.At(o.url), nil
	}
	if of == "" {
		kept, err := store.Environment(ctx)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return sii.Environment{}, err
		}
		of = kept
	}
	variable := sii.Environment{}
	if getenv("SII_AMBIENTE") != "" {
		var err error
		if variable, err = sii.EnvironmentFromEnv(getenv); err != nil {
			return sii.Environment{}, cli.Usage(err)
		}
		if of != "" && variable.Kind() != of {
			return sii.Environment{}, cli.Usagef("SII_AMBIENTE is %s, but folios or database are of %s", variable.Kind(), of)
		}
	}
	switch {
	case of == chile.Certification:
		return sii.Certification(), nil
	case of == chile.Production:
		return sii.Production(), nil
	case variable.Name != "":
		return variable, nil
	}
	return sii.Environment{}, cli.Usagef("no SII is named: give -sii URL, or -env cert or prod")
}

// emitter returns the Emitter of a company.
func (o *options) emitter(ctx context.Context, s *settings, store keeper, of chile.Environment, company siiemit.Company, getenv func(string) string) (*siiemit.Emitter, error) {
	environment, err := o.environmentAt(ctx, store, of, getenv)
	if err != nil {
		return nil, err
	}
	if err := storage.CheckEnvironment(ctx, store, environment.Kind()); err != nil {
		return nil, err
	}
	identity, err := o.identity(getenv, time.Now())
	if err != nil {
		return nil, err
	}
	interval, poll := time.Second, pollSII
	if o.url != "" {
		interval, poll = time.Millisecond, pollFake
	}
	if o.poll > 0 {
		poll = o.poll
	}
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Interval: interval})
	if err != nil {
		return nil, err
	}
	paced := &http.Client{Transport: pacer.Transport(identity.Fingerprint(), http.DefaultTransport)}
	client, err := sii.NewClient(environment, sii.WithIdentity(identity), sii.WithHTTPClient(paced), sii.WithTokenCache(store))
	if err != nil {
		return nil, err
	}
	options := []siiemit.Option{
		siiemit.WithDrafting(s.options), siiemit.WithSettings(settingsOf(poll, o.url != "")),
	}
	if keys := o.cafKeys(); len(keys) > 0 {
		options = append(options, siiemit.WithCAFKeys(keys))
	}
	if o.witness != "" {
		witness, err := siiemit.NewFileWitness(o.witness)
		if err != nil {
			return nil, err
		}
		options = append(options, siiemit.WithWitness(witness))
	}
	return siiemit.New(client, store, identity, company, options...)
}

// settingsOf says how often the SII, or a fake, is asked.
func settingsOf(poll time.Duration, fake bool) siiemit.Settings {
	settings := siiemit.Settings{Follow: siisync.FollowUp{First: poll, Longest: poll}}
	if fake {
		settings.Retry = poll
	}
	return settings
}

// cafKeys are those of -caf-key. What is resumed at a fake has the folios of a fake.
func (o *options) cafKeys() dte.Keys {
	if len(o.keys) == 0 && o.url != "" && (o.resume || o.recover) {
		return siitest.CAFKeys()
	}
	return o.keys
}
