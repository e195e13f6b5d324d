package sii

import (
	"context"
	"errors"
	"strings"

	"github.com/ofitec/chile/xmlsig"
)

// A token is had by signing a seed (semilla): manual of automatic authentication
// 1.9, chapters 4 and 5. A seed is good for two minutes and for one use.

// seedSource is the TokenSource of a certificate.
type seedSource struct {
	core *core
	id   *xmlsig.Identity
	channel
}

// channel is by what a seed and a token are asked for.
type channel struct {
	seedOp, tokenOp string
	seed            func(ctx context.Context) (*respuesta, error)
	token           func(ctx context.Context, signed []byte) (*respuesta, error)
}

// soapChannel signs in at the SOAP services.
func soapChannel(c *core) channel {
	return channel{
		seedOp: opSeed, tokenOp: opToken,
		seed: func(ctx context.Context) (*respuesta, error) { return c.call(ctx, opSeed, "CrSeed.jws", "getSeed") },
		token: func(ctx context.Context, signed []byte) (*respuesta, error) {
			return c.call(ctx, opToken, "GetTokenFromSeed.jws", "getToken", argument{"pszXml", `<?xml version="1.0"?>` + string(signed)})
		},
	}
}

// SeedTokenSource returns a source that signs in with the certificate at every
// call. NewClient makes one of its own of the option WithIdentity; this one is
// for other uses of a token. Options that are about something else are ignored.
func SeedTokenSource(env Environment, id *xmlsig.Identity, opts ...Option) (TokenSource, error) {
	c, err := newConfig(env, append(opts, WithIdentity(id)))
	if err != nil {
		return nil, err
	}
	core := newCore(c)
	return &seedSource{core: core, id: id, channel: soapChannel(core)}, nil
}

// Token asks for a seed, signs it and exchanges it for a token.
func (s *seedSource) Token(ctx context.Context) (*Token, error) {
	if err := s.id.ValidAt(s.core.now()); err != nil {
		return nil, &Error{Op: s.tokenOp, Kind: ErrRejected, Err: err}
	}
	token, err := s.exchange(ctx)
	var e *Error
	if errors.As(err, &e) && e.Op == s.tokenOp && e.Code().Retry == RetryOnce {
		token, err = s.exchange(ctx) // the seed was lost or late: once more, from the start
	}
	return token, err
}

const (
	opSeed        = "seed"
	opToken       = "token"
	opBoletaSeed  = "boleta.seed"
	opBoletaToken = "boleta.token"
)

func (s *seedSource) exchange(ctx context.Context) (token *Token, err error) {
	var seed string
	if err := s.core.anonymous(ctx, s.seedOp, func(ctx context.Context) error {
		seed, err = s.requestSemilla(ctx)
		return err
	}); err != nil {
		return nil, err
	}
	err = s.core.anonymous(ctx, s.tokenOp, func(ctx context.Context) error {
		token, err = s.requestToken(ctx, seed)
		return err
	}, seed)
	return token, err
}

// requestSemilla asks for a seed, which is kept as text: its zeros count.
func (s *seedSource) requestSemilla(ctx context.Context) (string, error) {
	answer, err := s.seed(ctx)
	if err != nil {
		return "", err
	}
	if estado := answer.estado(); !isZero(estado) {
		return "", codeOf(seedCodes, estado).refused(s.seedOp, estado, answer.glosa())
	}
	seed := answer.body.text("SEMILLA")
	if seed == "" {
		seed = answer.body.text("SEED") // so in the examples of the manual, chapter 6
	}
	if seed == "" || len(seed) > 64 || strings.Trim(seed, "0123456789") != "" {
		return "", unknownForm(s.seedOp, answer.estado(), errors.New("the answer has no seed"))
	}
	return seed, nil
}

// requestToken signs a seed and asks for the token that it is good for.
func (s *seedSource) requestToken(ctx context.Context, seed string) (*Token, error) {
	signed, err := xmlsig.SignEnveloped(
		[]byte("<getToken><item><Semilla>"+seed+"</Semilla></item></getToken>"), s.id)
	if err != nil {
		return nil, &Error{Op: s.tokenOp, Err: err}
	}
	asked := s.core.now()
	answer, err := s.token(ctx, signed)
	if err != nil {
		return nil, err
	}
	if estado := answer.estado(); !isZero(estado) {
		return nil, codeOf(tokenCodes, estado).refused(s.tokenOp, estado, answer.glosa())
	}
	value := answer.body.text("TOKEN")
	if !validToken(value) {
		return nil, unknownForm(s.tokenOp, answer.estado(), errors.New("the answer has no token"))
	}
	return &Token{Value: value, Expiry: asked.Add(tokenIdle)}, nil
}

// isZero reports whether the code means success: 00 in the manual, 0 in the
// OpenAPI of the boleta.
func isZero(estado string) bool { return estado != "" && strings.Trim(estado, "0") == "" }

// validToken accepts what can be a cookie: 13 letters and digits today, up to
// 512 tomorrow.
func validToken(s string) bool {
	if s == "" || len(s) > 512 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`";,\`, c) >= 0 {
			return false
		}
	}
	return true
}
