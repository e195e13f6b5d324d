package sii

var certificateWordings = map[string]wording{
	"certificate_none": {
		CheckSkipped,
		Text{"No se indicó certificado.", "No certificate was given."},
		Text{},
	},
	"certificate_read": {
		CheckOK,
		Text{"Certificado y llave se corresponden; su SHA-256 comienza con %s.", "Certificate and key belong together; SHA-256 begins with %s."},
		Text{},
	},
	"certificate_missing": {
		CheckFail,
		Text{"El archivo no existe.", "There is no such file."},
		Text{"Revisar la ruta del archivo del certificado.", "Check the path of the certificate's file."},
	},
	"certificate_unreadable": {
		CheckFail,
		Text{"No hay permiso para leer el archivo.", "The file may not be read."},
		Text{"Dar permiso de lectura al usuario del programa, y a nadie más.", "Give the program's user the right to read it, and nobody else."},
	},
	"certificate_password": {
		CheckFail,
		Text{"La clave no abre el archivo.", "The password does not open the file."},
		Text{"Revisar la clave; la del archivo no es la Clave Tributaria.", "Check the password; that of the file is not the Clave Tributaria."},
	},
	"certificate_no_key": {
		CheckFail,
		Text{"El archivo no tiene llave privada.", "The file has no private key."},
		Text{"Exportar de nuevo el certificado, con su llave.", "Export the certificate again, with its key."},
	},
	"certificate_absent": {
		CheckFail,
		Text{"El archivo no tiene certificado.", "The file has no certificate."},
		Text{"Exportarlo de nuevo, con certificado y llave.", "Export it again, with certificate and key."},
	},
	"certificate_no_match": {
		CheckFail,
		Text{"Ningún certificado del archivo corresponde a su llave.", "No certificate of the file belongs to its key."},
		Text{"Exportar de nuevo certificado y llave, juntos.", "Export certificate and key again, together."},
	},
	"certificate_not_rsa": {
		CheckFail,
		Text{"La llave no es RSA.", "The key is not RSA."},
		Text{"Obtener un certificado con llave RSA: el SII no conoce otra.", "Get a certificate with an RSA key: the SII knows no other."},
	},
	"certificate_key_size": {
		CheckFail,
		Text{"La llave RSA es demasiado corta o demasiado larga.", "The RSA key is too short or too long."},
		Text{"Obtener un certificado con llave RSA de 2048 bits.", "Get a certificate with an RSA key of 2048 bits."},
	},
	"certificate_no_mac": {
		CheckFail,
		Text{"El archivo no trae control de integridad.", "The file has no integrity check."},
		Text{"Exportarlo de nuevo con las opciones por omisión de su programa.", "Export it again with the defaults of its program."},
	},
	"certificate_not_pkcs12": {
		CheckFail,
		Text{"El archivo no es PKCS#12 (.p12, .pfx).", "The file is not PKCS#12 (.p12, .pfx)."},
		Text{"Exportar certificado y llave como PKCS#12; no basta cambiar el nombre de otro archivo.", "Export certificate and key as PKCS#12; do not rename another file."},
	},
	"certificate_encrypted_pem": {
		CheckFail,
		Text{"La llave privada del texto PEM está cifrada.", "The private key in the PEM text is encrypted."},
		Text{"Usar PKCS#12, o descifrarla primero.", "Use PKCS#12, or decrypt it first."},
	},
	"certificate_fips": {
		CheckFail,
		Text{"FIPS 140 es obligatorio y prohíbe SHA-1.", "FIPS 140 is enforced and forbids SHA-1."},
		Text{"Ejecutar sin GODEBUG=fips140=only: el SII acepta solo firmas con SHA-1.", "Run without GODEBUG=fips140=only: the SII accepts signatures with SHA-1 alone."},
	},
	"certificate_failed": {
		CheckFail,
		Text{"No se puede leer el certificado: %s.", "The certificate cannot be read: %s."},
		Text{"Exportar de nuevo certificado y llave.", "Export certificate and key again."},
	},
	"certificate_valid": {
		CheckOK,
		Text{"Vigente hasta el %s UTC.", "Valid until %s UTC."},
		Text{},
	},
	"certificate_ends_soon": {
		CheckWarn,
		Text{"Vigente hasta el %s UTC, por %d días más.", "Valid until %s UTC, %d days more."},
		Text{"Renovarlo ahora: toma días.", "Renew it now: it takes days."},
	},
	"certificate_expired": {
		CheckFail,
		Text{"Venció el %s UTC.", "Ended at %s UTC."},
		Text{"Renovarlo.", "Renew it."},
	},
	"certificate_not_yet_valid": {
		CheckFail,
		Text{"Rige desde el %s UTC.", "Begins at %s UTC."},
		Text{"Revisar el reloj de esta máquina, o esperar.", "Check this machine's clock, or wait."},
	},
	"rut_named": {
		CheckOK,
		Text{"El certificado es de %s.", "The certificate is of %s."},
		Text{},
	},
	"rut_none": {
		CheckWarn,
		Text{"El certificado no indica RUT.", "The certificate names no RUT."},
		Text{"Obtener uno de un prestador acreditado en Chile, para una persona.", "Get one of an issuer accredited in Chile, for a person."},
	},
	"rut_invalid": {
		CheckFail,
		Text{"Lo que el certificado indica como RUT no lo es.", "What the certificate has for a RUT is none."},
		Text{"Pedir a su emisor uno correcto.", "Ask its issuer for a correct one."},
	},
	"rut_conflict": {
		CheckFail,
		Text{"El certificado indica más de un RUT.", "The certificate names more than one RUT."},
		Text{"Pedir a su emisor uno correcto.", "Ask its issuer for a correct one."},
	},
	"key_signs": {
		CheckOK,
		Text{"La llave firma; RSA de %d bits.", "The key signs; RSA of %d bits."},
		Text{},
	},
	"key_weak": {
		CheckWarn,
		Text{"La llave firma, pero RSA de %d bits es débil.", "The key signs, but RSA of %d bits is weak."},
		Text{"Pedir una de 2048 bits al renovar el certificado.", "Get one of 2048 bits when you renew the certificate."},
	},
	"key_failed": {
		CheckFail,
		Text{"La llave no firma: %s.", "The key does not sign: %s."},
		Text{"Revisar el dispositivo que tiene la llave, y que pueda firmar con SHA-1.", "Check the device that has the key, and that it may sign with SHA-1."},
	},
	"chain_complete": {
		CheckOK,
		Text{"La cadena está completa hasta %q.", "The chain is complete up to %q."},
		Text{},
	},
	"chain_sha1": {
		CheckOK,
		Text{"La cadena está completa hasta %q, con firmas SHA-1.", "The chain is complete up to %q, with signatures by SHA-1."},
		Text{},
	},
	"chain_incomplete": {
		CheckWarn,
		Text{"El certificado del emisor %q no viene con la llave.", "The certificate of issuer %q did not come with the key."},
		Text{"Exportarlo con todos los certificados de la cadena; los tokens no la necesitan, el ingreso al portal puede necesitarla.", "Export it with all certificates of the chain; tokens work without, the login of the portal may not."},
	},
	"chain_broken": {
		CheckWarn,
		Text{"Los certificados de los emisores no calzan: una firma no corresponde, o uno no puede emitir.", "The certificates of the issuers do not fit: a signature does not hold, or one may not issue."},
		Text{"Exportarlo de nuevo desde donde lo entregó su emisor.", "Export it again from where its issuer gave it."},
	},
	"chain_expired": {
		CheckWarn,
		Text{"El certificado de un emisor venció.", "The certificate of an issuer has ended."},
		Text{"Pedir al emisor su certificado vigente, o renovar el suyo.", "Ask the issuer for its present certificate, or renew yours."},
	},
	"chain_self_signed": {
		CheckFail,
		Text{"El certificado fue emitido por su propio titular.", "The certificate was issued by its own holder."},
		Text{"Obtener uno de un prestador acreditado en Chile: el SII no acepta otro.", "Get one of an issuer accredited in Chile: the SII accepts no other."},
	},
}
