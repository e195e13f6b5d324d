package cli

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// spanishErrors are the words of errors, the first that fits.
var spanishErrors = []struct {
	err   error
	words string
}{
	{errInterrupted, "interrumpido"},
	{context.Canceled, "interrumpido"},
	{fs.ErrNotExist, "no existe"},
	{fs.ErrPermission, "no hay permiso para leerlo"},
	{syscall.EISDIR, "es una carpeta"},
	{os.ErrDeadlineExceeded, "no hubo respuesta a tiempo"},
	{context.DeadlineExceeded, "no hubo respuesta a tiempo"},
	{syscall.ECONNREFUSED, "la conexión fue rechazada"},
	{dte.ErrKind, "no es un archivo de documentos electrónicos del SII"},
	{xmlsig.ErrLimit, "es demasiado grande o demasiado complejo"},
	{xmlsig.ErrMalformed, "no es XML bien formado"},
	{net.ErrClosed, "la conexión se cerró"},
}

// Spanish tells an error in Spanish. Of one that has no words it tells only that it
// cannot be used.
func Spanish(err error) string {
	var said *spanishError
	if errors.As(err, &said) {
		return said.words
	}
	for _, known := range spanishErrors {
		if errors.Is(err, known.err) {
			return known.words
		}
	}
	return "no se puede leer"
}

// spanishError is an error with words of its own.
type spanishError struct {
	words string
	err   error
}

func (e *spanishError) Error() string { return e.words }
func (e *spanishError) Unwrap() error { return e.err }

// wantsSpanish reports whether the arguments have -lang es.
func wantsSpanish(args []string) bool {
	for i, arg := range args {
		name, value, joined := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !strings.HasPrefix(arg, "-") || name != "lang" {
			continue
		}
		if joined && value == "es" || !joined && slices.Contains(args[i+1:min(i+2, len(args))], "es") {
			return true
		}
	}
	return false
}
