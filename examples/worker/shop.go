package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiriver"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
)

// shop is what a worker works with.
type shop struct {
	opts   *options
	site   *cli.Site
	pool   *pgxpool.Pool
	store  *postgres.Store
	engine *siiriver.Engine
}

// plan returns the plan of today.
func (s *shop) plan() siisync.Plan {
	now := chile.PeriodOf(time.Now())
	return siisync.Plan{Owners: s.opts.companies, From: now.Add(1 - s.opts.months), To: now}
}

func open(ctx context.Context, opts *options, report *report, getenv func(string) string) (*shop, error) {
	s := &shop{opts: opts}
	if err := s.fill(ctx, report, getenv); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *shop) fill(ctx context.Context, report *report, getenv func(string) string) (err error) {
	plan := s.plan()
	if s.site, err = s.opts.site.Connect(ctx, &s.opts.database, getenv, s.opts.companies...); err != nil {
		return err
	}
	s.site.Generate(s.opts.companies, plan.From, plan.To)
	s.site.Tell(report.out)
	if s.store, err = openStore(ctx, s.opts, getenv); err != nil {
		return err
	}
	if err = errors.Join(s.opts.database.TellStore(ctx, report.out, s.store), s.site.Check(ctx, s.store)); err != nil {
		return err
	}
	if s.pool, err = pgxpool.New(ctx, s.opts.database.DSN()); err != nil {
		return errors.New("the -dsn cannot be read") // the cause may show its password
	}
	if !s.opts.asIs {
		if err = siiriver.Migrate(ctx, s.pool); err != nil {
			return err
		}
	}
	settings := siiriver.Settings{
		Workers: s.opts.workers, Observer: siiriver.Observer{JobEnd: report.jobEnd},
		Plans: []siiriver.Plan{{
			Name: "worker", Every: s.opts.every,
			Of: func(context.Context) (siisync.Plan, error) { return s.plan(), nil },
		}},
	}
	if s.opts.once {
		settings.AlertDelay = time.Second // nobody waits for a minute
	}
	if settings.Alerts, err = siisync.NewAlerts(s.store, siisync.AlertSettings{}, report); err != nil {
		return err
	}
	if settings.Fleet, err = s.fleet(report); err != nil {
		return err
	}
	s.engine, err = siiriver.New(s.pool, settings)
	return err
}

// openStore opens a store that completes jobs with their imports.
func openStore(ctx context.Context, o *options, getenv func(string) string) (*postgres.Store, error) {
	opts := []postgres.Option{postgres.WithBeforeCommit(siiriver.Complete)}
	if o.asIs {
		opts = append(opts, postgres.WithoutMigration())
	}
	ring, err := seal.FromEnv(getenv)
	switch {
	case err == nil:
		opts = append(opts, postgres.WithSealer(ring))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, cli.Usage(err)
	}
	store, err := pgxcopy.Open(ctx, o.database.DSN(), opts...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", &o.database, err)
	}
	if err := store.CheckVersion(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// fleet is of one certificate for all companies, whose calls keep one pace with
// those of all other workers.
func (s *shop) fleet(report *report) (*siisync.Fleet, error) {
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Interval: s.opts.interval, Shared: s.store})
	if err != nil {
		return nil, err
	}
	paced := &http.Client{Transport: pacer.Transport(s.site.Credential, s.site.Transport)}
	client, err := sii.NewClient(s.site.Environment, sii.WithIdentity(s.site.Identity), sii.WithHTTPClient(paced), sii.WithTokenCache(s.store))
	if err != nil {
		return nil, err
	}
	syncer, err := siisync.New(client, s.store, siisync.WithImported(report.imported))
	if err != nil {
		return nil, err
	}
	access := siisync.Access{Syncer: syncer, Credential: s.site.Credential}
	return siisync.NewFleet(s.store, func(context.Context, chile.RUT) (siisync.Access, error) { return access, nil }, siisync.WithPacer(pacer))
}

func (s *shop) close() {
	if s.pool != nil {
		s.pool.Close()
	}
	if s.store != nil {
		_ = s.store.Close() // every write was committed before
	}
	if s.site != nil {
		s.site.Close()
	}
}
