package sii

import "slices"

// Answers of the services under /DTEWS about documents and uploads. Their
// manuals are cited through other clients.

// tokenRefusals are the codes for a refused token in QueryEstDte and QueryEstUp.
var tokenRefusals = []Code{
	fail("001", ErrUnauthorized, RetryToken, adviceRenew, "El token no existe o está inactivo.", "The token does not exist or is inactive."),
	fail("002", ErrUnauthorized, RetryToken, adviceRenew, "Token inactivo.", "The token is inactive."),
	fail("003", ErrUnauthorized, RetryToken, adviceRenew, "El token no existe.", "The token does not exist."),
}

var internalReturn = fail("", ErrUnavailable, RetrySoon, adviceWait, "Error interno de retorno.", "Internal error of a return.")

var documentCodes = newTable("dte.document", "Estado de un DTE (QueryEstDte, getEstDte): ESTADO", "State of a document (QueryEstDte, getEstDte): ESTADO",
	"SII, OI2004_CEDTE_MDE_1.10", slices.Concat([]Code{
		state("DOK", VerdictAccepted, Text{}, "Documento recibido; los datos coinciden.", "Document received; the data agree."),
		state(documentDiffers, VerdictUnknown, adviceData, "Documento recibido; los datos no coinciden.", "Document received; the data do not agree."),
		state(documentMissing, VerdictSent, advicePoll, "Documento no recibido por el SII.", "The SII has not received the document."),
		state("FNA", VerdictRejected, adviceIssuer, "Folio no autorizado.", "The folio is not authorised."),
		state("FAN", VerdictRejected, adviceIssuer, "Folio anulado antes de enviarse.", "The folio was annulled before it was sent."),
		state("EMP", VerdictRejected, adviceIssuer, "Empresa no autorizada a emitir documentos electrónicos.", "The company is not authorised to issue electronic documents."),
		state("TMD", VerdictAccepted, Text{}, "Texto modificado por nota de débito.", "A debit note modifies the text."),
		state("TMC", VerdictAccepted, Text{}, "Texto modificado por nota de crédito.", "A credit note modifies the text."),
		state("MMD", VerdictAccepted, Text{}, "Montos modificados por nota de débito.", "A debit note modifies the amounts."),
		state("MMC", VerdictAccepted, Text{}, "Montos modificados por nota de crédito.", "A credit note modifies the amounts."),
		state("AND", VerdictAccepted, Text{}, "Documento anulado por nota de débito.", "A debit note annuls the document."),
		state("ANC", VerdictAccepted, Text{}, "Documento anulado por nota de crédito.", "A credit note annuls the document."),
	}, tokenRefusals, internalReturn.each("-1", "-2", "-3", "-4"))...)

// The second code of an answer of QueryEstDte, and of QueryEstUp with ESTADO
// -11.
var documentServerCodes = newTable("dte.server", "Consultas de DTE y de envíos: SRV_CODE", "Queries of documents and uploads: SRV_CODE",
	"SII, OI2004_CEDTE_MDE_1.10 y OI2004_CEUPDTE_MDE_1.10",
	fine("0", "Sin error.", "No error."),
	fail("1", ErrInvalidRequest, RetryNever, adviceData, "Error en los datos de entrada.", "Error in the input."),
	fail("2", ErrUnavailable, RetrySoon, adviceWait, "Error de la base de datos (SQL_CODE es el de Oracle).", "Error of the database (SQL_CODE is Oracle's)."),
)

const (
	documentDiffers = "DNK"
	documentMissing = "FAU"
	uploadProcessed = "EPR"
	uploadSee       = "-11" // see ERR_CODE, SRV_CODE and SQL_CODE
)

