package storage

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/ofitec/chile/rcv"
)

// Place is the position of a document in the order of Registers.Documents. The
// zero value is before all documents.
//
// A place comes from StoredDocument.Place and is used as DocumentQuery.After with
// the same store. MarshalText writes it as a cursor for URLs.
type Place struct {
	Period string // as in the row; empty if it has none
	Book   rcv.Book
	Key    string // type, counterparty and folio: see DocumentKey
	ID     int64  // distinguishes rows of another program with the same key; adapters without such rows leave it 0
}

// IsZero reports whether the place is before all documents.
func (p Place) IsZero() bool { return p == Place{} }

// Compare returns -1 if p comes before q, 1 if it comes after, and 0 if they are the
// same place.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Period, q.Period), cmp.Compare(p.Book, q.Book), cmp.Compare(p.Key, q.Key), cmp.Compare(p.ID, q.ID))
}

// DocumentKey returns the Place.Key of a document: type, counterparty and folio, each
// prefixed with its length plus ten, so that digits sort as numbers. Adapters call
// it.
func DocumentKey(d *rcv.Document) string {
	other := ""
	if !d.Counterparty.IsZero() {
		other = d.Counterparty.String()
	}
	var key strings.Builder
	for _, part := range []string{strconv.Itoa(int(d.Type)), other, strconv.FormatInt(int64(d.Folio), 10)} {
		key.WriteString(strconv.Itoa(10 + len(part)))
		key.WriteString(part)
	}
	return key.String()
}

// maxPlaceText is the longest text of a place, in bytes.
const maxPlaceText = 4096

// MarshalText writes the place as letters, digits, - and _. The zero place is empty.
func (p Place) MarshalText() ([]byte, error) {
	if p.IsZero() {
		return nil, nil
	}
	plain := fmt.Appendf(nil, "%s/%d/%d/%s%s", p.Book, p.ID, len(p.Period), p.Period, p.Key)
	return base64.RawURLEncoding.AppendEncode(nil, plain), nil
}

// UnmarshalText reads what MarshalText wrote. Any other text, and one of more than
// 4,096 bytes, is ErrInvalid.
func (p *Place) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Place{}
		return nil
	}
	wrong := fmt.Errorf("%w: not a place of a list", ErrInvalid)
	if len(text) > maxPlaceText {
		return wrong
	}
	plain, err := base64.RawURLEncoding.AppendDecode(nil, text)
	if err != nil {
		return wrong
	}
	parts := strings.SplitN(string(plain), "/", 4)
	if len(parts) != 4 {
		return wrong
	}
	id, idErr := strconv.ParseInt(parts[1], 10, 64)
	length, lengthErr := strconv.Atoi(parts[2])
	if idErr != nil || lengthErr != nil || length < 0 || length > len(parts[3]) {
		return wrong
	}
	read := Place{Book: rcv.Book(parts[0]), ID: id, Period: parts[3][:length], Key: parts[3][length:]}
	if again, _ := read.MarshalText(); !read.Book.Valid() || !bytes.Equal(again, text) { // such as 007 for 7
		return wrong
	}
	*p = read
	return nil
}

// In reports whether the place can belong to the register.
func (p Place) In(key rcv.Key) bool { return p.Book == key.Book && p.Period == key.Period.String() }
