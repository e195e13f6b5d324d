package siitest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
)

// boletaReceipt is the answer to an upload.
type boletaReceipt struct {
	Issuer   string `json:"rut_emisor"`
	Sender   string `json:"rut_envia"`
	TrackID  int64  `json:"trackid"`
	Received string `json:"fecha_recepcion"`
	State    string `json:"estado"`
	File     string `json:"file"`
}

// serveSend takes an upload of boletas.
func (s *boletaService) serveSend(c *call) {
	settings := s.uploads.current()
	holder, ok := s.desk.access.useFor(tokenCookie(c.r), c.now, true)
	if !ok || !strings.Contains(c.r.Header.Get("User-Agent"), "PROG 1.0") {
		c.unauthorized()
		return
	}
	form, wrong := readForm(c, settings.maxBytes())
	switch wrong {
	case formGood:
	case formTooLarge:
		c.refuse(http.StatusBadRequest, "Archivo demasiado grande")
		return
	default: // only the first chunk is read (live in one client)
		c.refuse(http.StatusBadRequest, "LPX-00007: unexpected end-of-file encountered")
		return
	}
	up := &TakenUpload{Sender: holder, Boleta: true}
	r := s.uploads.judged(c, form, &settings, up)
	if r.status == statusAgain && settings.Boletas == BoletaSame {
		r.status = statusTaken
	}
	if r.status != statusTaken {
		c.refuse(http.StatusBadRequest, boletaRefusal(r))
		return
	}
	trackID, _ := strconv.ParseInt(r.trackID, 10, 64) // it is the fake's own
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(boletaReceipt{ // of texts and a number
		form.company.String(), holder.String(), trackID, r.at.In(chile.Santiago()).Format(time.DateTime), "REC", form.file,
	})
	c.send("application/json", body.Bytes())
}

// boletaRefusal is the text of a refusal. Unverified: its words; the OpenAPI says
// that it is text.
func boletaRefusal(r *receipt) string {
	switch {
	case len(r.errors) > 0:
		return strings.Join(r.errors, "; ")
	case r.status == statusSender:
		return "Usuario sin permiso para enviar por la empresa"
	case r.status == statusCompany:
		return "Empresa no autorizada a enviar archivos"
	default:
		return "Error en los datos: " + strconv.Itoa(r.status)
	}
}
