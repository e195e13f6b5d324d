package sii

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// SignIn makes the steps of a login separately, for package siidoctor and other
// callers that want to see which step fails. It retries nothing and keeps no
// token. It is safe for concurrent use.
type SignIn struct {
	config *config
	caller *caller
	seeds  *seedSource
}

// NewSignIn returns the login steps of a client with these options. Unlike
// NewClient, it accepts a certificate that is not valid now, or none. With an
// error about invalid options, it returns the steps with the valid ones.
func NewSignIn(env Environment, opts ...Option) (*SignIn, error) {
	c, err := applyOptions(env, opts)
	if c.identity != nil {
		_ = c.nameHolder() // an unreadable RUT is not a fault of the options
	}
	if c.http == nil {
		c.http = &http.Client{}
	}
	c.single = true
	s := &SignIn{config: c, caller: newCaller(c.callSettings)}
	if c.source == nil {
		s.seeds = &seedSource{caller: s.caller, id: c.identity, channel: soapChannel(s.caller)}
	}
	return s, err
}

// Identity returns the certificate; nil if there is none.
func (s *SignIn) Identity() *xmlsig.Identity { return s.config.identity }

// Holder returns the logged-in holder; the zero RUT if neither the certificate
// nor WithHolder names one.
func (s *SignIn) Holder() chile.RUT { return s.config.holder }

// HasSource reports whether tokens come from WithTokenSource. Then there is no
// seed.
func (s *SignIn) HasSource() bool { return s.seeds == nil }

// HTTPClient returns a copy of the client that requests go through, with the
// proxy, the roots and all other settings. It follows no redirection.
func (s *SignIn) HTTPClient() *http.Client {
	client := *s.config.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// UserAgent returns the User-Agent of requests to the portal.
func (s *SignIn) UserAgent() string { return s.config.browser }

// Now returns the time of the options' clock.
func (s *SignIn) Now() time.Time { return s.config.now() }

// Seed requests a seed. It is a secret, valid for two minutes and one token.
// Without a certificate the error is ErrInvalidRequest.
func (s *SignIn) Seed(ctx context.Context) (string, error) {
	if s.seeds == nil {
		return "", &Error{Op: opSeed.name, Kind: ErrInvalidRequest, Err: errors.New("tokens come from a TokenSource, without a seed")}
	}
	return s.seeds.askSeed(ctx)
}

// Exchange signs a seed and exchanges it for a token. Without a certificate the
// error is ErrInvalidRequest.
func (s *SignIn) Exchange(ctx context.Context, seed string) (*Token, error) {
	if s.seeds == nil || s.config.identity == nil {
		return nil, &Error{Op: opToken.name, Kind: ErrInvalidRequest, Err: errors.New("there is no certificate to sign the seed with")}
	}
	return s.seeds.askToken(ctx, seed)
}

// Token returns a token: from WithTokenSource, or for one seed.
func (s *SignIn) Token(ctx context.Context) (token *Token, err error) {
	if !s.HasSource() {
		seed, err := s.Seed(ctx)
		if err != nil {
			return nil, err
		}
		return s.Exchange(ctx, seed)
	}
	token, err = s.config.source.Token(ctx)
	if err == nil && (token == nil || token.Value == "") {
		err = &Error{Op: opToken.name, Kind: ErrProtocol, Err: errors.New("the source returned no token")}
	}
	return token, err
}

// Client returns a client that only has that token.
func (s *SignIn) Client(token *Token) *Client {
	caller := newCaller(s.config.callSettings)
	caller.tokens = newReusedTokenSource(TokenFunc(func(context.Context) (string, time.Time, error) {
		return token.Value, token.Expiry, nil
	}), newSharedTokens(nil, "", nil), s.config.reuse)
	return newClient(caller, s.config)
}
