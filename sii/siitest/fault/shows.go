package fault

import "github.com/ofitec/chile/sii/siitest"

// soap are the operations of the SOAP services.
func soap(op siitest.Op) bool {
	switch op {
	case siitest.OpSeed, siitest.OpToken, siitest.OpService, siitest.OpWSDL:
		return true
	default:
		return queries(op)
	}
}

// queries are the SOAP operations that take a token and answer with an ESTADO.
func queries(op siitest.Op) bool {
	switch op {
	case siitest.OpUpload, siitest.OpDocument, siitest.OpSignedDocument, siitest.OpMail:
		return true
	default:
		return false
	}
}

// xmls are the operations whose answers are XML.
func xmls(op siitest.Op) bool { return soap(op) || seeds(op) || exchanges(op) || op == siitest.OpSend }

// uploads are the operations that take uploads.
func uploads(op siitest.Op) bool { return op == siitest.OpSend || op == siitest.OpBoletaSend }

// boletas are the operations of the boleta service whose answers are JSON.
func boletas(op siitest.Op) bool {
	return op == siitest.OpBoletaSend || op == siitest.OpBoletaUpload || op == siitest.OpBoletaDocument
}

// facade are the operations of the portal and of the registers.
func facade(op siitest.Op) bool { return !xmls(op) && !boletas(op) }

// verdicts are the operations whose answers have codRespuesta.
func verdicts(op siitest.Op) bool {
	switch op {
	case siitest.OpSummary, siitest.OpDetail, siitest.OpExport, siitest.OpSummaryExport, siitest.OpDefer, siitest.OpDeferred,
		siitest.OpTypes, siitest.OpCompanies, siitest.OpEvents, siitest.OpBoletas:
		return true
	default:
		return false
	}
}

func withToken(op siitest.Op) bool { return !seeds(op) && !exchanges(op) }

func seeds(op siitest.Op) bool { return op == siitest.OpSeed || op == siitest.OpBoletaSeed }

func exchanges(op siitest.Op) bool { return op == siitest.OpToken || op == siitest.OpBoletaToken }

func only(of siitest.Op) func(siitest.Op) bool {
	return func(op siitest.Op) bool { return op == of }
}
