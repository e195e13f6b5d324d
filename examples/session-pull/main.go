// Command session-pull downloads a listing from the SII's portal with a session,
// or reads one from disk, and shows what it says.
package main

import (
	"cmp"
	"context"
	"io"
	"os"
	"slices"

	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

const about = `Downloads -what: rcv (export of the registers), dte (issued documents), bhe (received boletas de honorarios) or mipyme
(documents of the free invoicing system). The session is the one that session-login kept under -id in -db, sealed
with FERNET_KEY; or who logs in is -rut, with the clave read from the terminal or standard input.
With -file it reads files from disk instead: CSV, JSON, HTML tables called .xls, .xlsx. -rows writes all rows to a file,
-store keeps a register in a database. Without -real, -env prod or
SII_AMBIENTE=prod the portal is a fake, with the clave ` + cli.FakeClave + `.`

type options struct {
	what           string
	holder, owner  chile.RUT
	period         chile.Period
	files          cli.Files
	state          rcv.State
	typ            chile.DocType
	book           string
	rows, store    string
	db             string
	id, user       int64
	received, json bool
	portal         cli.PortalFlags
	real           bool
}

func main() {
	cli.Main("session-pull", func(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
		return run(ctx, args, os.Stdin, stdout, stderr, getenv)
	})
}

func run(ctx context.Context, args []string, stdin *os.File, stdout, stderr io.Writer, getenv func(string) string) error {
	var opts options
	flags := cli.NewFlags("session-pull", "[-real] -what rcv|dte|bhe|mipyme | -file FILE…", about, stderr)
	flags.StringVar(&opts.what, "what", "rcv", "the `list`: rcv, dte, bhe or mipyme")
	cli.RUTVar(flags, &opts.holder, "rut", "`RUT` of who logs in")
	cli.RUTVar(flags, &opts.owner, "company", "`RUT` of the company")
	cli.PeriodVar(flags, &opts.period, "period", "month, as 2026-10")
	flags.Var(&opts.files, "file", "`files` to read instead")
	cli.StateVar(flags, &opts.state)
	cli.TypeVar(flags, &opts.typ)
	flags.StringVar(&opts.book, "book", "compra", "`book` of a register to download: compra or venta")
	flags.StringVar(&opts.rows, "rows", "", "new `file` for all rows: .json or .csv")
	flags.StringVar(&opts.store, "store", "", "SQLite `file` to keep a register in, all states of it; with -file also -company and -period")
	flags.StringVar(&opts.db, "db", "", "SQLite `file` with the session")
	flags.Int64Var(&opts.id, "id", 0, "`number` of the session in it")
	flags.Int64Var(&opts.user, "user", 0, "`number` of the user whose session it is")
	cli.PortalVar(flags, &opts.portal)
	flags.BoolVar(&opts.received, "received", false, "received ones, of dte and mipyme")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a part")
	if err := flags.Parse(cli.SpreadFiles(args, "file")); err != nil {
		return cli.Help(err)
	}
	if err := opts.check(); err != nil {
		return err
	}
	out := cli.NewOutput(stdout, opts.json)
	real, err := opts.portal.Real(getenv)
	if err != nil {
		return err
	}
	opts.real = real
	if len(opts.files) > 0 {
		listing, err := readFiles(&opts)
		if err != nil {
			return err
		}
		return deliver(ctx, out, &opts, listing)
	}
	if err := opts.complete(real); err != nil {
		return err
	}
	portal := cli.OpenPortal(real)
	defer portal.Close()
	portal.Tell(out)
	s, err := session.New(portal.Options...)
	if err != nil {
		return err
	}
	if err := enter(ctx, s, &opts, stdin, stderr, getenv); err != nil {
		return err
	}
	if opts.db == "" {
		defer s.Logout(ctx) //nolint:errcheck // the program ends, and so does the session in two hours
	}
	listing, err := download(ctx, s, &opts)
	if err != nil {
		return err
	}
	return deliver(ctx, out, &opts, listing)
}

// complete fills in who and what the fake knows. The SII itself must be told.
func (o *options) complete(real bool) error {
	missing := o.holder.IsZero() && o.db == "" || o.owner.IsZero() && o.what != "bhe" || o.period.IsZero() && o.what != "mipyme"
	if real && missing {
		return cli.Usagef("of the SII itself -rut (or -db and -id), -company and -period are required")
	}
	o.holder, o.owner, o.period = cmp.Or(o.holder, cli.FakeHolder), cmp.Or(o.owner, cli.FakeOwner), cmp.Or(o.period, cli.FakePeriod)
	if !slices.Contains([]string{"rcv", "dte", "bhe", "mipyme"}, o.what) {
		return cli.Usagef("-what is rcv, dte, bhe or mipyme")
	}
	return nil
}

// enter goes on with a session that was kept, or logs in.
func enter(ctx context.Context, s *session.Session, opts *options, stdin *os.File, stderr io.Writer, getenv func(string) string) error {
	if opts.db == "" {
		clave, err := cli.ReadClave(ctx, stdin, stderr)
		if err != nil {
			return err
		}
		defer clear(clave)
		return s.Login(ctx, opts.holder, clave)
	}
	ring, err := seal.FromEnv(getenv)
	if err != nil {
		return cli.Usage(err)
	}
	store, err := sqlite.Open(ctx, "sqlite", opts.db, sqlite.MustExist())
	if err != nil {
		return cli.Usagef("-db %s: %w", opts.db, err)
	}
	defer store.Close()
	keeper, err := session.NewKeeper(store, ring)
	if err != nil {
		return err
	}
	return keeper.Resume(ctx, opts.user, opts.id, chile.RUT{}, s)
}
