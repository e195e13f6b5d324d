package siihttp

import (
	"strconv"

	"github.com/ofitec/chile"
)

// repeatable are the parameters that may occur several times.
var repeatable = map[string]bool{"estado": true, "tipo": true, "clase": true}

func (c *call) param(name string) string { return c.r.URL.Query().Get(name) }

// period returns a required month parameter.
func (c *call) period(name string) (chile.Period, error) {
	text := c.param(name)
	period, err := chile.ParsePeriod(text)
	if err != nil {
		return period, invalid(kindInvalidValue, name+" debe ser un mes como 2026-10.")
	}
	return period, nil
}

// optionalPeriod returns an optional month parameter.
func (c *call) optionalPeriod(name string) (chile.Period, error) {
	if c.param(name) == "" {
		return chile.Period{}, nil
	}
	return c.period(name)
}

const (
	defaultLimit = 100
	maxLimit     = 1000
)

// limit returns the requested number of elements.
func (c *call) limit() (int, error) {
	text := c.param("limite")
	if text == "" {
		return defaultLimit, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxLimit {
		return 0, invalid(kindInvalidValue, "limite va de 1 a "+strconv.Itoa(maxLimit)+".")
	}
	return n, nil
}

// checkRange refuses impossible months, or too many.
func (h *Handler) checkRange(from, to chile.Period) error {
	switch {
	case !from.Valid() || !to.Valid():
		return invalid(kindInvalidValue, "El año o el mes no es válido.")
	case from.Compare(to) > 0:
		return invalid(kindInvalidValue, "El primer mes viene después del último.")
	case to.Compare(from.Add(h.limits.Months-1)) > 0:
		return invalid(kindInvalidValue, "Son demasiados meses para una vez.")
	}
	return nil
}
