package sii

import "slices"

// Answers of services that change something at the SII: uploads, claims,
// cessions.

var sendCodes = newTable("dte.send", "Envío de DTE (DTEUpload): STATUS", "Sending of documents (DTEUpload): STATUS",
	"SII, OI2003_UPDTE_MDE_1.5",
	fine("0", "Envío recibido.", "Upload received."),
	fail("1", ErrForbidden, RetryNever, adviceAuthorize, "El firmante no tiene permiso para enviar por la empresa.", "The sender has no permission to send for the company."),
	fail("2", ErrInvalidRequest, RetryNever, adviceData, "Tamaño del archivo incorrecto.", "The size of the file is wrong."),
	fail("3", ErrUnavailable, RetryLater, adviceSent, "Archivo cortado: su tamaño no es el del parámetro.", "The file is cut: its size is not that of the parameter."),
	fail("5", ErrUnauthorized, RetryToken, adviceRenew, "No está autenticado.", "Not authenticated."),
	fail("6", ErrForbidden, RetryNever, adviceAuthorize, "Empresa no autorizada a enviar archivos.", "The company is not authorised to send files."),
	fail("7", ErrRejected, RetryNever, adviceDocument, "Esquema inválido (ver DETAIL).", "Invalid schema (see DETAIL)."),
	fail("8", ErrRejected, RetryNever, adviceDocument, "Firma del documento.", "Signature of the document."),
	fail("9", ErrUnavailable, RetryLater, adviceSent, "Sistema bloqueado.", "The system is locked."),
	// Two clients met it after a connection broke; in production it was not reported.
	state("99", VerdictSent, adviceDuplicate, "Los mismos bytes ya fueron recibidos; el texto de DETAIL trae el track id.", "The same bytes were received before; the text of DETAIL has the track id."),
	fail("106", ErrForbidden, RetryNever, adviceAuthorize, "Usuario sin permiso de envío (visto en un cliente).", "The user may not send (seen in one client)."),
	codeSendOther,
)

// codeSendOther is for a STATUS that is not in the table, as in the manual.
var codeSendOther = fail("otro", ErrUnavailable, RetryLater, adviceSent, "Error interno.", "Internal error.").in("dte.send")

// boletaCodes are status and texts of the REST services of the boleta.
var boletaCodes = newTable("boleta", "Boleta electrónica (REST): estado HTTP y textos", "Boleta electrónica (REST): HTTP status and texts",
	"SII, OpenAPI «API SII - V1» 1.0.5, y tres clientes",
	fine("200", "Recibido o consultado.", "Received or answered."),
	fail("400", ErrUnauthorized, RetryToken, adviceRenew, "Falta el token.", "There is no token.").with("no trae token"),
	fail("400", ErrInvalidRequest, RetryNever, adviceData, "Error en los datos; el texto dice cuál.", "Error in the data; the text says which."),
	fail("401", ErrUnauthorized, RetryToken, adviceHost, "Token vencido, o User-Agent sin «PROG 1.0».", "The token has expired, or the User-Agent has no \"PROG 1.0\"."),
	fail("404", ErrInvalidRequest, RetryLater, advicePoll, "No se encuentra (o aún no).", "Not found (or not yet)."),
	fail("405", ErrInvalidRequest, RetryNever, adviceReport, "Método no permitido.", "Method not allowed."),
	fail("500", ErrInvalidRequest, RetryNever, adviceHost, "Acceso denegado: el envío va a otro servidor (pangal o rahue).", "Access denied: uploads go to another host (pangal or rahue).").with("acceso denegado"),
	fail("500", ErrUnavailable, RetrySoon, adviceWait, "Error interno.", "Internal error."),
	fail("", ErrInvalidRequest, RetryNever, adviceData, "Falta un parámetro de la consulta (estado 200 con texto).", "A parameter of the query is missing (status 200 with a text).").with("falta "),
	fail("CHR-00002", ErrInvalidRequest, RetryNever, adviceHost, "Envío sin Content-Length: se leyó solo una parte.", "Sent without Content-Length: only a part was read.").with("chr-00002"),
	fail("LPX-00007", ErrInvalidRequest, RetryNever, adviceHost, "Envío sin Content-Length: se leyó solo una parte.", "Sent without Content-Length: only a part was read.").with("lpx-00007"),
	fail("LSX", ErrRejected, RetryNever, adviceDocument, "El documento no cumple el esquema.", "The document does not follow the schema.").with("lsx-"),
)

// boletaStates are the states of an upload of boletas, and of the boletas in its
// details. Codes that the service of invoices also has mean the same.
var boletaStates = newTable("boleta.state", "Boleta electrónica (REST): estado de un envío y de sus boletas", "Boleta electrónica (REST): state of an upload and of its boletas",
	"SII, OpenAPI «API SII - V1» 1.0.5, y tres clientes", slices.Concat(uploadStates, []Code{
		state("DOK", VerdictAccepted, Text{}, "Boleta aceptada.", "The boleta was accepted."),
		state("RCO", VerdictUnknown, adviceVerdict, "Sin texto conocido.", "No text is known."),
	})...)

