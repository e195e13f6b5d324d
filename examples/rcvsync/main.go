// Command rcvsync keeps the registers of many companies and months true in a
// database.
package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
)

const about = `Downloads the registers (Registro de Compras y Ventas) of many companies and months and keeps them in a
database. Run it as often as you like: recent months are due daily, older ones monthly, and a run that was
stopped or killed is taken up by the next. Calls to the SII are kept apart, whatever the number of companies.
On a terminal a bar shows how far the run is; else there is a line a register. FERNET_KEY keeps the token, sealed.
The first line says which SII it is. If nothing real is given, it is a fake inside the program, which has generated
data for every company; -env fake asks for it by name. A database is of one SII: no other writes into it.
The exit status is 1 if a register failed; the others are up to date all the same.`

type options struct {
	json      bool
	database  cli.Database
	companies []chile.RUT
	from, to  chile.Period
	workers   int
	interval  time.Duration
	site      cli.SiteFlags
}

func main() { cli.Main("rcvsync", run) }

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("rcvsync", "-companies FILE -from 2024-01 -to 2026-10 [-workers N]", about, stderr)
	flags.Require("companies", "from")
	companies := flags.String("companies", "", "`file` with a RUT a line; what follows a RUT on its line is for people")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a register; the last is the event done")
	cli.DatabaseVar(flags, &opts.database, "rcvsync.db")
	cli.PeriodVar(flags, &opts.from, "from", "first month, as 2024-01")
	cli.PeriodVar(flags, &opts.to, "to", "last month; the default is the first")
	flags.IntVar(&opts.workers, "workers", 4, "registers at once, of different certificates")
	flags.DurationVar(&opts.interval, "interval", time.Second, "time between calls of one certificate")
	cli.SiteVar(flags, &opts.site)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	var err error
	if opts.companies, err = cli.ReadCompanies(*companies); err != nil {
		return nil, err
	}
	if opts.workers < 1 {
		return nil, cli.Usagef("-workers is at least 1")
	}
	return opts, cli.Months(&opts.from, &opts.to)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	site, err := opts.site.Connect(ctx, &opts.database, getenv, opts.companies...)
	if err != nil {
		return err
	}
	defer site.Close()
	site.Generate(opts.companies, opts.from, opts.to)
	out := cli.NewOutput(stdout, opts.json)
	site.Tell(out)
	store, err := opts.database.Open(ctx, getenv)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // every write was committed before
	if err := errors.Join(opts.database.TellStore(ctx, out, store), site.Check(ctx, store)); err != nil {
		return err
	}
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Interval: opts.interval})
	if err != nil {
		return err
	}
	paced := &http.Client{Transport: pacer.Transport(site.Credential, site.Transport)}
	client, err := sii.NewClient(site.Environment, sii.WithIdentity(site.Identity), sii.WithHTTPClient(paced), sii.WithTokenCache(store))
	if err != nil {
		return err
	}
	report := &report{out: out, bar: newBar(stderr)}
	syncer, err := siisync.New(client, store, siisync.WithProgress(report.rows))
	if err != nil {
		return err
	}
	access := siisync.Access{Syncer: syncer, Credential: site.Credential}
	fleet, err := siisync.NewFleet(store,
		func(context.Context, chile.RUT) (siisync.Access, error) { return access, nil },
		siisync.WithWorkers(opts.workers), siisync.WithPacer(pacer))
	if err != nil {
		return err
	}
	plan := siisync.Plan{Owners: opts.companies, From: opts.from, To: opts.to}
	for progress, err := range fleet.Progress(ctx, plan) {
		if err != nil {
			return errors.Join(err, report.end())
		}
		report.register(&progress)
	}
	return report.end()
}
