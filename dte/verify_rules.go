package dte

import "errors"

// ErrCover says that an envelope or cession disagrees with its documents.
var ErrCover = errors.New("dte: cover and documents disagree")

// Codes of the grades of values and of covers.
const (
	CodeValuesUnreadable Code = "values.unreadable"
	CodeValuesKind       Code = "values.kind"

	CodeCoverIssuer   Code = "cover.issuer"
	CodeCoverCount    Code = "cover.count"
	CodeCoverSender   Code = "cover.sender"
	CodeCoverSigner   Code = "cover.signer"
	CodeCessionDTE    Code = "cession.document"
	CodeCessionNumber Code = "cession.sequence"
	CodeCessionAmount Code = "cession.amount"
	CodeCessionParty  Code = "cession.party"
	CodeCessionSigner Code = "cession.signer"
)

var verifyRules = map[Code]rule{
	CodeValuesUnreadable: {
		Wrong, nil,
		"the value cannot be read",
		"el valor no se puede leer",
	},
	CodeValuesKind: {
		Wrong, ErrKind,
		"a DTE holds exactly one of Documento, Liquidacion and Exportaciones",
		"un DTE tiene exactamente uno de Documento, Liquidacion y Exportaciones",
	},
	CodeCoverIssuer: {
		Wrong, ErrCover,
		"the document's issuer is not the envelope's",
		"el documento tiene otro emisor que el envío",
	},
	CodeCoverCount: {
		Warning, ErrCover,
		"the cover states another number of documents of this type than the envelope has",
		"el envío no tiene tantos documentos de este tipo como dice su carátula",
	},
	CodeCoverSender: {
		Warning, ErrCover,
		"the cover names a sender other than the certificate's holder",
		"la carátula nombra a otro remitente que el certificado",
	},
	CodeCoverSigner: {
		Warning, ErrCover,
		"the receipt names a signer other than the certificate's holder",
		"el recibo nombra a otro firmante que el certificado",
	},
	CodeCessionDTE: {
		Wrong, ErrCover,
		"the assignment is for another document",
		"la cesión es de otro documento",
	},
	CodeCessionNumber: {
		Wrong, ErrCover,
		"the assignments are not numbered from 1 on",
		"las cesiones no están numeradas desde 1",
	},
	CodeCessionAmount: {
		Warning, ErrCover,
		"more is assigned than the total of the document",
		"se cede más que el monto total del documento",
	},
	CodeCessionParty: {
		Wrong, ErrCover,
		"the assignor or assignee is not the expected one",
		"el cedente o el cesionario no es quien debería",
	},
	CodeCessionSigner: {
		Warning, ErrCover,
		"the certificate's holder is not authorised by the assignor",
		"el certificado no es de ningún autorizado por el cedente",
	},
}
