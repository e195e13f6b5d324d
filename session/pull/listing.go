package pull

import (
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
)

// Listing is a downloaded list: one file, or one per page or part.
type Listing struct {
	Parts []*File

	none bool // the portal said that the list is empty
}

// Complete returns an error that names the unreadable rows, or nil. The number of
// rows was checked against the portal during the download. A listing without
// files is ErrIncomplete, unless the portal said that the list is empty.
func (l *Listing) Complete() error {
	if len(l.Parts) == 0 && !l.none {
		return fmt.Errorf("%w: no file was downloaded", ErrIncomplete)
	}
	var all []error
	for _, part := range l.Parts {
		all = append(all, part.Complete())
	}
	return errors.Join(all...)
}

// Documents returns the documents of a register.
func (l *Listing) Documents() []rcv.Document {
	return collect(l, func(f *File) []rcv.Document { return f.Documents })
}

// Listed returns the documents of a list of electronic documents.
func (l *Listing) Listed() []session.ListedDocument {
	return collect(l, func(f *File) []session.ListedDocument { return f.Listed })
}

// BHE returns the boletas de honorarios.
func (l *Listing) BHE() []session.BHE {
	return collect(l, func(f *File) []session.BHE { return f.BHE })
}

// MIPYME returns the documents of the free invoicing system.
func (l *Listing) MIPYME() []session.MIPYMEDocument {
	return collect(l, func(f *File) []session.MIPYMEDocument { return f.MIPYME })
}

func collect[T any](l *Listing, of func(*File) []T) []T {
	var all []T
	for _, part := range l.Parts {
		all = append(all, of(part)...)
	}
	return all
}

// rows returns how many rows the files have, readable or not.
func (l *Listing) rows() (n int) {
	for _, f := range l.Parts {
		n += len(f.Documents) + len(f.Listed) + len(f.BHE) + len(f.MIPYME) + len(f.Unread)
	}
	return n
}

// checkOnce refuses a list with a repeated row: the portal sent a page again
// instead of the next one.
func checkOnce[T any, K comparable](list []T, key func(*T) K) error {
	seen := make(map[K]bool, len(list))
	for i := range list {
		k := key(&list[i])
		if seen[k] {
			return fmt.Errorf("%w: %v appears twice, as if a page had been repeated", ErrIncomplete, k)
		}
		seen[k] = true
	}
	return nil
}

// Side says whether documents were issued or received.
type Side int

// The sides.
const (
	Issued   Side = iota // the holder, or the company, issued it
	Received             // and here received it
)

// identity identifies a document in a list.
type identity struct {
	Party chile.RUT
	Type  string
	Folio chile.Folio
}

// String returns the identity for display.
func (i identity) String() string { return fmt.Sprintf("%s %s %d", i.Party, i.Type, int64(i.Folio)) }
