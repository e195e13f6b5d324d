package siitest

import (
	"fmt"
	"net/http"
)

// Reasons of the portal's messages: the last group of their code (the SII's page
// "Códigos de mensajes de error").
const (
	reasonTryAgain           = 1
	reasonBlocked            = 9
	reasonWrongClave         = 20
	reasonSessions           = 27
	reasonUseClave           = 33
	reasonNoCertificate      = 34
	reasonExpiredCertificate = 36
	reasonInvalidCertificate = 37
	reasonUseCertificate     = 39
	reasonThreeLeft          = 55
)

// reasonWords are what the pages say. Those of 20 and 27 were seen; the others
// are worded after the table.
var reasonWords = map[int]string{
	reasonTryAgain:           `Cierre su navegador e int&eacute;ntelo nuevamente.`,
	reasonBlocked:            `Su clave est&aacute; bloqueada por ingresos err&oacute;neos sucesivos. Se desbloquear&aacute; en una hora.`,
	reasonWrongClave:         `La Clave Tributaria ingresada no es correcta, verifique que su teclado no est&aacute; con opci&oacute;n "may&uacute;sculas" e int&eacute;ntelo nuevamente.`,
	reasonSessions:           `Usted ha superado el m&aacute;ximo de sesiones autenticadas`,
	reasonUseClave:           `Usted debe ingresar con Clave Tributaria.`,
	reasonNoCertificate:      `Presente nuevamente su certificado digital.`,
	reasonExpiredCertificate: `Su certificado digital ha expirado.`,
	reasonInvalidCertificate: `Su certificado digital no es v&aacute;lido.`,
	reasonUseCertificate:     `Usted debe ingresar con certificado digital.`,
	reasonThreeLeft:          `Le quedan tres intentos antes de que su clave se bloquee por una hora.`,
}

// refuseLogin is the page of a login that failed.
func (s *Server) refuseLogin(w http.ResponseWriter, reason int) {
	writeLatin1(w, http.StatusOK, ReasonPage(reason, reasonWords[reason]))
}

// ReasonPage returns a page of the portal with a message and its code, for
// Fault.Body.
func ReasonPage(reason int, words string) string {
	return fmt.Sprintf(`<html><head><title>Autenticaci&oacute;n</title></head><body><table><tr><td>`+
		`<p>%s</p><p>El c&oacute;digo de este mensaje es 01.01.217.500.720.%02d</p><button>Aceptar</button></body></html>`, words, reason)
}

// Pages that stand in front of the portal at times, for Fault.Body.
const (
	// CaptchaPage wants a person to solve a puzzle. Unverified: no source has one of
	// the login.
	CaptchaPage = `<html><head><title>Verificaci&oacute;n</title><script src="https://www.google.com/recaptcha/api.js"></script></head>` +
		`<body><form><div class="g-recaptcha" data-sitekey="x"></div><button>Continuar</button></form></body></html>`

	// WaitingRoomPage is the queue at peak times (Queue-it).
	WaitingRoomPage = `<html><head><title>Sala de espera</title><script src="https://static.queue-it.net/script/queueclient.min.js"></script></head>` +
		`<body><h1>Usted est&aacute; en la fila</h1></body></html>`

	// FirewallPage is how the firewall stops a request (F5).
	FirewallPage = `<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br><br>` +
		`Your support ID is: 1234567890123456789<br><br><a href='javascript:history.back();'>[Go Back]</a></body></html>`

	// OverloadPage is what the portal says when it cannot answer.
	OverloadPage = `<html><head><title>Error al contribuyente</title></head><body><script language='JavaScript'>` +
		`alert('Por el momento no se puede responder a sus requerimientos. Por favor, int&eacute;ntelo m&aacute;s tarde.\n\n` +
		`informando el siguiente c&oacute;digo.\n\nCODIGO:   04.77.113.29.408.51');</script></body></html>`

	// NoCompanyPage is what MIPYME says where no company was chosen.
	NoCompanyPage = `<html><head><title>Error al contribuyente</title></head><body>` +
		`Para ingresar a esta opci&oacute;n ... no ha seleccionado una Empresa.<br>CODIGO: 02.35.209.-1.148.10</body></html>`
)

// writeLatin1 writes a page in ISO-8859-1, as most of the portal is.
func writeLatin1(w http.ResponseWriter, status int, page string) {
	w.Header().Set("Content-Type", "text/html; charset=ISO-8859-1")
	w.WriteHeader(status)
	_, _ = w.Write(latin1(page))
}
