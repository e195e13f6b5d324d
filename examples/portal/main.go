// Command portal is a service with the REST interface and the page for finance
// staff.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ofitec/chile/examples/internal/cli"
)

const about = `Serves what an Ofitec service embeds: the page /integraciones/sii, the REST interface and its events below
/api/v1/sii, /api/health, and /auditoria, which shows who did what. Open the address that it prints for a role:
Finanzas sees the companies of the finance staff, Admin all of them, and the audit. Other programs send its key as
"Authorization: Bearer KEY". FERNET_KEY keeps tokens and sessions of the portal in the database, sealed.

Without -env it talks to a fake SII inside the program, which has generated data for a year of three companies and
changes some of it from time to time. Else the settings are those of the environment: SII_CERT_P12_PATH,
SII_CERT_P12_PASS, SII_RUT, SII_DV.`

type options struct {
	address  string
	json     bool
	database cli.Database
	env      string
	latency  time.Duration
	life     time.Duration
}

// ready is what the program says once it serves.
type ready struct {
	Event string          `json:"event"`
	URL   string          `json:"url"`
	Keys  map[role]string `json:"keys"`
}

// ends is how long imports may take to end when the program does.
const ends = 5 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "portal:", err)
		os.Exit(1)
	}
}

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("portal", "[flags]", about, stderr)
	flags.StringVar(&opts.address, "addr", "127.0.0.1:5555", "`address` to serve on; port 0 is any that is free")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a line")
	cli.DatabaseVar(flags, &opts.database, "portal.db")
	flags.StringVar(&opts.env, "env", "fake", "fake, cert or prod")
	flags.DurationVar(&opts.latency, "latency", 100*time.Millisecond, "time that the fake takes for an answer")
	flags.DurationVar(&opts.life, "life", 20*time.Second, "time between changes of the fake; 0 is none")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
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
	defer site.close()
	store, err := opts.database.Open(ctx, getenv)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // every write was committed before
	portal, err := newPortal(site, newPeople(site.finance), store, getenv)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", opts.address)
	if err != nil {
		return errors.Join(err, portal.close(ctx))
	}
	out := cli.NewOutput(stdout, opts.json)
	url := "http://" + listener.Addr().String()
	out.Event(ready{"ready", url, portal.people.keys})
	out.Text("Portal at %s, SII: %s. Open as", url, opts.env)
	for _, role := range cli.SortedKeys(portal.people.keys) {
		out.Text("  %-8s  %s/entrar?clave=%s", role, url, portal.people.keys[role])
	}
	return errors.Join(out.Err(), serve(ctx, portal, listener))
}

// serve serves until the context ends.
func serve(ctx context.Context, p *portal, listener net.Listener) error {
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	select {
	case <-ctx.Done():
	case err := <-stopped:
		return errors.Join(err, p.close(ctx))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ends)
	defer cancel()
	// The streams of events end first: the server waits for them.
	err := errors.Join(p.close(ctx), server.Shutdown(ctx))
	<-stopped //nolint:errcheck // that it was closed is known
	return err
}
