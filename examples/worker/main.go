// Command worker keeps the registers of many companies true in PostgreSQL, on as
// many machines as it is started on.
package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siiriver"
)

const about = `Keeps the registers (Registro de Compras y Ventas) of many companies true in PostgreSQL, follows uploads and tells
of what a person should look at. Start it on as many machines as you like, with the same flags: they share the work
(jobs of River) and the pace, so that no certificate calls the SII more often than one program may. What a worker that
was killed had begun is done by another. It runs until it is interrupted, and lets what runs end.

  worker -dsn postgres://… -companies FILE              work, and look every hour what is due
  worker -dsn postgres://… -companies FILE -once        do what is due and end
  worker -dsn postgres://… -companies FILE -track 123   queue the follow-up of an upload of the first company
  worker -dsn postgres://… -companies FILE -dead        show what was given up; -requeue ID tries it once more

FERNET_KEY keeps the token, sealed, for all workers. -env fake is a fake SII inside the program, which has generated
data for every company. With -once the exit status is 1 if a job failed; what the SII asks to be done later is left to
the next run.`

type options struct {
	json      bool
	database  cli.Database
	companies []chile.RUT
	months    int
	workers   int
	every     time.Duration
	interval  time.Duration
	once      bool
	dead      bool
	requeue   int64
	track     string
	asIs      bool
	site      cli.SiteFlags
}

func main() { cli.Main("worker", run) }

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("worker", "-dsn URL -companies FILE [flags]", about, stderr)
	flags.Require("dsn", "companies")
	companies := flags.String("companies", "", "`file` with a RUT a line; what follows a RUT on its line is for people")
	cli.PostgresVar(flags, &opts.database)
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a line")
	flags.IntVar(&opts.months, "months", 12, "how many `months` to keep true, with the current one")
	flags.IntVar(&opts.workers, "workers", 4, "jobs at once in this program")
	flags.DurationVar(&opts.every, "every", time.Hour, "time between two looks at what is due")
	flags.DurationVar(&opts.interval, "interval", time.Second, "time between calls of one certificate, of all workers")
	flags.BoolVar(&opts.once, "once", false, "do what is due, and end when all is done")
	flags.BoolVar(&opts.dead, "dead", false, "show the jobs that were given up")
	flags.Int64Var(&opts.requeue, "requeue", 0, "`number` of a job that was given up, to be tried once more")
	flags.StringVar(&opts.track, "track", "", "`track id` of an upload of the first company, to be followed")
	flags.BoolVar(&opts.asIs, "tables-as-they-are", false, "change no tables: for a role that may not, once their owner has made them")
	cli.SiteVar(flags, &opts.site)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	var err error
	if opts.companies, err = cli.ReadCompanies(*companies); err != nil {
		return nil, err
	}
	switch {
	case opts.months < 1:
		return nil, cli.Usagef("-months is at least 1")
	case opts.workers < 1:
		return nil, cli.Usagef("-workers is at least 1")
	case opts.every <= 0:
		return nil, cli.Usagef("-every is more than 0")
	}
	return opts, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	report := &report{out: cli.NewOutput(stdout, opts.json)}
	shop, err := open(ctx, opts, report, getenv)
	if err != nil {
		return err
	}
	defer shop.close()
	switch {
	case opts.dead:
		return report.dead(ctx, shop.engine)
	case opts.requeue != 0:
		return shop.engine.Requeue(ctx, opts.requeue)
	case opts.track != "":
		return shop.engine.Track(ctx, opts.companies[0], opts.track)
	case opts.once:
		return once(ctx, shop, report)
	}
	report.ready(shop.engine.Client().ID())
	return errors.Join(shop.engine.Run(ctx), report.err())
}

// once queues what is due, and works until nothing is due any more. What failed or
// was put off by the SII is left to a later run, and so are jobs of other workers.
func once(ctx context.Context, shop *shop, report *report) error {
	before, err := shop.engine.Backlog(ctx)
	if err != nil {
		return err
	}
	if _, err := shop.engine.SyncPlan(ctx, shop.plan()); err != nil {
		return err
	}
	working, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- shop.engine.Run(working) }()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	var now siiriver.Backlog
	for idle := 0; idle < 2 && err == nil; { // twice, as River notes a moment later what has ended
		select {
		case <-look.C:
		case err := <-ended:
			return errors.Join(err, context.Cause(ctx))
		}
		if now, err = shop.engine.Backlog(ctx); now.Due+now.Mine == 0 {
			idle++
		} else {
			idle = 0
		}
	}
	stop()
	return errors.Join(err, <-ended, report.end(now.Dead-before.Dead, now.Waiting))
}
