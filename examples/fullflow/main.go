// Command fullflow does the main job from end to end. It logs in to the SII with a
// certificate, downloads the registers of a month, stores them in a database, reads
// them back and asks for the state of a document.
package main

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

const about = `Signs in with a certificate, downloads both books of a month (Registro de Compras y Ventas), imports each
in one transaction, reads the totals back, asks for the state of one document and lists what changed since
the last run with the same database: run it twice and the second run shows no change.

Without flags and variables it talks to a fake SII inside the program, which has generated data, and keeps a SQLite
file; -env fake asks for it by name. With -purchases and -sales the fake has the registers of those CSV exports. With
-sii, or -env or SII_AMBIENTE cert or prod, it talks to that SII, signs in with -p12 and reads the register of the
company -rut; without them those are SII_CERT_P12_PATH, SII_CERT_P12_PASS, SII_RUT and SII_DV. FERNET_KEY keeps the
token, sealed. The first line says which SII it is. A database is of one SII: no other writes into it.

In all sums credit notes are subtracted.`

type options struct {
	json             bool
	database         cli.Database
	purchases, sales cli.Files
	site             cli.SiteFlags
	owner            chile.RUT
	period           chile.Period
}

func main() { cli.Main("fullflow", run) }

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("fullflow", "[flags]", about, stderr)
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a line; the last is the event done")
	cli.DatabaseVar(flags, &opts.database, "fullflow.db")
	flags.Var(&opts.purchases, "purchases", "CSV `files` with purchases for the fake SII")
	flags.Var(&opts.sales, "sales", "CSV `files` with sales for the fake SII")
	cli.SiteVar(flags, &opts.site)
	cli.RUTVar(flags, &opts.owner, "rut", "`RUT` of the company")
	cli.PeriodVar(flags, &opts.period, "period", "month, as 2026-10")
	if err := flags.Parse(cli.SpreadFiles(args, "purchases", "sales")); err != nil {
		return nil, err
	}
	return opts, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	site, err := connect(ctx, opts, getenv)
	if err != nil {
		return err
	}
	defer site.Close()
	report := &report{out: cli.NewOutput(stdout, opts.json), done: done{Owner: site.owner, Period: site.period}}
	site.Tell(report.out)
	store, err := opts.database.Open(ctx, getenv)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // every write was committed before
	if err := errors.Join(opts.database.TellStore(ctx, report.out, store), site.Check(ctx, store)); err != nil {
		return err
	}
	client, err := sii.NewClient(site.Environment, append(site.options(), sii.WithTokenCache(store))...)
	if err != nil {
		return err
	}
	report.start(site)

	token, err := client.Token(ctx)
	if err != nil {
		return err
	}
	report.token(token)

	syncer, err := siisync.New(client, store, siisync.WithProgress(report.progress))
	if err != nil {
		return err
	}
	result, syncErr := syncer.Period(ctx, site.owner, site.period)
	report.imported(result, syncErr)

	document, err := readBack(ctx, store, site, report)
	if err != nil {
		return errors.Join(syncErr, err)
	}
	var statusErr error
	if query, ok := statusQuery(document); ok {
		status, err := syncer.DocumentStatus(ctx, query)
		report.status(query, status, err)
		statusErr = err
	}
	report.end()
	return errors.Join(syncErr, statusErr, report.out.Err())
}

// readBack reports the stored totals of the month, with those that the SII gives as a
// total only. It returns a document whose state the SII can be asked for.
func readBack(ctx context.Context, store storage.Storage, site *site, report *report) (*storage.StoredDocument, error) {
	var electronic *storage.StoredDocument
	query := storage.DocumentQuery{Owner: site.owner, From: site.period, To: site.period}
	for doc, err := range store.Documents(ctx, query) {
		if err != nil {
			return nil, err
		}
		if err := report.add(&doc); err != nil {
			return nil, err
		}
		if askable(&doc) && (electronic == nil || doc.Key.Book == rcv.Sales && electronic.Key.Book != rcv.Sales) {
			electronic = &doc
		}
	}
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		lines, err := store.SummaryLines(ctx, rcv.Key{Owner: site.owner, Period: site.period, Book: book})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for i := range lines {
			if err := report.addLine(book, &lines[i]); err != nil {
				return nil, err
			}
		}
	}
	report.totals()
	return electronic, nil
}

// askable reports whether the SII can be asked for the state of the document
// with what the register says of it.
func askable(doc *storage.StoredDocument) bool {
	return doc.Type.Electronic() && doc.State == rcv.Registro
}
