package siihttp

import (
	"net/http"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

var changeParameters = []string{"rut", "desde", "periodo", "libro", "clase", "cursor", "limite"}

// changes answers GET /cambios, newest first.
func (h *Handler) changes(c *call) error {
	owners, err := c.owners(c.param("rut"))
	if err != nil {
		return err
	}
	query, err := c.changeQuery()
	if err != nil {
		return err
	}
	limit, err := c.limit()
	if err != nil {
		return err
	}
	seen := make(map[chile.RUT]bool, len(owners))
	for _, owner := range owners {
		seen[owner] = true
	}
	if len(owners) == 1 {
		query.Owner = owners[0]
	}
	page := struct {
		Changes []change `json:"cambios"`
		Next    string   `json:"siguiente,omitempty"`
	}{Changes: []change{}}
	looked, last := 0, int64(0)
	for found, err := range h.config.Store.Changes(c.r.Context(), *query) {
		if err != nil {
			return storeError(err)
		}
		if len(page.Changes) == limit || looked == maxChanges {
			page.Next = strconv.FormatInt(last, 10)
			break
		}
		looked, last = looked+1, found.ID
		if seen[found.Key.Owner] {
			page.Changes = append(page.Changes, viewOfChange(&found))
		}
	}
	return c.answer(http.StatusOK, page)
}

// maxChanges bounds the changes read for one page. Most may belong to companies
// that the caller may not see.
const maxChanges = 10_000

// changeQuery reads the parameters.
func (c *call) changeQuery() (*storage.ChangeQuery, error) {
	q := &storage.ChangeQuery{Newest: true}
	var err error
	if text := c.param("desde"); text != "" {
		date, err := chile.ParseDate(text)
		if err != nil {
			return nil, invalid(kindInvalidValue, "desde debe ser una fecha como 2026-10-31.")
		}
		q.From = date.Time()
	}
	if q.Period, err = c.optionalPeriod("periodo"); err != nil {
		return nil, err
	}
	if word := c.param("libro"); word != "" {
		if q.Book, err = parseBook(word); err != nil {
			return nil, err
		}
	}
	for _, word := range c.r.URL.Query()["clase"] {
		kind := storage.ChangeKind(word)
		if _, ok := changeWords[kind]; !ok || len(q.Kinds) == len(changeWords) {
			return nil, invalid(kindInvalidValue, "clase es added, gone, returned, state, amounts, other o period.")
		}
		q.Kinds = append(q.Kinds, kind)
	}
	if text := c.param("cursor"); text != "" {
		if q.BeforeID, err = strconv.ParseInt(text, 10, 64); err != nil || q.BeforeID < 1 {
			return nil, invalid(kindInvalidValue, "El cursor no es uno que se haya dado.")
		}
	}
	return q, nil
}