// uploadStates are the states of an upload of documents. Where clients disagree
// (PRD, RLV), the manual counts.
var uploadStates = []Code{
	state("REC", VerdictSent, advicePoll, "Envío recibido.", "Upload received."),
	state("SOK", VerdictSent, advicePoll, "Esquema validado.", "Schema validated."),
	state("SDK", VerdictSent, advicePoll, "Esquema validado (SOK mal escrito; visto en un cliente).", "Schema validated (SOK misspelt; seen in one client)."),
	state("CRT", VerdictSent, advicePoll, "Carátula correcta.", "Cover correct."),
	state("FOK", VerdictSent, advicePoll, "Firma del envío validada.", "Signature of the envelope validated."),
	state("PDR", VerdictSent, advicePoll, "Envío en proceso.", "Upload in process."),
	state("PRD", VerdictSent, advicePoll, "Envío en proceso.", "Upload in process."),
	state(uploadProcessed, VerdictUnknown, Text{}, "Envío procesado; el veredicto está en las cuentas.", "Upload processed; the counts are the verdict."),
	state("RSC", VerdictRejected, adviceDocument, "Rechazado: esquema.", "Rejected: schema."),
	state("RFR", VerdictRejected, adviceDocument, "Rechazado: firma.", "Rejected: signature."),
	state("RCT", VerdictRejected, adviceDocument, "Rechazado: carátula.", "Rejected: cover."),
	state("RCH", VerdictRejected, adviceDocument, "Documento rechazado.", "Document rejected."),
	state("VOF", VerdictRejected, adviceDocument, "Rechazado (sin texto conocido).", "Rejected (no text is known)."),
	state("RPT", VerdictRejected, adviceDocument, "Rechazado (sin texto conocido).", "Rejected (no text is known)."),
	state("RPR", VerdictObserved, Text{}, "Aceptado con reparos.", "Accepted with objections."),
	state("RLV", VerdictObserved, Text{}, "Aceptado con reparos leves.", "Accepted with slight objections."),
}

var uploadCodes = newTable("dte.upload", "Estado de un envío (QueryEstUp, getEstUp): ESTADO", "State of an upload (QueryEstUp, getEstUp): ESTADO",
	"SII, OI2004_CEUPDTE_MDE_1.10, y dos clientes", slices.Concat(uploadStates, tokenRefusals, []Code{
		fail("-1", ErrUnavailable, RetrySoon, adviceWait, "Error de retorno: el campo ESTADO no existe.", "Error of a return: there is no field ESTADO."),
		fail("-3", ErrForbidden, RetryNever, adviceAuthorize, "El RUT del usuario no existe.", "The RUT of the user does not exist."),
		fail("-4", ErrUnavailable, RetrySoon, adviceWait, "No se pudieron obtener los datos.", "The data could not be obtained."),
		fail("-6", ErrForbidden, RetryNever, adviceAuthorize, "Usuario no autorizado.", "The user is not authorised."),
		fail("-10", ErrForbidden, RetryNever, adviceAuthorize, "Error al validar el RUT del usuario.", "Error in validating the RUT of the user."),
		state(uploadSee, VerdictUnknown, Text{}, "Ver ERR_CODE y SRV_CODE.", "See ERR_CODE and SRV_CODE."),
		fail("-13", ErrInvalidRequest, RetryNever, adviceReport, "El RUT del usuario es nulo.", "The RUT of the user is null."),
	}, internalReturn.each("-2", "-5", "-7", "-8", "-9", "-12", "-14"))...)

var uploadDetailCodes = newTable("dte.upload.err", "Estado de un envío con ESTADO -11: ERR_CODE", "State of an upload with ESTADO -11: ERR_CODE",
	"SII, OI2004_CEUPDTE_MDE_1.10",
	fine("0", "Se retorna el estado.", "The state is returned."),
	state("1", VerdictSent, advicePoll, "El envío no se encuentra con esa empresa, o faltan parámetros; normal por algunos minutos tras enviar.",
		"The upload is not found with that company, or parameters are missing; normal for some minutes after sending."),
	fail("2", ErrUnavailable, RetrySoon, adviceWait, "Error de proceso.", "Error of the process."),
)

// getEstDteAv also compares the signature. Its header and its body each have a
// code; that of the body is as in dte.document.
var signatureCodes = newTable("dte.signature", "Estado avanzado de un DTE (QueryEstDteAv): SII:ESTADO", "State of a document with its signature (QueryEstDteAv): SII:ESTADO",
	"SII, OIFE2006_QueryEstDteAv_MDE", slices.Concat([]Code{
		fine("0", "Consulta procesada.", "Query processed."),
		fail("1", ErrUnauthorized, RetryToken, adviceRenew, "Token inactivo.", "The token is inactive."),
		fail("2", ErrUnauthorized, RetryToken, adviceRenew, "El token no existe.", "The token does not exist."),
		fail("5", ErrInvalidRequest, RetryNever, adviceData, "Error en los parámetros (ver la glosa).", "Error in the parameters (see the glosa)."),
		fail("9", ErrForbidden, RetryNever, adviceAuthorize, "Usuario no autorizado en la empresa.", "The user is not authorised in the company."),
	}, fail("", ErrUnavailable, RetrySoon, adviceWait, "Error interno (ver la glosa).", "Internal error (see the glosa).").each(
		"3", "4", "6", "7", "8", "10", "11", "12", "13", "14"), tokenRefusals, internalReturn.each("-1", "-2", "-3", "-4"))...)

