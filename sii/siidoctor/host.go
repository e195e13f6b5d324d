package siidoctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"github.com/ofitec/chile/internal/endpoint"
	"github.com/ofitec/chile/sii"
)

// hostProbe checks the connection to a host with a request like every other
// call: through the same proxy, dialer and roots.
type hostProbe struct {
	address string // base URL
	host    string

	status  int         // of the answer; 0 if there was none
	err     error       // why there was no answer
	reading timeReading // of the answer's time, if any
	told    bool

	mu     sync.Mutex // guards way: net/http may still use it after the request
	way    way
	lookup finding // the finding for the name
}

// way records the progress of a request.
type way struct {
	lookup    bool // of the host's own name, not of a proxy
	looked    bool
	addresses int
	lookupErr error
	connected bool
	state     *tls.ConnectionState // of a successful handshake
}

// probesOf returns a probe for each host of an environment.
func probesOf(env sii.Environment) (probes []*hostProbe) {
	seen := map[string]bool{}
	for _, address := range []string{env.SOAP, env.RCV, env.Boleta, env.BoletaUpload, env.Portal} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || seen[endpoint.Of(u)] {
			continue
		}
		seen[endpoint.Of(u)] = true
		probes = append(probes, &hostProbe{address: address, host: u.Host})
	}
	return probes
}

// reached returns the title of the finding that a service is reachable, or ""
// without such a service.
func (d *doctor) reached(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return lookTLS + " " + u.Host
}

// dnsOf sends the request and returns the finding for the name.
func (p *hostProbe) dnsOf(d *doctor) func(ctx context.Context) finding {
	return func(ctx context.Context) finding {
		p.send(ctx, d.signIn)
		p.lookup = p.dns(p.gone())
		return p.lookup
	}
}

func (p *hostProbe) send(ctx context.Context, signIn *sii.SignIn) {
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, p.trace()), http.MethodHead, p.address+"/", http.NoBody)
	if err != nil {
		p.err = err
		return
	}
	req.Header.Set("User-Agent", signIn.UserAgent())
	sent := signIn.Now()
	resp, err := signIn.HTTPClient().Do(req)
	if err != nil {
		if p.err = endpoint.WithoutURL(err); ctx.Err() != nil {
			p.err = ctx.Err()
		}
		return
	}
	_ = resp.Body.Close()
	p.status = resp.StatusCode
	p.reading, p.told = readingOf(p.host, resp.Header, sent, signIn.Now())
	if resp.TLS != nil { // of an existing connection
		p.note(func(w *way) { w.connected, w.state = true, resp.TLS })
	}
}

func (p *hostProbe) trace() *httptrace.ClientTrace {
	u, _ := url.Parse(p.address)
	name := u.Hostname()
	return &httptrace.ClientTrace{
		DNSStart: func(info httptrace.DNSStartInfo) { p.note(func(w *way) { w.lookup = w.lookup || info.Host == name }) },
		DNSDone: func(info httptrace.DNSDoneInfo) {
			p.note(func(w *way) {
				if w.lookup && !w.looked {
					w.looked, w.addresses, w.lookupErr = true, len(info.Addrs), info.Err
				}
			})
		},
		ConnectDone: func(_, _ string, err error) { p.note(func(w *way) { w.connected = w.connected || err == nil }) },
		TLSHandshakeDone: func(state tls.ConnectionState, err error) {
			if err == nil && state.ServerName == name {
				p.note(func(w *way) { w.state = &state })
			}
		},
	}
}

func (p *hostProbe) note(f func(*way)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.way)
}

// gone returns the progress of the request.
func (p *hostProbe) gone() way {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.way
}

func (p *hostProbe) dns(w way) finding {
	err := w.lookupErr
	var dns *net.DNSError
	if errors.As(p.err, &dns) && dns.Name == hostOnly(p.host) {
		err = dns
	}
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return found("dns_not_found")
	case err != nil, w.lookup && !w.looked:
		return found("dns_failed")
	case w.looked:
		return found("dns_found", w.addresses)
	}
	return found("dns_not_looked_up")
}

func (p *hostProbe) tls(context.Context) finding {
	w := p.gone()
	if p.lookup.status == CheckFail {
		return found("skipped", titleText(lookDNS+" "+p.host))
	}
	if w.state == nil {
		return p.unreached(w)
	}
	server := w.state.PeerCertificates
	if len(w.state.VerifiedChains) == 0 || len(server) == 0 {
		return found("tls_unverified")
	}
	return found("tls_trusted", tls.VersionName(w.state.Version), issuerName(server[0]), server[0].NotAfter.UTC().Format(time.DateOnly))
}

// unreached returns why there is no encrypted connection.
func (p *hostProbe) unreached(w way) finding {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		host         x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
		alert        tls.AlertError
	)
	switch err := p.err; {
	case err == nil:
		return found("tls_not_used")
	case errors.As(err, &authority):
		if authority.Cert != nil {
			return found("tls_untrusted", issuerName(authority.Cert))
		}
		return found("tls_untrusted", "?")
	case errors.As(err, &host):
		return found("tls_wrong_host")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return found("tls_expired")
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return found("tls_not_spoken")
	case errors.As(err, &verification), errors.As(err, &alert):
		return found("tls_failed", cause(err))
	case errors.Is(err, context.DeadlineExceeded) && w.connected:
		return found("tls_timeout")
	case errors.Is(err, context.DeadlineExceeded):
		return found("connect_timeout")
	case errors.Is(err, context.Canceled):
		return found("canceled")
	case w.connected:
		return found("tls_failed", cause(err))
	}
	return found("connect_failed", cause(p.err))
}

func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}
