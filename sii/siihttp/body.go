package siihttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// body reads the JSON of a request: one object, whose fields are known. It returns
// the bytes too, for who must overwrite them.
func (c *call) body(into any) ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.h.limits.Body))
	if err != nil {
		return data, bodyError(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return data, invalid(kindInvalid, jsonReason(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return data, invalid(kindInvalid, "Después del objeto JSON viene algo más.")
	}
	return data, nil
}

// bodyError is that the body could not be read, which is the caller's.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return invalid(kindInvalid, "El contenido no llegó completo.")
}

// jsonReason says what is wrong with a body, and nothing of its values.
func jsonReason(err error) string {
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) && typ.Field != "" {
		return "El campo " + cut(typ.Field) + " no es del tipo que corresponde."
	}
	return "El contenido no es el objeto JSON que corresponde."
}
