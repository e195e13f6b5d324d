package sii

import (
	"context"
	"io"
	"net/http"
)

// The boleta service is REST, with its own seeds and tokens: a token of the SOAP
// services is not valid there (seen in three clients). Source: the SII's OpenAPI
// "API SII - V1" 1.0.5.
const (
	boletaSeedPath  = "/recursos/v1/boleta.electronica.semilla"
	boletaTokenPath = "/recursos/v1/boleta.electronica.token" //nolint:gosec // a path
)

// boletaChannel logs in at the boleta service.
func boletaChannel(c *caller) channel {
	return channel{
		seedOp: opBoletaSeed, tokenOp: opBoletaToken,
		seed: func(ctx context.Context) (*respuesta, error) {
			resp, err := c.transport.get(ctx, opBoletaSeed.name, c.env.Boleta+boletaSeedPath, c.boletaHeader(), maxSOAPBody)
			return c.boletaAnswer(ctx, opBoletaSeed.name, resp, err)
		},
		token: func(ctx context.Context, signed []byte) (*respuesta, error) {
			header := c.boletaHeader()
			header.Set("Content-Type", "application/xml")
			body := append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), signed...)
			resp, err := c.transport.post(ctx, opBoletaToken.name, c.env.Boleta+boletaTokenPath, header, body, maxSOAPBody)
			return c.boletaAnswer(ctx, opBoletaToken.name, resp, err)
		},
	}
}

func (c *caller) boletaHeader() http.Header {
	return http.Header{"Accept": {"application/xml"}, "User-Agent": {c.soapUserAgent}}
}

// boletaAnswer reads an answer, which is the document itself.
func (c *caller) boletaAnswer(ctx context.Context, op string, resp *response, err error) (*respuesta, error) {
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
