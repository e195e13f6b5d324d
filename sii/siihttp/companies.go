package siihttp

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"unicode/utf8"

	"github.com/ofitec/chile"
)

// companies answers GET /empresas, with the environment of the store, if known: see
// storage.Environments.
func (h *Handler) companies(c *call) error {
	if err := c.permit(Action{}); err != nil {
		return err
	}
	all, err := h.config.Companies(c.r.Context())
	if err != nil {
		return fmt.Errorf("siihttp: companies: %w", err)
	}
	environment, err := h.config.Store.Environment(c.r.Context())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return storeError(err)
	}
	list := []Company{}
	for _, company := range all {
		if c.allows(Action{Owner: company.RUT}) {
			list = append(list, company)
		}
	}
	return c.answer(http.StatusOK, struct {
		Companies   []Company         `json:"empresas"`
		Environment chile.Environment `json:"ambiente,omitempty"`
	}{list, environment})
}

// token answers GET /token: it logs in, unless there is a valid token.
func (h *Handler) token(c *call) error {
	owner, err := c.owner(c.param("rut"))
	if err != nil {
		return err
	}
	client, err := h.client(c, owner)
	if err != nil {
		return err
	}
	token, err := client.Token(c.r.Context())
	if err != nil {
		return err
	}
	value := masked(token.Value)
	if h.config.ShowToken {
		value = token.Value
	}
	return c.answer(http.StatusOK, struct {
		Token   string  `json:"token"`
		Expires instant `json:"expires_at"`
	}{value, instant(token.Expiry)})
}

// masked shows enough of a secret to tell two apart, and nothing of a short one.
func masked(secret string) string {
	const shown, least = 4, 12
	if len(secret) < least || !utf8.ValidString(secret[:shown]) {
		return "…"
	}
	return secret[:shown] + "…"
}
