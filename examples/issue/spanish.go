package main

const sobre = `Lee borradores de documentos electrónicos en JSON, con los nombres que el SII da a los elementos, y los emite. Un archivo tiene
un borrador o una lista de ellos. Cada documento recibe sus totales, el siguiente folio de su tipo, un timbre y una firma, y se
escribe en DIR como TIPO-FOLIO.xml. Después se escriben los sobres para el SII: uno de boletas, uno de los demás. Un borrador
que el SII rechazaría no recibe folio. Nada se envía.

DIR recuerda los folios usados (en DIR/folios). Use el mismo DIR para todos los documentos de una empresa, y consérvelo.

Con -dry-run solo dice qué resultaría de los borradores, y no hacen falta folios ni certificado. El estado de salida es 0 si no
se rechaza ningún borrador, 1 si se rechaza alguno o si los CAF no sirven, y 2 si el uso es incorrecto. Sin archivos emite un
borrador de cada tipo, con folios y un certificado propios, y muestra qué diría el SII de ellos.`

const usoBreve = `[-json] [-env cert|prod] -caf ARCHIVO [-caf-key N=ARCHIVO.pem] -p12 ARCHIVO [-pass P] -resolution FECHA/NÚMERO [-out DIR] BORRADOR.json...
     issue [-json] -dry-run BORRADOR.json...
     issue [-json] [-out DIR]`

// uso dice qué hace cada opción.
var uso = map[string]string{ //nolint:gosec // words, not secrets
	"json":       "escribir un objeto JSON por línea",
	"dry-run":    "solo decir qué resultaría de los borradores",
	"date":       "`fecha` de los borradores que no la tienen: 2026-11-20; lo que se emite se timbra y firma a las 12:00\nde ese día, solo para pruebas: no con -env prod",
	"uf":         "cuánto vale una Unidad de Fomento el día de la emisión, en `pesos`: 39643.59",
	"company":    "`archivo` JSON con lo que le falta al Emisor en los borradores",
	"lang":       "`idioma` de las palabras: en o es",
	"env":        "`ambiente` del SII, cert o prod; por omisión, el de los CAF",
	"caf":        "`archivo` CAF, como lo entrega el SII; puede darse más de una vez",
	"caf-key":    "`N=ARCHIVO`: una llave del SII para CAF, en PEM, además de las conocidas",
	"p12":        "`archivo` con certificado y llave, PKCS#12 (.p12, .pfx); por omisión, SII_CERT_P12_PATH",
	"pass":       "`clave` del archivo; la ven otros usuarios de esta máquina mientras el programa corre:\nmejor SII_CERT_P12_PASS o -pass-file",
	"pass-file":  "`archivo` cuya primera línea es la clave",
	"resolution": "`FECHA/NÚMERO` de la resolución que autoriza a la empresa a emitir: 2014-08-22/80; el número es 0\nen certificación",
	"out":        "`directorio` de documentos y sobres, que recuerda los folios; por omisión, este. Con una base de datos\nlos documentos se escriben ahí también, si se da",
}
