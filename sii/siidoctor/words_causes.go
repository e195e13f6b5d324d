package siidoctor

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/ofitec/chile/sii"
)

// spanishCauses are words for frequent errors; the first match counts.
var spanishCauses = []struct {
	is    func(error) bool
	words string
}{
	{isDNS(func(e *net.DNSError) bool { return e.IsNotFound }), "no existe ese nombre"},
	{isDNS(func(*net.DNSError) bool { return true }), "no se pudo preguntar por el nombre"},
	{as[x509.UnknownAuthorityError], "el certificado del servidor es de una autoridad desconocida"},
	{as[x509.HostnameError], "el certificado del servidor es de otro nombre"},
	{as[x509.CertificateInvalidError], "el certificado del servidor no es válido"},
	{of(syscall.ECONNREFUSED), "la conexión fue rechazada"},
	{of(syscall.ECONNRESET), "el otro lado cortó la conexión"},
	{of(syscall.ENETUNREACH), "no hay red"},
	{of(syscall.EHOSTUNREACH), "no hay camino a esa máquina"},
	{of(context.DeadlineExceeded), "no hubo respuesta a tiempo"},
	{of(os.ErrDeadlineExceeded), "no hubo respuesta a tiempo"},
	{of(context.Canceled), "fue interrumpido"},
	{of(fs.ErrNotExist), "el archivo no existe"},
	{of(fs.ErrPermission), "no hay permiso para leer el archivo"},
	{of(io.ErrUnexpectedEOF), "la respuesta terminó antes de tiempo"},
	{of(io.EOF), "la conexión terminó sin respuesta"},
}

func of(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func as[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}

func isDNS(of func(*net.DNSError) bool) func(error) bool {
	return func(err error) bool {
		var target *net.DNSError
		return errors.As(err, &target) && of(target)
	}
}

// cause describes an error without its own code. In Spanish an unknown one
// stays unchanged: reporting it is better than hiding it.
func cause(err error) sii.Text {
	english := cut(err.Error())
	for _, known := range spanishCauses {
		if known.is(err) {
			return text(known.words, english)
		}
	}
	return text(english, english)
}

// argsIn returns the arguments, with texts in a language.
func argsIn(args []any, language Language) []any {
	told := make([]any, len(args))
	for i, arg := range args {
		if t, ok := arg.(sii.Text); ok {
			arg = in(t, language)
		}
		told[i] = arg
	}
	return told
}

var spanishStatuses = map[CheckStatus]string{CheckOK: "bien", CheckWarn: "aviso", CheckFail: "falla", CheckSkipped: "omitido"}

func statusIn(s CheckStatus, language Language) string {
	if language != Spanish {
		return string(s)
	}
	return cmp.Or(spanishStatuses[s], string(s))
}

var spanishTitles = map[string]string{
	lookSettings: "configuración", lookCert: "certificado", lookFile: "certificado.archivo", lookDates: "certificado.fechas", lookRUT: "certificado.rut",
	lookKey: "certificado.llave", lookChain: "certificado.emisores", lookZone: "reloj.zona", lookDNS: "nombre", lookTLS: "conexión",
	lookClock: "reloj", lookSeed: "semilla", lookToken: "token", lookRCV: "rcv", lookDatabase: "base", lookMigrations: "migraciones",
	lookSending: "emisión.firmante", lookResolution: "emisión.resolución", lookFolios: "emisión.folios", lookStock: "emisión.existencias",
}

// titleIn returns the title in a language.
func (f *Finding) titleIn(language Language) string { return in(titleText(f.title()), language) }

func titleText(title string) sii.Text {
	name, host, isHost := strings.Cut(title, " ")
	spanish := cmp.Or(spanishTitles[name], name)
	if isHost {
		spanish += " " + host
	}
	return text(spanish, title)
}
