package sii

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// The service of the boletas is REST, with seeds and tokens of its own: a token
// of the SOAP services does not serve there (seen in three clients). Source: the
// SII's OpenAPI "API SII - V1" 1.0.5.
const (
	boletaSeedPath  = "/recursos/v1/boleta.electronica.semilla"
	boletaTokenPath = "/recursos/v1/boleta.electronica.token" //nolint:gosec // a path
)

// boletaChannel signs in at the service of the boletas.
func boletaChannel(c *core) channel {
	return channel{
		seedOp: opBoletaSeed, tokenOp: opBoletaToken,
		seed: func(ctx context.Context) (*respuesta, error) {
			resp, err := c.transport.get(ctx, opBoletaSeed, c.env.Boleta+boletaSeedPath, c.boletaHeader(), maxSOAPBody)
			return c.boletaAnswer(ctx, opBoletaSeed, resp, err)
		},
		token: func(ctx context.Context, signed []byte) (*respuesta, error) {
			header := c.boletaHeader()
			header.Set("Content-Type", "application/xml")
			body := append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), signed...)
			resp, err := c.transport.post(ctx, opBoletaToken, c.env.Boleta+boletaTokenPath, header, body, maxSOAPBody)
			return c.boletaAnswer(ctx, opBoletaToken, resp, err)
		},
	}
}

func (c *core) boletaHeader() http.Header {
	return http.Header{"Accept": {"application/xml"}, "User-Agent": {c.soapUserAgent}}
}

// boletaAnswer reads an answer, which is the document itself.
func (c *core) boletaAnswer(ctx context.Context, op string, resp *response, err error) (*respuesta, error) {
	if err != nil {
		return nil, err
	}
	defer resp.close() //nolint:errcheck // nothing is left to read
	body, err := io.ReadAll(resp.body)
	if err != nil {
		return nil, c.transport.failure(ctx, op, err)
	}
	answer, err := parseSOAP(body, "")
	if err != nil {
		return nil, resp.notSOAP(op, err)
	}
	return answer, nil
}

// BoletaToken returns the token for the service of the boletas, signing in if
// need be, for who sends boletas or asks for their state: it goes into the cookie
// TOKEN. It is cached apart from that of the other services. It needs WithIdentity,
// and an environment with that service; else the error is ErrInvalidRequest.
func (c *Client) BoletaToken(ctx context.Context) (*Token, error) {
	if c.core.boletaTokens == nil {
		return nil, &Error{Op: opBoletaToken, Kind: ErrInvalidRequest, Err: errors.New("there is no certificate, or the environment has no service of the boletas")}
	}
	return c.core.boletaTokens.Token(c.core.observed(ctx, opBoletaToken))
}

// InvalidateBoletaToken notes that the service of the boletas has refused the
// token: the next call of BoletaToken gets another one.
func (c *Client) InvalidateBoletaToken(ctx context.Context, refused *Token) {
	if c.core.boletaTokens != nil {
		c.core.boletaTokens.Invalidate(ctx, refused)
	}
}
