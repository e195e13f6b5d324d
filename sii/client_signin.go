package sii

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// SignIn makes the steps of signing in by themselves, for package siidoctor and
// others that want to see which of them fails. Nothing that it does is repeated,
// and no token is kept. It may be used from many goroutines at once.
type SignIn struct {
	config *config
	caller *caller
	seeds  *seedSource
}

// NewSignIn returns the steps of a client with these options. Where NewClient
// refuses a certificate that is not valid now, or that there is none, NewSignIn
// does not. With an error, which says what of the options cannot be followed, it
// returns the steps with those that can be.
func NewSignIn(env Environment, opts ...Option) (*SignIn, error) {
	c, err := applyOptions(env, opts)
	if c.identity != nil {
		_ = c.nameHolder() // that its RUT cannot be read is no fault of the options
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

// Identity returns the certificate, or nil if there is none.
func (s *SignIn) Identity() *xmlsig.Identity { return s.config.identity }

// Holder returns who signs in; the zero RUT if neither certificate nor WithHolder
// says it.
func (s *SignIn) Holder() chile.RUT { return s.config.holder }

// HasSource reports whether tokens come from WithTokenSource. Then there is no
// seed to ask for.
func (s *SignIn) HasSource() bool { return s.seeds == nil }

// HTTPClient returns a copy of the client that requests go through, with the
// proxy, the roots and everything else that the options say. It follows no
// redirection.
func (s *SignIn) HTTPClient() *http.Client {
	client := *s.config.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// UserAgent returns the User-Agent of requests to the portal.
func (s *SignIn) UserAgent() string { return s.config.browser }

// Now returns the time by the clock of the options.
func (s *SignIn) Now() time.Time { return s.config.now() }

// Seed asks for a seed. It is a secret, good for two minutes and one token. Without
// a certificate the error is ErrInvalidRequest.
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

// Token returns a token: that of WithTokenSource, or of one seed.
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
		err = &Error{Op: opToken.name, Kind: ErrProtocol, Err: errors.New("the source gave no token")}
	}
	return token, err
}

// Client returns a client that has that token and gets no other.
func (s *SignIn) Client(token *Token) *Client {
	caller := newCaller(s.config.callSettings)
	caller.tokens = newReusedTokenSource(TokenFunc(func(context.Context) (string, time.Time, error) {
		return token.Value, token.Expiry, nil
	}), newSharedTokens(nil, "", nil), s.config.reuse)
	return newClient(caller, s.config)
}
