package siitest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/wait"
)

// config holds the settings of options.
type config struct {
	listener net.Listener
	dial     func(ctx context.Context) (net.Conn, error)

	now       func() time.Time
	sleep     func(ctx context.Context, d time.Duration) error
	latency   time.Duration
	bandwidth int
	seed      uint64
	forms     []AnswerForm

	boletaForms []BoletaForm

	tokensMost int // per holder; 0 means no limit
	liveErrors bool
	loginPage  LoginPage
	registers  registerForms
}

func newConfig(opts []Option) *config {
	c := &config{
		now:   time.Now, //nolint:forbidigo // the default of WithClock
		sleep: wait.For,
		seed:  1,
		forms: AnswerForms(),

		boletaForms: BoletaForms(),
	}
	if err := option.Apply("siitest", c, opts); err != nil {
		panic(err.Error()) //nolint:forbidigo // said in the documentation
	}
	if c.listener == nil {
		c.listen()
	}
	return c
}

func (c *config) listen() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("siitest: %v", err)) //nolint:forbidigo // as httptest does; said in the documentation
	}
	c.listenOn(listener)
}

func (c *config) listenOn(listener net.Listener) {
	address, dialer := listener.Addr(), &net.Dialer{Timeout: 10 * time.Second}
	c.listener = listener
	c.dial = func(ctx context.Context) (net.Conn, error) {
		return dialer.DialContext(ctx, address.Network(), address.String())
	}
}

// Option changes a Server. If one is invalid, NewServer panics.
type Option func(*config) error

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

// WithSleep sets how an answer's time passes: by latency, bandwidth and faults.
// The function waits that long by the clock of WithClock, or until the context
// ends, and then returns its error. The default sleeps.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(c *config) error {
		if sleep == nil {
			return errors.New("WithSleep: nil function")
		}
		c.sleep = sleep
		return nil
	}
}

// WithLatency sets how long every answer takes. The default, and zero, is no time.
func WithLatency(d time.Duration) Option {
	return func(c *config) error {
		c.latency = d
		return option.NotNegative("WithLatency", chile.ErrRange, d)
	}
}

// WithBandwidth sets how many bytes of an answer arrive per second. The default,
// and zero, is no limit.
func WithBandwidth(bytes int) Option {
	return func(c *config) error {
		c.bandwidth = bytes
		return option.NotNegative("WithBandwidth", chile.ErrRange, bytes)
	}
}

// WithoutNetwork connects Client to the server in memory instead of over loopback.
// The fake and its client then work in a bubble of package testing/synctest, if
// both were made in it. They do not in FIPS mode: there, Go finds no entropy in a
// bubble.
func WithoutNetwork() Option {
	return func(c *config) error {
		pipes := newPipes()
		c.listener, c.dial = pipes, pipes.dial
		return nil
	}
}

// WithListener makes the fake serve on a listener, with TLS, under the SII's
// host names and this machine's. Clients other than Client trust CA, and
// resolve the names as their system does. Close closes it.
func WithListener(listener net.Listener) Option {
	return func(c *config) error {
		if listener == nil {
			return errors.New("WithListener: nil listener")
		}
		c.listenOn(listener)
		return nil
	}
}

// WithSeed sets the seed of issued seeds and tokens, and of random faults. The
// default is 1: every server issues the same ones.
func WithSeed(seed uint64) Option {
	return func(c *config) error { c.seed = seed; return nil }
}

// WithSessionLimit limits the tokens of a holder: the SII allows at most ten open
// sessions per user (its list of messages, code 27). Unverified: whether tokens of
// its services count. The default, and zero, is no limit.
func WithSessionLimit(tokens int) Option {
	return func(c *config) error {
		c.tokensMost = tokens
		return option.NotNegative("WithSessionLimit", chile.ErrRange, tokens)
	}
}

// WithLiveErrors makes getToken answer 10, "Error Interno", to every wrong
// signature or certificate, as the SII was seen to do in 2026. The default is
// the codes of its manual.
func WithLiveErrors() Option {
	return func(c *config) error { c.liveErrors = true; return nil }
}

// WithLoginPage sets how the RCV answers a request without a valid token. The
// default is LoginRedirect.
func WithLoginPage(page LoginPage) Option {
	return func(c *config) error {
		if page != LoginRedirect && page != LoginHTML {
			return fmt.Errorf("WithLoginPage: %d is not a page", page)
		}
		c.loginPage = page
		return nil
	}
}

// WithExportLimit refuses exports of more documents, which then need a deferred
// export. The default, and zero, is no limit.
func WithExportLimit(documents int) Option {
	return func(c *config) error {
		c.registers.exportMax = documents
		return option.NotNegative("WithExportLimit", chile.ErrRange, documents)
	}
}

// WithDetailLimit limits the rows of getDetalleCompra and getDetalleVenta in the
// same way.
func WithDetailLimit(documents int) Option {
	return func(c *config) error {
		c.registers.detailMax = documents
		return option.NotNegative("WithDetailLimit", chile.ErrRange, documents)
	}
}

// WithLimitForm sets how the limits are reported. The default is LimitRefusal.
func WithLimitForm(form LimitForm) Option {
	return func(c *config) error {
		if form < LimitRefusal || form > LimitHeader {
			return fmt.Errorf("WithLimitForm: %d is not a form", form)
		}
		c.registers.limitForm = form
		return nil
	}
}

// WithNullTypes leaves out detTipoDoc in rows of purchases, as some answers do.
func WithNullTypes() Option {
	return func(c *config) error { c.registers.nullTypes = true; return nil }
}

// WithTextNumbers writes numbers of rows as text, as some answers do.
func WithTextNumbers() Option {
	return func(c *config) error { c.registers.textNumbers = true; return nil }
}

// WithAnswerForms sets the forms of SOAP answers, which are used in turn. By
// default, and if none are given, all are used.
func WithAnswerForms(forms ...AnswerForm) Option {
	return func(c *config) error {
		if len(forms) > 0 {
			c.forms = forms
		}
		return nil
	}
}

// WithBoletaForms sets the forms of the boleta service's answers, which are used in
// turn. By default, and if none are given, all are used.
func WithBoletaForms(forms ...BoletaForm) Option {
	return func(c *config) error {
		if len(forms) > 0 {
			c.boletaForms = forms
		}
		return nil
	}
}
