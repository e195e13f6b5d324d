// Command f29 sums up the lines of form 29 that follow from the registers in the
// database.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

const about = `Prints the lines of form 29 (debit and credit VAT) that follow from the registers of a company and month in
the database, and what is on no line, with the reason. It is no declaration: remainders of other months, advance
payments and the like are in no register. With -proposal it compares with the SII's proposal: a file with a code and
its value a line. The exit status is 1 if something differs.`

type options struct {
	json     bool
	database cli.Database
	owner    chile.RUT
	period   chile.Period
	proposal string
}

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "f29:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts := &options{}
	flags := cli.NewFlags("f29", "-db FILE -rut RUT -period 2026-10 [-proposal FILE]", about, stderr)
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a line; the last is the event done")
	cli.DatabaseVar(flags, &opts.database, "rcvsync.db")
	cli.RUTVar(flags, &opts.owner, "rut", "`RUT` of the company")
	cli.PeriodVar(flags, &opts.period, "period", "month, as 2026-10")
	flags.StringVar(&opts.proposal, "proposal", "", "`file` with a code and its value a line, as 520 96995")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	proposal, err := readProposal(opts.proposal)
	if err != nil {
		return err
	}
	store, err := opts.database.Open(ctx, getenv)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // it was read alone
	form, err := sum(ctx, store, opts)
	if err != nil {
		return err
	}
	return report(cli.NewOutput(stdout, opts.json), form, proposal)
}

// sum reads both registers of the month: their documents, and the lines of their
// summaries that have none, such as boletas.
func sum(ctx context.Context, store storage.Registers, opts *options) (*rcv.F29, error) {
	form := &rcv.F29{}
	query := storage.DocumentQuery{Owner: opts.owner, From: opts.period, To: opts.period}
	for doc, err := range store.Documents(ctx, query) {
		if err != nil {
			return nil, err
		}
		add := form.AddPurchase
		if doc.Key.Book == rcv.Sales {
			add = form.AddSale
		}
		if err := add(&doc.Document); err != nil {
			return nil, err
		}
	}
	for _, book := range []struct {
		book rcv.Book
		name string
		add  func(*rcv.SummaryLine) error
	}{{rcv.Sales, "sales", form.AddSalesLine}, {rcv.Purchases, "purchases", form.AddPurchasesLine}} {
		lines, err := store.SummaryLines(ctx, rcv.Key{Owner: opts.owner, Period: opts.period, Book: book.book})
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("the %s of %s were never imported: %w", book.name, opts.period, err)
		}
		if err != nil {
			return nil, err
		}
		for i := range lines {
			if err := book.add(&lines[i]); err != nil {
				return nil, err
			}
		}
	}
	return form, nil
}
