// Command reconcile compares a register in the database with a company's own
// books.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

const about = `Compares the purchases (or, with -sales, the sales) that the database has from the SII with a CSV file of the
company's own books, and prints what does not match: other amounts or types, documents that only one side has,
repetitions, and pairs that are probably one document. The file has headings: rut, folio, total and, if there are,
tipo, fecha (2026-10-31 or 31/10/2026) and clave (what the books call the document), or those of the SII's exports;
semicolons, commas or tabs between; UTF-8 or Latin-1; thousands marked or not. What cannot be read right is refused.
The exit status is 1 if anything does not match.`

type options struct {
	json, sales bool
	books       string
	database    cli.Database
	owner       chile.RUT
	from, to    chile.Period
	compare     rcv.ReconcileOptions
}

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "reconcile:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts := &options{}
	flags := cli.NewFlags("reconcile", "-books CSV -db FILE -rut RUT -from 2026-10 [-to 2026-10]", about, stderr)
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a pair; the last is the event done")
	flags.BoolVar(&opts.sales, "sales", false, "compare sales, not purchases")
	cli.DatabaseVar(flags, &opts.database, "rcvsync.db")
	flags.StringVar(&opts.books, "books", "", "CSV `file` of the books")
	cli.RUTVar(flags, &opts.owner, "rut", "`RUT` of the company")
	cli.PeriodVar(flags, &opts.from, "from", "first month, as 2026-10")
	cli.PeriodVar(flags, &opts.to, "to", "last month; the default is the first")
	flags.Func("amount", "by how many `pesos` similar documents may differ", func(s string) (err error) {
		opts.compare.Amount, err = chile.ParseCLP(s)
		return err
	})
	flags.IntVar(&opts.compare.Days, "days", 0, "by how many days similar documents may differ")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	if opts.to.IsZero() {
		opts.to = opts.from
	}
	store, err := opts.database.Open(ctx, getenv)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // it was read alone
	books, err := os.Open(opts.books)
	if err != nil {
		return err
	}
	defer books.Close()
	r := rcv.Reconcile(register(ctx, store, opts), readBooks(books), &opts.compare)
	return report(cli.NewOutput(stdout, opts.json), r)
}

// register yields the documents of the company that count: of purchases those in
// the state Registro.
func register(ctx context.Context, store storage.Registers, opts *options) func(func(rcv.Entry, error) bool) {
	query := storage.DocumentQuery{Owner: opts.owner, Book: rcv.Purchases, From: opts.from, To: opts.to, States: []rcv.State{rcv.Registro}}
	if opts.sales {
		query.Book = rcv.Sales
	}
	return func(yield func(rcv.Entry, error) bool) {
		for doc, err := range store.Documents(ctx, query) {
			if !yield(doc.Entry(), err) {
				return
			}
		}
	}
}
