package sii

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// WithTimeouts sets how long the client waits for the network. With
// WithHTTPClient only Still may be set.
func WithTimeouts(timeouts Timeouts) Option {
	return func(c *config) error {
		if err := option.NotNegative("WithTimeouts", chile.ErrRange, timeouts.Connect, timeouts.Answer, timeouts.Still); err != nil {
			return err
		}
		c.timeouts, c.network.timeouts = timeouts.orDefaults(), timeouts
		return nil
	}
}

// WithHTTPClient sends requests through a copy of that client. Its CheckRedirect
// and Jar are not used, and its Timeout includes the time in which a caller reads
// rows. It cannot be combined with WithProxy, WithRootCAs, WithIntermediates and
// WithTLSConfig, which configure the client's own network.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) error {
		if client == nil {
			return errors.New("WithHTTPClient: nil client")
		}
		copied := *client
		c.http = &copied
		return nil
	}
}

// WithRoundTripper wraps the client's transport with what the function returns, such
// as a pacer (siisync.Pacer) or a recorder. If given several times, each wraps the
// previous ones. Every attempt of a call goes through it with its own context; waits
// between attempts do not.
func WithRoundTripper(around func(base http.RoundTripper) http.RoundTripper) Option {
	return func(c *config) error {
		if around == nil {
			return errors.New("WithRoundTripper: nil function")
		}
		c.around = append(c.around, around)
		return nil
	}
}

// WithProxy sets the proxy of each request. If the function returns nil, the request
// uses no proxy.
// The default is http.ProxyFromEnvironment, as in net/http.
func WithProxy(proxy func(*http.Request) (*url.URL, error)) Option {
	return func(c *config) error {
		if proxy == nil {
			return errors.New("WithProxy: nil function")
		}
		c.network.proxy = proxy
		return nil
	}
}

// WithRootCAs sets the trusted roots of the hosts' certificates. The default is
// the system's roots.
func WithRootCAs(roots *x509.CertPool) Option {
	return func(c *config) error {
		if roots == nil {
			return errors.New("WithRootCAs: nil pool")
		}
		c.network.roots = roots.Clone()
		return nil
	}
}

// WithIntermediates adds intermediate certificates that hosts of the SII sometimes
// do not send (several clients disable verification for this reason; this one
// cannot). Each must chain to a root.
func WithIntermediates(certificates ...*x509.Certificate) Option {
	return func(c *config) error {
		if slices.Contains(certificates, nil) {
			return errors.New("WithIntermediates: nil certificate")
		}
		c.network.intermediates = append(c.network.intermediates, certificates...)
		return nil
	}
}

// WithTLSConfig sets what the options above do not cover, such as the maximum
// version, if a proxy or host requires it. A configuration that does not verify
// certificates, or with versions before 1.2, is refused.
func WithTLSConfig(settings *tls.Config) Option {
	return func(c *config) error {
		switch {
		case settings == nil:
			return errors.New("WithTLSConfig: nil configuration")
		case settings.InsecureSkipVerify:
			return errors.New("WithTLSConfig: certificates must be verified")
		case settings.MinVersion != 0 && settings.MinVersion < tls.VersionTLS12, settings.MaxVersion != 0 && settings.MaxVersion < tls.VersionTLS12:
			return errors.New("WithTLSConfig: TLS before 1.2")
		case settings.MaxVersion != 0 && settings.MaxVersion < settings.MinVersion:
			return errors.New("WithTLSConfig: the maximum version is below the minimum")
		}
		c.network.tls = settings.Clone()
		return nil
	}
}

// network holds the settings of the client's own transport.
type network struct {
	proxy         func(*http.Request) (*url.URL, error)
	roots         *x509.CertPool
	intermediates []*x509.Certificate
	tls           *tls.Config
	timeouts      Timeouts // as given
}

// connect gives the configuration an HTTP client with all wrappers around its
// transport.
func (c *config) connect() error {
	n := &c.network
	if c.http == nil {
		transport, err := n.transport(c.timeouts, c.now())
		if err != nil {
			return err
		}
		c.http = &http.Client{Transport: transport}
	} else if n.proxy != nil || n.roots != nil || len(n.intermediates) > 0 || n.tls != nil {
		return errors.New("sii: with WithHTTPClient, set proxy, roots and TLS in its transport")
	}
	if c.http.Transport == nil {
		c.http.Transport = http.DefaultTransport //nolint:forbidigo // what a http.Client without one uses
	}
	for _, around := range c.around {
		if c.http.Transport = around(c.http.Transport); c.http.Transport == nil {
			return errors.New("sii: WithRoundTripper: the function returned nil")
		}
	}
	return nil
}

// transport returns the client's own transport.
func (n *network) transport(timeouts Timeouts, now time.Time) (*http.Transport, error) {
	settings := n.tls
	if settings == nil {
		settings = &tls.Config{}
	}
	settings.MinVersion = max(settings.MinVersion, tls.VersionTLS12)
	if n.roots != nil {
		settings.RootCAs = n.roots
	}
	if err := n.trust(settings, now); err != nil {
		return nil, err
	}
	proxy := n.proxy
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	return &http.Transport{
		Proxy:                 proxy,
		DialContext:           (&net.Dialer{Timeout: timeouts.Connect, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       settings,
		TLSHandshakeTimeout:   timeouts.Connect,
		ResponseHeaderTimeout: timeouts.Answer,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   8,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // transport.post requests and bounds it
	}, nil
}

// trust adds the verified intermediates to the roots: a chain may end there.
func (n *network) trust(settings *tls.Config, now time.Time) error {
	if len(n.intermediates) == 0 {
		return nil
	}
	roots := settings.RootCAs
	if roots == nil {
		var err error
		if roots, err = x509.SystemCertPool(); err != nil {
			return fmt.Errorf("sii: WithIntermediates: the roots of the system: %w", err)
		}
	}
	among := x509.NewCertPool()
	for _, certificate := range n.intermediates {
		among.AddCert(certificate)
	}
	trusted := roots.Clone()
	for _, certificate := range n.intermediates {
		if !certificate.IsCA {
			return fmt.Errorf("sii: WithIntermediates: %q may not sign certificates", certificate.Subject)
		}
		if _, err := certificate.Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: among, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		}); err != nil {
			return fmt.Errorf("sii: WithIntermediates: %q: %w", certificate.Subject, err)
		}
		trusted.AddCert(certificate)
	}
	settings.RootCAs = trusted
	return nil
}
