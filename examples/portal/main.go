// Command portal is a service with the REST interface and the page for finance
// staff.
package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

const about = `Serves what an Ofitec service embeds: the page /integraciones/sii, the REST interface and its events below
/api/v1/sii, /api/health, and /auditoria, which shows who did what. Open the address that it prints for a role:
Finanzas sees the companies of the finance staff, Admin all of them, and the audit. Other programs send its key as
"Authorization: Bearer KEY". FERNET_KEY keeps tokens and sessions of the portal in the database, sealed.

If nothing real is given it talks to a fake SII inside the program, which has generated data for a year of three
companies and changes some of it from time to time; -env fake asks for it by name. Else the certificate is that of -p12
or SII_CERT_P12_PATH and SII_CERT_P12_PASS, the company -rut or SII_RUT and SII_DV. The first line says which SII it is.`

type options struct {
	address  string
	json     bool
	database cli.Database
	site     cli.SiteFlags
	owner    chile.RUT
	latency  time.Duration
	life     time.Duration
}

// ready is what the program says once it serves.
type ready struct {
	Event       string            `json:"event"`
	URL         string            `json:"url"`
	Keys        map[role]string   `json:"keys"`
	Environment chile.Environment `json:"environment"`
	Fake        bool              `json:"fake"`
	Database    string            `json:"database"`
}

// ends is how long imports may take to end when the program does.
const ends = 5 * time.Second

func main() { cli.Main("portal", run) }

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{}
	flags := cli.NewFlags("portal", "[flags]", about, stderr)
	flags.StringVar(&opts.address, "addr", "127.0.0.1:5555", "`address` to serve on; port 0 is any that is free")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a line")
	cli.DatabaseVar(flags, &opts.database, "portal.db")
	cli.SiteVar(flags, &opts.site)
	cli.RUTVar(flags, &opts.owner, "rut", "`RUT` of the company, of no fake; the default is SII_RUT and SII_DV")
	flags.DurationVar(&opts.latency, "latency", 100*time.Millisecond, "time that the fake takes for an answer")
	flags.DurationVar(&opts.life, "life", 20*time.Second, "time between changes of the fake; 0 is none")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	opts.site.FakeOptions = []siitest.Option{siitest.WithLatency(opts.latency)}
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
	out := cli.NewOutput(stdout, opts.json)
	if err := site.Check(ctx, store); err != nil {
		return err
	}
	if !opts.json { // the event ready says so too
		site.Tell(out)
		if err := opts.database.TellStore(ctx, out, store); err != nil {
			return err
		}
	}
	portal, err := newPortal(site, newPeople(site.finance), store, getenv)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", opts.address)
	if err != nil {
		return errors.Join(err, portal.close(ctx))
	}
	url := "http://" + listener.Addr().String()
	out.Event(ready{"ready", url, portal.people.keys, site.Environment.Kind(), site.Fake != nil, opts.database.String()})
	out.Text("Portal at %s. Open as", url)
	for _, role := range cli.SortedKeys(portal.people.keys) {
		out.Text("  %-8s  %s/entrar?clave=%s", role, url, portal.people.keys[role])
	}
	return errors.Join(out.Err(), serve(ctx, portal, listener))
}

// newServer returns a server that waits for nobody without end. The bodies of
// requests have deadlines of siihttp; answers may be streams, and have none here.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
}

// serve serves until the context ends.
func serve(ctx context.Context, p *portal, listener net.Listener) error {
	server := newServer(p)
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
