package sii

import (
	"slices"
	"time"
)

// portalCodes are the last group of the dotted code of a page of the portal, such
// as 01.01.204.500.709.27: the other groups identify servers. Two-digit codes
// have the meaning of the SII's list of 2020-02-07, in our words.
var portalCodes = newTable("portal", "Páginas del portal: último grupo de «El código de este mensaje es …»",
	"Pages of the portal: last group of \"El código de este mensaje es …\"", "SII, códigos de mensajes de error, 2020-02-07",
	slices.Concat(
		fail("", ErrUnavailable, RetryOnce, adviceWait, "Cerrar e ingresar de nuevo.", "Close and enter again.").each("1", "2", "4", "5", "11", "13", "14"),
		fail("", ErrUnavailable, RetryLater, adviceLater, "Cerrar e ingresar más tarde.", "Close and enter later.").each("3", "7", "12"),
		fail("", ErrUnavailable, RetryOnce, adviceWait, "Reabrir el navegador o empezar desde la página de inicio.", "Open the browser again, or begin at the home page.").each("23", "26", "30", "52"),
		fail("", ErrUnauthorized, RetryToken, adviceRenew, "Se perdieron los datos de la sesión o de la representación.", "The data of the session or of the representation were lost.").each("71", "76", "77", "78", "82", "83", "84", "85"),
		fail("", ErrRejected, RetryNever, adviceHelpDesk, "Llamar a la mesa de ayuda.", "Call the help desk.").each("56", "57", "72", "73", "74", "75"),
		fail("", ErrRejected, RetryNever, advicePerson, "Error al nombrar o administrar representantes electrónicos.", "Error in appointing or managing electronic representatives.").each(
			"79", "80", "86", "87", "88", "90", "91", "92", "93", "94", "95"),
		[]Code{
			fail("6", ErrInvalidRequest, RetryNever, adviceReport, "Nivel de seguridad del navegador: no acepta cookies.", "Security level of the browser: it takes no cookies."),
			locked("9", "Clave bloqueada por ingresos erróneos sucesivos.", "Password locked after successive wrong entries."),
			fail("15", ErrRejected, RetryNever, advicePerson, "Los datos tributarios no coinciden con los del SII.", "The tax data are not those of the SII."),
			fail("17", ErrRejected, RetryNever, advicePerson, "Clave Única: el RUT no está registrado en el SII.", "Clave Única: the RUT is not registered at the SII."),
			locked("19", "Clave bloqueada por ingresos erróneos sucesivos.", "Password locked after successive wrong entries."),
			fail("20", ErrRejected, RetryNever, advicePerson, "Clave incorrecta. No repetirla.", "Wrong password. Do not send it again."),
			fail("21", ErrRejected, RetryNever, advicePerson, "Respuesta a la pregunta personal incorrecta.", "Wrong answer to the personal question."),
			fail("25", ErrRejected, RetryNever, advicePerson, "Código provisorio: se requiere uno.", "Provisional code: one is needed."),
			fail("27", ErrThrottled, RetryLater, adviceSessions, "Más de 10 sesiones abiertas.", "More than 10 open sessions.").after(time.Hour),
			fail("28", ErrUnauthorized, RetryToken, adviceRenew, "No autenticado, o sesión caducada.", "Not authenticated, or the session has lapsed."),
			fail("29", ErrUnauthorized, RetryToken, adviceRenew, "Se cumplió el tiempo máximo de la sesión.", "The maximum time of the session has passed."),
			fail("33", ErrRejected, RetryNever, advicePerson, "Este usuario debe ingresar con clave, no con certificado.", "This user must enter with the password, not with a certificate."),
			fail("34", ErrUnavailable, RetryOnce, adviceCertificate, "Presentar el certificado de nuevo.", "Present the certificate again."),
			fail("35", ErrRejected, RetryNever, adviceCertificate, "Certificado revocado.", "The certificate is revoked."),
			fail("36", ErrRejected, RetryNever, adviceCertificate, "Certificado vencido.", "The certificate has expired."),
			fail("37", ErrRejected, RetryNever, adviceCertificate, "Certificado inválido o emisor no acreditado.", "The certificate is invalid or its issuer not accredited."),
			fail("38", ErrRejected, RetryOnce, adviceCertificate, "Presentar el certificado de nuevo; si persiste, obtener otro.", "Present the certificate again; if it persists, get another."),
			fail("39", ErrRejected, RetryNever, advicePerson, "Este usuario debe ingresar con certificado, no con clave.", "This user must enter with a certificate, not with the password."),
			fail("41", ErrRejected, RetryNever, advicePerson, "El RUT del representante legal no es el registrado.", "The RUT of the legal representative is not the one on record."),
			fail("47", ErrRejected, RetryNever, advicePerson, "Código provisorio: sin datos.", "Provisional code: no data."),
			fail("48", ErrRejected, RetryNever, advicePerson, "Código provisorio: inválido.", "Provisional code: invalid."),
			locked("49", "Código provisorio bloqueado.", "The provisional code is locked."),
			fail("51", ErrRejected, RetryNever, advicePerson, "Código provisorio: caducado (24 horas).", "Provisional code: lapsed (24 hours)."),
			fail("53", ErrRejected, RetryNever, advicePerson, "Código provisorio: siete intentos fallidos; al décimo se bloquea.", "Provisional code: seven failed attempts; the tenth locks it."),
			fail("55", ErrRejected, RetryNever, advicePerson, "Quedan tres intentos antes de un bloqueo de una hora. No repetir.", "Three attempts are left before a lock of an hour. Do not try again."),
			fail("58", ErrRejected, RetryNever, advicePerson, "Titular fallecido hace más de tres años.", "The holder died more than three years ago."),
			fail("59", ErrRejected, RetryNever, advicePerson, "Titular fallecido hace menos de tres años.", "The holder died less than three years ago."),
			fail("60", ErrRejected, RetryNever, advicePerson, "El correo no es el registrado.", "The e-mail is not the one on record."),
			fail("63", ErrRejected, RetryNever, advicePerson, "Número de la cédula de identidad incorrecto.", "The number of the identity card is wrong."),
			fail("70", ErrForbidden, RetryNever, advicePerson, "Opción no disponible para un representante electrónico.", "The option is not open to an electronic representative."),
			fail("81", ErrForbidden, RetryNever, adviceAuthorize, "El titular no lo autorizó a representarlo en esta aplicación.", "The holder did not authorise you to represent them in this application."),
			codePortalOther,
		},
	)...)