var mailCodes = newTable("dte.mail", "Reenvío del correo de validación (wsDTECorreo): SII:ESTADO", "Mail with the validation, once more (wsDTECorreo): SII:ESTADO",
	"SII, OIFE2005_wsDTECorreo_MDE", slices.Concat([]Code{
		fine("0", "Requerimiento recibido.", "Request received."),
		fail("101", ErrInvalidRequest, RetryNever, adviceData, "Dígito verificador de la empresa incorrecto.", "Wrong check digit of the company."),
		fail("102", ErrInvalidRequest, RetryNever, adviceData, "Faltan datos.", "Data are missing."),
		fail("104", ErrUnauthorized, RetryToken, adviceRenew, "El token no existe o está inactivo.", "The token does not exist or is inactive."),
		fail("105", ErrInvalidRequest, RetryLater, adviceData, "El track id no existe (o aún no).", "The track id does not exist (or not yet)."),
		fail("106", ErrForbidden, RetryNever, adviceAuthorize, "El usuario no tiene permiso en la empresa.", "The user has no permission in the company."),
		state("114", VerdictSent, advicePoll, "La validación no ha terminado: aún no hay correo.", "The validation is not finished: there is no mail yet."),
	}, fail("", ErrUnavailable, RetrySoon, adviceWait, "Error interno.", "Internal error.").each("103", "107", "108", "110", "111", "112", "113"))...)

// bookStates are the states of an uploaded book (IECV, guías, boletas), which
// come by mail.
var bookStates = newTable("dte.book", "Estado de un libro enviado (correo)", "State of a book that was sent (mail)",
	"cuatro clientes",
	state("LSO", VerdictSent, advicePoll, "Esquema del libro validado.", "The schema of the book was validated."),
	state("LOK", VerdictAccepted, Text{}, "Libro cuadrado.", "The book adds up."),
	state("LRH", VerdictRejected, adviceBook, "Rechazado: el libro no cuadra.", "Rejected: the book does not add up."),
	state("LRS", VerdictRejected, adviceBook, "Rechazado: esquema.", "Rejected: schema."),
	state("LRC", VerdictRejected, adviceBook, "Rechazado: carátula.", "Rejected: cover."),
	state("LRF", VerdictRejected, adviceBook, "Rechazado: firma.", "Rejected: signature."),
	state("LNC", VerdictRejected, adviceBook, "El tipo de envío no corresponde, o el período está cerrado.", "The kind of upload does not apply, or the period is closed."),
	state("LTC", VerdictUnknown, advicePoll, "De libros, sin texto conocido.", "Of books; no text is known."),
)

// setStates are the results of a certification set, which come by mail (SETMAIL).
var setStates = newTable("dte.set", "Resultado de un set de certificación (correo SETMAIL)", "Result of a set of certification (mail SETMAIL)",
	"dos clientes",
	state("SOK", VerdictAccepted, Text{}, "Set aprobado.", "The set was approved."),
	state("SRH", VerdictRejected, adviceDocument, "Set rechazado.", "The set was rejected."),
)

