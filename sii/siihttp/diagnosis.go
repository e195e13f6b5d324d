package siihttp

import (
	"context"
	"net/http"

	"github.com/ofitec/chile/sii/siidoctor"
)

// diagnosis is the answer of GET /diagnostico.
type diagnosis struct {
	Environment string                `json:"ambiente"`
	Time        instant               `json:"fecha"`
	OK          bool                  `json:"ok"`
	Worst       siidoctor.CheckStatus `json:"estado"`
	Findings    []finding             `json:"revisiones"`
}

type finding struct {
	Check        string                `json:"revision"`
	Host         string                `json:"servidor,omitempty"`
	Status       siidoctor.CheckStatus `json:"estado"` // ok, warn, fail, skipped
	Code         string                `json:"codigo"`
	Detail       string                `json:"detalle"`
	Advice       string                `json:"consejo,omitempty"`
	Milliseconds int64                 `json:"ms"`
}

// diagnose answers GET /diagnostico: it checks everything that calls need.
// Diagnoses run one at a time, because each calls the SII.
func (h *Handler) diagnose(c *call) error {
	owner, err := c.ownerOrNone(c.param("rut"))
	if err != nil {
		return err
	}
	if h.config.Diagnose == nil {
		return invalid(kindNotConfigured, "El servicio no tiene diagnóstico.")
	}
	select {
	case h.diagnosing <- struct{}{}:
		defer func() { <-h.diagnosing }()
	case <-c.r.Context().Done():
		return context.Cause(c.r.Context())
	}
	d := h.config.Diagnose(c.r.Context(), owner)
	answer := diagnosis{Environment: d.Environment, Time: instant(d.Time), OK: d.OK(), Worst: d.Worst(), Findings: []finding{}}
	for i := range d.Findings {
		f := &d.Findings[i]
		answer.Findings = append(answer.Findings, finding{f.Check, f.Host, f.Status, f.Code, f.Detail, f.Advice, f.Milliseconds})
	}
	return c.answer(http.StatusOK, answer)
}
