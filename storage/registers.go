package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Registers keeps the Registro de Compras y Ventas.
//
// There is one row per owner, period, book and document. In the book of
// purchases supplier, type and folio identify a document, in the book of sales
// customer, type and folio. Documents without a counterparty are identified by
// type and folio.
type Registers interface {
	// ImportRegister makes the stored register equal to the snapshot, in one
	// transaction. New rows are added. Rows that differ by rcv.Diff are rewritten. Rows
	// that are not in the snapshot are kept and marked as gone. Rows that were gone and
	// are back are rewritten without the mark. Stored values that the snapshot's source
	// does not have are kept (see rcv.Merge). A row without a difference is written
	// only if the snapshot adds values to it (see rcv.Adds), which is not a change. A
	// row that is still gone keeps its mark and is not counted again. The summary lines
	// and sources of the snapshot replace the earlier ones, its Changes are added to
	// the feed, and one event of kind EventImport about the owner is appended.
	//
	// Any error of snapshot.Rows, including a *rcv.RowError, ends the import with
	// that error, and nothing is written. A document that comes twice is a
	// *DuplicateError, even in two states. An invalid key, a snapshot without
	// Rows, or a row that CheckDocument refuses is ErrInvalid.
	//
	// An import of another environment than the store's is ErrEnvironment, and
	// snapshot.Rows is not called: see Environments.
	//
	// Imports of one register take turns; the last one wins.
	ImportRegister(ctx context.Context, snapshot Snapshot) (*ImportResult, error)

	// Documents yields the stored documents of one owner that the query selects,
	// ordered by period, book, type, counterparty and folio; RUTs and folios sort as
	// numbers. A row that another program wrote is yielded with its readable values:
	// see StoredDocument.Unread. It is ordered by its texts as stored: a shorter text
	// comes before a longer one, an empty one first, and rows with equal texts are in
	// the order in which they were written.
	Documents(ctx context.Context, query DocumentQuery) iter.Seq2[StoredDocument, error]

	// SummaryLines returns the summary lines of the last import of the register,
	// including those without detail. They are ordered by the word of the state
	// and the number of the type; lines of one state and type keep their order. A
	// register that was never imported is absent; one without lines has none.
	SummaryLines(ctx context.Context, key rcv.Key) ([]rcv.SummaryLine, error)

	// LastImport returns the last import of the register. A register that was
	// never imported is absent.
	LastImport(ctx context.Context, key rcv.Key) (*Import, error)
}

// Snapshot is a whole register as the SII showed it at one time.
type Snapshot struct {
	Key     rcv.Key
	TakenAt time.Time // when it was taken; if zero, the store's clock is used

	// Environment is the SII that it came from: see Environments. The zero value
	// is chile.OtherEnvironment.
	Environment chile.Environment

	// Rows yields every document of the register, in any order. It is called at
	// most once. An error ends the import. It may use the store, because a download
	// needs the tokens, but it may not import; it finds the register as it was
	// before.
	Rows iter.Seq2[rcv.Document, error]

	// Lines returns the summary lines of all states, or nil if there was no
	// summary. It is called after Rows has ended, because only then is a download
	// complete.
	Lines func() []rcv.SummaryLine

	// Sources returns the raw answers or files that the rows came from, in order.
	// It is called after Rows has ended; if nil, there are none.
	Sources func() []Source

	// Raw opens the bytes of a source, to keep them with the import: see Answers. It
	// is called after Sources, once for each source in order; if Raw is nil or
	// returns a nil reader, nothing is kept. Bytes that do not have the size and
	// hash of the source are ErrInvalid.
	Raw func(source int) (io.ReadCloser, error)

	// Accept, if it is set, is called with what the import is about to write,
	// without its id: an error ends the import with that error, and nothing is
	// written. It must not use the store.
	Accept func(Import) error
}

// Source is a raw answer or file, identified by its hash.
type Source struct {
	Name   string // operation and state, or the name of a file
	SHA256 string // lower-case hex, of the bytes as received
	Bytes  int64
}

// ImportResult is the result of ImportRegister.
type ImportResult struct {
	Import

	// Changes are the differences from what was stored before, in the order of the
	// documents, as in the feed: see the interface Changes. The first import of a
	// register has only counts and no Changes: all its documents are new, and rows of
	// another program are filled in and marked as gone without a change. What appears
	// in a register that was empty at its last import is a change.
	Changes []Change

	// Adopted says that the store had rows from before environments were recorded,
	// and that they belong to this import's environment from now on: see
	// Environments.
	Adopted bool
}

// DocumentQuery selects documents. Owner is required; every other zero value
// selects all. A document that is gone has its last state.
type DocumentQuery struct {
	Owner       chile.RUT
	Book        rcv.Book
	From, To    chile.Period // both included; a zero end is open
	States      []rcv.State
	Types       []chile.DocType
	IncludeGone bool // also documents that are no longer in the register

	// Counterparty is the other side of the documents. Rows of another program are
	// found if it wrote the RUT as the SII does, 76123456-K.
	Counterparty chile.RUT

	// ReceivedFrom and ReceivedTo bound the time of reception by the SII: from
	// ReceivedFrom on, and before ReceivedTo. A zero end is open; if either is
	// set, documents without that time are not selected.
	ReceivedFrom, ReceivedTo time.Time

	// After selects the documents after that place in the order of Documents; see
	// StoredDocument.Place. The document of that place need not be selected, nor still
	// be in the register. If each page starts after the last place of the previous
	// page, every document appears once, even if imports happen in between. Exceptions
	// are documents that an import adds before that place, and rows of another program
	// whose texts an import replaces.
	After Place

	Limit int // at most that many; 0 is no limit, a negative one is ErrInvalid
}

// StoredDocument is a document in the store. If another program wrote the row
// without a period, Key.Period is zero.
type StoredDocument struct {
	Key rcv.Key
	rcv.Document
	Hash   string    // SHA-256 of the canonical values, see rcv.Hash; empty in rows of another program
	GoneAt time.Time // TakenAt of the import that found it gone; zero if it is in the register
	Place  Place     // its position in the order of Documents; imports ignore it

	// Unread are the values in a row of another program that cannot be read. If an
	// amount is not a whole number of pesos, the document has its pesos; all other
	// such values are missing. Call Readable before adding up amounts. An import of
	// the register replaces them.
	Unread []Unread
}

// Unread is a value that does not fit its column: an amount with decimals, or an
// invalid RUT, type, folio, date or month.
type Unread struct {
	Column string // as in the table: neto, iva, exento, total, folio …
	Text   string // as it is stored
}

// ErrUnread says that a row of another program has an unreadable value: see
// StoredDocument.Unread.
var ErrUnread = errors.New("storage: a value that cannot be read")

// Readable returns nil, or an ErrUnread that names the row and each of its
// unreadable values.
func (d *StoredDocument) Readable() error {
	if len(d.Unread) == 0 {
		return nil
	}
	values := make([]string, len(d.Unread))
	for i, of := range d.Unread {
		values[i] = fmt.Sprintf("%s %q", of.Column, of.Text)
	}
	return fmt.Errorf("%w: %s %s: %s", ErrUnread, d.Key, d.ID(d.Key), strings.Join(values, ", "))
}

// DuplicateError says that a snapshot has a document twice. This can happen if
// the register changed during the download: take the snapshot again.
type DuplicateError struct {
	Key      rcv.Key
	Document chile.DocumentID
}

// KindName is the name of this kind of error, see sii.KindName.
func (e *DuplicateError) KindName() string { return "duplicate_row" }

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("storage: register %s has document %s twice", e.Key, e.Document)
}
