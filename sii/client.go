package sii

import (
	"context"
	"errors"
)

// Client reaches the services of one environment as one certificate holder. It
// is safe for concurrent use.
type Client struct {
	RCV    *RCVService    // Registro de Compras y Ventas
	DTE    *DTEService    // sends documents; state of uploads and documents
	Boleta *BoletaService // sends boletas; state of their uploads and of boletas

	caller *caller
}

// NewClient returns a client of the environment. It needs WithIdentity or
// WithTokenSource. It refuses settings that cannot work, such as a certificate
// that is not valid today.
func NewClient(env Environment, opts ...Option) (*Client, error) {
	c, err := newConfig(env, opts)
	if err != nil {
		return nil, err
	}
	client := newClient(newCaller(c.callSettings), c)
	switch reused, ok := c.source.(*ReusedTokenSource); {
	case ok:
		client.caller.tokens = reused
	case c.source != nil:
		client.caller.tokens = newReusedTokenSource(c.source, newSharedTokens(nil, "", nil), c.reuse)
	case c.identity != nil:
		// The boleta service has its own tokens; those of SOAP are also valid for the
		// RCV (seen in five clients).
		c.reuse.idle = tokenIdle
		family := func(name string, by channel) *ReusedTokenSource {
			shared := newSharedTokens(c.cache, env.tokens()+"/"+name+"/"+c.identity.Fingerprint(), c.reuse.report)
			return newReusedTokenSource(&seedSource{client.caller, c.identity, by}, shared, c.reuse)
		}
		client.caller.tokens = family("soap", soapChannel(client.caller))
		if env.Boleta != "" {
			client.Boleta.tokens = family("boleta", boletaChannel(client.caller))
		}
	default:
		return nil, errors.New("sii: NewClient needs WithIdentity or WithTokenSource")
	}
	return client, nil
}

// Environment returns the environment of the client.
func (c *Client) Environment() Environment { return c.caller.env }

// Token returns the client's token, and logs in if needed. Other methods do so
// themselves.
func (c *Client) Token(ctx context.Context) (*Token, error) {
	return c.caller.tokens.Token(c.caller.observers.observed(ctx, opToken.name))
}

// newClient returns a client whose services share that caller.
func newClient(caller *caller, c *config) *Client {
	return &Client{
		RCV:    &RCVService{&facade{caller, c.facadeSettings}},
		DTE:    &DTEService{caller, c.holder, c.dateLayout},
		Boleta: &BoletaService{caller: caller, holder: c.holder},
		caller: caller,
	}
}
