package siitest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ofitec/chile"
)

// Document is the state of a document at the SII. With an empty Estado the fake
// compares what it is asked with the other fields, as the SII does.
type Document struct {
	Estado, Glosa, ErrCode, Detail string

	Receiver chile.RUT
	Issued   chile.Date
	Total    chile.CLP

	// Of getEstDteAv. A document without a Signature has whatever one is asked for.
	Signature string // SignatureValue of the DTE, in base64
	TrackID   string // of its upload
}

// documents are what the SII says of documents.
type documents struct {
	desk *desk
	soap *soapHandler

	// registered finds a document that is in a register, if it can the one that the
	// receiver has.
	registered func(id chile.DocumentID, receiver chile.RUT) (Document, bool)

	mu       sync.Mutex
	scripted map[chile.DocumentID]Document
}

// services are the services of SOAP, by their path.
func (d *documents) services() map[string]*soapService {
	of := []string{"RutReceptor", "DvReceptor", "TipoDte", "FolioDte", "FechaEmisionDte", "MontoDte"}
	return map[string]*soapService{
		"QueryEstDte.jws": newSOAPService("QueryEstDte", soapAbout(), soapOperation{
			name: "getEstDte", op: OpDocument,
			args:   slices.Concat([]string{"RutConsultante", "DvConsultante", "RutCompania", "DvCompania"}, of, []string{"Token"}),
			answer: d.status,
		}),
		"services/QueryEstDteAv": newSOAPService("QueryEstDteAv", soapAbout(), soapOperation{
			name: "getEstDteAv", op: OpSignedDocument,
			args:   slices.Concat([]string{"RutEmpresa", "DvEmpresa"}, of, []string{"FirmaDte", "Token"}),
			answer: d.signedStatus,
		}),
	}
}

func (d *documents) set(id chile.DocumentID, doc Document) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.scripted[id] = doc
}

// find returns a document that was scripted or is in a register.
func (d *documents) find(id chile.DocumentID, receiver chile.RUT) (Document, bool) {
	d.mu.Lock()
	doc, ok := d.scripted[id]
	d.mu.Unlock()
	if ok || !id.Type.Electronic() {
		return doc, ok
	}
	return d.registered(id, receiver)
}

// askedDocument is the document that a query describes.
type askedDocument struct {
	id        chile.DocumentID
	receiver  chile.RUT
	issued    chile.Date // zero if it cannot be read
	total     chile.CLP
	signature string // of getEstDteAv
}

// readAsked reads the arguments of a query for a document, whose issuer is in the
// arguments number and dv.
func readAsked(c *call, args soapArgs, number, dv string) (askedDocument, error) {
	issuer, errIssuer := args.rut(c, number, dv)
	receiver, errReceiver := args.rut(c, "RutReceptor", "DvReceptor")
	typ, errType := chile.ParseDocType(args["TipoDte"])
	folio, errFolio := chile.ParseFolio(args["FolioDte"])
	total, errTotal := chile.ParseCLP(args["MontoDte"])
	asked := askedDocument{
		id: chile.DocumentID{Issuer: issuer, Type: typ, Folio: folio}, receiver: receiver, total: total,
		signature: strings.Join(strings.Fields(args["FirmaDte"]), ""),
	}
	if day, err := time.Parse("02012006", args["FechaEmisionDte"]); err == nil {
		asked.issued, _ = chile.NewDate(day.Date())
	} else {
		c.violate("FechaEmisionDte", "is not DDMMAAAA")
	}
	return asked, errors.Join(errIssuer, errReceiver, errType, errFolio, errTotal)
}

// judge says what the SII says of a document, and whether it has it.
func (d *documents) judge(asked *askedDocument) (doc Document, received bool) {
	doc, ok := d.find(asked.id, asked.receiver)
	switch {
	case !ok:
		return Document{Estado: "FAU", Glosa: "DTE No Recibido", ErrCode: "3", Detail: "Documento No Recibido por el SII"}, false
	case doc.Estado != "":
		return doc, !neverReceived[doc.Estado]
	case !asked.issued.IsZero() && doc.Receiver == asked.receiver && doc.Issued == asked.issued && doc.Total == asked.total &&
		(doc.Signature == "" || asked.signature == "" || strings.Join(strings.Fields(doc.Signature), "") == asked.signature):
		doc.Estado, doc.Glosa, doc.ErrCode, doc.Detail = "DOK", "DTE Recibido", "0", "Documento Recibido por el SII. Datos Coinciden con los Registrados"
	default:
		doc.Estado, doc.Glosa, doc.ErrCode, doc.Detail = "DNK", "DTE Recibido", "1", "Documento Recibido por el SII pero Datos NO Coinciden con los registrados"
	}
	return doc, true
}

// neverReceived are the states of documents that the SII does not have.
var neverReceived = map[string]bool{"FAU": true, "FNA": true, "FAN": true, "EMP": true}

// status answers getEstDte of QueryEstDte.
func (d *documents) status(c *call, args soapArgs) *answer {
	holder, ok := d.desk.access.use(args["Token"], c.now)
	if !ok {
		return noToken
	}
	requester, err := args.rut(c, "RutConsultante", "DvConsultante")
	if err != nil || requester != holder {
		c.violate("RutConsultante", "is not the holder of the certificate")
	}
	asked, err := readAsked(c, args, "RutCompania", "DvCompania")
	if err != nil {
		return &answer{header: []field{{"ESTADO", "-1"}, {"GLOSA", "ERROR: RETORNO CAMPO ESTADO"}, {"SRV_CODE", "1"}}}
	}
	doc, _ := d.judge(&asked)
	return &answer{header: []field{
		{"ESTADO", doc.Estado}, {"GLOSA_ESTADO", doc.Glosa}, {"ERR_CODE", doc.ErrCode}, {"GLOSA_ERR", doc.Detail}, d.soap.attention(),
	}}
}

// signedStatus answers getEstDteAv of QueryEstDteAv, which compares the
// signature too (manual OIFE2006). What it says of another signature is
// Unverified.
func (d *documents) signedStatus(c *call, args soapArgs) *answer {
	holder, code := d.useCoded(args["Token"], c)
	if code != "" {
		return namespaced(code, "TOKEN NO EXISTE O INACTIVO")
	}
	asked, err := readAsked(c, args, "RutEmpresa", "DvEmpresa")
	switch {
	case err != nil || asked.signature == "":
		return namespaced("5", "ERROR EN PARAMETROS DE ENTRADA")
	case !d.desk.access.mayAct(holder, asked.id.Issuer):
		return namespaced("9", "USUARIO NO AUTORIZADO EN LA EMPRESA")
	}
	doc, received := d.judge(&asked)
	a := namespaced("0", "Consulta procesada OK")
	a.body = []field{
		{"RECIBIDO", map[bool]string{true: "SI", false: "NO"}[received]},
		{"ESTADO", doc.Estado},
		{"GLOSA", doc.Detail},
		{"TRACKID", doc.TrackID},
		{"NUMATENCION", d.soap.attention().text},
	}
	return a
}

// useCoded is use for getEstDteAv, which tells tokens that have ended (1) from
// those that there are not (2). For a good one the code is empty.
func (d *documents) useCoded(token string, c *call) (holder chile.RUT, code string) {
	known := d.desk.access.known(token)
	holder, ok := d.desk.access.use(token, c.now)
	switch {
	case ok:
		return holder, ""
	case known:
		return holder, "1"
	default:
		return holder, "2"
	}
}
