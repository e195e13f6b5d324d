package sii

import (
	"context"
	"errors"

	"github.com/ofitec/chile/xmlsig"
)

// SeedTokenSource returns a source that signs in with the certificate at every
// call. NewClient makes one of its own of the option WithIdentity; this one is
// for other uses of a token. Options that are about something else are ignored.
func SeedTokenSource(env Environment, id *xmlsig.Identity, opts ...Option) (TokenSource, error) {
	c, err := newConfig(env, append(opts, WithIdentity(id)))
	if err != nil {
		return nil, err
	}
	caller := newCaller(c.callSettings)
	return &seedSource{caller: caller, id: id, channel: soapChannel(caller)}, nil
}

// BoletaToken returns the token for the service of the boletas, signing in if
// need be: it goes into the cookie TOKEN. Methods of Client.Boleta do so by
// themselves. It is cached apart from that of the other services. It needs WithIdentity,
// and an environment with that service; else the error is ErrInvalidRequest.
func (c *Client) BoletaToken(ctx context.Context) (*Token, error) {
	if c.Boleta.tokens == nil {
		return nil, &Error{Op: opBoletaToken.name, Kind: ErrInvalidRequest, Err: errors.New("there is no certificate, or the environment has no service of the boletas")}
	}
	return c.Boleta.tokens.Token(c.caller.observers.observed(ctx, opBoletaToken.name))
}

// InvalidateBoletaToken notes that the service of the boletas has refused the
// token: the next call of BoletaToken gets another one.
func (c *Client) InvalidateBoletaToken(ctx context.Context, refused *Token) {
	if c.Boleta.tokens != nil {
		c.Boleta.tokens.Invalidate(ctx, refused)
	}
}
