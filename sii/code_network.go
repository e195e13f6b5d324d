package sii

var httpCodes = newTable("http", "Estado HTTP, de cualquier servicio", "HTTP status, of any service", "varios clientes",
	fine("200", "Hay una respuesta; su contenido dice cuál.", "There is an answer; its content says which."),
	fail("3xx", ErrProtocol, RetryNever, adviceNetwork, "Redirección que no se sigue.", "A redirection that is not followed."),
	fail("400", ErrInvalidRequest, RetryNever, adviceReport, "Consulta mal formada.", "The request is malformed."),
	fail("401", ErrUnauthorized, RetryToken, adviceRenew, "Sesión perdida.", "The session is lost."),
	fail("403", ErrUnauthorized, RetryToken, adviceRenew, "Sesión perdida.", "The session is lost."),
	fail("404", ErrPortalChanged, RetryNever, adviceReport, "No existe tal servicio en esa dirección.", "There is no such service at this address."),
	fail("405", ErrPortalChanged, RetryNever, adviceReport, "El servicio no acepta el método.", "The service does not take the method."),
	fail("408", ErrUnavailable, RetrySoon, adviceWait, "El SII no recibió la consulta a tiempo.", "The SII did not get the request in time."),
	fail("429", ErrThrottled, RetrySoon, adviceSlower, "Demasiadas consultas.", "Too many requests."),
	fail("4xx", ErrInvalidRequest, RetryNever, adviceReport, "El SII no acepta la consulta.", "The SII does not take the request."),
	fail("500", ErrUnavailable, RetrySoon, adviceWait, "Error interno del SII.", "Internal error of the SII."),
	fail("502", ErrUnavailable, RetrySoon, adviceWait, "El SII no responde detrás de su entrada.", "The SII does not respond behind its gateway."),
	fail("503", ErrUnavailable, RetrySoon, adviceWait, "Servicio no disponible: mantención o sobrecarga.", "Service not available: maintenance or too much load."),
	fail("504", ErrUnavailable, RetrySoon, adviceWait, "El SII no responde a tiempo detrás de su entrada.", "The SII does not respond in time behind its gateway."),
	fail("5xx", ErrUnavailable, RetrySoon, adviceWait, "Error del SII.", "Error of the SII."),
)

// httpCode returns the entry for a status that is not a valid answer, and whether
// there is one.
func httpCode(status string) (Code, bool) {
	if c, ok := httpCodes.find(status); ok {
		return c, c.Kind != nil
	}
	switch status[0] {
	case '3', '4', '5':
		return httpCodes.find(status[:1] + "xx")
	}
	return Code{}, false
}

// Failures without an answer of the SII.
var (
	codeNoAnswer = fail("sin respuesta", ErrUnavailable, RetrySoon, adviceNetwork, "La conexión no se pudo abrir, o terminó sin respuesta.",
		"The connection could not be made, or ended without an answer.").in("network")
	codeSlow = fail("tiempo", ErrUnavailable, RetrySoon, adviceWait, "La respuesta no llegó a tiempo, o se detuvo (ver Timeouts).",
		"The answer did not come in time, or stalled (see Timeouts).").in("network")
	codeCut = fail("cortada", ErrUnavailable, RetrySoon, adviceWait, "La respuesta se cortó o se dañó en el camino.",
		"The answer was cut off or damaged in transit.").in("network")
	codeTLS = fail("TLS", ErrProtocol, RetryNever, adviceRoots, "El certificado del servidor no se pudo verificar.",
		"The certificate of the server could not be verified.").in("network")
	codeForeign = fail("otro servidor", ErrProtocol, RetryNever, adviceNetwork, "La respuesta lleva a un servidor que no es del SII, o fuera de HTTPS.",
		"The answer leads to a host that is not the SII's, or is not HTTPS.").in("network")
	codeLoop  = fail("redirecciones", ErrUnavailable, RetryLater, adviceLater, "Demasiadas redirecciones.", "Too many redirections.").in("network")
	codeLarge = fail("tamaño", ErrProtocol, RetryNever, adviceReport, "La respuesta es más grande de lo que se acepta (ver WithMaxAnswer).",
		"The answer is larger than what is accepted (see WithMaxAnswer).").in("network")
	codeEncoding = fail("compresión", ErrProtocol, RetryNever, adviceReport, "Respuesta comprimida de una forma que no se pidió.",
		"The answer has a compression that was not requested.").in("network")
	codeTruncated = fail("incompleta", ErrProtocol, RetryOnce, adviceReport, "La respuesta termina en la mitad.", "The answer ends in its middle.").in("network")
	codeUnknown   = fail("desconocida", ErrPortalChanged, RetryNever, adviceReport, "La respuesta no tiene una forma conocida.", "The answer has no known form.").in("network")
	codeFault     = fail("SOAP", ErrUnavailable, RetrySoon, adviceWait, "Falla SOAP.", "SOAP fault.").in("network")
	codeCircuit   = fail("circuito", ErrUnavailable, RetryLater, adviceWait, "El servicio falló varias veces seguidas y no se consulta por un rato (ver CircuitSettings).",
		"The service failed several times in a row and is not called for a while (see CircuitSettings).").in("network")
	codeAway = fail("pausa", ErrThrottled, RetryLater, adviceSlower, "El SII pidió no consultar por un rato.", "The SII asked clients to wait for a while.").in("network")
)

var networkCodes = newTable("network", "Sin respuesta del SII", "Without an answer of the SII's", "este cliente",
	codeNoAnswer, codeSlow, codeCut, codeTLS, codeForeign, codeLoop, codeLarge, codeEncoding, codeTruncated, codeUnknown, codeFault, codeCircuit, codeAway)