// codePortalOther is for codes that are not in the table.
var codePortalOther = fail("otro", ErrRejected, RetryNever, adviceHelpDesk, "Otro mensaje del portal.", "Another message of the portal.").in("portal")

// locked returns the code for something that is locked for an hour.
func locked(code, es, en string) Code {
	return fail(code, ErrRejected, RetryLater, adviceLocked, es, en).after(time.Hour)
}

// pageCodes are pages, and texts that are not answers, by their words. The
// first match counts.
var pageCodes = newTable("page", "Páginas en lugar de una respuesta", "Pages instead of an answer", "varios clientes",
	fail("recurrentes", ErrThrottled, RetrySoon, adviceSlower, "Demasiadas consultas de un usuario.", "Too many queries of one user.").with("consultas recurrentes"),
	fail("sesiones", ErrThrottled, RetryLater, adviceSessions, "Más de 10 sesiones abiertas.", "More than 10 open sessions.").with("maximo de sesiones").after(time.Hour),
	fail("Error 500", ErrUnavailable, RetrySoon, adviceWait, "Falla de un programa del SII (texto «Error 500»).", "A program of the SII failed (text \"Error 500\").").with("error 500"),
	pageNoSession.with("no esta autenticado"),
	pageLogin,
	// Unverified: that a page of the firewall means too many calls.
	fail("firewall", ErrThrottled, RetryLater, adviceSlower, "El cortafuegos del SII rechazó la consulta («support ID»).", "The SII's firewall has refused the request (\"support ID\").").with("support id"),
	fail("fila", ErrUnavailable, RetryLater, adviceLater, "Sala de espera (Queue-it) en horas de mucha demanda.", "Waiting room (Queue-it) at times of great demand.").with("queue-it"),
	maintenance("mantencion"), maintenance("mantenimiento"), maintenance("maintenance"),
	fail("sobrecarga", ErrUnavailable, RetrySoon, adviceWait, "El SII no puede responder por el momento.", "The SII cannot answer at the moment.").with("no se puede responder"),
	fail("sobrecarga", ErrUnavailable, RetrySoon, adviceWait, "El SII no puede responder por el momento.", "The SII cannot answer at the moment.").with("temporarily unavailable"),
	fail("sobrecarga", ErrUnavailable, RetrySoon, adviceWait, "El SII pide intentar más tarde.", "The SII asks to try later.").with("mas tarde"),
	// Unverified: these words.
	fail("fuera de servicio", ErrUnavailable, RetrySoon, adviceWait, "Servicio no disponible.", "The service is not available.").with("fuera de servicio"),
	fail("fuera de servicio", ErrUnavailable, RetrySoon, adviceWait, "Servicio no disponible.", "The service is not available.").with("no disponible"),
	fail("upload", ErrUnauthorized, RetryToken, adviceRenew, "Envío no aceptado: sesión perdida, User-Agent o archivo.", "Upload not taken: the session, the User-Agent or the file.").with("error en el upload"),
	fail("Error 501", ErrUnauthorized, RetryToken, adviceRenew, "Página «Error 501» de DTEUpload: sesión perdida, User-Agent o archivo.", "Page \"Error 501\" of DTEUpload: the session, the User-Agent or the file.").with("error 501"),
	pageLost, pageXML, pageFresh, pageUnknown, pageUpload,
)

