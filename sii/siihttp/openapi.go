package siihttp

import (
	_ "embed"
	"net/http"
)

// openAPI is the description of the interface (OpenAPI 3.1).
//
//go:embed openapi.json
var openAPI []byte

// description answers GET /openapi.json.
func (h *Handler) description(c *call) error {
	if err := c.permit(Action{}); err != nil {
		return err
	}
	if err := c.start(http.StatusOK, "application/json; charset=utf-8"); err != nil {
		return err
	}
	_, err := c.w.Write(openAPI)
	return err
}
