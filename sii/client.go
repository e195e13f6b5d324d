package sii

import (
	"context"
	"errors"
	"time"

	"github.com/ofitec/chile"
)

// Client reaches the services of one environment as one holder of a certificate.
// It may be used from many goroutines at once.
type Client struct {
	RCV *RCVService // Registro de Compras y Ventas
	DTE *DTEService // state of uploads and documents

	core *core
}

// core is what the services share.
type core struct {
	*config
	transport *transport
	circuits  *circuits
	tokens    *ReusedTokenSource

	boletaTokens *ReusedTokenSource // nil without a certificate or the service
	now          func() time.Time
	holder       chile.RUT
}

func newCore(c *config) *core {
	return &core{config: c, transport: newTransport(c), circuits: newCircuits(c.circuit), now: c.now, holder: c.holder}
}

// NewClient returns a client of the environment. It needs WithIdentity or
// WithTokenSource. A client that cannot work is not returned: a certificate that
// is not valid today, for one, is an error here.
func NewClient(env Environment, opts ...Option) (*Client, error) {
	c, err := newConfig(env, opts)
	if err != nil {
		return nil, err
	}
	core := newCore(c)
	switch reused, ok := c.source.(*ReusedTokenSource); {
	case ok:
		core.tokens = reused
	case c.source != nil:
		core.tokens = ReuseTokenSource(c.source, nil, "", c.reuse...)
	case c.identity != nil:
		// The boleta has tokens of its own; those of SOAP serve the RCV too (seen in
		// five clients).
		reuse := append(c.reuse, ReuseIdle(tokenIdle))
		family := func(name string, by channel) *ReusedTokenSource {
			return ReuseTokenSource(&seedSource{core, c.identity, by}, c.cache, env.tokens()+"/"+name+"/"+c.identity.Fingerprint(), reuse...)
		}
		core.tokens = family("soap", soapChannel(core))
		if env.Boleta != "" {
			core.boletaTokens = family("boleta", boletaChannel(core))
		}
	default:
		return nil, errors.New("sii: NewClient needs WithIdentity or WithTokenSource")
	}
	return &Client{RCV: &RCVService{core}, DTE: &DTEService{core}, core: core}, nil
}

// Environment returns the environment of the client.
func (c *Client) Environment() Environment { return c.core.env }

// Token returns the token that the client uses, signing in if need be. Other
// methods do so by themselves.
func (c *Client) Token(ctx context.Context) (*Token, error) {
	return c.core.tokens.Token(c.core.observed(ctx, opToken))
}
