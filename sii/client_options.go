package sii

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/wait"
	"github.com/ofitec/chile/xmlsig"
)

// Option changes what NewClient makes. An option that cannot be followed makes
// NewClient fail.
type Option func(*config) error

// config is what the options say.
type config struct {
	callSettings
	facadeSettings
	identity   *xmlsig.Identity
	source     TokenSource
	cache      TokenCache
	reuse      reuseSettings // how its tokens are reused
	around     []func(http.RoundTripper) http.RoundTripper
	network    network
	dateLayout string
}

const (
	// defaultRecaptcha is what the portal's own page sends (seen in its code and in
	// nine clients; two say that a real token is wanted).
	defaultRecaptcha = "t-o-k-e-n-web"

	// defaultBrowser: a firewall in front of the portal wants a browser.
	defaultBrowser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

	// defaultSOAPUserAgent has the PROG 1.0 that some of the SII's services demand
	// of programs (manual Envío Automático DTE 1.5; seen in four clients).
	defaultSOAPUserAgent = "Mozilla/5.0 (compatible; PROG 1.0; +https://github.com/ofitec/chile)"

	// dateDDMMAAAA is how QueryEstDte wants a date, say two clients of which one
	// cites the SII's manual; one sends DD-MM-AAAA.
	dateDDMMAAAA = "02012006"
)

func newConfig(env Environment, opts []Option) (*config, error) {
	c, err := applyOptions(env, opts)
	if err != nil {
		return nil, err
	}
	if c.identity != nil {
		if err := c.checkIdentity(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// applyOptions returns settings whose certificate may not be good now. With an
// error they are those that could be followed.
func applyOptions(env Environment, opts []Option) (*config, error) {
	c := &config{
		callSettings: callSettings{
			env: env, timeouts: Timeouts{}.orDefaults(), retry: RetrySettings{}.orDefaults(), circuit: CircuitSettings{}.orDefaults(),
			now:           time.Now, //nolint:forbidigo // the default of WithClock
			sleep:         wait.For,
			soapUserAgent: defaultSOAPUserAgent, soapNamespace: defaultSOAPNamespace,
			boundary: randomBoundary,
		},
		facadeSettings: facadeSettings{
			newID: randomID, recaptcha: constantRecaptcha, browser: defaultBrowser, maxBody: defaultMaxBody,
		},
		dateLayout: dateDDMMAAAA,
	}
	if err := option.Apply("sii", c, opts); err != nil {
		return c, err
	}
	c.deferral.complete()
	if err := env.check(); err != nil {
		return c, err
	}
	if err := c.check(); err != nil {
		return c, err
	}
	return c, c.connect()
}

// WithClock sets the clock. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("WithClock: nil clock")
		}
		c.now = now
		c.reuse.now = now
		return nil
	}
}

// WithSleep sets how the client waits: until that time has passed, or the context
// has ended, whose error it returns. The default waits for real.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(c *config) error {
		if sleep == nil {
			return errors.New("WithSleep: nil function")
		}
		c.sleep = sleep
		c.reuse.sleep = sleep
		return nil
	}
}

func constantRecaptcha(context.Context, string) (string, error) { return defaultRecaptcha, nil }
