package rcv

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile/internal/plain"
)

// AnswerStatus is the facade's verdict on a request (respEstado).
type AnswerStatus struct {
	Code      int    // codRespuesta; each application defines its meaning
	Message   string // msgeRespuesta, verbatim; empty if null
	ErrorCode string // codError, verbatim; empty if null
}

// The codes of respEstado that are not refusals, as seen in clients of the
// facade.
const (
	statusOK          = 0
	statusNotice      = 1 // done, with a notice
	statusNoMovements = 3
	statusAmbiguous   = 99 // no rows, or a refusal: the message decides
)

// An AnswerError is a refusal by the facade. The words are the SII's.
//
// Codes 0 and 1 are success, and 3 is a register without movements, which is
// not an error. 99 is ambiguous: without a message, or with one that says that
// there is nothing, it means a register without rows; with any other message it
// is an error, such as "Periodo consultado no válido". Every other code is an
// error; the portal answers 98 with a redirection.
type AnswerError struct {
	Status   AnswerStatus
	ErrorMsg string // errorMsg of an answer that has nothing else, such as "Acceso no autorizado!"
}

func (e *AnswerError) Error() string {
	if e.ErrorMsg != "" {
		return "rcv: the SII refuses: " + e.ErrorMsg
	}
	text := fmt.Sprintf("rcv: the SII refuses: code %d", e.Status.Code)
	if e.Status.ErrorCode != "" {
		text += " (" + e.Status.ErrorCode + ")"
	}
	if e.Status.Message != "" {
		text += ": " + e.Status.Message
	}
	return text
}

// Deferred reports whether the SII says that the export has too many rows for
// one answer and must be downloaded deferred ("descarga diferida").
func (e *AnswerError) Deferred() bool {
	return strings.Contains(plain.Text(e.Status.Message+" "+e.ErrorMsg), "diferid")
}

// refusal returns the error in the status, or nil.
func (s AnswerStatus) refusal() error {
	switch s.Code {
	case statusOK, statusNotice, statusNoMovements:
		return nil
	case statusAmbiguous:
		if saysNothingThere(s.Message) {
			return nil
		}
	}
	return &AnswerError{Status: s}
}

// saysNothingThere reports whether a message of code 99 means an empty register
// rather than a failure. Unverified: no such message was recorded verbatim. An
// unrecognised message is an error, which is safe; and a register that counts
// as empty is still checked against its summary.
func saysNothingThere(message string) bool {
	text := plain.Text(message)
	if text == "" {
		return true
	}
	for _, word := range []string{"token", "autoriz", "autentic", "sesion", "error", "valid", "diferid", "recaptcha"} {
		if strings.Contains(text, word) {
			return false // "Problema con el Token: NO Existen Datos" is not an empty register
		}
	}
	for _, words := range []string{
		"no existe", "no se encontr", "no hay", "no registra", "no presenta", "no posee", "no tiene",
		"sin movimiento", "sin dato", "sin registro", "sin documento", "sin informacion",
	} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}
