package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest"
)

// uploads is a flag that takes uploads and what the SII says of them.
type uploads []upload

type upload struct {
	trackID string
	states  []siitest.Upload
}

var errUpload = errors.New("want TRACKID=STATES, as 123=REC,EPR:33:2:1:1:0")

// String implements flag.Value.
func (u *uploads) String() string {
	var list []string
	for _, upload := range *u {
		list = append(list, upload.trackID)
	}
	return strings.Join(list, " ")
}

// Set implements flag.Value.
func (u *uploads) Set(text string) error {
	trackID, list, ok := strings.Cut(text, "=")
	if !ok || trackID == "" || strings.Trim(trackID, "0123456789") != "" {
		return errUpload
	}
	added := upload{trackID: trackID}
	for state := range strings.SplitSeq(list, ",") {
		parsed, err := parseState(state)
		if err != nil {
			return err
		}
		added.states = append(added.states, parsed)
	}
	*u = append(*u, added)
	return nil
}

// glosas are the words of the states that were seen with some.
var glosas = map[string]string{
	"REC": "Envio Recibido", "SOK": "Esquema Validado", "FOK": "Firma de Envio Validada", "PDR": "Envio en Proceso", "EPR": "Envio Procesado",
	"RSC": "Rechazado por Error en Schema", "RFR": "Rechazado por Error en Firma", "RCT": "Rechazado por Error en Caratula",
}

// parseState reads a state and the counts of one type of document.
func parseState(text string) (siitest.Upload, error) {
	parts := strings.Split(text, ":")
	state := siitest.Upload{Estado: parts[0], Glosa: glosas[parts[0]]}
	switch {
	case state.Estado == "":
		return siitest.Upload{}, errUpload
	case len(parts) == 1:
		return state, nil
	case len(parts) != 6:
		return siitest.Upload{}, errUpload
	}
	var n [5]int
	for i, part := range parts[1:] {
		count, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return siitest.Upload{}, errUpload
		}
		n[i] = int(count)
	}
	state.Counts = []siitest.UploadCount{{Type: chile.DocType(n[0]), Informed: n[1], Accepted: n[2], Rejected: n[3], Observed: n[4]}}
	return state, nil
}
