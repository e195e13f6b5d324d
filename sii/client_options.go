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

// Option changes a Client. If one is invalid, NewClient fails.
type Option func(*config) error

// config holds the settings of the options.
type config struct {
	callSettings
	facadeSettings
	identity   *xmlsig.Identity
	source     TokenSource
	cache      TokenCache
	reuse      reuseSettings // how tokens are reused
	around     []func(http.RoundTripper) http.RoundTripper
	network    network
	dateLayout string
}

const (
	// defaultRecaptcha is the value of the portal's own page (seen in its code and
	// in nine clients; two say that a real token is required).
	defaultRecaptcha = "t-o-k-e-n-web"

	// defaultBrowser is sent because a firewall in front of the portal requires a
	// browser.
	defaultBrowser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

	// defaultSOAPUserAgent contains PROG 1.0, which some of the SII's services
	// require of programs (manual Envío Automático DTE 1.5; seen in four clients).
	defaultSOAPUserAgent = "Mozilla/5.0 (compatible; PROG 1.0; +https://github.com/ofitec/chile)"

	// dateDDMMAAAA is the date format of QueryEstDte in two clients, one of which
	// cites the SII's manual; a third sends DD-MM-AAAA.
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

// applyOptions returns the settings without checking that the certificate is
// valid now. With an error it returns the settings of the valid options.
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

// WithSleep sets how the client waits. The function returns after the time has
// passed, or with the context's error. The default sleeps.
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
