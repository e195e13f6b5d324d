package session

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"
)

// Option changes what New makes. If one is invalid, New fails.
type Option func(*config) error

type config struct {
	http        http.Client
	now         func() time.Time
	guard       *Guard
	challenge   ChallengeHandler
	destination string
	browser     string
	certificate *tls.Config
}

const (
	defaultTimeout = time.Minute // of a whole answer

	// defaultBrowser is sent because firewalls in front of the portal require a
	// browser.
	defaultBrowser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)

func defaults() config {
	return config{
		http:        http.Client{Timeout: defaultTimeout, Transport: newTransport()},
		now:         time.Now, //nolint:forbidigo // the default of WithClock
		destination: homeURL, browser: defaultBrowser,
		// herculesr requests the certificate in TLS 1.2, perhaps by renegotiation.
		// Unverified: inferred from the settings of clients in other languages.
		certificate: &tls.Config{ //nolint:gosec // the host is not known to do TLS 1.3; WithCertificateTLS sets more
			MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, Renegotiation: tls.RenegotiateOnceAsClient,
		},
	}
}

// newTransport returns a transport for one session, with the proxy of the
// environment.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 15 * time.Second, IdleConnTimeout: time.Minute,
		MaxIdleConnsPerHost: 1, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: maxHeader,
	}
}

// WithHTTPClient sends requests through a copy of that client, for proxies, TLS
// roots and other timeouts. Its CheckRedirect and Jar are not used. The default
// has a timeout of a minute for a whole answer.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) error {
		if client == nil {
			return errors.New("WithHTTPClient: nil client")
		}
		c.http = *client
		if c.http.Transport == nil {
			c.http.Transport = newTransport()
		}
		return nil
	}
}

// WithClock sets the clock. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("WithClock: nil clock")
		}
		c.now = now
		return nil
	}
}

// WithGuard shares a guard between sessions. By default each session has its
// own.
func WithGuard(guard *Guard) Option {
	return func(c *config) error {
		if guard == nil {
			return errors.New("WithGuard: nil guard")
		}
		if guard.err != nil {
			return guard.err
		}
		c.guard = guard
		return nil
	}
}

// WithChallenge sets the function that asks a person when the portal requires
// one.
func WithChallenge(handler ChallengeHandler) Option {
	return func(c *config) error {
		if handler == nil {
			return errors.New("WithChallenge: nil handler")
		}
		c.challenge = handler
		return nil
	}
}

// WithDestination sets the page that a login opens. The default is the home
// page of Mi SII, which says who is logged in.
func WithDestination(address string) Option {
	return func(c *config) error {
		u, err := url.Parse(address)
		if err != nil || !known(u) {
			return errors.New("WithDestination: not an HTTPS address of the SII")
		}
		c.destination = address
		return nil
	}
}

// WithUserAgent sets the User-Agent. The default is that of a browser.
func WithUserAgent(browser string) Option {
	return func(c *config) error {
		if browser == "" {
			return errors.New("WithUserAgent: empty")
		}
		c.browser = browser
		return nil
	}
}

// WithCertificateTLS sets the TLS versions and the renegotiation for presenting a
// certificate. It takes MinVersion, MaxVersion, CipherSuites and Renegotiation, and
// refuses any other setting: trusted roots, for example, belong into the client of
// WithHTTPClient.
func WithCertificateTLS(settings *tls.Config) Option {
	return func(c *config) error {
		if settings == nil {
			return errors.New("WithCertificateTLS: nil settings")
		}
		if name := otherThan(settings, "MinVersion", "MaxVersion", "CipherSuites", "Renegotiation"); name != "" {
			return fmt.Errorf("WithCertificateTLS: %s cannot be set", name)
		}
		c.certificate = settings.Clone()
		return nil
	}
}

// otherThan returns the name of a field that is set and not in names.
func otherThan(settings *tls.Config, names ...string) string {
	value := reflect.ValueOf(settings).Elem()
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if field.IsExported() && !value.Field(i).IsZero() && !slices.Contains(names, field.Name) {
			return field.Name
		}
	}
	return ""
}
