package siihttp

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// body reads the JSON of a request: one object with known fields, each at most
// once. It also returns the bytes, so that the caller can overwrite them: there is
// no other copy of them except the fields.
//
// A client may send Limits.Bodies bodies at once. Each must arrive within
// Limits.Read.
func (c *call) body(into any) ([]byte, error) {
	client := c.h.clientOf(c.r)
	if !c.h.bodies.begin(client, c.h.limits.Bodies) {
		return nil, invalid(kindBusy, "")
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.h.limits.Body))
	c.h.bodies.end(client)
	if err != nil {
		return data, bodyError(err)
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Time{}) // the body has arrived; some writers have no deadlines
	if err := json.Unmarshal(data, into, json.RejectUnknownMembers(true)); err != nil {
		return data, invalid(kindInvalid, jsonReason(err))
	}
	return data, nil
}

// bodyError is an unreadable body, the caller's fault.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return invalid(kindInvalid, "El contenido no llegó completo.")
}

// jsonReason says what is wrong with a body, without its values.
func jsonReason(err error) string {
	var field *json.SemanticError
	if errors.As(err, &field) && field.JSONPointer != "" && !errors.Is(err, json.ErrUnknownName) {
		return "El campo " + cut(strings.TrimPrefix(string(field.JSONPointer), "/")) + " no es del tipo que corresponde."
	}
	return "El contenido no es el objeto JSON que corresponde."
}
