package sii

// operation is what must be known of an operation before it is called.
type operation struct {
	service string // what it is part of, and fails together
	signIn  bool   // its answer has a secret
	part    bool   // it is a part of something that is repeated from its start
	changes bool   // it changes something at the SII, so it is never repeated by itself
}

// The services.
const (
	serviceSOAP = "soap" // under /DTEWS
	serviceRCV  = "rcv"

	serviceBoleta = "boleta" // REST
)

// operations are all operations, by their names in errors.
var operations = map[string]operation{
	opSeed:          {service: serviceSOAP, signIn: true},
	opToken:         {service: serviceSOAP, signIn: true, part: true}, // the seed that it sends is good once
	opBoletaSeed:    {service: serviceBoleta, signIn: true},
	opBoletaToken:   {service: serviceBoleta, signIn: true, part: true},
	opUpload:        {service: serviceSOAP},
	opDocument:      {service: serviceSOAP},
	opSummary:       {service: serviceRCV},
	opDetail:        {service: serviceRCV},
	opExport:        {service: serviceRCV},
	opDocuments:     {service: serviceRCV},
	opSummaryExport: {service: serviceRCV},
	opDefer:         {service: serviceRCV, changes: true},
	opDeferred:      {service: serviceRCV},
	opFile:          {service: serviceRCV},
	opTypes:         {service: serviceRCV},
	opCompanies:     {service: serviceRCV},
	opEvents:        {service: serviceRCV},
	opBoletas:       {service: serviceRCV},
}

// operationOf returns the operation of that name. One that is not in the table is
// taken to change something.
func operationOf(op string) operation {
	if o, ok := operations[op]; ok {
		return o
	}
	return operation{service: op, changes: true}
}
