package sii

// operation describes an operation before it is called. Each group of services
// declares its own.
type operation struct {
	name    string // in errors and for observers, such as rcv.summary
	service string // the service it belongs to; its operations fail together
	signIn  bool   // its answer contains a secret
	part    bool   // part of something that is repeated from its start
	query   bool   // it changes nothing at the SII, so it may be retried automatically
}

// The services.
const (
	serviceSOAP = "soap" // under /DTEWS
	serviceRCV  = "rcv"

	serviceUpload = "upload" // DTEUpload

	serviceBoleta       = "boleta"        // REST
	serviceBoletaUpload = "boleta-upload" // the same, on its own host
)
