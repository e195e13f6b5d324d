package siidoctor

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ofitec/chile/sii"
)

// failedCall returns the finding for a failed call: its code is the kind of the
// error, its words are the catalogue's.
func failedCall(check string, err error) finding {
	kind := sii.KindName(err)
	f := finding{code: check + "_" + kind, status: CheckFail}
	var e *sii.Error
	if errors.As(err, &e) {
		f.detail, f.advice = e.Code().Meaning, e.Advice()
	}
	if f.detail == (sii.Text{}) {
		w, ok := wordings["call_"+kind]
		if !ok {
			w = wordings["call_other"]
		}
		f.status, f.detail, f.advice = w.status, w.detail, w.advice
	}
	if f.advice == (sii.Text{}) && f.status == CheckFail {
		f.advice = text("Hacer lo que dicen las palabras del SII.", "Do what the SII's words say.")
	}
	if facts := factsOf(err); facts != (sii.Text{}) {
		f.detail = text(f.detail.ES+" ["+facts.ES+"]", f.detail.EN+" ["+facts.EN+"]")
	}
	return f
}

var callWordings = map[string]wording{
	"seed_not_used": {
		CheckSkipped,
		text("Los tokens vienen de otra parte.", "Tokens come from elsewhere."),
		sii.Text{},
	},
	"seed_given": {
		CheckOK,
		text("El SII entregó una semilla.", "The SII gave a seed."),
		sii.Text{},
	},
	"token_given": {
		CheckOK,
		text("Ingreso aceptado.", "Signed in."),
		sii.Text{},
	},
	"rcv_none": {
		CheckSkipped,
		text("Este ambiente no tiene registro.", "This environment has no register."),
		text("El registro existe, que se sepa, solo en producción.", "The register is known to exist in production only."),
	},
	"rcv_no_owner": {
		CheckSkipped,
		text("No se indicó empresa, y el certificado no indica RUT.", "No company was given, and the certificate names no RUT."),
		text("Indicar el RUT de la empresa.", "Give the RUT of the company."),
	},
	"rcv_answered": {
		CheckOK,
		text("El registro de %s de %s se puede leer.", "The register of %s for %s can be read."),
		sii.Text{},
	},
	"call_deadline": {
		CheckFail,
		text("No hubo respuesta a tiempo.", "No answer in time."),
		text("Intentarlo más tarde; si el sitio del SII es rápido, revisar la red.", "Try again later; if the SII's own site is fast, check the network."),
	},
	"call_canceled": {
		CheckSkipped,
		text("Terminó antes de tiempo.", "Ended before it was over."),
		sii.Text{},
	},
	"call_other": {
		CheckFail,
		text("Falló.", "Failed."),
		text("Informar estas líneas.", "Report these lines."),
	},
}

// factsOf returns the facts of an error: what the SII answered, or what
// happened.
func factsOf(err error) sii.Text {
	var e *sii.Error
	if !errors.As(err, &e) {
		return cause(err)
	}
	var facts []string
	if e.HTTPStatus != 0 && e.HTTPStatus != http.StatusOK {
		facts = append(facts, fmt.Sprintf("HTTP %d", e.HTTPStatus))
	}
	if e.Estado != "" {
		facts = append(facts, "estado "+e.Estado)
	}
	if e.Glosa != "" {
		facts = append(facts, `"`+cut(e.Glosa)+`"`)
	}
	if e.Err != nil {
		why := cause(e.Err)
		return text(strings.Join(append(slices.Clone(facts), why.ES), ", "), strings.Join(append(facts, why.EN), ", "))
	}
	same := strings.Join(facts, ", ")
	return text(same, same)
}
