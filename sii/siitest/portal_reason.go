package siitest

import (
	"net/http"

	"github.com/ofitec/chile/sii/siitest/internal/page"
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

// reasonWords are the texts of the pages. Those of 20 and 27 were seen; the others
// follow the table.
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

// refuseLogin serves the page of a failed login.
func refuseLogin(w http.ResponseWriter, reason int) {
	writeLatin1(w, http.StatusOK, page.Reason(reason, reasonWords[reason]))
}
