package siihttp

import (
	"errors"

	"github.com/ofitec/chile"
)

// Operation is what a request wants to do.
type Operation string

// The operations. Operations that read return data of the store or of the SII. They
// change nothing at the SII, except its count of sessions.
const (
	OpCompanies    Operation = "empresas"       // list the companies
	OpToken        Operation = "token"          // log in, and see until when
	OpUploadStatus Operation = "dte.estado"     // ask what became of an upload
	OpImport       Operation = "rcv.importar"   // download registers into the store
	OpJobs         Operation = "trabajos"       // see imports
	OpSessionStart Operation = "sesion.iniciar" // log in to the portal with RUT and clave
	OpSessionPull  Operation = "sesion.bajar"   // download listings with a session
	OpDocuments    Operation = "rcv.leer"       // see registers, their sums and what is pending
	OpChanges      Operation = "cambios"        // see what imports found to be different
	OpReconcile    Operation = "conciliacion"   // compare a register with the books
	OpDiagnose     Operation = "diagnostico"    // check everything
	OpEvents       Operation = "eventos"        // follow imports and changes
	OpDescription  Operation = "openapi"        // see the description of the interface
)

// Action is what Settings.Authorize decides about: a whole request, or one element
// of a list or stream.
type Action struct {
	Operation Operation

	// Owner is the company of the action. It is zero if the request is about no
	// company in particular: a diagnosis, the description, a list or stream as a
	// whole (its elements are checked one by one), a missing job, or a request
	// without a valid company. Then Authorize decides about the operation alone. A
	// request with a body is checked this way before its body is read, and again
	// with the company in the body.
	Owner chile.RUT

	Job     string // id of a job
	Session string // id of a session of the portal
	TrackID string // of an upload
}

// ErrUnauthenticated says that the caller is unknown. If Authorize returns an error
// that wraps it, the answer is 401. With any other error the answer is 403, or the
// element is omitted from the list.
var ErrUnauthenticated = errors.New("siihttp: not authenticated")
