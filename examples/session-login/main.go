// Command session-login logs in to the SII's portal with RUT and clave, says who
// is logged in and for whom they may act, and keeps the session, sealed.
package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

const about = `Logs in once: a clave that the SII rejects is not tried again. The clave is read from the terminal without being
shown, or is the first line of standard input. With -db the session's cookies are kept in that SQLite file, sealed
with FERNET_KEY, for other programs; without it the session is logged out of. The file also counts wrong claves: after
two of a person none is sent until -checked says that the clave is right now.
Without -real, -env prod or SII_AMBIENTE=prod the portal is a fake, whose holder 11111111-1 has the clave ` + cli.FakeClave + `.`

type options struct {
	rut    chile.RUT
	db     string
	check  bool
	user   int64
	portal cli.PortalFlags
	json   bool
}

func main() {
	cli.Main("session-login", func(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
		return run(ctx, args, os.Stdin, stdout, stderr, getenv)
	})
}

func run(ctx context.Context, args []string, stdin *os.File, stdout, stderr io.Writer, getenv func(string) string) error {
	var opts options
	flags := cli.NewFlags("session-login", "[-real] [-rut RUT] [-db FILE]", about, stderr)
	cli.RUTVar(flags, &opts.rut, "rut", "`RUT` of who logs in")
	flags.StringVar(&opts.db, "db", "", "SQLite `file` to keep the session in")
	flags.BoolVar(&opts.check, "checked", false, "the clave was checked after wrong ones, or changed: send it")
	flags.Int64Var(&opts.user, "user", 0, "`number` of the user of your service whose session it is")
	cli.PortalVar(flags, &opts.portal)
	flags.BoolVar(&opts.json, "json", false, "print one JSON object")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	out := cli.NewOutput(stdout, opts.json)
	real, err := opts.portal.Real(getenv)
	switch {
	case err != nil:
		return err
	case opts.rut.IsZero() && real:
		return cli.Usagef("-rut is required: who logs in to the SII")
	case opts.rut.IsZero():
		opts.rut = cli.FakeHolder
	}
	ring, err := seal.FromEnv(getenv)
	if err != nil && (opts.db != "" || !errors.Is(err, fs.ErrNotExist)) { // before the clave is sent for nothing
		return cli.Usage(err)
	}
	portal := cli.OpenPortal(real)
	defer portal.Close()
	portal.Tell(out)
	clave, err := cli.ReadClave(ctx, stdin, stderr)
	if err != nil {
		return err
	}
	defer clear(clave)
	store, err := openStore(ctx, opts.db)
	if err != nil {
		return err
	}
	if store != nil {
		defer store.Close()
		portal.Options = append(portal.Options, session.WithGuard(session.NewGuard(session.GuardShared(store))))
	}
	s, err := session.New(portal.Options...)
	if err != nil {
		return err
	}
	if opts.check {
		if err := s.Guard().Forgive(ctx, opts.rut); err != nil {
			return err
		}
	}
	if err := s.Login(ctx, opts.rut, clave); err != nil {
		return explain(err)
	}
	clear(clave)
	result, err := keep(ctx, s, &opts, store, ring)
	if err != nil || opts.db == "" {
		err = errors.Join(err, s.Logout(ctx))
	}
	if err != nil {
		return err
	}
	return show(out, result)
}

// openStore returns the store of a file; nil without one.
func openStore(ctx context.Context, path string) (*sqlite.Store, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // there is none, which is no failure
	}
	return sqlite.Open(ctx, "sqlite", path)
}

// keep asks who is logged in, and keeps the session if there is a place for it.
func keep(ctx context.Context, s *session.Session, opts *options, store *sqlite.Store, ring *seal.Ring) (*result, error) {
	who, err := s.WhoAmI(ctx)
	if err != nil {
		return nil, err
	}
	r := &result{Event: "session", RUT: who.RUT, Name: who.Name, ExpiresAt: s.Expires().UTC()}
	companies, err := s.Companies(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range companies {
		r.Companies = append(r.Companies, c.RUT)
	}
	if store == nil {
		return r, nil
	}
	keeper, err := session.NewKeeper(store, ring)
	if err != nil {
		return nil, err
	}
	if r.Database, err = filepath.Abs(opts.db); err != nil {
		return nil, err
	}
	r.SessionID, _, err = keeper.Save(ctx, opts.user, s)
	return r, err
}
