package sii

// Advice for the entries of the catalogue.
var (
	adviceWait = Text{
		"Nada: el cliente repite la consulta. Si persiste por horas, consultar el estado de los servicios del SII.",
		"Nothing: the client retries. If it lasts for hours, check the SII's service status.",
	}
	adviceLater = Text{
		"Consultar de nuevo en algunos minutos.",
		"Ask again in some minutes.",
	}
	adviceRenew = Text{
		"Nada: el cliente pide un token nuevo. Si persiste, el certificado no sirve para este servicio.",
		"Nothing: the client gets a new token. If it persists, the certificate is not good for this service.",
	}
	adviceSlower = Text{
		"Consultar menos seguido y de a una consulta por sesión; compartir tokens entre procesos.",
		"Query less often, and one query at a time per session; share tokens between processes.",
	}
	adviceSessions = Text{
		"Cerrar sesiones o esperar una hora desde su inicio; compartir tokens entre procesos.",
		"Close sessions or wait an hour from their start; share tokens between processes.",
	}
	adviceAuthorize = Text{
		"La empresa debe autorizar en el sitio del SII al titular del certificado.",
		"The company must authorise the holder of the certificate on the SII's site.",
	}
	adviceRegister = Text{
		"El titular debe habilitar en el SII el ingreso con certificado digital.",
		"The holder must enable the use of a digital certificate at the SII.",
	}
	adviceCertificate = Text{
		"Revisar el certificado: vigencia, emisor acreditado en Chile, RUT del titular; si persiste, obtener otro.",
		"Check the certificate: its dates, an issuer accredited in Chile, the holder's RUT; if it persists, get another.",
	}
	adviceData = Text{
		"Corregir los datos de la consulta; repetirla igual no sirve.",
		"Correct the query; repeating it unchanged does not help.",
	}
	adviceDocument = Text{
		"Corregir el documento y enviarlo de nuevo; el detalle llega por correo al emisor.",
		"Correct the document and send it again; the issuer gets the details by mail.",
	}
	adviceIssuer = Text{
		"No usar el documento para crédito; pedir al emisor que lo aclare.",
		"Do not take credit for the document; ask its issuer.",
	}
	adviceReport = Text{
		"Informar con la muestra (Error.Sample): el SII cambió, o el cliente envía algo que no debe.",
		"Report it with the sample (Error.Sample): the SII has changed, or the client sends something wrong.",
	}
	adviceNetwork = Text{
		"Revisar la red, el DNS, el proxy y el cortafuegos entre este programa y el SII.",
		"Check the network, DNS, proxy and firewall between this program and the SII.",
	}
	adviceRoots = Text{
		"Revisar proxy y reloj; si el SII envía una cadena incompleta, agregar el intermedio (WithIntermediates) o la raíz (WithRootCAs).",
		"Check proxy and clock; if the SII sends an incomplete chain, add the intermediate (WithIntermediates) or the root (WithRootCAs).",
	}
	adviceLocked = Text{
		"No repetir la clave: esperar una hora. Cada intento puede prolongar el bloqueo.",
		"Do not send the password again: wait an hour. Each attempt may prolong the lock.",
	}
	advicePerson = Text{
		"Una persona debe ingresar al sitio del SII y resolverlo.",
		"A person must resolve it on the SII's site.",
	}
	adviceHelpDesk = Text{
		"Llamar a la mesa de ayuda del SII con el código completo.",
		"Call the SII's help desk with the whole code.",
	}
	advicePoll = Text{
		"Consultar de nuevo más tarde.",
		"Ask again later.",
	}
	adviceDeferred = Text{
		"Pedir la descarga diferida, o leer los documentos por tipo.",
		"Ask for the deferred download, or read the documents by type.",
	}
	adviceRecaptcha = Text{
		"Dar al cliente un token verdadero (WithWire).",
		"Give the client a real token (WithWire).",
	}
	adviceSent = Text{
		"Consultar el estado de un folio (getEstDte) antes de enviar de nuevo.",
		"Ask for the state of one folio (getEstDte) before sending it again.",
	}
	adviceDuplicate = Text{
		"Es el mismo archivo, ya recibido: usar el track id que trae el texto de DETAIL. Si no trae, esperar 15 minutos y enviar los mismos bytes.",
		"It is the same file, received before: use the track id in the text of DETAIL. If there is none, wait 15 minutes and send the same bytes.",
	}
	adviceObserved = Text{
		"El documento quedó aceptado: corregir el programa que lo hizo; un monto erróneo se corrige con una nota.",
		"The document was accepted: mend the program that made it; a wrong amount takes a note.",
	}
	adviceVerdict = Text{
		"Mirar el estado del documento: RCH es rechazado, RPR y RLV son aceptado con reparos.",
		"Look at the state of the document: RCH is rejected, RPR and RLV are accepted with objections.",
	}
	adviceBook = Text{
		"Corregir el libro y enviarlo de nuevo.",
		"Correct the book and send it again.",
	}
	adviceHost = Text{
		"Usar el servidor y el User-Agent que el servicio pide; enviar con Content-Length.",
		"Use the host and the User-Agent that the service wants; send a Content-Length.",
	}
)

// kindCodes are the entries for failures without their own.
var kindCodes = []Code{
	fail("", ErrUnauthorized, RetryToken, adviceRenew, "El token no fue aceptado.", "The token was not accepted."),
	fail("", ErrForbidden, RetryNever, adviceAuthorize, "Sin autorización.", "Not authorised."),
	fail("", ErrInvalidRequest, RetryNever, adviceData, "Consulta inválida.", "Invalid request."),
	fail("", ErrRejected, RetryNever, Text{}, "Rechazado por el SII.", "The SII refuses."),
	fail("", ErrUnavailable, RetrySoon, adviceWait, "Servicio no disponible.", "The service is not available."),
	fail("", ErrThrottled, RetrySoon, adviceSlower, "Demasiadas consultas.", "Too many requests."),
	fail("", ErrRecaptcha, RetryNever, adviceRecaptcha, "Falta un reCAPTCHA verdadero.", "A real reCAPTCHA is required."),
	fail("", ErrDeferred, RetryNever, adviceDeferred, "La descarga debe ser diferida.", "The download must be deferred."),
	fail("", ErrIncomplete, RetryLater, adviceLater, "El registro no coincide con su resumen.", "The register does not agree with its summary."),
	fail("", ErrProtocol, RetryNever, adviceReport, "Respuesta no entendida.", "Answer not understood."),
	fail("", ErrPortalChanged, RetryNever, adviceReport, "La respuesta no tiene una forma conocida.", "The answer has no known form."),
	fail("", ErrNoRCV, RetryNever, adviceData, "El ambiente no tiene Registro de Compras y Ventas.", "The environment has no Registro de Compras y Ventas."),
}
