package sii

// rcvCodes are the values of codRespuesta of the facade. They do not
// distinguish refusals: the words of the message do, see rcvMessages.
var rcvCodes = newTable("rcv", "RCV (facadeService): codRespuesta", "RCV (facadeService): codRespuesta", "varios clientes",
	fine("0", "Correcto; puede venir sin datos.", "Correct; there may be no data."),
	fine("1", "Correcto, con aviso.", "Correct, with a notice."),
	fail("2", ErrUnavailable, RetrySoon, adviceWait, "Error inesperado.", "Unexpected error."),
	fine("3", "Sin movimientos.", "No movements."),
	// Unverified: one client reads it so, another as a redirection of the page.
	fail("98", ErrRecaptcha, RetryNever, adviceRecaptcha, "Falta un reCAPTCHA verdadero.", "A real reCAPTCHA is required."),
	fail("99", ErrRejected, RetryNever, adviceReport, "Ambiguo; el mensaje dice qué: período, permisos, muchos documentos.",
		"Ambiguous; the message says what: period, permissions, many documents."),
	fine("100", "Registrado, con alerta.", "Done, with an alert."),
	codeRefused,
)

// codeRefused is for codes that are not in the table.
var codeRefused = fail("otro", ErrRejected, RetryNever, adviceReport, "Otro rechazo; ver la glosa.", "Another refusal; see the glosa.").in("rcv")

// codeDeferred is a register with too many documents for one answer.
var codeDeferred = fail("diferida", ErrDeferred, RetryNever, adviceDeferred, "Demasiados documentos para una respuesta: la descarga debe ser diferida.",
	"Too many documents for one answer: the download must be deferred.").in("rcv")

// rcvMessages are words of msgeRespuesta and errorMsg. The first match counts.
var rcvMessages = newTable("rcv.message", "RCV (facadeService): palabras de msgeRespuesta y errorMsg", "RCV (facadeService): words of msgeRespuesta and errorMsg", "varios clientes",
	codeDeferred.with("diferid"),
	fail("forma", ErrInvalidRequest, RetryNever, adviceReport, "El servicio no acepta la forma de la consulta (Accept).", "The service does not accept the form of the request (Accept).").with("resteasy"),
	fail("forma", ErrInvalidRequest, RetryNever, adviceReport, "El servicio no entiende la consulta (nombra una clase de Java).", "The service does not understand the request (it names a class of Java).").with("java."),
	fail("recurrentes", ErrThrottled, RetrySoon, adviceSlower, "Demasiadas consultas de un usuario.", "Too many queries of one user.").with("consultas recurrentes"),
	// Before token, because a reCAPTCHA is a token too.
	fail("reCAPTCHA", ErrRecaptcha, RetryNever, adviceRecaptcha, "Falta un reCAPTCHA verdadero.", "A real reCAPTCHA is required.").with("captcha"),
	// errorMsg of a request without the data of a session.
	fail("sesión", ErrUnauthorized, RetryToken, adviceRenew, "Consulta sin sesión.", "A request without a session.").with("acceso no autorizado"),
	fail("sesión", ErrUnauthorized, RetryToken, adviceRenew, "El token no sirve.", "The token is not good.").with("token"),
	fail("sesión", ErrUnauthorized, RetryToken, adviceRenew, "No autenticado.", "Not authenticated.").with("autentic"),
	fail("sesión", ErrUnauthorized, RetryToken, adviceRenew, "Sesión perdida.", "The session is lost.").with("sesion"),
	fail("permiso", ErrForbidden, RetryNever, adviceAuthorize, "Usuario no autorizado por la empresa.", "The company has not authorised the user.").with("usuario no autorizado"),
	fail("permiso", ErrForbidden, RetryNever, adviceAuthorize, "No autorizado.", "Not authorised.").with("no autorizad"),
	fail("permiso", ErrForbidden, RetryNever, adviceAuthorize, "Sin autorización.", "No authorisation.").with("no tiene autorizacion"),
	fail("datos", ErrInvalidRequest, RetryNever, adviceData, "Período anterior a 2017-05, u otro dato no válido.", "A period before 2017-05, or other data that are not valid.").with("no valid"),
	fail("forma", ErrInvalidRequest, RetryNever, adviceReport, "Solicitud inválida.", "Invalid request.").with("invalid"),
	fail("forma", ErrInvalidRequest, RetryNever, adviceReport, "Formato incorrecto.", "Wrong form.").with("formato incorrecto"),
	fail("sobrecarga", ErrUnavailable, RetrySoon, adviceWait, "El SII pide intentar más tarde.", "The SII asks to try later.").with("intentelo"),
	fail("sobrecarga", ErrUnavailable, RetrySoon, adviceWait, "El SII pide intentar más tarde.", "The SII asks to try later.").with("intente"),
)