// boletaSections say which part of an upload an error concerns. Level 3 is an
// error and 1 an objection. Section, level and code form one of dte.validation:
// HED, 3 and 100 form HED-3-100.
var boletaSections = newTable("boleta.section", "Boleta electrónica (REST): sección de un error", "Boleta electrónica (REST): section of an error",
	"dos clientes",
	fine("ENV", "Envío.", "Upload."),
	fine("CRT", "Carátula.", "Cover."),
	fine("TED", "Timbre.", "Stamp."),
	fine("CAF", "Autorización de folios.", "Authorisation of folios."),
	fine("DTE", "Documento.", "Document."),
	fine("HED", "Encabezado.", "Header."),
	fine("DET", "Detalle.", "Lines."),
	fine("REF", "Referencias.", "References."),
	fine("DRG", "Descuentos y recargos globales.", "Discounts and surcharges of the whole."),
)

var claimCodes = newTable("claim", "Aceptación y reclamo (WSREGISTRORECLAMODTE): codResp", "Acceptance and claims (WSREGISTRORECLAMODTE): codResp",
	"SII, Registro de aceptación o reclamo de un DTE 1.2", slices.Concat([]Code{
		fine("0", "Acción completada.", "Action completed."),
		fail("1", ErrInvalidRequest, RetryNever, adviceData, "RUT del emisor incorrecto.", "Wrong RUT of the issuer."),
		fail("2", ErrInvalidRequest, RetryNever, adviceData, "Folio incorrecto.", "Wrong folio."),
		fail("3", ErrInvalidRequest, RetryNever, adviceData, "Tipo de documento no corresponde.", "The type of document does not apply."),
		fail("4", ErrInvalidRequest, RetryNever, adviceData, "Acción inválida.", "Invalid action."),
		fail("5", ErrRejected, RetryNever, Text{}, "El documento ya fue reclamado.", "The document was claimed already."),
		fail("6", ErrRejected, RetryNever, Text{}, "No se puede dar recibo: hay un reclamo.", "No receipt can be given: there is a claim."),
		fine("7", "El evento ya estaba registrado.", "The event was registered already."),
		fail("8", ErrRejected, RetryNever, Text{}, "Pasaron más de 8 días desde la recepción.", "More than 8 days have passed since reception."),
		fail("9", ErrInvalidRequest, RetryNever, adviceData, "No hay registros para esos parámetros.", "There are no records for these parameters."),
		fail("10", ErrRejected, RetryNever, Text{}, "Documento anterior al 14-01-2017.", "The document is from before 2017-01-14."),
		fail("11", ErrRejected, RetryNever, Text{}, "No se puede reclamar: fue aceptado antes.", "It cannot be claimed: it was accepted before."),
		fail("12", ErrRejected, RetryNever, Text{}, "No se puede aceptar: hay un reclamo.", "It cannot be accepted: there is a claim."),
		fail("13", ErrRejected, RetryNever, Text{}, "No se puede reclamar: ya se dio recibo.", "It cannot be claimed: a receipt was given before."),
		fail("14", ErrForbidden, RetryNever, adviceAuthorize, "Solo la empresa receptora o emisora.", "Only the receiver or the issuer."),
		fine("15", "Lista de eventos.", "List of events."),
		fine("16", "Sin eventos.", "No events."),
		fail("17", ErrForbidden, RetryNever, adviceAuthorize, "Solo la empresa receptora.", "Only the receiver."),
		fail("18", ErrRejected, RetryLater, advicePoll, "El SII no ha recibido el documento (o aún no).", "The SII has not received the document (or not yet)."),
		fine("19", "El reclamo de mercaderías ya estaba hecho.", "The claim about goods was made already."),
		fail("20", ErrRejected, RetryNever, Text{}, "El tipo de documento no es cedible.", "The type of document is not transferable."),
		fine("21", "No cedible: hay una nota de crédito que anula dentro de los 8 días.", "Not transferable: a credit note annuls it within the 8 days."),
		fine("22", "No cedible aún: sin reclamo ni recibo.", "Not transferable yet: neither claim nor receipt."),
		fine("23", "Cedible: sin reclamos.", "Transferable: no claims."),
		fine("24", "No cedible: reclamado.", "Not transferable: claimed."),
		fine("25", "Cedible: pasaron los 8 días.", "Transferable: the 8 days have passed."),
		fail("-1", ErrUnavailable, RetryLater, adviceLater, "Error interno; enviar más tarde.", "Internal error; send it later."),
		fail("TOKEN", ErrUnauthorized, RetryToken, adviceRenew, "Falla SOAP: el token no es válido.", "SOAP fault: the token is not valid.").with("token invalido"),
	}, fail("", ErrRejected, RetryNever, adviceReport, "No figura en el manual; un cliente toma 27 por correcto.", "Not in the manual; one client treats 27 as success.").each("26", "27"))...)

