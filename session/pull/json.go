package pull

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/redact"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
)

// readJSON reads an answer of the portal: an export of a register, or a list of
// documents.
func (f *File) readJSON(o *Options) error {
	var shape struct {
		Data   json.RawMessage  `json:"data"`
		Listed *json.RawMessage `json:"dataResp"`
	}
	if err := json.Unmarshal(f.Bytes, &shape); err != nil {
		return layoutError(f.Format, nil, err)
	}
	if shape.Listed != nil {
		return f.readListed(o)
	}
	csv, name, err := readExport(f.Bytes)
	if err != nil {
		return layoutError(f.Format, nil, err)
	}
	if len(csv) == 0 {
		return layoutError(f.Format, nil, errors.New("no rows and no header: its kind cannot be determined"))
	}
	if f.Name == "" {
		f.Name = name
	}
	return f.readCSV(csv, o)
}

// readExport returns the CSV in an answer, and its name at the portal.
func readExport(answer []byte) (csv []byte, name string, err error) {
	export := rcv.NewExportReader(bytes.NewReader(answer))
	csv, err = io.ReadAll(export)
	return csv, export.Name(), err
}

// listedAnswer is the answer of getDetalle and getDetalleRecibidos of
// consemitidosinternetui (seen live in one client). The counterparty is in
// rutReceptor in both.
type listedAnswer struct {
	Detail *struct {
		Rows json.RawMessage `json:"detalles"` // read one by one, since a map takes many times their size
	} `json:"dataResp"`
	Status *struct {
		Code    json.Number `json:"codRespuesta"`
		Message *string     `json:"msgeRespuesta"`
	} `json:"respEstado"`
}

// ErrUnauthorized says that the logged-in person may not see that company's
// documents.
var ErrUnauthorized = errors.New("pull: not authorised for the company")

func (f *File) readListed(o *Options) error {
	var answer listedAnswer
	if err := json.Unmarshal(f.Bytes, &answer); err != nil {
		return layoutError(f.Format, nil, err)
	}
	if err := statusError(answer.Status != nil, answer); err != nil {
		return err
	}
	f.Kind = KindDTE
	if answer.Detail == nil {
		return nil
	}
	if len(answer.Detail.Rows) == 0 {
		return nil
	}
	rows := json.NewDecoder(bytes.NewReader(answer.Detail.Rows))
	switch begin, err := rows.Token(); {
	case err != nil || begin != nil && begin != json.Delim('['):
		return layoutError(f.Format, nil, errors.New("detalles is no list"))
	case begin == nil:
		return nil
	}
	for n := 1; rows.More(); n++ {
		var row map[string]json.RawMessage
		if err := rows.Decode(&row); err != nil {
			return layoutError(f.Format, nil, err)
		}
		f.listed(n, row, o)
		if err := f.tooMany(); err != nil {
			return err
		}
	}
	return nil
}

// statusError judges respEstado: in this application 99 is "Usuario no
// autorizado". Every other value except 0 is an error, since an empty list has no
// code.
func statusError(has bool, answer listedAnswer) error {
	if !has {
		return layoutError(FormatJSON, nil, errors.New("no respEstado"))
	}
	code, message := answer.Status.Code.String(), ""
	if answer.Status.Message != nil {
		message = redact.Cut(*answer.Status.Message, maxTold)
	}
	switch code {
	case "0":
		return nil
	case "99":
		return fmt.Errorf("%w: code %s: %q", ErrUnauthorized, code, message)
	default:
		return &session.Error{Op: "list documents", Kind: session.ErrRefused, Code: code, Glosa: message}
	}
}

func (f *File) listed(n int, row map[string]json.RawMessage, o *Options) {
	d := session.ListedDocument{Received: o.Received, Type: o.Type, Name: value(row, "rznSocRecep")}
	failed := false
	read := func(name string, needed bool, parse func(string) error) {
		text := value(row, name)
		if failed || text == "" && !needed {
			return
		}
		err := rcv.ErrMissing
		if text != "" {
			err = parse(text)
		}
		if err != nil {
			failed = true
			f.unread(n, name, text, err)
		}
	}
	amount := func(target *chile.CLP) func(string) error {
		return func(s string) (err error) { *target, err = chile.ParseCLP(s); return err }
	}
	if d.Type == 0 {
		read("tipoDoc", true, func(s string) (err error) { d.Type, err = chile.ParseDocType(s); return err })
	}
	read("rutReceptor", true, func(s string) (err error) {
		d.Counterparty, err = chile.ParseHyphenatedRUT(s + "-" + value(row, "dvReceptor"))
		return err
	})
	read("folio", true, func(s string) (err error) { d.Folio, err = chile.ParseFolio(s); return err })
	read("fechaEmision", true, func(s string) (err error) { d.Issued, err = chile.ParseDate(s); return err })
	read("fechaRecepcion", false, func(s string) (err error) { d.ReceivedAt, err = parseMoment(s); return err })
	read("mntExento", false, amount(&d.Exempt))
	read("mntNeto", false, amount(&d.Net))
	read("mntIva", false, amount(&d.VAT))
	read("mntTotal", true, amount(&d.Total))
	d.EventCode, d.Event = value(row, "dehOrdenEvento"), value(row, "dehDescripcion")
	read("dhdrCodigo", false, func(s string) error { _, err := fmt.Sscan(s, &d.HeaderID); return err })
	if !failed {
		f.Listed = append(f.Listed, d)
	}
}

// value returns a text or number as written; empty for null.
func value(row map[string]json.RawMessage, name string) string {
	raw := row[name]
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return strings.TrimSpace(text)
	}
	if text = string(raw); text == "null" {
		return ""
	}
	return text
}

func decodeJSON(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return layoutError(FormatJSON, nil, err)
	}
	return nil
}

// parseMoment reads a date with or without a time, in Chilean time.
func parseMoment(s string) (time.Time, error) {
	for _, layout := range []string{"02/01/2006 15:04:05", "02/01/2006"} {
		if t, err := time.ParseInLocation(layout, s, chile.Santiago()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, chile.ErrSyntax
}
