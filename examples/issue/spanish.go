package main

const sobre = `Lee borradores de documentos electrónicos en JSON, con los nombres que el SII da a los elementos, y escribe de cada uno el
documento que resulta: sus totales, y todo lo que el SII rechazaría u objetaría, con los códigos del SII. Un archivo tiene un
borrador o una lista de ellos. No hacen falta folios ni certificado, y nada se envía: con -dry-run, que es lo único que hay
por ahora. El estado de salida es 0 si no se rechaza ningún borrador, 1 si se rechaza alguno, y 2 si el uso es incorrecto.
Sin archivos muestra un borrador de cada tipo que se emite.`

// uso dice qué hace cada opción.
var uso = map[string]string{
	"json":    "escribir un objeto JSON por línea",
	"dry-run": "solo decir qué resultaría de los borradores",
	"date":    "`fecha` de emisión de los borradores que no la tienen: 2026-11-20",
	"uf":      "cuánto vale una Unidad de Fomento el día de la emisión, en `pesos`: 39643.59",
	"company": "`archivo` JSON con lo que le falta al Emisor en los borradores",
	"lang":    "`idioma` de las palabras: en o es",
}
