package sii

import (
	"strconv"
	"strings"

	"github.com/ofitec/chile/rcv"
)

func estadoOf(status rcv.AnswerStatus) string {
	if status.ErrorCode != "" {
		return strconv.Itoa(status.Code) + " " + status.ErrorCode
	}
	return strconv.Itoa(status.Code)
}

// The codes of respEstado that say something by themselves. Of the others only 0,
// 1 and 3 were seen, which are no refusals, and 99, which has several meanings.
const (
	statusFailure   = 2  // "unexpected error": the portal shows the message in a box (seen in one client)
	statusRecaptcha = 98 // Unverified: one client reads it as a recaptcha that is wanted, another as a redirection
)

// refusalWords are words of a refusal, in lower case without accents, and what
// they mean: the codes of the facade hardly tell refusals apart. The first that
// fits counts.
var refusalWords = []struct {
	words string
	kind  error
}{
	{"consultas recurrentes", ErrThrottled},
	{"captcha", ErrRecaptcha},                 // before token, which a recaptcha is as well
	{"acceso no autorizado", ErrUnauthorized}, // errorMsg of a request without session data
	{"token", ErrUnauthorized},                // "Problema con el Token: NO Existen Datos"
	{"autentic", ErrUnauthorized},
	{"sesion", ErrUnauthorized},
	{"usuario no autorizado", ErrForbidden},
	{"no autorizad", ErrForbidden},
	{"no tiene autorizacion", ErrForbidden},
	{"no valid", ErrInvalidRequest}, // "Periodo consultado no válido, …"
	{"invalid", ErrInvalidRequest},  // "Solicitud inválida. Formato incorrecto..."
	{"formato incorrecto", ErrInvalidRequest},
	{"intentelo", ErrUnavailable}, // "… inténtelo más tarde"
	{"intente", ErrUnavailable},
}

// refusalKind tells what a caller can do about a refusal.
func refusalKind(refusal *rcv.AnswerError) error {
	if refusal.Deferred() {
		return ErrDeferred
	}
	text := withoutAccents.Replace(strings.ToLower(refusal.Status.Message + " " + refusal.ErrorMsg))
	for _, r := range refusalWords {
		if strings.Contains(text, r.words) {
			return r.kind
		}
	}
	switch refusal.Status.Code {
	case statusFailure:
		return ErrUnavailable
	case statusRecaptcha:
		return ErrRecaptcha
	}
	return ErrRejected
}

var withoutAccents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")
