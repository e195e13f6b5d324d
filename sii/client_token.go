package sii

import (
	"context"
	"errors"

	"github.com/ofitec/chile/xmlsig"
)

// SeedTokenSource returns a source that logs in with the certificate at every
// call. NewClient makes its own from the option WithIdentity; this one is for
// other uses of a token. Options about other things are ignored.
func SeedTokenSource(env Environment, id *xmlsig.Identity, opts ...Option) (TokenSource, error) {
	c, err := newConfig(env, append(opts, WithIdentity(id)))
	if err != nil {
		return nil, err
	}
	caller := newCaller(c.callSettings)
	return &seedSource{caller: caller, id: id, channel: soapChannel(caller)}, nil
}

// BoletaToken returns the token for the boleta service, which goes into the cookie
// TOKEN, and logs in if needed. Methods of Client.Boleta do so themselves. It is cached
// separately from the token of the other services. It needs WithIdentity, and an
// environment with that service; otherwise the error is ErrInvalidRequest.
func (c *Client) BoletaToken(ctx context.Context) (*Token, error) {
	if c.Boleta.tokens == nil {
		return nil, &Error{Op: opBoletaToken.name, Kind: ErrInvalidRequest, Err: errors.New("there is no certificate, or the environment has no boleta service")}
	}
	return c.Boleta.tokens.Token(c.caller.observers.observed(ctx, opBoletaToken.name))
}

// InvalidateBoletaToken records that the boleta service has refused the token:
// the next call of BoletaToken gets another one.
func (c *Client) InvalidateBoletaToken(ctx context.Context, refused *Token) {
	if c.Boleta.tokens != nil {
		c.Boleta.tokens.Invalidate(ctx, refused)
	}
}
