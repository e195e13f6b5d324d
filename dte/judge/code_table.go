package judge

// meaning is what a code does and means.
type meaning struct {
	level      Level
	source     Source
	unnumbered bool // the number is not known
	lined      bool // the SII writes the line into the code
	english    string
	spanish    string
}

// codes are all codes. Levels follow how documents ended, not the digit.
var codes = map[Code]meaning{
	CodeSize: {
		level: Rejects, source: Official,
		english: "the file is empty or too large",
		spanish: "el archivo está vacío o es demasiado grande",
	},
	CodeAgain: {
		level: Rejects, source: Issuers,
		english: "the same bytes were uploaded before",
		spanish: "los mismos bytes ya se enviaron antes",
	},
	CodeCompany: {
		level: Rejects, source: Official,
		english: "the company is not authorised to send files",
		spanish: "la empresa no está autorizada a enviar archivos",
	},
	CodeUploader: {
		level: Rejects, source: Official,
		english: "who uploads has no permission to send for the company",
		spanish: "quien envía no tiene permiso para enviar por la empresa",
	},
	CodeLine: {
		level: Rejects, source: Issuers,
		english: "a line is too long for the gateway, which reads about 4,090 characters",
		spanish: "una línea es demasiado larga para la recepción, que lee unos 4.090 caracteres",
	},
	CodeSchemaName: {
		level: Rejects, source: Issuers,
		english: "the schema is not recognised: the root, its schemaLocation, the XML declaration, or a file that is one long line",
		spanish: "no se reconoce el esquema: la raíz, su schemaLocation, la declaración XML, o un archivo que es una sola línea larga",
	},
	CodeXML: {
		level: Rejects, source: Issuers, unnumbered: true,
		english: "the file is no well-formed XML",
		spanish: "el archivo no es XML bien formado",
	},
	CodeSchemaExtra: {
		level: Rejects, source: Issuers,
		english: "schema: an element does not belong where it stands",
		spanish: "esquema: un elemento no corresponde donde está",
	},
	CodeSchemaMissing: {
		level: Rejects, source: Official,
		english: "schema: an element is missing, or stands behind one that does not belong",
		spanish: "esquema: falta un elemento, o está después de uno que no corresponde",
	},
	CodeSchemaShort: {
		level: Rejects, source: Processor,
		english: "schema: a value is too short",
		spanish: "esquema: un valor es demasiado corto",
	},
	CodeSchemaLong: {
		level: Rejects, source: Processor,
		english: "schema: a value is too long",
		spanish: "esquema: un valor es demasiado largo",
	},
	CodeSchemaAttribute: {
		level: Rejects, source: Official,
		english: "schema: an attribute has another value than the only one",
		spanish: "esquema: un atributo tiene un valor distinto del único posible",
	},
	CodeSchemaList: {
		level: Rejects, source: OneIssuer,
		english: "schema: a value is not in the list of allowed values",
		spanish: "esquema: un valor no es ninguno de los permitidos",
	},
	CodeSchemaPattern: {
		level: Rejects, source: Processor,
		english: "schema: a value has another form",
		spanish: "esquema: un valor tiene otra forma",
	},
	CodeSchemaOther: {
		level: Rejects, source: Processor, unnumbered: true,
		english: "schema: another error, of which the processor's number is not known",
		spanish: "esquema: otro error, del que no se conoce el número del procesador",
	},
	CodeSchema: {
		level: Rejects, source: Issuers,
		english: "the envelope is no well-formed XML, or against the schema",
		spanish: "el envío no es XML bien formado, o no cumple el esquema",
	},
	CodeSender: {
		level: Rejects, source: Issuers,
		english: "who signed the envelope (RutEnvia) is not authorised for the company, is not the owner of the certificate, or not who uploads",
		spanish: "quien firmó el envío (RutEnvia) no está autorizado por la empresa, no es el titular del certificado, o no es quien envía",
	},
	CodeEnvelopeSignature: {
		level: Rejects, source: Official, unnumbered: true,
		english: "the signature of the envelope does not hold",
		spanish: "la firma del envío no corresponde",
	},
	CodeResolution: {
		level: Rejects, source: Issuers,
		english: "date or number of the resolution (FchResol, NroResol) are not the company's in this environment",
		spanish: "la fecha o el número de resolución (FchResol, NroResol) no son los de la empresa en este ambiente",
	},
	CodeCover: {
		level: Rejects, source: Official, unnumbered: true,
		english: "the carátula does not agree with the documents, or is not addressed to the SII",
		spanish: "la carátula no concuerda con los documentos, o no está dirigida al SII",
	},
	CodeRepeated: {
		level: Rejects, source: Issuers,
		english: "the document is in the envelope twice",
		spanish: "el documento está dos veces en el envío",
	},
	CodeReceived: {
		level: Rejects, source: Issuers,
		english: "the folio was received before",
		spanish: "el folio ya fue recibido",
	},
	CodeSignature: {
		level: Rejects, source: Issuers,
		english: "the document's signature does not hold over the document alone, cut out of the envelope",
		spanish: "la firma del documento no corresponde al documento solo, sacado del envío",
	},
	CodeAnnulled: {
		level: Rejects, source: Issuers,
		english: "the folio was annulled",
		spanish: "el folio fue anulado",
	},
	CodeLate: {
		level: Slight, source: Issuers,
		english: "received more than three days after its date of issue",
		spanish: "recibido más de tres días después de su fecha de emisión",
	},
	CodeCAF: {
		level: Rejects, source: Official, unnumbered: true,
		english: "the folio is not authorised by the CAF in the stamp, or the SII gave no such CAF to this company in this environment",
		spanish: "el CAF del timbre no autoriza el folio, o no es un CAF del SII para esta empresa y este ambiente",
	},
	CodeExpired: {
		level: Rejects, source: Issuers,
		english: "the CAF had expired when the document was signed",
		spanish: "el CAF estaba vencido cuando se firmó el documento",
	},
	CodeStamp: {
		level: Serious, source: Issuers,
		english: "the stamp's signature (FRMT) does not hold over its flattened ISO-8859-1 text",
		spanish: "la firma del timbre (FRMT) no corresponde a su texto aplanado en ISO-8859-1",
	},
	CodeEarlyStamp: {
		level: Slight, source: Issuers,
		english: "the stamp is dated before the CAF",
		spanish: "el timbre es anterior a la fecha del CAF",
	},
	CodeStampTotal: {
		level: Serious, source: Issuers,
		english: "the stamp's total (MNT) is not written as the document's (MntTotal)",
		spanish: "el total del timbre (MNT) no está escrito como el del documento (MntTotal)",
	},
	CodeStampData: {
		level: Rejects, source: Official, unnumbered: true,
		english: "the stamp is of another document: issuer, type, folio, date or receiver differ",
		spanish: "el timbre es de otro documento: difieren emisor, tipo, folio, fecha o receptor",
	},
	CodeEarlyIssue: {
		level: Rejects, source: Issuers,
		english: "the date of issue is before the CAF",
		spanish: "la fecha de emisión es anterior a la del CAF",
	},
	CodeActivity: {
		level: Rejects, source: Issuers,
		english: "the code of activity (Acteco) is not among those registered for the issuer",
		spanish: "el código de actividad (Acteco) no está entre los registrados del emisor",
	},
	CodeBoletaReference: {
		level: Rejects, source: OneIssuer,
		english: "a boleta of the certification set refers with fields that it may not have",
		spanish: "una boleta del set de certificación referencia con campos que no puede tener",
	},
	CodeHeader: {
		level: Rejects, source: OneIssuer, unnumbered: true,
		english: "an exempt invoice declares net, rate or VAT",
		spanish: "una factura exenta declara neto, tasa o IVA",
	},
	CodeLineSum: {
		level: Serious, source: Issuers, lined: true,
		english: "the line is not price × quantity − discount + surcharge, or has a percentage without its amount",
		spanish: "la línea no es precio × cantidad − descuento + recargo, o tiene un porcentaje sin su monto",
	},
	CodeBoletaLineSum: {
		level: Serious, source: Official,
		english: "the line of a boleta is not price × quantity − discount + surcharge",
		spanish: "la línea de la boleta no es precio × cantidad − descuento + recargo",
	},
	CodeNet: {
		level: Serious, source: Issuers,
		english: "the net does not follow from the lines",
		spanish: "el neto no se deduce de las líneas",
	},
	CodeExempt: {
		level: Serious, source: OneIssuer,
		english: "the exempt amount does not follow from the lines",
		spanish: "el monto exento no se deduce de las líneas",
	},
	CodeTotal: {
		level: Serious, source: Issuers,
		english: "the total is not the sum of its parts",
		spanish: "el total no es la suma de sus partes",
	},
	CodeSum: {
		level: Serious, source: Official, unnumbered: true,
		english: "another amount of the totals does not follow: VAT, its shares, deposits, commissions, what is not charged, or the period",
		spanish: "otro monto de los totales no se deduce: IVA, sus partes, garantías, comisiones, no facturable, o el período",
	},
	CodeTaxLine: {
		level: Serious, source: Issuers,
		english: "the total retention (code 15) does not name its rate of 19 %",
		spanish: "la retención total (código 15) no informa su tasa de 19 %",
	},
	CodeTax: {
		level: Serious, source: Issuers,
		english: "rate or amount of an additional tax or a retention do not follow",
		spanish: "la tasa o el monto de un impuesto adicional o retención no se deducen",
	},
	CodeNoPayment: {
		level: Slight, source: OneIssuer,
		english: "an export without payment (FmaPagExp 21) has amounts in another currency",
		spanish: "una exportación sin pago (FmaPagExp 21) tiene montos en otra moneda",
	},
	CodePackages: {
		level: Serious, source: Issuers,
		english: "packages of an export lack their marks or, containers, their number and seal",
		spanish: "a los bultos de una exportación les faltan marcas o, a los contenedores, su número y sello",
	},
	CodeCurrency: {
		level: Serious, source: Issuers,
		english: "an export lacks its totals in pesos (OtraMoneda)",
		spanish: "a una exportación le faltan sus totales en pesos (OtraMoneda)",
	},
	CodeReference: {
		level: Rejects, source: Issuers,
		english: "a note refers to nothing, or a credit note to a guía",
		spanish: "una nota no referencia nada, o una nota de crédito referencia una guía",
	},
	CodeUnreceived: {
		level: Rejects, source: Issuers,
		english: "the document that a note refers to has not been received",
		spanish: "el documento que referencia la nota no ha sido recibido",
	},
	CodeReferenceCode: {
		level: Rejects, source: OneIssuer, lined: true,
		english: "no reference of a note says what it is for (CodRef)",
		spanish: "ninguna referencia de la nota dice para qué es (CodRef)",
	},
	CodeAnnulment: {
		level: Serious, source: Issuers,
		english: "a note that annuls has another total than the document",
		spanish: "una nota que anula tiene un total distinto del documento",
	},
	CodeTextCorrection: {
		level: Serious, source: OneIssuer,
		english: "a note that corrects text has amounts",
		spanish: "una nota que corrige texto tiene montos",
	},
}
