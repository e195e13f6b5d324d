// Command f29 computes the lines of form 29 that follow from the registers in the
// database.
package main

import (
	"context"
	"errors"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

const about = `Prints the lines of form 29 (debit and credit VAT) that follow from the registers of a company and month in
the database, and what is on no line, with the reason. It is no declaration: remainders of other months, advance
payments and the like are in no register. With -proposal it compares with the SII's proposal: a file with a code and
its value a line. The database is opened to be read: none is made. The exit status is 1 if something differs.`

type options struct {
	json     bool
	database cli.Database
	owner    chile.RUT
	period   chile.Period
	proposal string
}

func main() { cli.Main("f29", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts := &options{}
	flags := cli.NewFlags("f29", "-db FILE -rut RUT -period 2026-10 [-proposal FILE]", about, stderr)
	flags.Require("period")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a line; the last is the event done")
	cli.DatabaseVar(flags, &opts.database, "rcvsync.db")
	cli.RUTVar(flags, &opts.owner, "rut", "`RUT` of the company; the default is SII_RUT and SII_DV")
	cli.PeriodVar(flags, &opts.period, "period", "month, as 2026-10")
	flags.StringVar(&opts.proposal, "proposal", "", "`file` with a code and its value a line, as 520 96995")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	var err error
	if opts.owner, err = cli.RequireOwner(opts.owner, getenv); err != nil {
		return err
	}
	proposal, err := readProposal(opts.proposal)
	if err != nil {
		return cli.Usagef("-proposal: %w", err)
	}
	store, err := opts.database.Read(ctx)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // it was read alone
	out := cli.NewOutput(stdout, opts.json)
	if err := opts.database.TellStore(ctx, out, store); err != nil {
		return err
	}
	form, err := sum(ctx, store, opts)
	if err != nil {
		return err
	}
	return report(out, form, proposal)
}

// sum reads both registers of the month: their documents, and the lines of their
// summaries that have none, such as boletas.
func sum(ctx context.Context, store *cli.Store, opts *options) (*rcv.F29, error) {
	form := &rcv.F29{}
	var unread []error
	query := storage.DocumentQuery{Owner: opts.owner, From: opts.period, To: opts.period}
	for doc, err := range store.Documents(ctx, query) {
		if err != nil {
			return nil, err
		}
		if err := doc.Readable(); err != nil {
			unread = append(unread, err) // every row is told
			continue
		}
		add := form.AddPurchase
		if doc.Key.Book == rcv.Sales {
			add = form.AddSale
		}
		if err := add(&doc.Document); err != nil {
			return nil, err
		}
	}
	if len(unread) > 0 {
		return nil, errors.Join(unread...)
	}
	for _, book := range []rcv.Book{rcv.Sales, rcv.Purchases} {
		add := form.AddPurchasesLine
		if book == rcv.Sales {
			add = form.AddSalesLine
		}
		key := rcv.Key{Owner: opts.owner, Period: opts.period, Book: book}
		if err := store.Imported(ctx, key); err != nil {
			return nil, err
		}
		lines, err := store.SummaryLines(ctx, key)
		if err != nil {
			return nil, err
		}
		for i := range lines {
			if err := add(&lines[i]); err != nil {
				return nil, err
			}
		}
	}
	return form, nil
}
