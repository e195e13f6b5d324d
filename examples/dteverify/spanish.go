package main

const sobre = `Verifica archivos de la factura electrónica de Chile: DTE, EnvioDTE, EnvioBOLETA, AEC, RespuestaDTE, EnvioRecibos,
ConsumoFolios. Escribe una línea por firma y por documento: si la firma corresponde, el timbre (TED), la autorización
del folio (CAF), la concordancia de timbre y documento, totales, fechas y el esquema del SII. Con -roots, quien firmó debe
tener un certificado de uno de esos emisores; sin -roots, toda firma que corresponde está bien, y solo el timbre une un
documento con su emisor. Los folios del ambiente de certificación no son facturas y se rechazan sin -certification. Un
archivo llamado - es la entrada estándar. El estado de salida es 0 solo si todo está bien, 1 si no, y 2 si el uso es
incorrecto. En la carpeta de este proyecto, esto termina bien:

  dteverify -lang es -caf-key 666=dte/testdata/sii-666.pem -roots dte/testdata/issuer.pem dte/testdata/dte.xml`

// uso dice qué hace cada opción.
var uso = map[string]string{
	"json":          "escribir un objeto JSON por línea",
	"explain":       "decir en palabras lo que se encontró",
	"lang":          "`idioma` de las palabras: en o es",
	"roots":         "`archivo` PEM con los emisores de certificados en que se confía",
	"certification": "aceptar los folios del ambiente de certificación del SII, y solo esos",
	"strict":        "las advertencias no están bien",
	"older-schema":  "revisar con los esquemas anteriores del SII",
	"caf-key":       "`ID=ARCHIVO`: una llave del SII para CAF, en PEM, además de las conocidas",
}
