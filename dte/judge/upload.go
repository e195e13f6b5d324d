package judge

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

var uploadRules = []rule{
	{check: CheckSize, envelope: (*envelope).size, status: 2, stateless: true, codes: []Code{CodeSize}},
	{check: CheckAgain, envelope: (*envelope).again, status: 99, stateless: true, codes: []Code{CodeAgain}},
	{check: CheckLines, envelope: (*envelope).lines, status: 7, state: RSC, codes: []Code{CodeLine, CodeSchemaName}},
	{check: CheckXML, envelope: (*envelope).xml, status: 7, state: RSC, codes: []Code{CodeSchema, CodeXML}},
	{check: CheckSchemaName, envelope: (*envelope).schemaName, status: 7, state: RSC, codes: []Code{CodeSchemaName}},
	{check: CheckSchema, envelope: (*envelope).schema, reads: true, alone: true, status: 7, state: RSC, codes: []Code{
		CodeSchema, CodeSchemaExtra, CodeSchemaMissing, CodeSchemaShort, CodeSchemaLong, CodeSchemaAttribute, CodeSchemaList, CodeSchemaPattern, CodeSchemaOther,
	}},
	{check: CheckCompany, envelope: (*envelope).company, reads: true, status: 6, state: RCT, stateless: true, codes: []Code{CodeCompany}},
	{check: CheckUploader, envelope: (*envelope).uploader, reads: true, status: 1, state: RFR, stateless: true, codes: []Code{CodeUploader}},
}

// size refuses an empty or too large file. The SII has published no limit.
func (e *envelope) size() {
	if n := len(e.b); n == 0 || n > e.w.maxBytes() {
		e.find(CodeSize, "", text(n), "1–"+text(e.w.maxBytes()))
	}
}

// again refuses bytes that were uploaded before: "Archivo ya fue enviado 2 veces
// con Trackid 251550580. Debe esperar 900 segundos antes de reintentar".
func (e *envelope) again() {
	if e.w.Uploaded == nil {
		e.gap(e.check, Untold)
		return
	}
	if u, ok := e.w.Uploaded(sha256.Sum256(e.b)); ok {
		e.word(CodeAgain, "", fmt.Sprintf("Archivo ya fue enviado %d veces con Trackid %s. Debe esperar 900 segundos antes de reintentar", u.Times, shown(u.TrackID)))
	}
}

// lines refuses lines that the gateway cannot read.
func (e *envelope) lines() {
	limit := e.w.MaxLine
	if limit <= 0 {
		limit = defaultMaxLine
	}
	number, rest := 0, e.b
	for len(rest) > 0 {
		number++
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			end = len(rest)
		}
		if n := len(bytes.TrimRight(rest[:end], "\r")); n > limit {
			e.longLine(number, n, limit)
			return
		}
		rest = rest[min(end+1, len(rest)):]
	}
}

func (e *envelope) longLine(number, length, limit int) {
	if !bytes.Contains(bytes.TrimSpace(e.b), []byte("\n")) {
		e.word(CodeSchemaName, "", "SCH-00001: Invalid Schema Name")
	} else {
		e.word(CodeLine, "", fmt.Sprintf("CHR-00002: Line too long (%d)", limit))
	}
	f := &e.a.Findings[len(e.a.Findings)-1]
	f.Line, f.Got = number, text(length)
}

// xml refuses a file that is not well-formed.
func (e *envelope) xml() {
	e.read()
	switch {
	case e.err == nil, errors.Is(e.err, dte.ErrKind):
	case errors.Is(e.err, xmlsig.ErrMalformed):
		e.find(CodeSchema, "", "", "")
		e.word(CodeXML, "", "LPX: "+shown(e.err.Error()))
	default: // above a limit of this SDK
		e.gap(e.check, Unread)
	}
}

// schemas are the schemas that an upload may name, by root.
var schemas = map[string]string{
	string(dte.KindEnvelope):       "EnvioDTE_v10.xsd",
	string(dte.KindBoletaEnvelope): "EnvioBOLETA_v11.xsd",
}

// otherUploads are the roots of files that the SII takes but the judge does not read.
var otherUploads = map[string]bool{"LibroCompraVenta": true, "LibroGuia": true, "LibroBoleta": true, "ConsumoFolios": true, "AEC": true}

const nsXSI = "http://www.w3.org/2001/XMLSchema-instance"

// schemaName refuses a file whose schema the SII does not recognise: it has an unknown
// root, no xsi:schemaLocation with the schema, or a declaration with standalone.
func (e *envelope) schemaName() {
	e.read()
	switch {
	case !e.root.Exists():
		e.gap(e.check, Unread)
		return
	case e.root.Name() == string(dte.KindDTE):
		e.gap(e.check, NoEnvelope)
		return
	case otherUploads[e.root.Name()]:
		e.gap(e.check, Strange)
		return
	}
	schema := schemas[e.root.Name()]
	got := e.root.Name()
	if schema != "" {
		got = schemaLocation(e.root)
		if standalone(e.b) {
			got = "standalone"
		} else if strings.HasSuffix("/"+got, "/"+schema) {
			return
		}
	}
	e.word(CodeSchemaName, "/"+e.root.Name()+"/@schemaLocation", "SCH-00001: Invalid Schema Name")
	f := &e.a.Findings[len(e.a.Findings)-1]
	f.Got, f.Want = shown(got), schema
}

// schemaLocation returns the file that the root names for the SII's namespace.
func schemaLocation(root xmlsig.Element) string {
	for a := range root.Attributes() {
		if a.Namespace == nsXSI && a.Name == "schemaLocation" {
			parts := strings.Fields(a.Value)
			for i := 0; i+1 < len(parts); i += 2 {
				if parts[i] == nsSII {
					return parts[i+1]
				}
			}
		}
	}
	return ""
}

const nsSII = "http://www.sii.cl/SiiDte"

// standalone reports whether the XML declaration has that pseudo-attribute.
func standalone(b []byte) bool {
	return bytes.Contains(declaration(b), []byte("standalone"))
}

// company refuses a company that the SII does not know as issuer. A World without
// Company function knows none.
func (e *envelope) company() {
	if _, ok := e.theCompany(); !ok {
		e.find(CodeCompany, "Caratula/RutEmisor", e.cover.Issuer.String(), "")
	}
}

func (e *envelope) theCompany() (Company, bool) { return e.w.company(e.cover.Issuer) }

func (w *World) company(rut chile.RUT) (Company, bool) {
	if w.Company == nil {
		return Company{}, false
	}
	return w.Company(rut)
}

// uploader refuses a person who is not enrolled for the company.
func (e *envelope) uploader() {
	c, _ := e.theCompany()
	if c.Users == nil || e.w.Uploader.IsZero() {
		e.gap(e.check, Untold)
		return
	}
	if c.Users[e.w.Uploader] == NoRight {
		e.find(CodeUploader, "", e.w.Uploader.String(), "")
	}
}
