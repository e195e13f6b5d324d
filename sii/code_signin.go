package sii

const manualAUT = "SII, Autenticación automática 1.9, 5.2"

var seedCodes = newTable("seed", "Semilla (CrSeed, getSeed): ESTADO", "Seed (CrSeed, getSeed): ESTADO", manualAUT,
	fine("00", "Semilla generada.", "Seed generated."),
	fine("0", "Semilla generada (OpenAPI de la boleta).", "Seed generated (OpenAPI of the boleta)."),
	fail("-1", ErrUnavailable, RetrySoon, adviceWait, "Error interno de configuración o de mensaje.", "Internal error of configuration or of a message."),
	fail("-2", ErrUnavailable, RetrySoon, adviceWait, "Error de la base de datos: no se pudo crear o actualizar.", "Error of the database: could not create or update."),
)

var tokenCodes = newTable("token", "Token (GetTokenFromSeed, getToken): ESTADO", "Token (GetTokenFromSeed, getToken): ESTADO",
	manualAUT+"; 10 as seen in 2026",
	fine("00", "Token creado.", "Token created."),
	fine("0", "Token creado (OpenAPI de la boleta).", "Token created (OpenAPI of the boleta)."),
	fail("01", ErrInvalidRequest, RetryNever, adviceReport, "XML inválido (IOException).", "Invalid XML (IOException)."),
	fail("02", ErrInvalidRequest, RetryNever, adviceReport, "XML inválido (SAXException).", "Invalid XML (SAXException)."),
	fail("03", ErrUnavailable, RetryOnce, adviceWait, "XML no procesado (ParserConfigurationException).", "XML not processed (ParserConfigurationException)."),
	fail("04", ErrInvalidRequest, RetryNever, adviceReport, "Falta el elemento Signature.", "There is no element Signature."),
	fail("05", ErrInvalidRequest, RetryNever, adviceReport, "Firma inválida.", "Invalid signature."),
	fail("06", ErrInvalidRequest, RetryNever, adviceReport, "Falta el elemento Semilla.", "There is no element Semilla."),
	fail("07", ErrUnavailable, RetrySoon, adviceWait, "Error interno (MessageException).", "Internal error (MessageException)."),
	// Not RetrySoon: the same seed is not valid again; see seedSource.Token.
	fail("08", ErrUnavailable, RetryOnce, adviceWait, "La semilla venció, ya se usó o no existe; o no se pudo crear el token.", "The seed has expired, was used or does not exist; or the token could not be created."),
	fail("09", ErrUnavailable, RetrySoon, adviceWait, "Error interno (MessageException).", "Internal error (MessageException)."),
	fail("10", ErrRejected, RetryNever, adviceCertificate, "Certificado no aceptado o firma inválida (glosa «Error Interno»).", "Certificate not accepted, or invalid signature (glosa \"Error Interno\")."),
	fail("11", ErrInvalidRequest, RetryNever, adviceReport, "Falta el certificado en la firma.", "There is no certificate in the signature."),
	fail("12", ErrForbidden, RetryNever, adviceRegister, "No se pudo validar el RUT del certificado.", "The RUT of the certificate could not be validated."),
	fail("21", ErrInvalidRequest, RetryNever, adviceReport, "La llave pública no corresponde al certificado.", "The public key is not that of the certificate."),
	fail("-3", ErrForbidden, RetryNever, adviceRegister, "Error en la autenticación.", "Error of authentication."),
	// The manual writes -07; one client reads numbers.
	fail("-07", ErrForbidden, RetryNever, adviceRegister, "El titular no está registrado en el SII con la opción Certificado Digital.", "The holder is not registered at the SII with the option Certificado Digital."),
	fail("-7", ErrForbidden, RetryNever, adviceRegister, "El titular no está registrado en el SII con la opción Certificado Digital.", "The holder is not registered at the SII with the option Certificado Digital."),
)
