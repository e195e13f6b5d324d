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

// refusalWords are words of a refusal, in lower case without accents, and what
// they mean. The codes of the facade do not tell refusals apart: only 2, 98 and
// 99 were seen, 99 with several meanings. The first that fits counts.
var refusalWords = []struct {
	words string
	kind  error
}{
	{"consultas recurrentes", ErrThrottled},
	{"acceso no autorizado", ErrUnauthorized}, // errorMsg of a request without session data
	{"token", ErrUnauthorized},                // "Problema con el Token: NO Existen Datos"
	{"autentic", ErrUnauthorized},
	{"sesion", ErrUnauthorized},
	{"usuario no autorizado", ErrForbidden},
	{"no autorizad", ErrForbidden},
	{"no tiene autorizacion", ErrForbidden},
	{"recaptcha", ErrRejected},
	{"no valid", ErrInvalidRequest}, // "Periodo consultado no válido, …"
	{"invalid", ErrInvalidRequest},  // "Solicitud inválida. Formato incorrecto..."
	{"formato incorrecto", ErrInvalidRequest},
	{"intentelo", ErrUnavailable}, // "… inténtelo más tarde"
	{"intente", ErrUnavailable},
}

// refusalKind tells what a caller can do about a refusal.
func refusalKind(refusal *rcv.AnswerError) error {
	if refusal.Deferred() {
		return ErrIncomplete
	}
	text := withoutAccents.Replace(strings.ToLower(refusal.Status.Message + " " + refusal.ErrorMsg))
	for _, r := range refusalWords {
		if strings.Contains(text, r.words) {
			return r.kind
		}
	}
	if refusal.Status.Code == 2 { // "unexpected error", seen in one client
		return ErrUnavailable
	}
	return ErrRejected
}

var withoutAccents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")
