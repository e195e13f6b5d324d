package storage

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// maxDocType is the largest type of document that fits into the tables.
const maxDocType chile.DocType = 9999

// The times that a document may have: the years 1 to 9999, in any zone.
var (
	firstSecond = time.Time{}.Unix()
	lastSecond  = time.Date(9999, time.December, 30, 0, 0, 0, 0, time.UTC).Unix()
)

// CheckImport returns ErrInvalid if CheckText does for a text of the summary
// lines or sources of a snapshot. Adapters call it before they write.
func CheckImport(lines []rcv.SummaryLine, sources []Source) error {
	var err error
	for i := range lines {
		if l := &lines[i]; err == nil {
			err = CheckText(string(l.State), l.TypeName, l.Entry, l.RawBook, l.RawModified, l.RawState, l.RawIssuers)
		}
	}
	for i := range sources {
		if err == nil {
			err = CheckText(sources[i].Name, sources[i].SHA256)
		}
	}
	return err
}

// CheckText returns ErrInvalid if one of the texts is not UTF-8 or has a NUL,
// which databases do not store in text. Adapters call it before they write.
func CheckText(texts ...string) error {
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
			return fmt.Errorf("%w: a text that is not UTF-8, or that has a NUL", ErrInvalid)
		}
	}
	return nil
}

// CheckDocument returns ErrInvalid for a document that cannot be stored: one
// without a type of 1 to 9999, with a month that does not exist, with a time
// outside the years 1 to 9999, or with a text that CheckText refuses. Adapters
// call it before they write.
func CheckDocument(d *rcv.Document) error {
	if d.Type < 1 || d.Type > maxDocType {
		return fmt.Errorf("%w: a document without type", ErrInvalid)
	}
	for _, t := range [...]*time.Time{&d.Received, &d.Acknowledged, &d.Claimed} {
		if s := t.Unix(); s < firstSecond || s > lastSecond {
			return fmt.Errorf("%w: a document with a time in the year %d", ErrInvalid, t.Year())
		}
	}
	if !d.Loaded.IsZero() && !d.Loaded.Valid() {
		return fmt.Errorf("%w: a document with a month that does not exist", ErrInvalid)
	}
	err := CheckText(string(d.State), d.Name, d.Event, d.EventText, d.Cancelled, d.KindText, string(d.TaxRate), d.ForeignID, d.Nationality,
		d.RefFolio, d.InternalNumber, d.Branch, d.AggressiveSince, d.RawState)
	for i := range d.OtherTaxes {
		if err == nil {
			err = CheckText(string(d.OtherTaxes[i].Rate))
		}
	}
	return err
}
