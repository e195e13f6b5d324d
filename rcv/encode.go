package rcv

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ofitec/chile"
)

// Encoder writes documents for a store: the JSON form, as encoding/json writes
// and reads it, and the Hash, both in one pass and without an allocation per
// value. It is not safe for concurrent use.
type Encoder struct {
	json, canonical []byte
}

// Encode returns the JSON form of the document and its Hash. The JSON form is
// valid until the next call. It fails for a text that is not UTF-8, a month
// that does not exist, and a time outside the years 0 to 9999.
func (e *Encoder) Encode(d *Document) (data []byte, hash string, err error) {
	b, c := append(e.json[:0], '{'), e.canonical[:0]
	for _, p := range parts {
		if p.isEmpty(d) {
			continue
		}
		for i := p.from; i < p.to; i++ {
			f := &fields[i]
			if f.isZero(d) {
				continue
			}
			b = append(append(append(b, '"'), f.name...), '"', ':')
			if b, err = f.appendJSON(b, d); err != nil {
				return nil, "", fmt.Errorf("rcv: %s: %w", f.name, err)
			}
			b = append(b, ',')
			if f.counts(i, d) {
				c = f.appendCounted(c, d)
			}
		}
	}
	if b, err = appendTaxes(b, d.OtherTaxes); err != nil {
		return nil, "", fmt.Errorf("rcv: otrosImpuestos: %w", err)
	}
	if last := len(b) - 1; b[last] == ',' {
		b = b[:last]
	}
	e.json, e.canonical = append(b, '}'), appendCountedTaxes(c, d)
	sum := sha256.Sum256(e.canonical)
	return e.json, hex.EncodeToString(sum[:]), nil
}

// appendTaxes appends the breakdown of additional taxes, if there is one, and a
// comma.
func appendTaxes(b []byte, taxes []OtherTax) (_ []byte, err error) {
	if len(taxes) == 0 {
		return b, nil
	}
	b = append(b, `"otrosImpuestos":[`...)
	for i, tax := range taxes {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, `{"codigo":`...), int64(tax.Code), 10)
		b = strconv.AppendInt(append(b, `,"valor":`...), int64(tax.Amount), 10)
		if tax.Rate != "" {
			if b, err = appendQuoted(append(b, `,"tasa":`...), string(tax.Rate)); err != nil {
				return nil, err
			}
		}
		b = append(b, '}')
	}
	return append(b, ']', ','), nil
}

// part is a group of adjacent fields that are all empty in most documents.
type part struct {
	from, to int
	isEmpty  func(*Document) bool
}

// parts are all fields, in order.
var parts = []part{
	{0, named("detTipoTransaccion"), func(*Document) bool { return false }},
	{named("detTipoTransaccion"), named("detIVARetTotal"), func(d *Document) bool { return d.Transaction == Transaction{} }},
	{named("detIVARetTotal"), named("detExpNumId"), func(d *Document) bool { return d.Withholding == Withholding{} }},
	{named("detExpNumId"), named("detTipoDocRef"), func(d *Document) bool { return d.Export == Export{} }},
	{named("detTipoDocRef"), named("detDepEnvase"), func(d *Document) bool { return d.Reference == Reference{} }},
	{named("detDepEnvase"), named("dhdrCodigo"), func(d *Document) bool { return d.Special == Special{} }},
	{named("dhdrCodigo"), len(fields), func(d *Document) bool { return d.SIIData == SIIData{} }},
}

// appendQuoted appends a text as JSON does.
func appendQuoted[T ~string](b []byte, text T) ([]byte, error) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return jsontext.AppendQuote(b, string(text))
		}
	}
	return append(append(append(b, '"'), text...), '"'), nil
}

// appendISODate appends a date as 2026-10-31.
func appendISODate(b []byte, d chile.Date) []byte {
	if d.IsZero() {
		return b
	}
	b = appendTwo(appendTwo(b, d.Year()/100), d.Year()%100)
	return appendTwo(append(appendTwo(append(b, '-'), int(d.Month())), '-'), d.Day())
}

// The JSON forms of values; if nil, as the SII writes a number.

func jsonText[T ~string](b []byte, v T) ([]byte, error) { return appendQuoted(b, v) }

func jsonRUT(b []byte, v chile.RUT) ([]byte, error) {
	return append(appendRUT(append(b, '"'), v), '"'), nil
}

func jsonDate(b []byte, v chile.Date) ([]byte, error) {
	return append(appendISODate(append(b, '"'), v), '"'), nil
}

func jsonPeriod(b []byte, v chile.Period) ([]byte, error) {
	text, err := v.MarshalText()
	return append(append(append(b, '"'), text...), '"'), err
}

func jsonInstant(b []byte, v time.Time) ([]byte, error) {
	if v.IsZero() {
		return append(b, "null"...), nil // with a zone: == does not find that it is zero
	}
	text, err := v.AppendText(append(b, '"'))
	return append(text, '"'), err
}
