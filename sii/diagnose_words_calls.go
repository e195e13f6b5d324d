package sii

import (
	"errors"
	"fmt"
	"strings"
)

// failedCall is a call that failed: its code has the kind of the error, its words
// are those of the catalogue.
func failedCall(check string, err error) finding {
	kind := KindName(err)
	f := finding{code: check + "_" + kind, status: CheckFail}
	var e *Error
	if errors.As(err, &e) {
		f.detail, f.advice = e.Code().Meaning, e.Advice()
	}
	if f.detail == (Text{}) {
		w, ok := wordings["call_"+kind]
		if !ok {
			w = wordings["call_other"]
		}
		f.status, f.detail, f.advice = w.status, w.detail, w.advice
	}
	if f.advice == (Text{}) && f.status == CheckFail {
		f.advice = Text{"Hacer lo que dicen las palabras del SII.", "Do what the SII's words say."}
	}
	if facts := factsOf(err); facts != "" {
		f.detail = Text{f.detail.ES + " [" + facts + "]", f.detail.EN + " [" + facts + "]"}
	}
	return f
}

var callWordings = map[string]wording{
	"seed_not_used": {
		CheckSkipped,
		Text{"Los tokens vienen de otra parte.", "Tokens come from elsewhere."},
		Text{},
	},
	"seed_given": {
		CheckOK,
		Text{"El SII entregó una semilla.", "The SII gave a seed."},
		Text{},
	},
	"token_given": {
		CheckOK,
		Text{"Ingreso aceptado.", "Signed in."},
		Text{},
	},
	"rcv_none": {
		CheckSkipped,
		Text{"Este ambiente no tiene registro.", "This environment has no register."},
		Text{"El registro existe, que se sepa, solo en producción.", "The register is known to exist in production only."},
	},
	"rcv_no_owner": {
		CheckSkipped,
		Text{"No se indicó empresa, y el certificado no indica RUT.", "No company was given, and the certificate names no RUT."},
		Text{"Indicar el RUT de la empresa.", "Give the RUT of the company."},
	},
	"rcv_answered": {
		CheckOK,
		Text{"El registro de %s de %s se puede leer.", "The register of %s for %s can be read."},
		Text{},
	},
	"call_deadline": {
		CheckFail,
		Text{"No hubo respuesta a tiempo.", "No answer in time."},
		Text{"Intentarlo más tarde; si el sitio del SII es rápido, revisar la red.", "Try again later; if the SII's own site is fast, check the network."},
	},
	"call_canceled": {
		CheckSkipped,
		Text{"Terminó antes de tiempo.", "Ended before it was over."},
		Text{},
	},
	"call_other": {
		CheckFail,
		Text{"Falló.", "Failed."},
		Text{"Informar estas líneas.", "Report these lines."},
	},
}

// factsOf returns the facts of an error: what the SII said, or what happened.
func factsOf(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return causeText(err)
	}
	var facts []string
	if e.HTTPStatus != 0 {
		facts = append(facts, fmt.Sprintf("HTTP %d", e.HTTPStatus))
	}
	if e.Estado != "" {
		facts = append(facts, "estado "+e.Estado)
	}
	if e.Glosa != "" {
		facts = append(facts, `"`+causeText(errors.New(e.Glosa))+`"`)
	}
	if e.Err != nil {
		facts = append(facts, causeText(e.Err))
	}
	return strings.Join(facts, ", ")
}
