// Command rcvsync keeps the registers of many companies and months true in a
// database.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
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

Without -sii and -env it talks to a fake SII inside the program, which has generated data for every company.
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

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "rcvsync:", err)
		os.Exit(1)
	}
}

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("rcvsync", "-companies FILE -from 2024-01 -to 2026-10 [-workers N]", about, stderr)
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
	if opts.to.IsZero() {
		opts.to = opts.from
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return opts, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	site, err := opts.site.Connect(opts.companies, opts.from, opts.to, getenv)
	if err != nil {
		return err
	}
	defer site.Close()
	store, err := opts.database.Open(ctx, getenv)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // every write was committed before
	pacer := siisync.NewPacer(siisync.PacerSettings{Interval: opts.interval})
	paced := &http.Client{Transport: pacer.Transport(site.Credential, site.Transport)}
	client, err := sii.NewClient(site.Environment, sii.WithIdentity(site.Identity), sii.WithHTTPClient(paced), sii.WithTokenCache(store))
	if err != nil {
		return err
	}
	report := &report{out: cli.NewOutput(stdout, opts.json), bar: newBar(stderr)}
	access := siisync.Access{Syncer: siisync.New(client, store, siisync.WithProgress(report.rows)), Credential: site.Credential}
	fleet := siisync.NewFleet(store,
		func(context.Context, chile.RUT) (siisync.Access, error) { return access, nil },
		siisync.WithWorkers(opts.workers), siisync.WithPacer(pacer))
	plan := siisync.Plan{Owners: opts.companies, From: opts.from, To: opts.to}
	for progress, err := range fleet.Progress(ctx, plan) {
		if err != nil {
			return errors.Join(err, report.end())
		}
		report.register(&progress)
	}
	return report.end()
}
