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
// not have, or that two elements have the same ID. No substitute is written.
var ErrUnencodable = errors.New("dte: value cannot be encoded")

// ErrFormat25 says that a value belongs to format 2.5 of the DTE, which is not
// written by default. See WithFormat25.
var ErrFormat25 = errors.New("dte: element of format 2.5")

// EncodeOption changes how values are written. If one is invalid, Encode fails.
type EncodeOption func(*encodeOptions) error

type encodeOptions struct{ format25 bool }

// WithFormat25 writes the elements of format 2.5 (2026) for transport and wood:
// PatenteCarro, FchSalida, HraSalida, FchLlegada, and the destination of wood.
//
// Unverified: the schema of that format is not available, and the SII refuses a
// file with an element that its own schema does not have. Names and order are
// those that three programs agree on. None says whether export documents have
// them.
func WithFormat25() EncodeOption {
	return func(o *encodeOptions) error { o.format25 = true; return nil }
}

// Encode writes the values of a file as XML, in schema order and without
// signatures. Reading it back gives the same values. It does not return the
// parsed file: DTE.Source does. The errors are ErrKind if not exactly one pointer
// is set, ErrUnencodable, and ErrFormat25.
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
	// Reading finds what XML does not allow, such as control characters.
	if _, err := xmlsig.Parse(b, xmlsig.WithMaxSize(len(b))); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnencodable, err)
	}
	return b, nil
}

func toISO8859(b []byte) ([]byte, error) {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			out, b = append(out, b[0]), b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r > 0xFF {
			return nil, fmt.Errorf("%w: %q in %q", ErrUnencodable, b[:n], strings.ToValidUTF8(string(b[:min(len(b), 20)]), ""))
		}
		out, b = append(out, byte(r)), b[n:]
	}
	return out, nil
}
