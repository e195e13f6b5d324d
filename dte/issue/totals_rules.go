package issue

// Findings of totals. Codes are the SII's where it has one for the same thing.
var (
	ruleLine = rule{
		"DET-2-200", LevelReparo,
		"el monto dado no es el que sigue de precio, cantidad, descuento y recargo: se usa el calculado",
		"the given amount does not follow from price, quantity, discount and surcharge: the computed one is used",
	}
	ruleExempt = rule{
		"HED-2-220", LevelReparo,
		"el monto exento dado no es la suma de las líneas exentas: se usa la suma",
		"the given exempt amount is not the sum of the exempt lines: the sum is used",
	}
	ruleGiven = rule{
		"totals.given", LevelReparo,
		"el monto dado no es el que sigue del resto del documento: se usa el calculado",
		"the given amount does not follow from the rest of the document: the computed one is used",
	}
	ruleDropped = rule{
		"totals.dropped", LevelAdvice,
		"este documento no lleva tasa de IVA: se omite",
		"this document has no VAT rate: it is omitted",
	}
	ruleNoAmount = rule{
		"line.amount", LevelRejects,
		"la línea no tiene precio ni monto",
		"the line has neither price nor amount",
	}
	ruleAloneRate = rule{
		"DET-2-200", LevelReparo,
		"sin precio no se puede calcular el monto de este porcentaje",
		"without a price the amount of this percentage cannot be computed",
	}
	ruleSmallRate = rule{
		"DET-2-200", LevelReparo,
		"el porcentaje da menos de uno, que no se puede escribir: queda sin su monto",
		"the percentage is less than one, which cannot be written: its amount is omitted",
	}
	ruleParts = rule{
		"line.parts", LevelAdvice,
		"las partes son solo informativas: sin DescuentoMonto o RecargoMonto, ni su porcentaje, no cambian el monto",
		"the parts are only information: without DescuentoMonto or RecargoMonto, or their percentage, they change no amount",
	}
	ruleRange = rule{
		"totals.range", LevelRejects,
		"el monto, o los decimales de sus números, son más de los que se calculan",
		"the amount is too large to compute, or its numbers have too many decimals",
	}
	ruleNegative = rule{
		"totals.negative", LevelRejects,
		"el monto no puede ser negativo",
		"the amount must not be negative",
	}
	ruleSurcharge = rule{
		"reading.surcharge", LevelRejects,
		"las fuentes no dicen si el recargo se calcula antes o después del descuento: elija Readings.Surcharge",
		"sources do not say whether the surcharge is computed before or after the discount: choose Readings.Surcharge",
	}
	ruleAdjustments = rule{
		"reading.adjustments", LevelRejects,
		"las fuentes no dicen si varios descuentos o recargos globales se aplican en orden o cada uno sobre la suma: elija Readings.Adjustments",
		"sources do not say whether several global discounts or surcharges are applied in order or each on the sum: choose Readings.Adjustments",
	}
	ruleTaxBase = rule{
		"reading.tax-base", LevelRejects,
		"las fuentes no dicen si el impuesto se calcula antes o después de los descuentos y recargos globales: elija Readings.TaxBase",
		"sources do not say whether the tax is computed before or after global discounts and surcharges: choose Readings.TaxBase",
	}
	ruleCode53 = rule{
		"reading.code-53", LevelRejects,
		"las fuentes no dicen si el código 53 se suma o se resta del total: elija Readings.Code53",
		"sources do not say whether code 53 is added to the total or subtracted: choose Readings.Code53",
	}
	ruleUnpaid = rule{
		"reading.unpaid", LevelRejects,
		"las fuentes no dicen si el total de una exportación sin pago (FmaPagExp 21) es cero: elija Readings.Unpaid",
		"sources do not say whether the total of an export without payment (FmaPagExp 21) is zero: choose Readings.Unpaid",
	}
	ruleAdjusted = rule{
		"adjustment.exempt", LevelAdvice,
		"el documento solo tiene líneas exentas: el descuento o recargo se aplica a ellas y se escribe IndExeDR 1",
		"the document has only exempt lines: the discount or surcharge applies to them and IndExeDR 1 is written",
	}
	ruleNothingAdjusted = rule{
		"adjustment.nothing", LevelRejects,
		"no hay líneas sobre las que actúe este descuento o recargo: revise IndExeDR",
		"there are no lines that this discount or surcharge applies to: check IndExeDR",
	}
	ruleAdjustmentKind = rule{
		"adjustment.kind", LevelRejects,
		"TpoMov debe ser D o R, y TpoValor % o $",
		"TpoMov must be D or R, and TpoValor % or $",
	}
	ruleAdjustmentWhole = rule{
		"adjustment.whole", LevelAdvice,
		"el monto del descuento o recargo se redondea a pesos",
		"the amount of the discount or surcharge is rounded to pesos",
	}
	ruleAdjustmentShare = rule{
		"adjustment.share", LevelRejects,
		"las líneas llevan impuestos distintos: el descuento o recargo global debe ser un porcentaje",
		"the lines have different taxes: the global discount or surcharge must be a percentage",
	}
	ruleNoTaxes = rule{
		"tax.none", LevelRejects,
		"este tipo de documento no lleva impuestos adicionales ni retenciones",
		"this type of document has no additional taxes or retentions",
	}
	ruleTaxTwice = rule{
		"tax.twice", LevelRejects,
		"el código está dos veces",
		"the code appears twice",
	}
	ruleTaxUnknown = rule{
		"tax.unknown", LevelRejects,
		"el formato no dice qué hace este impuesto con el total",
		"the format does not say how this tax changes the total",
	}
	ruleTaxUntaxed = rule{
		"tax.untaxed", LevelRejects,
		"una línea que no es afecta no lleva impuestos",
		"a line that is not taxed has no taxes",
	}
	ruleTaxLines = rule{
		"tax.lines", LevelRejects,
		"ninguna línea lleva este código (CodImpAdic): el impuesto no tiene base",
		"no line has this code (CodImpAdic): the tax has no base",
	}
	ruleTaxAmount = rule{
		"tax.amount", LevelRejects,
		"el monto de este impuesto no se puede calcular: indique MontoImp",
		"the amount of this tax cannot be computed: give MontoImp",
	}
	ruleTaxRate = rule{
		"tax.rate", LevelRejects,
		"no se conoce la tasa de este impuesto: indique TasaImp",
		"the rate of this tax is not known: give TasaImp",
	}
	ruleRetentionRate = rule{
		"HED-2-302", LevelReparo,
		"la retención total (código 15) es de la tasa del IVA",
		"the total retention (code 15) is of the rate of VAT",
	}
	ruleSlaughter = rule{
		"tax.slaughter", LevelRejects,
		"falta la base de faenamiento: MntBaseFaena en las líneas, o MntBase",
		"the base of slaughter is missing: MntBaseFaena in the lines, or MntBase",
	}
	ruleGrossTaxes = rule{
		"tax.gross", LevelRejects,
		"con precios brutos (MntBruto 1) no hay impuestos adicionales ni retenciones: indique precios netos",
		"with gross prices (MntBruto 1) there are no additional taxes or retentions: give net prices",
	}
	ruleRetained = rule{
		"tax.retained", LevelRejects,
		"se retiene más IVA del que hay",
		"more VAT is retained than there is",
	}
	ruleRate = rule{
		"totals.rate", LevelRejects,
		"la tasa de IVA debe ser un porcentaje positivo",
		"the VAT rate must be a positive percentage",
	}
	ruleShares = rule{
		"totals.shares", LevelRejects,
		"IVAProp e IVATerc no suman el IVA",
		"IVAProp and IVATerc do not add up to the VAT",
	}
	ruleCredit = rule{
		"totals.credit", LevelAdvice,
		"el crédito de empresas constructoras no es el 65 % del IVA",
		"the credit of construction firms is not 65 % of the VAT",
	}
	ruleTextOnly = rule{
		"REF-2-781", LevelReparo,
		"una nota que corrige texto no lleva montos",
		"a note that corrects text has no amounts",
	}
	ruleUnchecked = rule{
		"currency.unchecked", LevelAdvice,
		"sin tipo de cambio entre pesos y la otra moneda no se calculan los montos en ella: quedan como se dieron",
		"without an exchange rate between pesos and the other currency its amounts are not computed: they stay as given",
	}
	ruleUnpaidCurrency = rule{
		"HED-1-803", LevelReparo,
		"sin pago (FmaPagExp 21) los montos en otra moneda son cero, sin tipo de cambio",
		"without payment (FmaPagExp 21) amounts in other currencies are zero, without an exchange rate",
	}
)
