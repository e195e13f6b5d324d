package siitest

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ofitec/chile"
)

// Document is the state of a document at the SII. If Estado is empty, the fake
// compares a query with the other fields, as the SII does.
type Document struct {
	Estado, Glosa, ErrCode, Detail string

	Receiver chile.RUT
	Issued   chile.Date
	Total    chile.CLP

	// For getEstDteAv. If a document has no Signature, any queried one matches.
	Signature string // SignatureValue of the DTE, in base64
	TrackID   string // of its upload

	sum     *[sha256.Size]byte // of the Signature of an uploaded document
	altered string             // its state after a note, for callers that know its data
}

// documents are the documents that the SII knows.
type documents struct {
	desk *desk
	soap *soapHandler

	// registered finds a document in a register, preferably the receiver's own.
	registered func(id chile.DocumentID, receiver chile.RUT) (Document, bool)

	// uploaded finds an uploaded document. absent returns the SII's state for a
	// missing one.
	uploaded func(id chile.DocumentID, now time.Time) (Document, bool)
	absent   func(id chile.DocumentID) string

	mu       sync.Mutex
	scripted map[chile.DocumentID]Document
}

// services are the SOAP services, by path.
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

// find returns a document that was scripted or uploaded, or that is in a register.
func (d *documents) find(id chile.DocumentID, receiver chile.RUT, now time.Time) (Document, bool) {
	d.mu.Lock()
	doc, ok := d.scripted[id]
	d.mu.Unlock()
	if ok || !id.Type.Electronic() {
		return doc, ok
	}
	if doc, ok := d.uploaded(id, now); ok {
		return doc, true
	}
	return d.registered(id, receiver)
}

// askedDocument is the document in a query.
type askedDocument struct {
	id        chile.DocumentID
	receiver  chile.RUT
	issued    chile.Date // zero if it is invalid
	total     chile.CLP
	signature string // of getEstDteAv
}

// readAsked reads the arguments of a query for a document; number and dv are the
// arguments with its issuer.
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

// judge returns the SII's answer about a document, and whether the SII has it.
func (d *documents) judge(asked *askedDocument, now time.Time) (doc Document, received bool) {
	doc, ok := d.find(asked.id, asked.receiver, now)
	switch {
	case !ok:
		return stated(Document{}, d.absent(asked.id)), false
	case doc.Estado != "":
		return doc, !neverReceived[doc.Estado]
	case !doc.is(asked):
		return stated(doc, "DNK"), true
	case doc.altered != "":
		return stated(doc, doc.altered), true
	default:
		return stated(doc, "DOK"), true
	}
}

// is reports whether a document matches the query.
func (doc *Document) is(asked *askedDocument) bool {
	if asked.issued.IsZero() || doc.Receiver != asked.receiver || doc.Issued != asked.issued || doc.Total != asked.total {
		return false
	}
	switch {
	case asked.signature == "":
		return true
	case doc.sum != nil:
		return *doc.sum == sha256.Sum256([]byte(asked.signature))
	default:
		return doc.Signature == "" || strings.Join(strings.Fields(doc.Signature), "") == asked.signature
	}
}

// verdicts are the SII's answers about documents, by state (notes on
// getEstDte). Unverified: the words except for DOK, DNK and FAU.
var verdicts = map[string]struct{ glosa, code, detail string }{
	"DOK": {"DTE Recibido", "0", "Documento Recibido por el SII. Datos Coinciden con los Registrados"},
	"DNK": {"DTE Recibido", "1", "Documento Recibido por el SII pero Datos NO Coinciden con los registrados"},
	"FAU": {"DTE No Recibido", "3", "Documento No Recibido por el SII"},
	"FNA": {"DTE No Recibido", "4", "Documento No Autorizado"},
	"FAN": {"DTE Anulado", "5", "Documento Anulado"},
	"EMP": {"Empresa No Autorizada", "6", "Empresa no autorizada a Emitir Documentos Tributarios Electronicos"},
	"TMD": {"DTE Recibido", "10", "Existe Nota de Debito que Modifica Texto Documento"},
	"TMC": {"DTE Recibido", "11", "Existe Nota de Credito que Modifica Textos Documento"},
	"MMD": {"DTE Recibido", "12", "Existe Nota de Debito que Modifica Montos Documento"},
	"MMC": {"DTE Recibido", "13", "Existe Nota de Credito que Modifica Montos Documento"},
	"AND": {"DTE Recibido", "14", "Existe Nota de Debito que Anula Documento"},
	"ANC": {"DTE Recibido", "15", "Existe Nota de Credito que Anula Documento"},
}

// stated returns a document with the SII's words for its state.
func stated(doc Document, estado string) Document {
	v := verdicts[estado]
	doc.Estado, doc.Glosa, doc.ErrCode, doc.Detail = estado, v.glosa, v.code, v.detail
	return doc
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
	doc, _ := d.judge(&asked, c.now)
	return &answer{header: []field{
		{"ESTADO", doc.Estado}, {"GLOSA_ESTADO", doc.Glosa}, {"ERR_CODE", doc.ErrCode}, {"GLOSA_ERR", doc.Detail}, d.soap.attention(),
	}}
}

// signedStatus answers getEstDteAv of QueryEstDteAv, which compares the
// signature too (manual OIFE2006). What it says about another signature is
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
	doc, received := d.judge(&asked, c.now)
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

// useCoded is use for getEstDteAv, which distinguishes ended tokens (1) from
// unknown ones (2). For a valid one the code is empty.
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
