package sii

import (
	"context"
	"errors"
	"strings"

	"github.com/ofitec/chile/internal/token"
	"github.com/ofitec/chile/xmlsig"
)

// A token is obtained by signing a seed (semilla): manual of automatic
// authentication 1.9, chapters 4 and 5. A seed is valid for two minutes and one
// use.

// seedSource is the TokenSource for a certificate.
type seedSource struct {
	caller *caller
	id     *xmlsig.Identity
	channel
}

// channel says how a seed and a token are requested.
type channel struct {
	seedOp, tokenOp operation
	seed            func(ctx context.Context) (*respuesta, error)
	token           func(ctx context.Context, signed []byte) (*respuesta, error)
}

// soapChannel logs in at the SOAP services.
func soapChannel(c *caller) channel {
	return channel{
		seedOp: opSeed, tokenOp: opToken,
		seed: func(ctx context.Context) (*respuesta, error) { return c.soap(ctx, opSeed, "CrSeed.jws", "getSeed") },
		token: func(ctx context.Context, signed []byte) (*respuesta, error) {
			return c.soap(ctx, opToken, "GetTokenFromSeed.jws", "getToken", argument{"pszXml", `<?xml version="1.0"?>` + string(signed)})
		},
	}
}

// Token requests a seed, signs it and exchanges it for a token.
func (s *seedSource) Token(ctx context.Context) (*Token, error) {
	if err := s.id.ValidAt(s.caller.now()); err != nil {
		return nil, &Error{Op: s.tokenOp.name, Kind: ErrRejected, Err: err}
	}
	token, err := s.exchange(ctx)
	var e *Error
	if errors.As(err, &e) && e.Op == s.tokenOp.name && e.Code().Retry == RetryOnce {
		token, err = s.exchange(ctx) // the seed was lost or late: once more, from the start
	}
	return token, err
}

// exchange logs in once, from the start.
func (s *seedSource) exchange(ctx context.Context) (*Token, error) {
	seed, err := s.askSeed(ctx)
	if err != nil {
		return nil, err
	}
	return s.askToken(ctx, seed)
}

// askSeed requests a seed as an observed call.
func (s *seedSource) askSeed(ctx context.Context) (seed string, err error) {
	err = s.caller.anonymous(ctx, s.seedOp, func(ctx context.Context) error {
		seed, err = s.requestSemilla(ctx)
		return err
	})
	return seed, err
}

// askToken exchanges a seed for a token, once.
func (s *seedSource) askToken(ctx context.Context, seed string) (token *Token, err error) {
	err = s.caller.anonymous(ctx, s.tokenOp, func(ctx context.Context) error {
		token, err = s.requestToken(ctx, seed)
		return err
	}, seed)
	return token, err
}

// requestSemilla requests a seed, which is kept as text: its zeros count.
func (s *seedSource) requestSemilla(ctx context.Context) (string, error) {
	answer, err := s.seed(ctx)
	if err != nil {
		return "", err
	}
	if estado := answer.estado(); !isZero(estado) {
		return "", codeOf(seedCodes, estado).refused(s.seedOp.name, estado, answer.glosa())
	}
	seed := childText(answer.body, "SEMILLA")
	if seed == "" {
		seed = childText(answer.body, "SEED") // as in the manual's examples, chapter 6
	}
	if seed == "" || len(seed) > 64 || strings.Trim(seed, "0123456789") != "" {
		return "", unknownForm(s.seedOp.name, answer.estado(), errors.New("the answer has no seed"))
	}
	return seed, nil
}

// requestToken signs a seed and requests a token for it.
func (s *seedSource) requestToken(ctx context.Context, seed string) (*Token, error) {
	signed, err := xmlsig.SignEnveloped(
		[]byte("<getToken><item><Semilla>"+seed+"</Semilla></item></getToken>"), s.id)
	if err != nil {
		return nil, &Error{Op: s.tokenOp.name, Err: err}
	}
	asked := s.caller.now()
	answer, err := s.token(ctx, signed)
	if err != nil {
		return nil, err
	}
	if estado := answer.estado(); !isZero(estado) {
		return nil, codeOf(tokenCodes, estado).refused(s.tokenOp.name, estado, answer.glosa())
	}
	value := childText(answer.body, "TOKEN")
	if !token.Valid(value) {
		return nil, unknownForm(s.tokenOp.name, answer.estado(), errors.New("the answer has no token"))
	}
	return &Token{Value: value, Expiry: asked.Add(tokenIdle)}, nil
}

// isZero reports whether the code means success: 00 in the manual, 0 in the
// boleta's OpenAPI.
func isZero(estado string) bool { return estado != "" && strings.Trim(estado, "0") == "" }

// The operations. A seed is valid once.
var (
	opSeed        = operation{name: "seed", service: serviceSOAP, signIn: true, query: true}
	opToken       = operation{name: opRenewal, service: serviceSOAP, signIn: true, part: true, query: true} // the seed that it sends is valid once
	opBoletaSeed  = operation{name: "boleta.seed", service: serviceBoleta, signIn: true, query: true}
	opBoletaToken = operation{name: "boleta.token", service: serviceBoleta, signIn: true, part: true, query: true}
)