// refusesToken reports whether the only effect was to refuse the token. For some
// pages this is only likely.
func (c Code) refusesToken() bool {
	return c.Kind == ErrUnauthorized && (c.Table != pageCodes.Name || c.Code == pageLogin.Code || c.Code == pageNoSession.Code) //nolint:errorlint // a kind is a sentinel itself
}

// These are not found by words alone.
var (
	pageNoSession = fail("NO ESTA AUTENTICADO", ErrUnauthorized, RetryToken, adviceRenew, "Sesión perdida.", "The session is lost.").in("page")
	pageLogin     = fail("login", ErrUnauthorized, RetryToken, adviceRenew, "Página de ingreso al portal, o redirección a ella: sesión perdida.",
		"The login page of the portal, or a redirection to it: the session is lost.").in("page")
	pageLost = fail("página", ErrUnauthorized, RetryToken, adviceRenew, "Una página sin palabras conocidas donde el RCV responde datos: se toma por sesión perdida.",
		"A page without known words instead of the RCV's data: counts as a lost session.").in("page")
	pageXML = fail("XML", ErrUnauthorized, RetryToken, adviceRenew, "XML donde el RCV responde datos: se toma por sesión perdida.",
		"XML instead of the RCV's data: counts as a lost session.").in("page")
	// Seen in two clients.
	pageFresh = fail("página, token nuevo", ErrThrottled, RetryLater, adviceSlower, "Una página sin palabras conocidas también para un token recién creado: demasiadas consultas.",
		"A page without known words even for a fresh token: too many queries.").in("page")
	pageUnknown = fail("página SOAP", ErrUnavailable, RetrySoon, adviceWait, "Una página sin palabras conocidas donde un servicio SOAP responde XML.",
		"A page without known words instead of a SOAP service's XML.").in("page")
	// Clients disagree on the meaning of such a page: a lost session, the User-Agent,
	// or a rejected file.
	pageUpload = fail("página de envío", ErrUnauthorized, RetryToken, adviceSent, "Una página sin palabras conocidas en respuesta a un envío: la sesión, el User-Agent o el archivo.",
		"A page without known words in answer to an upload: the session, the User-Agent or the file.").in("page")
)

func maintenance(words string) Code {
	return fail("mantención", ErrUnavailable, RetrySoon, adviceWait, "El SII está en mantención.", "The SII is down for maintenance.").with(words)
}
