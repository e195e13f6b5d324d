package sii

import (
	"context"
	"errors"
)

// Client reaches the services of one environment as one holder of a certificate.
// It may be used from many goroutines at once.
type Client struct {
	RCV    *RCVService    // Registro de Compras y Ventas
	DTE    *DTEService    // sends documents; state of uploads and documents
	Boleta *BoletaService // sends boletas; state of their uploads and of boletas

	caller *caller
}

// NewClient returns a client of the environment. It needs WithIdentity or
// WithTokenSource. A client that cannot work is not returned: a certificate that
// is not valid today, for one, is an error here.
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
		// The boleta has tokens of its own; those of SOAP serve the RCV too (seen in
		// five clients).
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

// Token returns the token that the client uses, signing in if need be. Other
// methods do so by themselves.
func (c *Client) Token(ctx context.Context) (*Token, error) {
	return c.caller.tokens.Token(c.caller.observers.observed(ctx, opToken.name))
}

// newClient returns a client whose services hang on that caller.
func newClient(caller *caller, c *config) *Client {
	return &Client{
		RCV:    &RCVService{&facade{caller, c.facadeSettings}},
		DTE:    &DTEService{caller, c.holder, c.dateLayout},
		Boleta: &BoletaService{caller: caller, holder: c.holder},
		caller: caller,
	}
}
