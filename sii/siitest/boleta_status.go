package siitest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// serveUpload answers a query for an upload, at …/76192083-9-100000000001014.
func (s *boletaService) serveUpload(c *call) {
	holder, ok := s.desk.access.useFor(tokenCookie(c.r), c.now, true)
	if !ok {
		c.unauthorized()
		return
	}
	parts := strings.Split(strings.TrimPrefix(c.r.URL.Path, boletaSendPath+"/"), "-")
	if len(parts) != 3 {
		c.violate("path", "is not RUT-DV-TRACKID")
		c.refuse(http.StatusNotFound, "Recurso no encontrado")
		return
	}
	issuer, err := soapArgs{"rut": parts[0], "dv": parts[1]}.rut(c, "rut", "dv")
	switch {
	case err != nil:
		c.refuse(http.StatusBadRequest, "RUT no válido")
		return
	case !s.desk.access.mayAct(holder, issuer):
		c.unauthorized()
		return
	}
	t := s.uploads.boletaTrack(uploadKey{issuer, parts[2]}.trimmed(), c.now)
	if t == nil {
		c.refuse(http.StatusNotFound, "Envío no encontrado")
		return
	}
	s.reply(c, func(form BoletaForm) any { return t.boletaStatus(form, c.now) })
}

// boletaTrack finds an upload of boletas, after it becomes visible.
func (u *uploads) boletaTrack(key uploadKey, now time.Time) *track {
	u.mu.Lock()
	defer u.mu.Unlock()
	t := u.tracks[key]
	if t == nil || !t.Boleta || now.Sub(t.At) < t.unseen {
		return nil
	}
	return t
}

// reply sends JSON in one of the forms.
func (s *boletaService) reply(c *call, value func(BoletaForm) any) {
	form := s.nextForm()
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value(form)) // of texts, numbers and lists
	if form.latin1 {
		c.send("application/json", page.Latin1(body.String()))
		return
	}
	c.send("application/json", body.Bytes())
}

// list adds a list under a name, in the form's way if it has no elements.
func (f BoletaForm) list(object map[string]any, name string, list []any) {
	switch {
	case len(list) > 0:
		object[name] = list
	case f.nulls:
		object[name] = nil
	case !f.absent:
		object[name] = []any{}
	}
}

// boletaGlosas are the words of the states of documents and uploads in lists.
var boletaGlosas = map[judge.State]string{
	judge.RCH: "DTE Rechazado", judge.RPR: "DTE Aceptado con Reparos", judge.RLV: "DTE Aceptado con Reparos Leves",
	judge.RSC: "Rechazado por Error en Schema", judge.RFR: "Rechazado por Error en Firma", judge.RCT: "Rechazado por Error en Carátula",
}

// boletaStatus is the answer to a query for the upload.
func (t *track) boletaStatus(f BoletaForm, now time.Time) map[string]any {
	layout := "02/01/2006 15:04:05"
	if f.iso {
		layout = time.DateTime
	}
	state := t.at(now)
	number, _ := strconv.ParseInt(t.TrackID, 10, 64) // it is the fake's own
	object := map[string]any{
		"rut_emisor": t.Issuer.String(), "rut_envia": t.Sender.String(), "trackid": number,
		"fecha_recepcion": t.At.In(chile.Santiago()).Format(layout), "estado": state,
	}
	var counts, reviews []any
	if t.isDone(now) {
		for _, c := range t.counts {
			counts = append(counts, map[string]any{
				"tipo": int(c.Type), "informados": c.Informed, "aceptados": c.Accepted, "rechazados": c.Rejected, "reparos": c.Observed,
			})
		}
		if t.State != judge.EPR { // for the whole upload, without type and folio
			whole := map[string]any{"folio": nil, "estado": state, "descripcion": boletaGlosas[t.State]}
			if f.nulls {
				whole["tipo"] = nil
			}
			f.list(whole, "error", boletaErrors(t.said))
			reviews = append(reviews, whole)
		}
		for _, r := range t.reviews {
			item := map[string]any{"tipo": int(r.of), "folio": int64(r.folio), "estado": string(r.state), "descripcion": boletaGlosas[r.state]}
			f.list(item, "error", boletaErrors(r.said))
			reviews = append(reviews, item)
		}
	}
	f.list(object, "estadistica", counts)
	f.list(object, "detalle_rep_rech", reviews)
	return object
}

func boletaErrors(said []remark) (list []any) {
	for _, r := range said {
		list = append(list, map[string]any{
			"seccion": r.section, "linea": r.line, "nivel": r.level, "codigo": r.code, "descripcion": r.words, "detalle": r.values,
		})
	}
	return list
}

// serveDocument answers a query for a boleta, at …/76192083-9-39-1202/estado.
func (s *boletaService) serveDocument(c *call) {
	if _, ok := s.desk.access.useFor(tokenCookie(c.r), c.now, true); !ok {
		c.unauthorized()
		return
	}
	name, isState := strings.CutSuffix(strings.TrimPrefix(c.r.URL.Path, boletaDocumentPath), "/estado")
	parts := strings.Split(name, "-")
	if !isState || len(parts) != 4 {
		c.violate("path", "is not RUT-DV-TIPO-FOLIO/estado")
		c.refuse(http.StatusNotFound, "Recurso no encontrado")
		return
	}
	args := soapArgs{"rut": parts[0], "dv": parts[1]}
	for _, name := range boletaParams {
		if args[name] = c.r.URL.Query().Get(name); args[name] == "" {
			c.violate(name, "is missing; the SII wants it, though its OpenAPI does not")
			c.deliver(http.StatusOK, "application/json", []byte("falta "+name)) // live in 2026-09
			return
		}
	}
	asked, err := readBoleta(c, args, parts)
	if err != nil {
		c.refuse(http.StatusBadRequest, "Datos no válidos")
		return
	}
	doc, _ := s.documents.judge(asked, c.now)
	s.reply(c, func(BoletaForm) any { return map[string]any{"codigo": doc.Estado, "descripcion": doc.Detail} })
}

// boletaParams are the parameters of a query for a boleta.
var boletaParams = []string{"rut_receptor", "dv_receptor", "monto", "fechaEmision"}

// readBoleta reads the boleta that a query describes.
func readBoleta(c *call, args soapArgs, parts []string) (*askedDocument, error) {
	asked := map[string]string{
		"RutEmisor": args["rut"], "DvEmisor": args["dv"], "RutReceptor": args["rut_receptor"], "DvReceptor": args["dv_receptor"],
		"TipoDte": parts[2], "FolioDte": parts[3], "MontoDte": args["monto"],
	}
	if day, err := time.Parse("02-01-2006", args["fechaEmision"]); err == nil {
		asked["FechaEmisionDte"] = day.Format("02012006")
	} else {
		c.violate("fechaEmision", "is not DD-MM-AAAA")
	}
	doc, err := readAsked(c, asked, "RutEmisor", "DvEmisor")
	return &doc, err
}
