// Command reconcile compares a register in the database with a company's own
// books.
package main

import (
	"context"
	"errors"
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
The database is opened to be read: none is made. The exit status is 1 if anything does not match.`

type options struct {
	json, sales bool
	books       string
	database    cli.Database
	owner       chile.RUT
	from, to    chile.Period
	compare     rcv.ReconcileOptions
}

func main() { cli.Main("reconcile", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts := &options{}
	flags := cli.NewFlags("reconcile", "-books CSV -db FILE -rut RUT -from 2026-10 [-to 2026-10]", about, stderr)
	flags.Require("books", "from")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a pair; the last is the event done")
	flags.BoolVar(&opts.sales, "sales", false, "compare sales, not purchases")
	cli.DatabaseVar(flags, &opts.database, "rcvsync.db")
	flags.StringVar(&opts.books, "books", "", "CSV `file` of the books")
	cli.RUTVar(flags, &opts.owner, "rut", "`RUT` of the company; the default is SII_RUT and SII_DV")
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
	if err := cli.Months(&opts.from, &opts.to); err != nil {
		return err
	}
	var err error
	if opts.owner, err = cli.RequireOwner(opts.owner, getenv); err != nil {
		return err
	}
	books, err := os.Open(opts.books)
	if err != nil {
		return cli.Usagef("-books: %w", err)
	}
	defer books.Close()
	store, err := opts.database.Read(ctx)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // it was read alone
	out := cli.NewOutput(stdout, opts.json)
	if err := opts.database.TellStore(ctx, out, store); err != nil {
		return err
	}
	for period := range opts.from.Through(opts.to) {
		if err := store.Imported(ctx, rcv.Key{Owner: opts.owner, Period: period, Book: opts.book()}); err != nil {
			return err
		}
	}
	seen := map[group]bool{}
	r := rcv.Reconcile(register(ctx, store, opts, seen), readBooks(books), &opts.compare)
	return report(out, r, func() (*rcv.Totals, error) { return without(ctx, store, opts, seen) })
}

// group is what a line of the SII's summary is about.
type group struct {
	period chile.Period
	typ    chile.DocType
}

func (o *options) book() rcv.Book {
	if o.sales {
		return rcv.Sales
	}
	return rcv.Purchases
}

// register yields the documents of the company that count, and notes their types: of
// purchases those in the state Registro.
func register(ctx context.Context, store storage.Registers, opts *options, seen map[group]bool) func(func(rcv.Entry, error) bool) {
	query := storage.DocumentQuery{Owner: opts.owner, Book: opts.book(), From: opts.from, To: opts.to, States: []rcv.State{rcv.Registro}}
	return func(yield func(rcv.Entry, error) bool) {
		for doc, err := range store.Documents(ctx, query) {
			seen[group{doc.Key.Period, doc.Type}] = true
			if !yield(doc.Entry(), errors.Join(err, doc.Readable())) {
				return
			}
		}
	}
}

// without sums what the SII gives as totals of a month, without documents, such as
// boletas: it cannot be compared one by one.
func without(ctx context.Context, store storage.Registers, opts *options, seen map[group]bool) (*rcv.Totals, error) {
	key := rcv.Key{Owner: opts.owner, Book: opts.book()}
	totals := &rcv.Totals{}
	for key.Period = range opts.from.Through(opts.to) {
		lines, err := store.SummaryLines(ctx, key)
		if err != nil {
			return nil, err
		}
		for i := range lines {
			l := &lines[i]
			mayHave := l.HasDetail && !l.Type.Summary() || seen[group{key.Period, l.Type}]
			if l.State == rcv.Registro && !mayHave {
				if err := totals.AddLine(l); err != nil {
					return nil, err
				}
			}
		}
	}
	return totals, nil
}
