// Command doctor checks what a program needs to work with the SII, and says what is
// wrong.
package main

import (
	"context"
	"io"
	"time"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
)

const about = `Looks, one after another, at certificate, clock, the way to each host of the SII, a seed, a token, the register
(RCV) of a company and the database, and says of each whether it is fine and, if not, what to do. It asks the SII for
one seed, one token and one summary. What it prints has no secret and no name, so it may be pasted into a report.

The environment is that of SII_AMBIENTE or -env: cert (the default) or prod. The certificate is that of -p12 or of
SII_CERT_P12_PATH and SII_CERT_P12_PASS; without one, what needs none is looked at. The exit status is 1 if something failed.`

func main() { cli.Main("doctor", run) }

type options struct {
	diagnose siidoctor.Options
	site     cli.SiteFlags
	database cli.Database
	json     bool
	failed   error // that something did
	told     func(error) error
}

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("doctor", "[-json] [-lang en|es] [-sii URL | -env cert|prod] [-p12 FILE] [-rut RUT] [-db FILE | -dsn URL]", about, stderr)
	flags.InSpanish(sobre, "[-json] [-lang en|es] [-sii URL | -env cert|prod] [-p12 ARCHIVO] [-rut RUT] [-db ARCHIVO | -dsn URL]", uso)
	cli.RealSiteVar(flags, &opts.site)
	cli.DatabaseVar(flags, &opts.database, "")
	cli.RUTVar(flags, &opts.diagnose.Owner, "rut", "`RUT` of the company whose register is asked for; the default is SII_RUT and\nSII_DV or, without them, the holder of the certificate")
	flags.DurationVar(&opts.diagnose.Deadline, "deadline", 15*time.Second, "time for each check")
	language := flags.String("lang", "en", "language of the words: en or es")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a check; the last is the event done")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	opts.diagnose.Language = siidoctor.Language(*language)
	if opts.diagnose.Language != siidoctor.English && opts.diagnose.Language != siidoctor.Spanish {
		return nil, cli.Usagef("no words in language %q: en or es", *language)
	}
	opts.told = flags.Told
	opts.failed = flags.Failure("something failed", "algo falló")
	return opts, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	environment, err := opts.site.Environment(getenv)
	if err != nil {
		return opts.told(err)
	}
	if opts.diagnose.Owner, err = cli.Owner(opts.diagnose.Owner, getenv); err != nil {
		return opts.told(err)
	}
	var client []sii.Option
	if path := opts.site.Certificate.Path(getenv); path != "" {
		opts.diagnose.CertificateFile = path
		identity, err := opts.site.Certificate.Load(getenv)
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
		return opts.failed
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
