package main

const sobre = `Revisa, uno tras otro, el certificado, el reloj, el camino a cada servidor del SII, una semilla, un token, el registro
(RCV) de una empresa y la base de datos, y dice de cada uno si está bien y, si no, qué hacer. Pide al SII una semilla, un
token y un resumen. Lo que escribe no tiene secretos ni nombres: se puede pegar en un informe.

El ambiente es el de SII_AMBIENTE o -env: cert (por omisión) o prod. El certificado es el de -p12 o el de SII_CERT_P12_PATH
y SII_CERT_P12_PASS; sin uno, se revisa lo que no lo necesita. El estado de salida es 1 si algo falló, y 2 si el uso es
incorrecto.`

// uso dice qué hace cada opción.
var uso = map[string]string{ //nolint:gosec // words about a password, and none
	"json":      "escribir un objeto JSON por revisión; el último es el evento done",
	"lang":      "`idioma` de las palabras: en o es",
	"sii":       "`URL` de un SII simulado, como la escribe fakesii",
	"env":       "`ambiente`: cert o prod; SII_AMBIENTE lo dice también. Sin ambos es cert",
	"p12":       "`archivo` con certificado y llave, PKCS#12 (.p12, .pfx); si falta, SII_CERT_P12_PATH",
	"pass":      "`clave` del archivo; la ven otros usuarios de esta máquina mientras el programa corre:\nmejor SII_CERT_P12_PASS o -pass-file",
	"pass-file": "`archivo` cuya primera línea es la clave",
	"db":        "`archivo` de SQLite",
	"dsn":       "`URL` de PostgreSQL (postgres://…) en vez de un archivo de SQLite",
	"rut":       "`RUT` de la empresa cuyo registro se pide; si falta, SII_RUT y SII_DV o, sin ellos, el titular\ndel certificado",
	"deadline":  "`tiempo` para cada revisión",
}
