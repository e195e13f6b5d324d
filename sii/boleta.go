package sii

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/ofitec/chile"
)

// BoletaService sends boletas, and queries the state of their uploads and of single
// boletas. It is REST (the SII's OpenAPI "API SII - V1" 1.0.5) with its own tokens,
// so the client needs WithIdentity. Boletas of the certification set go through
// DTEService.Upload instead. It is safe for concurrent use.
type BoletaService struct {
	caller *caller
	holder chile.RUT          // who is logged in; zero if unknown
	tokens *ReusedTokenSource // if nil, there is no certificate or no service
}

const boletaPath = "/recursos/v1/boleta.electronica"

// maxBoletaAnswer bounds an answer. An answer about 500 boletas, each with errors,
// has a few hundred kilobytes.
const maxBoletaAnswer = 4 << 20

// check refuses a call without a token source or an address.
func (s *BoletaService) check(op operation, address string) *Error {
	if s.tokens == nil || address == "" {
		return &Error{Op: op.name, Kind: ErrInvalidRequest, Err: errors.New("there is no certificate, or the environment has no boleta service")}
	}
	return nil
}

// ask sends a query and reads its answer.
func (s *BoletaService) ask(ctx context.Context, op operation, subject Subject, path string, read func(body []byte) error) error {
	if e := s.check(op, s.caller.env.Boleta); e != nil {
		return e
	}
	return s.caller.authorizedBy(ctx, s.tokens, op, subject, func(ctx context.Context, token string) (bool, error) {
		resp, err := s.caller.transport.send(ctx, &outgoing{
			op: op.name, method: http.MethodGet, address: s.caller.env.Boleta + path, limit: maxBoletaAnswer, refusal: boletaRefusal,
			header: http.Header{"Accept": {"application/json"}, "User-Agent": {s.caller.soapUserAgent}, "Cookie": {"TOKEN=" + token}},
		})
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // nothing is left to read
		body, err := io.ReadAll(resp.body)
		if err != nil {
			return false, s.caller.transport.failure(ctx, op.name, err)
		}
		err = read(body)
		var unread *unreadError
		if errors.As(err, &unread) {
			return false, resp.notSOAP(op.name, unread.cause)
		}
		return false, err
	})
}

// The operations.
var (
	opBoletaSend     = operation{name: "boleta.send", service: serviceBoletaUpload} // not a query: nothing repeats it
	opBoletaUpload   = operation{name: "boleta.upload", service: serviceBoleta, query: true}
	opBoletaDocument = operation{name: "boleta.document", service: serviceBoleta, query: true}
)
