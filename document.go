package chile

import (
	"cmp"
	"strconv"
	"strings"
)

// Folio is the number of a document within its issuer and type. Electronic
// documents have up to ten digits (SiiTypes_v10.xsd, FolioType); the registers
// show longer ones on import documents. The zero value is no folio.
type Folio int64

// maxFolio is the largest folio that the registers may show: 18 digits.
const maxFolio = 999_999_999_999_999_999

// ParseFolio reads a folio: digits, leading zeros allowed.
// The error is a *ParseError with ErrSyntax or ErrRange.
func ParseFolio(s string) (Folio, error) {
	if !allDigits(s) {
		return 0, parseError("Folio", s, ErrSyntax)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > maxFolio {
		return 0, parseError("Folio", s, ErrRange)
	}
	return Folio(n), nil
}

// DocumentID names a document: an issuer uses a folio once for each type.
// The zero value names none.
type DocumentID struct {
	Issuer RUT
	Type   DocType
	Folio  Folio
}

// ParseDocumentID reads what String writes.
// The error is the *ParseError of the wrong part.
func ParseDocumentID(s string) (DocumentID, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 {
		return DocumentID{}, parseError("DocumentID", s, ErrSyntax)
	}
	issuer, err := ParseHyphenatedRUT(parts[0])
	if err != nil {
		return DocumentID{}, err
	}
	typ, err := ParseDocType(parts[1])
	if err != nil {
		return DocumentID{}, err
	}
	folio, err := ParseFolio(parts[2])
	if err != nil {
		return DocumentID{}, err
	}
	return DocumentID{Issuer: issuer, Type: typ, Folio: folio}, nil
}

// String returns issuer, type and folio as 76192083-9/33/1234.
func (id DocumentID) String() string {
	b := id.Issuer.append(nil)
	b = append(b, '/')
	b = strconv.AppendInt(b, int64(id.Type), 10)
	b = append(b, '/')
	return string(strconv.AppendInt(b, int64(id.Folio), 10))
}

// Compare orders documents by issuer, type and folio.
func (id DocumentID) Compare(other DocumentID) int {
	return cmp.Or(
		id.Issuer.Compare(other.Issuer),
		cmp.Compare(id.Type, other.Type),
		cmp.Compare(id.Folio, other.Folio),
	)
}

// IsZero reports whether id names no document.
func (id DocumentID) IsZero() bool { return id == DocumentID{} }

// MarshalText writes the identification as String does; the zero value is the
// empty text.
func (id DocumentID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what ParseDocumentID reads; the empty text is the zero
// value.
func (id *DocumentID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = DocumentID{}
		return nil
	}
	parsed, err := ParseDocumentID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
