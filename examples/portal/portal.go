package main

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siihttp/siipage"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage/seal"
)

// portal is the service.
type portal struct {
	http.Handler
	people *people
	api    *siihttp.Handler
}

func newPortal(site *site, people *people, store *cli.Store, getenv func(string) string) (*portal, error) {
	p := &portal{people: people}
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Interval: site.interval})
	if err != nil {
		return nil, err
	}
	paced := &http.Client{Transport: pacer.Transport(site.Credential, site.Transport)}
	client, err := sii.NewClient(site.Environment, sii.WithIdentity(site.Identity), sii.WithHTTPClient(paced), sii.WithTokenCache(store))
	if err != nil {
		return nil, err
	}
	sessions, err := sessionsOf(site, store, people, getenv)
	if err != nil {
		return nil, err
	}
	database, _ := store.Storage.(siidoctor.Database)
	p.api, err = siihttp.New(siihttp.Settings{
		Authorize: people.authorize,
		Store:     store,
		Clients: func(context.Context, chile.RUT) (siihttp.Client, error) {
			return siihttp.Client{Client: client, Credential: site.Credential}, nil
		},
		Companies: siihttp.FixedCompanies(site.companies...),
		Pacer:     pacer,
		Sessions:  sessions,
		Diagnose: func(ctx context.Context, owner chile.RUT) *siidoctor.Diagnosis {
			options := &siidoctor.Options{Language: siidoctor.Spanish, Owner: owner, Database: database}
			return siidoctor.Diagnose(ctx, site.Environment, options, sii.WithIdentity(site.Identity), sii.WithHTTPClient(&http.Client{Transport: site.Transport}))
		},
		Who:    func(r *http.Request) string { return string(people.roleOf(r)) },
		Audit:  siihttp.AuditEvents(store),
		Limits: siihttp.Limits{Feed: time.Second},
	})
	if err != nil {
		return nil, err
	}
	page, err := siipage.New(siipage.Settings{})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/integraciones/sii/", http.StripPrefix("/integraciones/sii", people.only(page, finanzas, admin)))
	mux.Handle("/api/v1/sii/", http.StripPrefix("/api/v1/sii", p.api))
	mux.Handle("/api/health", siihttp.Health(database.Ping))
	mux.Handle("GET /auditoria", people.only(audit(store), admin))
	mux.HandleFunc("GET /entrar", people.enter)
	mux.Handle("GET /{$}", http.RedirectHandler("/integraciones/sii/", http.StatusSeeOther))
	p.Handler = mux
	return p, nil
}

// sessionsOf returns how people log in to the portal of the SII; nil is that nobody
// does, because there is no key that seals their cookies.
func sessionsOf(site *site, store *cli.Store, people *people, getenv func(string) string) (*siihttp.Sessions, error) {
	ring, err := seal.FromEnv(getenv)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no key is no mistake
	}
	if err != nil {
		return nil, err
	}
	return &siihttp.Sessions{
		Store: store, Sealer: ring, Options: site.sessions,
		UserID: func(r *http.Request) int64 { return userIDs[people.roleOf(r)] },
	}, nil
}

// close ends streams and imports.
func (p *portal) close(ctx context.Context) error { return p.api.Close(ctx) }
