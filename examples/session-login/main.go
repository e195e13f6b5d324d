// Command session-login logs in to the SII's portal with RUT and clave, says who
// is logged in and for whom they may act, and keeps the session, sealed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

const about = `Logs in once: a clave that the SII rejects is not tried again. The clave is read from the terminal without being
shown, or is the first line of standard input. With -db the session's cookies are kept in that SQLite file, sealed
with FERNET_KEY, for other programs; without it the session is logged out of.
Without -real the portal is a fake, whose holder 11111111-1 has the clave ` + cli.FakeClave + `.`

type options struct {
	rut  chile.RUT
	db   string
	user int64
	real bool
	json bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "session-login:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdin *os.File, stdout, stderr io.Writer, getenv func(string) string) error {
	opts := options{rut: cli.FakeHolder}
	flags := cli.NewFlags("session-login", "[-real] [-rut RUT] [-db FILE]", about, stderr)
	cli.RUTVar(flags, &opts.rut, "rut", "`RUT` of who logs in")
	flags.StringVar(&opts.db, "db", "", "SQLite `file` to keep the session in")
	flags.Int64Var(&opts.user, "user", 0, "`number` of the user of your service whose session it is")
	flags.BoolVar(&opts.real, "real", false, "the SII itself, with a clave that it knows")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	clave, err := cli.ReadClave(stdin, stderr)
	if err != nil {
		return err
	}
	defer clear(clave)
	portal := cli.OpenPortal(opts.real)
	defer portal.Close()
	s, err := session.New(portal.Options...)
	if err != nil {
		return err
	}
	if err := s.Login(ctx, opts.rut, clave); err != nil {
		return explain(err)
	}
	clear(clave)
	result, err := keep(ctx, s, &opts, getenv)
	if err != nil || opts.db == "" {
		err = errors.Join(err, s.Logout(ctx))
	}
	if err != nil {
		return err
	}
	return show(cli.NewOutput(stdout, opts.json), result)
}

// explain says what a person can do.
func explain(err error) error {
	var challenge *session.ChallengeError
	switch {
	case errors.As(err, &challenge):
		return fmt.Errorf("%w\nopen %s with a browser and go on there", err, challenge.URL)
	case errors.Is(err, session.ErrWrongClave):
		return fmt.Errorf("%w\nit was sent once; ten wrong ones block the clave for an hour", err)
	case errors.Is(err, session.ErrTooManySessions):
		return fmt.Errorf("%w\nlog out elsewhere, or wait an hour", err)
	}
	return err
}

type result struct {
	Event     string      `json:"event"`
	RUT       chile.RUT   `json:"rut"`
	Name      string      `json:"name"`
	Companies []chile.RUT `json:"companies"`
	SessionID int64       `json:"session_id,omitzero"`
	ExpiresAt time.Time   `json:"expires_at"`
}

// keep asks who is logged in, and keeps the session if there is a place for it.
func keep(ctx context.Context, s *session.Session, opts *options, getenv func(string) string) (*result, error) {
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
	if opts.db == "" {
		return r, nil
	}
	ring, err := seal.FromEnv(getenv)
	if err != nil {
		return nil, err
	}
	store, err := sqlite.Open(ctx, "sqlite", opts.db)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	keeper, err := session.NewKeeper(store, ring)
	if err != nil {
		return nil, err
	}
	r.SessionID, _, err = keeper.Save(ctx, opts.user, s)
	return r, err
}

func show(out *cli.Output, r *result) error {
	out.Event(r)
	out.Text("%s (%s) is logged in until %s.", r.Name, r.RUT, r.ExpiresAt.Local().Format("15:04"))
	out.Text("In MIPYME they may act for %d companies: %v", len(r.Companies), r.Companies)
	if r.SessionID != 0 {
		out.Text("The session is kept, sealed, under number %d.", r.SessionID)
	}
	return out.Err()
}
