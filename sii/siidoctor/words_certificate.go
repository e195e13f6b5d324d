package siidoctor

import "github.com/ofitec/chile/sii"

var certificateWordings = map[string]wording{
	"certificate_none": {
		CheckSkipped,
		text("No se indicó certificado.", "No certificate was given."),
		sii.Text{},
	},
	"certificate_read": {
		CheckOK,
		text("Certificado y llave se corresponden; su SHA-256 comienza con %s.", "Certificate and key belong together; SHA-256 begins with %s."),
		sii.Text{},
	},
	"certificate_missing": {
		CheckFail,
		text("El archivo no existe.", "There is no such file."),
		text("Revisar la ruta del archivo del certificado.", "Check the path of the certificate's file."),
	},
	"certificate_unreadable": {
		CheckFail,
		text("No hay permiso para leer el archivo.", "There is no permission to read the file."),
		text("Dar permiso de lectura al usuario del programa, y a nadie más.", "Allow only the program's user to read it."),
	},
	"certificate_password": {
		CheckFail,
		text("La clave no abre el archivo.", "The password does not open the file."),
		text("Revisar la clave; la del archivo no es la Clave Tributaria.", "Check the password; that of the file is not the Clave Tributaria."),
	},
	"certificate_no_key": {
		CheckFail,
		text("El archivo no tiene llave privada.", "The file has no private key."),
		text("Exportar de nuevo el certificado, con su llave.", "Export the certificate again, with its key."),
	},
	"certificate_absent": {
		CheckFail,
		text("El archivo no tiene certificado.", "The file has no certificate."),
		text("Exportarlo de nuevo, con certificado y llave.", "Export it again, with certificate and key."),
	},
	"certificate_no_match": {
		CheckFail,
		text("Ningún certificado del archivo corresponde a su llave.", "No certificate of the file belongs to its key."),
		text("Exportar de nuevo certificado y llave, juntos.", "Export certificate and key again, together."),
	},
	"certificate_not_rsa": {
		CheckFail,
		text("La llave no es RSA.", "The key is not RSA."),
		text("Obtener un certificado con llave RSA: el SII no conoce otra.", "Get a certificate with an RSA key: the SII knows no other."),
	},
	"certificate_key_size": {
		CheckFail,
		text("La llave RSA es demasiado corta o demasiado larga.", "The RSA key is too short or too long."),
		text("Obtener un certificado con llave RSA de 2048 bits.", "Get a certificate with an RSA key of 2048 bits."),
	},
	"certificate_no_mac": {
		CheckFail,
		text("El archivo no trae control de integridad.", "The file has no integrity check."),
		text("Exportarlo de nuevo con las opciones por omisión de su programa.", "Export it again with the defaults of its program."),
	},
	"certificate_not_pkcs12": {
		CheckFail,
		text("El archivo no es PKCS#12 (.p12, .pfx).", "The file is not PKCS#12 (.p12, .pfx)."),
		text("Exportar certificado y llave como PKCS#12; no basta cambiar el nombre de otro archivo.", "Export certificate and key as PKCS#12; do not rename another file."),
	},
	"certificate_alone": {
		CheckFail,
		text("El archivo es un certificado sin llave (.cer, .crt), no PKCS#12.", "The file is a certificate without key (.cer, .crt), not PKCS#12."),
		text("Exportar de nuevo el certificado, con su llave, como PKCS#12.", "Export the certificate again, with its key, as PKCS#12."),
	},
	"certificate_chain_alone": {
		CheckFail,
		text("El archivo es una cadena de certificados sin llave (PKCS#7, .p7b), no PKCS#12.", "The file is a chain of certificates without key (PKCS#7, .p7b), not PKCS#12."),
		text("Exportar de nuevo el certificado, con su llave, como PKCS#12.", "Export the certificate again, with its key, as PKCS#12."),
	},
	"certificate_key_alone": {
		CheckFail,
		text("El archivo es una llave privada sin certificado, no PKCS#12.", "The file is a private key without certificate, not PKCS#12."),
		text("Exportar certificado y llave juntos, como PKCS#12.", "Export certificate and key together, as PKCS#12."),
	},
	"certificate_java": {
		CheckFail,
		text("El archivo es un almacén de llaves de Java (JKS), no PKCS#12.", "The file is a keystore of Java (JKS), not PKCS#12."),
		text("Convertirlo con keytool -importkeystore -deststoretype pkcs12.", "Convert it with keytool -importkeystore -deststoretype pkcs12."),
	},
	"certificate_empty": {
		CheckFail,
		text("El archivo está vacío.", "The file is empty."),
		text("Copiarlo de nuevo.", "Copy it again."),
	},
	"certificate_cut": {
		CheckFail,
		text("El archivo está cortado.", "The file is cut."),
		text("Copiarlo de nuevo, completo y en modo binario.", "Copy it again, whole and in binary mode."),
	},
	"certificate_damaged": {
		CheckFail,
		text("El archivo se dañó en el camino: un programa lo trató como texto.", "The file was damaged in transfer: a program treated it as text."),
		text("Copiarlo de nuevo, en modo binario.", "Copy it again, in binary mode."),
	},
	"certificate_broken": {
		CheckFail,
		text("Un certificado del archivo no se puede leer.", "A certificate of the file cannot be read."),
		text("Exportarlo de nuevo, o pedir a su emisor uno correcto.", "Export it again, or ask its issuer for a correct one."),
	},
	"certificate_several": {
		CheckFail,
		text("El archivo tiene certificados vigentes de varios titulares.", "The file has valid certificates of several holders."),
		text("Export the certificate of one holder.", "Export the certificate of one holder."),
	},
	"certificate_algorithm": {
		CheckFail,
		text("El archivo usa %s, que aquí no se lee.", "The file uses %s, which is not supported here."),
		text("Convertirlo: openssl pkcs12 -legacy -in viejo.p12 -nodes -out llave.pem; openssl pkcs12 -export -in llave.pem -out nuevo.p12; y borrar llave.pem.",
			"Convert it: openssl pkcs12 -legacy -in old.p12 -nodes -out key.pem; openssl pkcs12 -export -in key.pem -out new.p12; and delete key.pem."),
	},
	"certificate_limit": {
		CheckFail,
		text("El archivo es demasiado grande, o abrirlo toma demasiado tiempo.", "The file is too large, or opening it takes too long."),
		text("Exportar de nuevo certificado y llave.", "Export certificate and key again."),
	},
	"certificate_file_closed": {
		CheckOK,
		text("Los permisos del archivo son %v: otros usuarios no lo leen.", "The permissions of the file are %v: other users cannot read it."),
		sii.Text{},
	},
	"certificate_file_open": {
		CheckWarn,
		text("Los permisos del archivo son %v: todos los usuarios de esta máquina lo alcanzan.", "The permissions of the file are %v: all users of this machine can access it."),
		text("Quitarlos a los demás: chmod 600.", "Remove those of others: chmod 600."),
	},
	"certificate_file_unknown": {
		CheckSkipped,
		text("Este sistema no dice así quién lee el archivo.", "This system does not show who may read the file."),
		sii.Text{},
	},
	"certificate_encrypted_pem": {
		CheckFail,
		text("La llave privada del texto PEM está cifrada.", "The private key in the PEM text is encrypted."),
		text("Usar PKCS#12, o descifrarla primero.", "Use PKCS#12, or decrypt it first."),
	},
	"certificate_fips": {
		CheckFail,
		text("FIPS 140 es obligatorio y prohíbe SHA-1.", "FIPS 140 is enforced and forbids SHA-1."),
		text("Ejecutar sin GODEBUG=fips140=only: el SII acepta solo firmas con SHA-1.", "Run without GODEBUG=fips140=only: the SII accepts only signatures with SHA-1."),
	},
	"certificate_failed": {
		CheckFail,
		text("No se puede leer el certificado: %s.", "The certificate cannot be read: %s."),
		text("Exportar de nuevo certificado y llave.", "Export certificate and key again."),
	},
	"certificate_valid": {
		CheckOK,
		text("Vigente hasta el %s UTC.", "Valid until %s UTC."),
		sii.Text{},
	},
	"certificate_ends_soon": {
		CheckWarn,
		text("Vigente hasta el %s UTC, por %d días más.", "Valid until %s UTC, %d days more."),
		text("Renovarlo ahora: toma días.", "Renew it now: it takes days."),
	},
	"certificate_expired": {
		CheckFail,
		text("Venció el %s UTC.", "Ended at %s UTC."),
		text("Renovarlo.", "Renew it."),
	},
	"certificate_not_yet_valid": {
		CheckFail,
		text("Rige desde el %s UTC.", "Begins at %s UTC."),
		text("Revisar el reloj de esta máquina, o esperar.", "Check this machine's clock, or wait."),
	},
	"rut_named": {
		CheckOK,
		text("El certificado es de %s.", "The certificate belongs to %s."),
		sii.Text{},
	},
	"rut_none": {
		CheckWarn,
		text("El certificado no indica RUT.", "The certificate names no RUT."),
		text("Obtener uno de un prestador acreditado en Chile, para una persona.", "Get one of an issuer accredited in Chile, for a person."),
	},
	"rut_invalid": {
		CheckFail,
		text("Lo que el certificado indica como RUT no lo es.", "The certificate has an invalid RUT."),
		text("Pedir a su emisor uno correcto.", "Ask its issuer for a correct one."),
	},
	"rut_conflict": {
		CheckFail,
		text("El certificado indica más de un RUT.", "The certificate names more than one RUT."),
		text("Pedir a su emisor uno correcto.", "Ask its issuer for a correct one."),
	},
	"key_signs": {
		CheckOK,
		text("La llave firma; RSA de %d bits.", "The key signs; RSA of %d bits."),
		sii.Text{},
	},
	"key_weak": {
		CheckWarn,
		text("La llave firma, pero RSA de %d bits es débil.", "The key signs, but RSA of %d bits is weak."),
		text("Pedir una de 2048 bits al renovar el certificado.", "Get one of 2048 bits when you renew the certificate."),
	},
	"key_failed": {
		CheckFail,
		text("La llave no firma: %s.", "The key does not sign: %s."),
		text("Revisar el dispositivo que tiene la llave, y que pueda firmar con SHA-1.", "Check the device that has the key, and that it may sign with SHA-1."),
	},
	"chain_complete": {
		CheckOK,
		text("La cadena está completa hasta %q.", "The chain is complete up to %q."),
		sii.Text{},
	},
	"chain_sha1": {
		CheckOK,
		text("La cadena está completa hasta %q, con firmas SHA-1.", "The chain is complete up to %q, with signatures by SHA-1."),
		sii.Text{},
	},
	"chain_incomplete": {
		CheckWarn,
		text("El certificado del emisor %q no viene con la llave.", "The certificate of issuer %q did not come with the key."),
		text("Exportarlo con todos los certificados de la cadena; los tokens no la necesitan, el ingreso al portal puede necesitarla.", "Export it with all certificates of the chain; tokens work without, the login of the portal may not."),
	},
	"chain_broken": {
		CheckWarn,
		text("Los certificados de los emisores no calzan: una firma no corresponde, o uno no puede emitir.", "The issuers' certificates do not match: a signature is not valid, or one may not issue."),
		text("Exportarlo de nuevo desde donde lo entregó su emisor.", "Export it again from where its issuer gave it."),
	},
	"chain_expired": {
		CheckWarn,
		text("El certificado de un emisor venció.", "The certificate of an issuer has ended."),
		text("Pedir al emisor su certificado vigente, o renovar el suyo.", "Ask the issuer for its present certificate, or renew yours."),
	},
	"chain_self_signed": {
		CheckFail,
		text("El certificado fue emitido por su propio titular.", "The certificate was issued by its own holder."),
		text("Obtener uno de un prestador acreditado en Chile: el SII no acepta otro.", "Get one of an issuer accredited in Chile: the SII accepts no other."),
	},
}
