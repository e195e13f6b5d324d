package siihttp

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/ofitec/chile"
)

// call is a running request.
type call struct {
	h      *Handler
	w      http.ResponseWriter
	r      *http.Request
	route  *route
	action Action // its subject, once known

	asked     bool // Authorize was called
	permitted bool // and allowed it
	audited   bool
	status    int // of the answer; 0 before it
}

// serve answers a request and audits it.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, route *route) {
	c := &call{h: h, w: w, r: r, route: route, action: Action{Operation: route.operation}}
	err := c.begin()
	if err == nil {
		err = route.serve(h, c)
	}
	if err == nil {
		c.audit(nil)
		return
	}
	problem := problemOf(err)
	if !c.asked {
		if refused := c.permit(Action{}); refused != nil {
			problem = problemOf(refused)
		}
	}
	if problem.Status >= http.StatusInternalServerError && r.Context().Err() == nil {
		h.config.Logger.ErrorContext(r.Context(), "siihttp: request failed", "operation", route.operation, "owner", c.action.Owner, "kind", problem.Kind, "error", err)
	}
	if c.status != 0 { // too late for a problem: the answer must not look complete
		c.audit(problem)
		panic(http.ErrAbortHandler) //nolint:forbidigo // how an answer is cut off: see http.ErrAbortHandler
	}
	c.status = problem.Status
	c.audit(problem)
	writeProblem(w, r, problem)
}

// begin makes the checks of every request. If the caller may not do the operation
// at all, the body is not read. The company is in the body, so it is checked after
// reading.
func (c *call) begin() error {
	if c.r.Method == http.MethodPost {
		// The server also reads the rest of a refused body; that must arrive in
		// time too.
		_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(c.h.limits.Read)) //nolint:forbidigo // deadlines of connections are by the clock of the machine
		if err := c.permit(Action{}); err != nil {
			return err
		}
		c.asked, c.permitted = false, false // the company is not checked yet
	}
	if c.r.Method == http.MethodPost && !isJSON(c.r) {
		return invalid(kindMediaType, "")
	}
	for name, values := range c.r.URL.Query() {
		if !slices.Contains(c.route.query, name) {
			return invalid(kindInvalid, fmt.Sprintf("El parámetro %q no existe.", cut(name)))
		}
		if len(values) > 1 && !repeatable[name] {
			return invalid(kindInvalid, fmt.Sprintf("El parámetro %q viene más de una vez.", name))
		}
	}
	return nil
}

// permit checks whether the caller may do the action; it fills in the operation.
// Before that, only problems are answered.
func (c *call) permit(action Action) error {
	action.Operation = c.route.operation
	c.action, c.asked = action, true
	if err := c.h.config.Authorize(c.r, action); err != nil {
		return &refusal{err}
	}
	c.permitted = true
	return nil
}

// allows checks an element of a list or stream.
func (c *call) allows(action Action) bool {
	action.Operation = c.route.operation
	return c.h.config.Authorize(c.r, action) == nil
}

// owner returns the company of a request, if the caller may act for it. An empty
// text means the default company or, without one, the only company.
func (c *call) owner(text string) (chile.RUT, error) {
	return c.ownerOf(text, Action{})
}

// ownerOf is owner for an action with more facts than a company.
func (c *call) ownerOf(text string, action Action) (chile.RUT, error) {
	company, err := c.company(text)
	action.Owner = company
	if refused := c.permit(action); refused != nil {
		return chile.RUT{}, refused
	}
	return company, err
}

// ownerOrNone is owner for a request that needs no company: zero if the text is
// empty.
func (c *call) ownerOrNone(text string) (chile.RUT, error) {
	if text == "" {
		return chile.RUT{}, c.permit(Action{})
	}
	return c.owner(text)
}

func (c *call) company(text string) (chile.RUT, error) {
	companies, err := c.h.config.Companies(c.r.Context())
	if err != nil {
		return chile.RUT{}, fmt.Errorf("siihttp: companies: %w", err)
	}
	rut := c.h.config.DefaultCompany
	switch {
	case text != "":
		if rut, err = chile.ParseRUT(text); err != nil {
			return chile.RUT{}, invalid(kindInvalid, "El RUT de la empresa no es válido.")
		}
	case !rut.IsZero():
	case len(companies) == 1:
		return companies[0].RUT, nil
	default:
		return chile.RUT{}, invalid(kindWhichCompany, "")
	}
	if !slices.ContainsFunc(companies, func(company Company) bool { return company.RUT == rut }) {
		return rut, invalid(kindNoCompany, "")
	}
	return rut, nil
}

// owners returns the companies of a list: the named one, or all that the caller may
// see.
func (c *call) owners(text string) ([]chile.RUT, error) {
	if text != "" {
		owner, err := c.owner(text)
		return []chile.RUT{owner}, err
	}
	if err := c.permit(Action{}); err != nil {
		return nil, err
	}
	companies, err := c.h.config.Companies(c.r.Context())
	if err != nil {
		return nil, fmt.Errorf("siihttp: companies: %w", err)
	}
	var list []chile.RUT
	for _, company := range companies {
		if c.allows(Action{Owner: company.RUT}) {
			list = append(list, company.RUT)
		}
	}
	return list, nil
}

// answer sends the result.
func (c *call) answer(status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := c.start(status, "application/json; charset=utf-8"); err != nil {
		return err
	}
	_, err = c.w.Write(append(body, '\n'))
	return err
}

var errNotAsked = errors.New("siihttp: an answer without a question to Authorize")

// start begins an answer.
func (c *call) start(status int, contentType string) error {
	if !c.permitted {
		return errNotAsked
	}
	c.w.Header().Set("Content-Type", contentType)
	c.status = status
	c.w.WriteHeader(status)
	return nil
}

func (h *Handler) client(c *call, owner chile.RUT) (Client, error) {
	client, err := h.config.Clients(c.r.Context(), owner)
	if err != nil {
		return client, fmt.Errorf("siihttp: client for %s: %w", owner, err)
	}
	return client, nil
}
