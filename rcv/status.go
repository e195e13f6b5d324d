package rcv

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile/internal/plain"
)

// AnswerStatus is how the facade judges a request (respEstado).
type AnswerStatus struct {
	Code      int    // codRespuesta; its meanings are the application's own
	Message   string // msgeRespuesta, verbatim; empty if null
	ErrorCode string // codError, verbatim; empty if null
}

// The codes of respEstado that are no refusal, as seen in clients of the facade.
const (
	statusOK          = 0
	statusNotice      = 1 // done, with a notice
	statusNoMovements = 3
	statusAmbiguous   = 99 // no rows, or a refusal: the message tells
)

// An AnswerError is an answer of the facade that is a refusal. The words are the
// SII's.
//
// Of the codes, 0 and 1 are success, and 3 is a register without movements,
// which is no error. 99 is ambiguous: without a message, or with one that says
// that there is nothing, it is a register without rows; any other message makes
// it an error, such as "Periodo consultado no válido". Every other code is an
// error; 98 is one that the portal answers with a redirection.
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
// one answer, so that the deferred download is to be used ("descarga
// diferida").
func (e *AnswerError) Deferred() bool {
	return strings.Contains(plain.Text(e.Status.Message+" "+e.ErrorMsg), "diferid")
}

// refusal returns the error that the status is, or nil.
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

// saysNothingThere reports whether a message of code 99 tells of an empty
// register rather than of a failure. Unverified: no such message was recorded
// word by word. One that is not recognised is an error, which is safe; and a
// register that is taken for empty is still checked against its summary.
func saysNothingThere(message string) bool {
	text := plain.Text(message)
	if text == "" {
		return true
	}
	for _, word := range []string{"token", "autoriz", "autentic", "sesion", "error", "valid", "diferid", "recaptcha"} {
		if strings.Contains(text, word) {
			return false // "Problema con el Token: NO Existen Datos" is no empty register
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
