package siihttp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// Settings are the parts of a Handler. Authorize, Store, Clients and Companies are
// required. The other fields may be zero; their comments say what that means.
type Settings struct {
	// Authorize returns nil if the request may do the action. It is called for
	// every request, before any answer, and for every element of a list or stream,
	// so it must be quick. It must be safe for concurrent use. There is no default:
	// the service decides who may see a company's books.
	Authorize func(r *http.Request, action Action) error

	// Store has the registers.
	Store Store

	// Clients returns the client for a company: see OneClient.
	Clients func(ctx context.Context, owner chile.RUT) (Client, error)

	// Companies returns the companies: see FixedCompanies. The handler serves no
	// other company and shows nothing of it.
	Companies func(ctx context.Context) ([]Company, error)

	// DefaultCompany is the company of a request that needs one and names none, as
	// from old front ends. It must be among Companies, and the caller must be
	// allowed to act for it. If zero, the only company is the default; with
	// several, such a request is refused.
	DefaultCompany chile.RUT

	// Engine runs the imports. The default runs them in this process: see
	// NewLocalEngine.
	Engine Engine

	// Syncer are options for each download, such as siisync.WithRawAnswers. The
	// handler sets its own progress function.
	Syncer []siisync.Option

	// Pacer spaces the calls of each credential. The clients' transports use it
	// too. If nil, calls are not paced.
	Pacer *siisync.Pacer

	// Sessions enables portal login; if nil, login is disabled.
	Sessions *Sessions

	// Books yields a company's own books for a register, to compare with it. If
	// nil, reconciliation is disabled. Reconcile sets how to compare.
	Books     func(ctx context.Context, key rcv.Key) iter.Seq2[rcv.Entry, error]
	Reconcile *rcv.ReconcileOptions

	// Diagnose checks what a company's calls need: a function that calls
	// siidoctor.Diagnose in Spanish. The company may be zero. If nil, diagnosis is
	// disabled.
	Diagnose func(ctx context.Context, owner chile.RUT) *siidoctor.Diagnosis

	// Who returns the person behind a request, for Audit and for jobs: a name or
	// number of the service, cut to 200 bytes. If nil, requests are anonymous.
	Who func(r *http.Request) string

	// Audit receives each request after its answer, and each stream when it begins.
	// It does not receive malformed requests (404, 405, 413, 415, cross-site). Its
	// error is logged and undoes nothing. If nil, there is no audit. See
	// AuditEvents.
	Audit func(ctx context.Context, record AuditRecord) error

	// Origins are other origins, such as https://portal.example.cl, whose pages may
	// call with the person's credentials. A browser sends credentials only if the
	// page asks for it: fetch with credentials: "include", or EventSource with
	// withCredentials. Between different sites the cookie also needs SameSite=None;
	// Secure. Add an origin too if its server forwards requests under another host
	// name.
	Origins []string

	// ShowToken makes GET /token return the whole token. Anybody who has it can act
	// as the holder. The default shows only its beginning.
	ShowToken bool

	// Logger receives failures that are not the caller's. If nil, they are not logged.
	Logger *slog.Logger

	// Limits bound the use of resources.
	Limits Limits

	// Now is the clock. The default is time.Now.
	Now func() time.Time
}

// Store is the part of a storage.Storage that the handler uses.
type Store interface {
	siisync.Store
	storage.Changes
	storage.Imports
}

// Client is the access to a company's data.
type Client struct {
	*sii.Client

	// Credential identifies the certificate's holder. Imports of one credential
	// take turns.
	Credential string
}

// OneClient returns a function for Settings.Clients: one client for all companies.
func OneClient(client *sii.Client) func(context.Context, chile.RUT) (Client, error) {
	return func(context.Context, chile.RUT) (Client, error) { return Client{Client: client}, nil }
}

// Company is a company as shown to people.
type Company struct {
	RUT  chile.RUT `json:"rut"`
	Name string    `json:"nombre,omitempty"`
}

