// Command doctor looks at what a program needs to work with the SII, and says
// what is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
)

const about = `Looks, one after another, at certificate, clock, the way to each host of the SII, a seed, a token, the register
(RCV) of a company and the database, and says of each whether it is fine and, if not, what to do. It asks the SII for
one seed, one token and one summary. What it prints has no secret and no name, so it may be pasted into a report.

Without -sii the environment is that of -env: prod (the default) or cert. Without -p12 what needs no certificate is
looked at. The exit status is 1 if something failed.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "doctor:", err)
		os.Exit(1)
	}
}

var errFailed = errors.New("something failed")

type options struct {
	diagnose    siidoctor.Options
	certificate cli.Certificate
	database    cli.Database
	url, env    string
	json        bool
}

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("doctor", "[-json] [-lang en|es] [-sii URL | -env cert|prod] [-p12 FILE] [-rut RUT] [-db FILE | -dsn URL]", about, stderr)
	cli.CertificateVar(flags, &opts.certificate)
	cli.DatabaseVar(flags, &opts.database, "")
	cli.RUTVar(flags, &opts.diagnose.Owner, "rut", "`RUT` of the company whose register is asked for; the default is the holder of the\ncertificate")
	flags.DurationVar(&opts.diagnose.Deadline, "deadline", 15*time.Second, "time for each check")
	flags.StringVar(&opts.url, "sii", "", "base `URL` of a fake SII")
	flags.StringVar(&opts.env, "env", "prod", "cert or prod")
	language := flags.String("lang", "en", "language of the words: en or es")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a check; the last is the event done")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	opts.diagnose.Language = siidoctor.Language(*language)
	switch {
	case opts.diagnose.Language != siidoctor.English && opts.diagnose.Language != siidoctor.Spanish:
		return nil, fmt.Errorf("no words in language %q", *language)
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return opts, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	environment, err := cli.Environment(opts.url, opts.env)
	if err != nil {
		return err
	}
	var client []sii.Option
	if opts.certificate.Path != "" {
		identity, err := opts.certificate.Load(getenv)
		if err == nil {
			client = append(client, sii.WithIdentity(identity))
		}
		opts.diagnose.IdentityErr = err
	}
	database, closeDatabase := opts.database.Inspect(ctx)
	defer closeDatabase()
	opts.diagnose.Database = database
	diagnosis := siidoctor.Diagnose(ctx, environment, &opts.diagnose, client...)
	if err := show(cli.NewOutput(stdout, opts.json), diagnosis); err != nil {
		return err
	}
	if !diagnosis.OK() {
		return errFailed
	}
	return nil
}

func show(out *cli.Output, d *siidoctor.Diagnosis) error {
	for i := range d.Findings {
		out.Event(struct {
			Event string `json:"event"`
			siidoctor.Finding
		}{"check", d.Findings[i]})
	}
	out.Event(struct {
		Event       string                `json:"event"`
		Environment string                `json:"environment"`
		Time        time.Time             `json:"time"`
		Worst       siidoctor.CheckStatus `json:"worst"`
	}{"done", d.Environment, d.Time, d.Worst()})
	out.Text("%s", d)
	return out.Err()
}