var cessionSendCodes = newTable("cession.send", "Envío de cesión (RPETCEnvio): STATUS", "Sending of a cession (RPETCEnvio): STATUS",
	"SII, Envío automático de archivos electrónicos de cesión 1.0",
	fine("0", "Envío recibido.", "Upload received."),
	fail("1", ErrForbidden, RetryNever, adviceAuthorize, "Sin permiso para enviar por el cedente.", "No permission to send for the assignor."),
	fail("2", ErrInvalidRequest, RetryNever, adviceData, "Tamaño del archivo incorrecto.", "The size of the file is wrong."),
	fail("4", ErrInvalidRequest, RetryNever, adviceReport, "Faltan parámetros.", "Parameters are missing."),
	fail("5", ErrUnauthorized, RetryToken, adviceRenew, "Token inválido, ausente o vencido.", "The token is invalid, missing or expired."),
	fail("6", ErrForbidden, RetryNever, adviceAuthorize, "La empresa no es emisora de documentos electrónicos.", "The company does not issue electronic documents."),
	fail("9", ErrUnavailable, RetryLater, adviceSent, "Error interno.", "Internal error."),
	fail("10", ErrUnavailable, RetryLater, adviceSent, "Error interno.", "Internal error."),
)

var cessionCodes = newTable("cession", "Consultas de cesión (wsRPETCConsulta): SII:ESTADO", "Queries of cessions (wsRPETCConsulta): SII:ESTADO",
	"SII, RTC, Manual de desarrollador externo 1.2",
	fine("0", "Correcto.", "Correct."),
	fail("1", ErrInvalidRequest, RetryNever, adviceData, "Error en los datos.", "Error in the data."),
	fail("2", ErrInvalidRequest, RetryLater, advicePoll, "No se encuentra información (o aún no).", "No information is found (or not yet)."),
	fail("3", ErrUnauthorized, RetryToken, adviceRenew, "Token inactivo.", "The token is inactive."),
	fail("4", ErrUnauthorized, RetryToken, adviceRenew, "El token no existe.", "The token does not exist."),
	fail("5", ErrUnauthorized, RetryToken, adviceRenew, "Error de autenticación.", "Error of authentication."),
	fail("6", ErrUnavailable, RetrySoon, adviceWait, "Error interno.", "Internal error."),
	fail("7", ErrUnavailable, RetrySoon, adviceWait, "Error interno.", "Internal error."),
	fail("8", ErrUnavailable, RetrySoon, adviceWait, "Error interno.", "Internal error."),
	fail("9", ErrForbidden, RetryOnce, adviceAuthorize, "No se pudieron obtener los permisos.", "The permissions could not be obtained."),
	fail("10", ErrForbidden, RetryNever, adviceAuthorize, "El usuario no tiene permiso en la empresa.", "The user has no permission in the company."),
	fail("-15", ErrForbidden, RetryNever, adviceAuthorize, "La empresa no se relaciona con el documento.", "The company has no relation with the document."),
)

var cessionStates = newTable("cession.state", "Estado de un envío de cesión (getEstEnvio): ESTADO_ENVIO", "State of an upload of a cession (getEstEnvio): ESTADO_ENVIO",
	"SII, RTC, Manual de desarrollador externo 1.2",
	state("UPL", VerdictSent, advicePoll, "Envío en curso.", "Being uploaded."),
	state("RCP", VerdictSent, advicePoll, "Envío recibido.", "Upload received."),
	state("SOK", VerdictSent, advicePoll, "Esquema validado.", "Schema validated."),
	state("FSO", VerdictSent, advicePoll, "Firma del envío validada.", "Signature of the envelope validated."),
	state("COK", VerdictSent, advicePoll, "Carátula correcta.", "Cover correct."),
	state("VDC", VerdictSent, advicePoll, "Validando el documento.", "Validating the document."),
	state("VCS", VerdictSent, advicePoll, "Validando las cesiones.", "Validating the cessions."),
	state("EOK", VerdictAccepted, Text{}, "Envío aceptado.", "Upload accepted."),
	state("RSC", VerdictRejected, adviceDocument, "Rechazado: esquema.", "Rejected: schema."),
	state("RFS", VerdictRejected, adviceDocument, "Rechazado: firma del envío.", "Rejected: signature of the envelope."),
	state("RCR", VerdictRejected, adviceDocument, "Rechazado: carátula.", "Rejected: cover."),
	state("RDC", VerdictRejected, adviceDocument, "Rechazado: documento inválido.", "Rejected: invalid document."),
	state("RCS", VerdictRejected, adviceDocument, "Rechazado: cesión inválida.", "Rejected: invalid cession."),
	state("EAN", VerdictRejected, adviceDocument, "Anulado.", "Annulled."),
)