// validationCodes are in the mail with the validation, in brackets before each
// text, and in the details of an upload. Most of level 3 are rejections and those
// of 2 and 1 objections (grave, leve), but the level is not a verdict: two of
// level 3 were seen as objections, and only the document's state is decisive.
var validationCodes = newTable("dte.validation", "Validación de un documento (correo RESULTADO_ENVIO): DETALLE", "Validation of a document (mail RESULTADO_ENVIO): DETALLE",
	"cinco clientes",
	state("CAF-3-517", VerdictRejected, adviceDocument, "CAF vencido (seis meses).", "The CAF has expired (six months)."),
	state("DTE-3-100", VerdictRejected, adviceSent, "Documento ya recibido (posible doble envío).", "Document already received (perhaps sent twice)."),
	state("DTE-3-101", VerdictRejected, adviceSent, "Folio ya usado con otros datos.", "The folio was used with other data."),
	state("DTE-3-505", VerdictRejected, adviceDocument, "Firma del documento incorrecta.", "The signature of the document is wrong."),
	state("DTE-3-601", VerdictRejected, adviceDocument, "Folio anulado.", "The folio was annulled."),
	state("HED-3-211", VerdictRejected, adviceDocument, "Referencias no permitidas (set de boletas por DTEUpload).", "References are not allowed (set of boletas through DTEUpload)."),
	state("HED-3-305", VerdictRejected, adviceDocument, "Fecha de emisión anterior a la autorización.", "Issued before the authorisation."),
	state("HED-3-861", VerdictRejected, adviceDocument, "Actividad económica no registrada.", "The economic activity is not registered."),
	state("REF-3-415", VerdictRejected, adviceDocument, "Referencia obligatoria o inválida.", "A reference is mandatory or invalid."),
	state("REF-3-750", VerdictRejected, adviceDocument, "Documento referenciado no recibido por el SII.", "The SII has not received the document that is referred to."),
	state("REF-3-758", VerdictRejected, adviceDocument, "CodRef obligatorio en notas de crédito y débito.", "CodRef is mandatory in credit and debit notes."),
	state("CRT-3-19", VerdictRejected, adviceDocument, "FchResol o NroResol no corresponden al ambiente o a la empresa.", "FchResol or NroResol are not those of the environment or company."),
	state("ENV-3-0", VerdictRejected, adviceDocument, "Carácter o formato inválido en el XML.", "Invalid character or form in the XML."),
	state("ENV-3-6", VerdictRejected, adviceAuthorize, "El firmante no tiene permiso para firmar o enviar.", "The signer may not sign or send."),
	state("SCH-00001", VerdictRejected, adviceDocument, "No hay esquema para esa raíz, o todo el archivo es una línea.", "There is no schema for that root, or the whole file is one line."),
	state("CHR-00002", VerdictRejected, adviceDocument, "Una línea pasa de unos 4.090 caracteres.", "A line has more than about 4,090 characters."),
	state("LPX", VerdictRejected, adviceDocument, "El XML no se puede leer (LPX- y un número).", "The XML cannot be read (LPX- and a number)."),
	state("LSX", VerdictRejected, adviceDocument, "El XML no cumple el esquema (LSX- y un número).", "The XML does not follow the schema (LSX- and a number)."),
	state("HED-3-100", VerdictRejected, adviceDocument, "El valor de una línea de la boleta no es precio por cantidad.", "The value of a line of the boleta is not price by quantity."),
	state("TED-2-510", VerdictObserved, adviceObserved, "La firma del timbre (FRMT) no corresponde.", "The signature of the stamp (FRMT) does not hold."),
	state("TED-1-646", VerdictObserved, adviceObserved, "Timbre anterior a la fecha del CAF.", "The stamp is from before the date of the CAF."),
	state("TED-3-640", VerdictUnknown, adviceVerdict, "El monto del timbre no es el monto total (visto como reparo).", "The amount of the stamp is not the total (seen as an objection)."),
	state("DTE-1-650", VerdictObserved, adviceObserved, "Recibido más de tres días después de su fecha de emisión.", "Received more than three days after its date of issue."),
	state("HED-3-834", VerdictUnknown, adviceVerdict, "Falta OtraMoneda en una exportación (visto como rechazo y como reparo).", "OtraMoneda is missing in an export (seen as a rejection and as an objection)."),
	state("HED-2-804", VerdictObserved, adviceObserved, "Falta Marcas en un bulto.", "Marcas is missing in a package."),
	state("HED-1-803", VerdictObserved, adviceObserved, "Exportación sin pago con montos en otra moneda.", "An export without payment has amounts in another currency."),
	state("HED-2-300", VerdictObserved, adviceObserved, "Retención (código 15) sin la tasa 19.", "Retention (code 15) without the rate 19."),
	state("HED-2-302", VerdictObserved, adviceObserved, "Retención (código 15) sin la tasa 19.", "Retention (code 15) without the rate 19."),
	state("HED-2-220", VerdictObserved, adviceObserved, "El monto exento no es la suma de las líneas exentas.", "The exempt amount is not the sum of the exempt lines."),
	state("DET-2-200", VerdictObserved, adviceObserved, "Una línea no es precio por cantidad, menos descuento, más recargo.", "A line is not price by quantity less discount plus surcharge."),
	state("REF-2-780", VerdictObserved, adviceObserved, "La anulación no es por el monto del documento.", "The annulment is not of the amount of the document."),
	state("REF-2-781", VerdictObserved, adviceObserved, "Una corrección de texto lleva montos.", "A correction of text has amounts."),
)
