package siitest

import "slices"

// soapService is a service under /DTEWS/.
type soapService struct {
	name       string
	operations []soapOperation // the main one first
}

// soapOperation is an operation with its arguments, in order. Its answer is a
// document, or a text about the service.
type soapOperation struct {
	name   string
	op     Op
	args   []string
	answer func(c *call, args soapArgs) *answer // nil if there are too many sessions
	text   string
}

// about is an operation that returns a text about the service. Unverified: the
// text, since no source has it.
func about(name, text string) soapOperation {
	return soapOperation{name: name, op: OpService, text: text}
}

// soapVersions are the operations that return the version of a service.
func soapVersions() []soapOperation {
	return []soapOperation{about("getVersionMayor", "1"), about("getVersionMenor", "0"), about("getVersionPatch", "0")}
}

// soapAbout are soapVersions and getVersion (manual of automatic authentication).
func soapAbout() []soapOperation {
	return append([]soapOperation{about("getVersion", "1.0.0")}, soapVersions()...)
}

// newSOAPService returns a service with its main operation and others.
func newSOAPService(name string, others []soapOperation, main soapOperation) *soapService {
	return &soapService{name: name, operations: slices.Concat([]soapOperation{main, about("getState", "OK")}, others)}
}

// find returns the requested operation, or the first if there is none.
func (service *soapService) find(request *envelope) *soapOperation {
	for i := range service.operations {
		operation := &service.operations[i]
		if len(request.Body.Operations) == 1 && request.Body.Operations[0].XMLName.Local == operation.name {
			return operation
		}
	}
	return &service.operations[0]
}
