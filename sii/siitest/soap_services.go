package siitest

import (
	"slices"
	"sync"
)

// soapService is a service under /DTEWS/.
type soapService struct {
	name       string
	operations []soapOperation // first the one that the service is for
}

// soapOperation is an operation with its arguments, in order. Its answer is a
// document, or a text that tells of the service.
type soapOperation struct {
	name   string
	op     Op
	args   []string
	answer func(s *Server, c *call, args map[string]string) *answer
	text   string
}

// soapServices are the services by their path (operations and arguments: WSDLs of
// maullin; getVersion of GetTokenFromSeed: manual of automatic authentication).
var soapServices = sync.OnceValue(func() map[string]*soapService {
	document := []string{"RutReceptor", "DvReceptor", "TipoDte", "FolioDte", "FechaEmisionDte", "MontoDte"}
	versions := []soapOperation{about("getVersionMayor", "1"), about("getVersionMenor", "0"), about("getVersionPatch", "0")}
	all := append([]soapOperation{about("getVersion", "1.0.0")}, versions...)
	return map[string]*soapService{
		"CrSeed.jws": newSOAPService("CrSeed", versions, soapOperation{
			name: "getSeed", op: OpSeed,
			answer: func(s *Server, c *call, _ map[string]string) *answer { return s.seed(c) },
		}),
		"GetTokenFromSeed.jws": newSOAPService("GetTokenFromSeed", all, soapOperation{
			name: "getToken", op: OpToken, args: []string{"pszXml"},
			answer: func(s *Server, c *call, args map[string]string) *answer { return s.token(c, args["pszXml"]) },
		}),
		"QueryEstUp.jws": newSOAPService("QueryEstUp", all, soapOperation{
			name: "getEstUp", op: OpUpload, args: []string{"RutCompania", "DvCompania", "TrackId", "Token"},
			answer: (*Server).uploadStatus,
		}),
		"QueryEstDte.jws": newSOAPService("QueryEstDte", all, soapOperation{
			name: "getEstDte", op: OpDocument,
			args:   slices.Concat([]string{"RutConsultante", "DvConsultante", "RutCompania", "DvCompania"}, document, []string{"Token"}),
			answer: (*Server).documentStatus,
		}),
		"services/QueryEstDteAv": newSOAPService("QueryEstDteAv", all, soapOperation{
			name: "getEstDteAv", op: OpSignedDocument,
			args:   slices.Concat([]string{"RutEmpresa", "DvEmpresa"}, document, []string{"FirmaDte", "Token"}),
			answer: (*Server).signedDocumentStatus,
		}),
		"services/wsDTECorreo": newSOAPService("wsDTECorreo", append([]soapOperation{about("getEnv", "PRUEBA")}, all...), soapOperation{
			name: "reenvioCorreo", op: OpMail, args: []string{"Token", "RutEmpresa", "DvEmpresa", "TrackId"},
			answer: (*Server).mailAgain,
		}),
	}
})

// about is an operation that tells of the service. Unverified: its text, which no
// source has.
func about(name, text string) soapOperation {
	return soapOperation{name: name, op: OpService, text: text}
}

func newSOAPService(name string, others []soapOperation, main soapOperation) *soapService {
	return &soapService{name: name, operations: slices.Concat([]soapOperation{main, about("getState", "OK")}, others)}
}

// find returns the operation that is asked for; if there is none, the first.
func (service *soapService) find(request *envelope) *soapOperation {
	for i := range service.operations {
		operation := &service.operations[i]
		if len(request.Body.Operations) == 1 && request.Body.Operations[0].XMLName.Local == operation.name {
			return operation
		}
	}
	return &service.operations[0]
}
