package siihttp

import (
	"errors"

	"github.com/ofitec/chile"
)

// Operation is what a request wants to do.
type Operation string

// The operations. Those that read show what the store has or the SII says; none of
// them changes anything at the SII but for the sessions, which it counts.
const (
	OpCompanies    Operation = "empresas"       // list the companies
	OpToken        Operation = "token"          // sign in, and see until when
	OpUploadStatus Operation = "dte.estado"     // ask what became of an upload
	OpImport       Operation = "rcv.importar"   // download registers into the store
	OpJobs         Operation = "trabajos"       // see imports
	OpSessionStart Operation = "sesion.iniciar" // log in to the portal with RUT and clave
	OpSessionPull  Operation = "sesion.bajar"   // download listings with a session
	OpDocuments    Operation = "rcv.leer"       // see registers, their sums and what is pending
	OpChanges      Operation = "cambios"        // see what imports found to be different
	OpReconcile    Operation = "conciliacion"   // compare a register with the books
	OpDiagnose     Operation = "diagnostico"    // have everything looked at
	OpEvents       Operation = "eventos"        // follow imports and changes
	OpDescription  Operation = "openapi"        // see the description of the interface
)

// Action is what Settings.Authorize is asked about: a request as a whole or, of a
// list or stream, one element of it.
type Action struct {
	Operation Operation

	// Owner is the company that it is about. It is zero where a request is about no
	// company in particular: of the diagnosis and the description, of a list or
	// stream as a whole, whose elements are asked about one by one, of a job that is
	// not there, and of a request that names no company as it should. Then it is the
	// operation that may be done or not. A request with a body is asked about so before
	// its body is read, and again with the company that the body names.
	Owner chile.RUT

	Job     string // id of a job
	Session string // id of a session of the portal
	TrackID string // of an upload
}

// ErrUnauthenticated says that it is not known who asks: wrapped by what Authorize
// returns, it makes the answer 401. Any other error of Authorize makes it 403, or
// takes the element off the list.
var ErrUnauthenticated = errors.New("siihttp: not authenticated")
