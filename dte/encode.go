package dte

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile/dte/internal/codec"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/xmlsig"
)

// Encoding is how a file is written.
type Encoding string

// The encodings. The SII's own is ISO-8859-1.
const (
	ISO8859 Encoding = "ISO-8859-1"
	UTF8    Encoding = "UTF-8"
)

// ErrUnencodable says that a value has a character that the encoding or XML does
// not have, in the place of which nothing is written, or that two elements have
// one ID.
var ErrUnencodable = errors.New("dte: value cannot be encoded")

// ErrFormat25 says that a value is of format 2.5 of the DTE, which is not written
// by default. See WithFormat25.
var ErrFormat25 = errors.New("dte: element of format 2.5")

// EncodeOption changes how values are written. One that cannot be followed is the
// error of Encode.
type EncodeOption func(*encodeOptions) error

type encodeOptions struct{ format25 bool }

// WithFormat25 has the elements of format 2.5 (2026) written, for transport and
// wood: PatenteCarro, FchSalida, HraSalida, FchLlegada, and where wood goes to.
//
// Unverified: the schema of that format is not at hand, and the SII refuses a file
// with an element that its own does not have. Names and order are those that three
// programs have alike; whether export documents have them, none says.
func WithFormat25() EncodeOption {
	return func(o *encodeOptions) error { o.format25 = true; return nil }
}

// Encode writes the values of a file as XML, in the order of the schemas and
// without signatures, which are no part of the values: what is read back has the
// same values. It is not the file that was parsed: that is DTE.Source. The errors
// are ErrKind, if no pointer is set or more than one, ErrUnencodable, and
// ErrFormat25.
func (f *File) Encode(encoding Encoding, opts ...EncodeOption) ([]byte, error) {
	name, value, err := f.value()
	if err != nil {
		return nil, err
	}
	return encode(encoding, name, value, opts)
}

// Encode writes the values of a DTE as a file. See File.Encode.
func (d *DTE) Encode(encoding Encoding, opts ...EncodeOption) ([]byte, error) {
	return encode(encoding, string(KindDTE), d, opts)
}

// value returns the root's name and the value that is set.
func (f *File) value() (name string, value any, err error) {
	for _, v := range []struct {
		kind Kind
		set  bool
		ptr  any
	}{
		{KindDTE, f.DTE != nil, f.DTE},
		{KindEnvelope, f.Envelope != nil, f.Envelope},
		{KindAEC, f.AEC != nil, f.AEC},
		{KindResponse, f.Response != nil, f.Response},
		{KindReceipts, f.Receipts != nil, f.Receipts},
		{KindFolioReport, f.FolioReport != nil, f.FolioReport},
		{KindUploadResult, f.UploadResult != nil, f.UploadResult},
	} {
		if !v.set {
			continue
		}
		if value != nil {
			return "", nil, fmt.Errorf("%w: %s and %s at once", ErrKind, name, v.kind)
		}
		name, value = string(v.kind), v.ptr
	}
	if f.Kind == KindBoletaEnvelope && f.Envelope != nil {
		name = string(KindBoletaEnvelope)
	}
	if value == nil {
		return "", nil, fmt.Errorf("%w: no value is set", ErrKind)
	}
	return name, value, nil
}

func encode(encoding Encoding, name string, value any, opts []EncodeOption) ([]byte, error) {
	var o encodeOptions
	if err := option.Apply("dte", &o, opts); err != nil {
		return nil, err
	}
	if later := codec.Later(value); later != "" && !o.format25 {
		return nil, fmt.Errorf("%w: %s", ErrFormat25, later)
	}
	b := []byte(`<?xml version="1.0" encoding="` + string(encoding) + `"?>` + "\n")
	b = codec.Append(b, name, value)
	switch encoding {
	case UTF8:
	case ISO8859:
		var err error
		if b, err = toISO8859(b); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%w: encoding %.20q", ErrUnencodable, string(encoding))
	}
	// What no XML may have, such as control characters, is found by reading it.
	if _, err := xmlsig.Parse(b, xmlsig.WithMaxSize(len(b))); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnencodable, err)
	}
	return b, nil
}

func toISO8859(b []byte) ([]byte, error) {
	out := make([]byte, 0, len(b))
	for text := string(b); text != ""; {
		r, n := utf8.DecodeRuneInString(text)
		if r > 0xFF {
			return nil, fmt.Errorf("%w: %q in %q", ErrUnencodable, text[:n], strings.ToValidUTF8(text[:min(len(text), 20)], ""))
		}
		out, text = append(out, byte(r)), text[n:]
	}
	return out, nil
}
