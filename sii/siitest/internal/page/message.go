package page

import "fmt"

// Message is a page of the SII, as its bytes: ISO-8859-1.
func Message(title, text string) string {
	return string(Latin1("<!DOCTYPE html><html><head><title>" + title + "</title></head><body><p>" + text + "</p></body></html>"))
}

// portalTexts are the words of some messages of the portal: 20 and 27 live in two
// clients, the others in our own words after the SII's list of messages of
// 2020-02-07.
var portalTexts = map[int]string{
	9:  "Su clave ha sido bloqueada por sucesivos ingresos erróneos.",
	20: `La Clave Tributaria ingresada no es correcta, verifique que su teclado no está con opción "mayúsculas" e inténtelo nuevamente.`,
	27: "Usted ha superado el máximo de sesiones autenticadas.",
	28: "Usted no está autenticado o su sesión ha caducado.",
	29: "Ha transcurrido el tiempo máximo de su sesión.",
	35: "El certificado ha sido revocado.",
	36: "El certificado ha caducado.",
	37: "El certificado no es válido.",
	81: "El titular no lo ha autorizado a representarlo en esta aplicación.",
}

// Portal is the page of the portal with the code of a message. Of the code only
// the last group, the reason, says what is the matter (the SII's list of messages
// of 2020-02-07; pages live in two clients).
func Portal(reason int) string {
	text, ok := portalTexts[reason]
	if !ok {
		text = "No ha sido posible completar su solicitud."
	}
	return Message("Autenticaci&oacute;n", fmt.Sprintf("%s</p><p>El c&oacute;digo de este mensaje es 01.01.217.500.720.%d", text, reason))
}

// TooManySessions is the reason of a user who has more than ten sessions open.
const TooManySessions = 27

// Reason is a page of the login with a message and its code.
func Reason(reason int, words string) string {
	return fmt.Sprintf(`<html><head><title>Autenticaci&oacute;n</title></head><body><table><tr><td>`+
		`<p>%s</p><p>El c&oacute;digo de este mensaje es 01.01.217.500.720.%02d</p><button>Aceptar</button></body></html>`, words, reason)
}

// NoCompany is what MIPYME says where no company was chosen.
const NoCompany = `<html><head><title>Error al contribuyente</title></head><body>` +
	`Para ingresar a esta opci&oacute;n ... no ha seleccionado una Empresa.<br>CODIGO: 02.35.209.-1.148.10</body></html>`
