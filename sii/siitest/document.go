package siitest

import (
	"errors"
	"strings"
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

// SetDocument scripts what the SII says of a document. Documents of the
// registers need no script: the SII has them.
func (s *Server) SetDocument(id chile.DocumentID, doc Document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.documents[id] = doc
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
func (s *Server) readAsked(op Op, args map[string]string, number, dv string) (askedDocument, error) {
	issuer, errIssuer := s.rut(op, args, number, dv)
	receiver, errReceiver := s.rut(op, args, "RutReceptor", "DvReceptor")
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
		s.violate(op, "FechaEmisionDte", "is not DDMMAAAA")
	}
	return asked, errors.Join(errIssuer, errReceiver, errType, errFolio, errTotal)
}

// judge says what the SII says of a document, and whether it has it.
func (s *Server) judge(asked *askedDocument) (doc Document, received bool) {
	doc, ok := s.find(asked.id, asked.receiver)
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

// documentStatus answers getEstDte of QueryEstDte.
func (s *Server) documentStatus(c *call, args map[string]string) *answer {
	holder, ok := s.use(args["Token"], c.now)
	if !ok {
		return noToken
	}
	requester, err := s.rut(OpDocument, args, "RutConsultante", "DvConsultante")
	if err != nil || requester != holder {
		s.violate(OpDocument, "RutConsultante", "is not the holder of the certificate")
	}
	asked, err := s.readAsked(OpDocument, args, "RutCompania", "DvCompania")
	if err != nil {
		return &answer{header: []field{{"ESTADO", "-1"}, {"GLOSA", "ERROR: RETORNO CAMPO ESTADO"}, {"SRV_CODE", "1"}}}
	}
	doc, _ := s.judge(&asked)
	return &answer{header: []field{
		{"ESTADO", doc.Estado}, {"GLOSA_ESTADO", doc.Glosa}, {"ERR_CODE", doc.ErrCode}, {"GLOSA_ERR", doc.Detail}, s.attention(),
	}}
}

// signedDocumentStatus answers getEstDteAv of QueryEstDteAv, which compares the
// signature too (manual OIFE2006). What it says of another signature is
// Unverified.
func (s *Server) signedDocumentStatus(c *call, args map[string]string) *answer {
	holder, code := s.useCoded(args["Token"], c)
	if code != "" {
		return namespaced(code, "TOKEN NO EXISTE O INACTIVO")
	}
	asked, err := s.readAsked(OpSignedDocument, args, "RutEmpresa", "DvEmpresa")
	switch {
	case err != nil || asked.signature == "":
		return namespaced("5", "ERROR EN PARAMETROS DE ENTRADA")
	case !s.mayAct(holder, asked.id.Issuer):
		return namespaced("9", "USUARIO NO AUTORIZADO EN LA EMPRESA")
	}
	doc, received := s.judge(&asked)
	a := namespaced("0", "Consulta procesada OK")
	a.body = []field{
		{"RECIBIDO", map[bool]string{true: "SI", false: "NO"}[received]},
		{"ESTADO", doc.Estado},
		{"GLOSA", doc.Detail},
		{"TRACKID", doc.TrackID},
		{"NUMATENCION", s.attention().text},
	}
	return a
}

// namespaced is an answer of the newer services, whose leaves have a namespace.
func namespaced(estado, glosa string) *answer {
	return &answer{header: []field{{"SII:ESTADO", estado}, {"SII:GLOSA", glosa}}}
}

// useCoded is use for getEstDteAv, which tells tokens that have ended (1) from
// those that there are not (2). For a good one the code is empty.
func (s *Server) useCoded(token string, c *call) (holder chile.RUT, code string) {
	s.mu.Lock()
	known := s.tokens[token] != nil
	s.mu.Unlock()
	holder, ok := s.use(token, c.now)
	switch {
	case ok:
		return holder, ""
	case known:
		return holder, "1"
	default:
		return holder, "2"
	}
}

// find returns a document that was scripted or is in a register, if it can the
// one that the receiver has.
func (s *Server) find(id chile.DocumentID, receiver chile.RUT) (Document, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if doc, ok := s.documents[id]; ok {
		return doc, true
	}
	if !id.Type.Electronic() {
		return Document{}, false
	}
	return s.registers.find(id, receiver)
}
