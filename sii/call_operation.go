package sii

// operation is what must be known of an operation before it is called. Each group
// of services declares its own.
type operation struct {
	name    string // in errors and for observers, as rcv.summary
	service string // what it is part of, and fails together
	signIn  bool   // its answer has a secret
	part    bool   // it is a part of something that is repeated from its start
	query   bool   // it changes nothing at the SII, so it may be repeated by itself
}

// The services.
const (
	serviceSOAP = "soap" // under /DTEWS
	serviceRCV  = "rcv"

	serviceUpload = "upload" // DTEUpload

	serviceBoleta       = "boleta"        // REST
	serviceBoletaUpload = "boleta-upload" // the same, on a host of its own
)
