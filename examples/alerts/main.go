// Command alerts reports what in the registers of the database needs a person.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siisync/siimail"
	"github.com/ofitec/chile/storage"
)

const about = `Tells of purchases that are still pending and near the last of the eight days in which they may be claimed, of
claims, unknown suppliers, unusual amounts and registers that became smaller since the last time, and of uploads that the
SII rejected. Run it daily, after rcvsync. Each alert is told once; that it was stands in the database. Without more it prints;
SII_WEBHOOK is the address of a webhook (Slack), -smtp, -from and -to send e-mail, signed in with SMTP_USER and
SMTP_PASS. The database must be there: none is made. The exit status is 1 if an alert could not be delivered, which is
tried again the next time, and if the database has no register of a company at all.`

type options struct {
	json       bool
	database   cli.Database
	companies  []chile.RUT
	today      chile.Date
	smtp       string
	port, days int
	from, to   string
	withoutTLS bool
}

func main() { cli.Main("alerts", run) }

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("alerts", "-companies FILE [-db FILE | -dsn URL]", about, stderr)
	flags.Require("companies")
	companies := flags.String("companies", "", "`file` with a RUT a line")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object an alert; the last is the event done")
	cli.DatabaseVar(flags, &opts.database, "rcvsync.db")
	flags.IntVar(&opts.days, "days", 3, "how many `days` before the last one")
	flags.Func("today", "`date`, as 2026-10-31; the default is today", func(s string) (err error) {
		opts.today, err = chile.ParseDate(s)
		return err
	})
	flags.StringVar(&opts.smtp, "smtp", "", "`host` of a mail server")
	flags.IntVar(&opts.port, "smtp-port", 587, "its port; 465 begins with TLS")
	flags.BoolVar(&opts.withoutTLS, "smtp-without-tls", false, "a server on this machine, without TLS and without password")
	flags.StringVar(&opts.from, "from", "", "`address` of the sender")
	flags.StringVar(&opts.to, "to", "", "`address` of the receiver")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if opts.smtp != "" && (opts.from == "" || opts.to == "") {
		return nil, cli.Usagef("-smtp needs -from and -to")
	}
	var err error
	opts.companies, err = cli.ReadCompanies(*companies)
	return opts, err
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	store, err := opts.database.Update(ctx)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // every write was committed before
	out := cli.NewOutput(stdout, opts.json)
	printer := &printer{out: out}
	notifiers, err := notifiersOf(opts, printer, getenv)
	if err != nil {
		return cli.Usage(err)
	}
	if err := opts.database.TellStore(ctx, out, store); err != nil {
		return err
	}
	settings := siisync.AlertSettings{DaysLeft: []int{opts.days, 1}}
	if !opts.today.IsZero() {
		settings.Now = func() time.Time { return opts.today.Time() }
	}
	alerts, err := siisync.NewAlerts(store, settings, notifiers...)
	if err != nil {
		return err
	}
	var failures []error
	for _, owner := range opts.companies {
		failures = append(failures, known(ctx, store, owner), alerts.Company(ctx, owner))
	}
	err = errors.Join(failures...)
	printer.end(len(opts.companies), err)
	return errors.Join(err, out.Err())
}

// known returns an error if the database has no register of a company: without one, no
// alert would mean nothing.
func known(ctx context.Context, store *cli.Store, owner chile.RUT) error {
	for _, err := range store.Imports(ctx, storage.ImportQuery{Owner: owner, Limit: 1}) {
		return err
	}
	return fmt.Errorf("the database has no register of %s: rcvsync imports them", owner)
}

// notifiersOf returns the receivers of the alerts.
func notifiersOf(opts *options, printer *printer, getenv func(string) string) ([]siisync.Notifier, error) {
	list := []siisync.Notifier{printer}
	if address := getenv("SII_WEBHOOK"); address != "" {
		webhook, err := siisync.NewWebhookNotifier(&http.Client{Timeout: 30 * time.Second}, address)
		if err != nil {
			return nil, err
		}
		list = append(list, webhook)
	}
	if opts.smtp != "" {
		mail, err := siimail.New(siimail.Settings{
			Host: opts.smtp, Port: opts.port, From: opts.from, To: []string{opts.to}, Insecure: opts.withoutTLS,
			User: getenv("SMTP_USER"), Password: getenv("SMTP_PASS"),
		})
		if err != nil {
			return nil, err
		}
		list = append(list, mail)
	}
	return list, nil
}