// FixedCompanies returns a function for Settings.Companies that always returns
// these.
func FixedCompanies(companies ...Company) func(context.Context) ([]Company, error) {
	return func(context.Context) ([]Company, error) { return companies, nil }
}

// Limits bound what a Handler does. Zero is the default, and a negative limit is
// chile.ErrRange.
type Limits struct {
	Body    int64         // of a request, in bytes: 64 KiB by default
	Bodies  int           // of one client that are being read: 16 by default; a client is identified by Who, else by its address
	Read    time.Duration // for the body of a request to arrive: 10 seconds by default
	Streams int           // open at once: 1,000 by default
	Queue   int           // events that may wait for one stream; more end it: 256 by default
	Workers int           // imports at work at once: 4 by default
	Waiting int           // imports that may wait: 200 by default
	Months  int           // of one import or list: 60 by default
	Wait    time.Duration // for an import not requested as a job: 5 minutes by default
	Write   time.Duration // for the reader of a stream to take an event: 15 seconds by default

	Heartbeat time.Duration // between pings of a stream: 15 seconds by default
	Feed      time.Duration // between reads of changes by other processes: 5 seconds by default
}

func (l Limits) withDefaults() Limits {
	l.Body = cmp.Or(l.Body, 64<<10)
	l.Bodies = cmp.Or(l.Bodies, 16)
	l.Read = cmp.Or(l.Read, 10*time.Second)
	l.Streams = cmp.Or(l.Streams, 1000)
	l.Queue = cmp.Or(l.Queue, 256)
	l.Workers = cmp.Or(l.Workers, 4)
	l.Waiting = cmp.Or(l.Waiting, 200)
	l.Months = cmp.Or(l.Months, 60)
	l.Wait = cmp.Or(l.Wait, 5*time.Minute)
	l.Write = cmp.Or(l.Write, 15*time.Second)
	l.Heartbeat = cmp.Or(l.Heartbeat, 15*time.Second)
	l.Feed = cmp.Or(l.Feed, 5*time.Second)
	return l
}

// check refuses negative limits.
func (l *Limits) check() error {
	const name = "siihttp: Settings.Limits"
	return cmp.Or(
		option.NotNegative(name, chile.ErrRange, l.Body),
		option.NotNegative(name, chile.ErrRange, l.Bodies, l.Streams, l.Queue, l.Workers, l.Waiting, l.Months),
		option.NotNegative(name, chile.ErrRange, l.Read, l.Wait, l.Write, l.Heartbeat, l.Feed),
	)
}

// check refuses invalid settings and fills in defaults.
func (c *Settings) check() error {
	switch {
	case c.Authorize == nil:
		return errors.New("siihttp: Settings.Authorize is required: it says who may see what")
	case c.Store == nil:
		return errors.New("siihttp: Settings.Store is required")
	case c.Clients == nil:
		return errors.New("siihttp: Settings.Clients is required")
	case c.Companies == nil:
		return errors.New("siihttp: Settings.Companies is required")
	}
	l := &c.Limits
	if err := l.check(); err != nil {
		return err
	}
	if c.Engine != nil && (len(c.Syncer) > 0 || c.Pacer != nil || l.Workers > 0 || l.Waiting > 0) {
		return errors.New("siihttp: Settings.Syncer, Pacer, Limits.Workers and Limits.Waiting are for imports in this process, and Settings.Engine is given")
	}
	for _, origin := range c.Origins {
		if err := checkOrigin(origin); err != nil {
			return err
		}
	}
	if c.Sessions != nil {
		if err := c.Sessions.check(); err != nil {
			return err
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default of the clock
	}
	if c.Who == nil {
		c.Who = func(*http.Request) string { return "" }
	}
	c.Limits = c.Limits.withDefaults()
	return nil
}

// checkOrigin refuses anything but an origin: a pattern could admit strangers.
func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || strings.Contains(u.Host, "*") || (u.Scheme != "https" && u.Scheme != "http") || origin != u.Scheme+"://"+u.Host {
		return fmt.Errorf("siihttp: Settings.Origins: %q is no origin, as https://portal.example.cl is", origin)
	}
	return nil
}
