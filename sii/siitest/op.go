package siitest

// Op is an operation of the SII.
type Op string

// The operations that the fake knows.
const (
	OpSeed           Op = "getSeed"
	OpToken          Op = "getToken"
	OpSend           Op = "DTEUpload"
	OpUpload         Op = "getEstUp"
	OpDocument       Op = "getEstDte"
	OpSignedDocument Op = "getEstDteAv"
	OpMail           Op = "reenvioCorreo"
	OpService        Op = "getState" // and getVersion, getEnv: facts about a SOAP service
	OpWSDL           Op = "WSDL"
	OpSummary        Op = "getResumen"
	OpDetail         Op = "getDetalle"
	OpExport         Op = "export"
	OpSummaryExport  Op = "getResumenExport"
	OpDefer          Op = "getCtrlAsync generaCtrl" // requests a deferred export
	OpDeferred       Op = "getCtrlAsync"            // lists the requested exports
	OpFile           Op = "obtenerArchivoBLOB"
	OpTypes          Op = "getDatosInicio"
	OpCompanies      Op = "getDcvEmpresasAutorizadas"
	OpEvents         Op = "getEventosDoc"
	OpBoletas        Op = "obtieneListaBoletasMes"
	OpOther          Op = "other" // any other request
	OpAny            Op = "any"   // every operation, for Fail and Count
)

// The operations of the boleta service.
const (
	OpBoletaSeed  Op = "boleta.semilla"
	OpBoletaToken Op = "boleta.token"

	OpBoletaSend     Op = "boleta.envio"
	OpBoletaUpload   Op = "boleta.envio estado" // of an upload
	OpBoletaDocument Op = "boleta estado"       // of a boleta
)

// The operations of the portal.
const (
	OpLogin   Op = "CAutInicio"
	OpLogout  Op = "autTermino"
	OpAlive   Op = "AutTknData"
	OpHome    Op = "siihome"
	OpChooser Op = "mipeSelEmpresa"

	// OpBoot is what a browser loads before an application of the portal works:
	// page, configuration, and user.
	OpBoot Op = "boot"

	// The lists.
	OpBHE    Op = "TMBCOC_InformeMensualBhe"
	OpMIPYME Op = "mipeAdminDocs"
	OpListed Op = "consemitidos"
)
