package dte

import "errors"

// ErrDisagreement says that the stamp belongs to another document: refuse it.
var ErrDisagreement = errors.New("dte: stamp and document disagree")

var agreementRules = map[Code]rule{
	CodeAgreementIssuer: {
		Wrong, ErrDisagreement,
		"the stamp names a different issuer from the document's",
		"el timbre nombra otro emisor que el documento",
	},
	CodeAgreementType: {
		Wrong, ErrDisagreement,
		"the stamp is for another type of document",
		"el timbre es de otro tipo de documento",
	},
	CodeAgreementFolio: {
		Wrong, ErrDisagreement,
		"the stamp is for another folio",
		"el timbre es de otro folio",
	},
	CodeAgreementDate: {
		Wrong, ErrDisagreement,
		"the stamp has another date of issue",
		"el timbre tiene otra fecha de emisión",
	},
	CodeAgreementReceiver: {
		Wrong, ErrDisagreement,
		"the stamp names a different receiver from the document's",
		"el timbre nombra otro receptor que el documento",
	},
	CodeAgreementTotal: {
		Wrong, ErrDisagreement,
		"the stamp has another total (SII: TED-3-640)",
		"el timbre tiene otro monto total (SII: TED-3-640)",
	},
	CodeAgreementLiteral: {
		Warning, nil,
		"the stamp writes the total in another form, and the SII asks for the same form",
		"el timbre escribe el total de otra forma, y el SII pide que sea igual",
	},
	CodeAgreementName: {
		Warning, nil,
		"the stamp has another name of the receiver",
		"el timbre tiene otra razón social del receptor",
	},
	CodeAgreementItem: {
		Warning, nil,
		"the stamp has another first item",
		"el timbre tiene otro primer ítem",
	},
	CodeAgreementStampedAt: {
		Warning, nil,
		"the stamp was made after the document was signed",
		"el timbre se hizo después de firmar el documento",
	},
}
