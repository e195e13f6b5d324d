package sii

import (
	"context"
	"crypto/fips140"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// Option changes what NewClient makes. An option that cannot be followed makes
// NewClient fail.
type Option func(*config) error

type config struct {
	env           Environment
	identity      *xmlsig.Identity
	holder        chile.RUT // whom the certificate names; zero if it names nobody
	source        TokenSource
	cache         TokenCache
	reuse         []ReuseOption // how its tokens are reused
	observers     observers
	http          *http.Client
	around        []func(http.RoundTripper) http.RoundTripper
	network       network
	timeouts      Timeouts
	retry         RetrySettings
	circuit       CircuitSettings
	now           func() time.Time
	newID         func() string
	sleep         func(ctx context.Context, d time.Duration) error
	deferral      DeferredSettings
	recaptcha     func(ctx context.Context, action string) (string, error)
	browser       string
	soapUserAgent string
	soapNamespace string
	maxBody       int64
	dateLayout    string
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
		env: env, newID: randomID,
		now:       time.Now, //nolint:forbidigo // the default of WithClock
		sleep:     sleep,
		recaptcha: constantRecaptcha(defaultRecaptcha), browser: defaultBrowser, soapUserAgent: defaultSOAPUserAgent,
		soapNamespace: defaultSOAPNamespace, maxBody: defaultMaxBody, dateLayout: dateDDMMAAAA,
		timeouts: Timeouts{}.orDefaults(), retry: RetrySettings{}.orDefaults(), circuit: CircuitSettings{}.orDefaults(),
	}
	for _, opt := range opts {
		if opt == nil {
			return c, errors.New("sii: nil option")
		}
		if err := opt(c); err != nil {
			return c, err
		}
	}
	c.deferral.complete()
	if err := env.check(); err != nil {
		return c, err
	}
	return c, c.connect()
}

// WithIdentity signs in with that certificate.
func WithIdentity(id *xmlsig.Identity) Option {
	return func(c *config) error {
		if id == nil {
			return errors.New("sii: WithIdentity: nil identity")
		}
		c.identity = id
		return nil
	}
}

// checkIdentity returns an error if nobody can sign in with the certificate now,
// and notes whom it names.
func (c *config) checkIdentity() error {
	if fips140.Enforced() {
		return fmt.Errorf("sii: %w", xmlsig.ErrFIPS)
	}
	if err := c.identity.ValidAt(c.now()); err != nil {
		return fmt.Errorf("sii: %w", err)
	}
	return c.nameHolder()
}

// nameHolder notes whom the certificate names, if it names anybody: signing in
// needs no RUT, asking for a document's state does.
func (c *config) nameHolder() error {
	rut, err := c.identity.RUT()
	if errors.Is(err, xmlsig.ErrNoRUT) {
		return nil
	}
	if err == nil {
		c.holder, err = chile.ParseRUT(rut)
	}
	if err != nil {
		return fmt.Errorf("sii: WithIdentity: %w", err)
	}
	return nil
}

// WithTokenSource takes tokens from elsewhere than from signing a seed, such as
// from a session of the portal. Its tokens are reused until they expire or the
// SII refuses them.
func WithTokenSource(source TokenSource) Option {
	return func(c *config) error {
		if source == nil {
			return errors.New("sii: WithTokenSource: nil source")
		}
		c.source = source
		return nil
	}
}

// WithTokenCache shares tokens between processes through the cache. If it fails
// the client goes on without it; report, if not nil, is told.
func WithTokenCache(cache TokenCache, report ...func(error)) Option {
	return func(c *config) error {
		if cache == nil {
			return errors.New("sii: WithTokenCache: nil cache")
		}
		c.cache = cache
		if len(report) > 0 && report[0] != nil {
			c.reuse = append(c.reuse, ReuseReport(report[0]))
		}
		return nil
	}
}

// WithClock sets the clock. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("sii: WithClock: nil clock")
		}
		c.now = now
		c.reuse = append(c.reuse, ReuseClock(now))
		return nil
	}
}

// WithSleep sets how the client waits: until that time has passed, or the context
// has ended, whose error it returns. The default waits for real.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(c *config) error {
		if sleep == nil {
			return errors.New("sii: WithSleep: nil function")
		}
		c.sleep = sleep
		c.reuse = append(c.reuse, ReuseSleep(sleep))
		return nil
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// WithHolder says who signs in, where no certificate does: see WithTokenSource.
// The SII wants to know where it gives the file of a deferred export; without it
// the owner of the register is taken to have signed in.
func WithHolder(holder chile.RUT) Option {
	return func(c *config) error {
		if holder.IsZero() {
			return errors.New("sii: WithHolder: no RUT")
		}
		c.holder = holder
		return nil
	}
}

// WithTransactionIDs sets where the ids come from that the RCV echoes. The
// default are random UUIDs.
func WithTransactionIDs(next func() string) Option {
	return func(c *config) error {
		if next == nil {
			return errors.New("sii: WithTransactionIDs: nil function")
		}
		c.newID = next
		return nil
	}
}

// WithRecaptcha asks the function for what is sent to the RCV as tokenRecaptcha,
// if the SII comes to want a real one: some clients say that it does, most send
// the constant t-o-k-e-n-web, which is the default. The action is the
// accionRecaptcha, such as RCV_DETC, for which a real token is made. An error of
// the function is ErrRecaptcha.
func WithRecaptcha(token func(ctx context.Context, action string) (string, error)) Option {
	return func(c *config) error {
		if token == nil {
			return errors.New("sii: WithRecaptcha: nil function")
		}
		c.recaptcha = token
		return nil
	}
}

// WithRecaptchaToken is WithRecaptcha for one token for all actions.
func WithRecaptchaToken(token string) Option { return WithRecaptcha(constantRecaptcha(token)) }

func constantRecaptcha(token string) func(context.Context, string) (string, error) {
	return func(context.Context, string) (string, error) { return token, nil }
}

// WithUserAgent sets the User-Agent of requests to the RCV. The default is that
// of a browser.
func WithUserAgent(browser string) Option {
	return func(c *config) error {
		if browser == "" {
			return errors.New("sii: WithUserAgent: empty")
		}
		c.browser = browser
		return nil
	}
}

// WithSOAPNamespace sets the namespace of the operations. The default is
// http://DefaultNamespace.
func WithSOAPNamespace(namespace string) Option {
	return func(c *config) error { c.soapNamespace = namespace; return nil }
}

// WithQueryDateLayout sets how DTE.DocumentStatus writes the date of a document,
// as a layout of package time. The default is 02012006.
func WithQueryDateLayout(layout string) Option {
	return func(c *config) error {
		if layout == "" {
			return errors.New("sii: WithQueryDateLayout: empty")
		}
		c.dateLayout = layout
		return nil
	}
}

// WithMaxAnswer bounds the answers of the RCV, after decompression. The default
// is 256 MiB.
func WithMaxAnswer(bytes int64) Option {
	return func(c *config) error {
		if bytes <= 0 {
			return errors.New("sii: WithMaxAnswer: not positive")
		}
		c.maxBody = bytes
		return nil
	}
}

// randomID returns a random UUID, version 4.
func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // does not fail
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
