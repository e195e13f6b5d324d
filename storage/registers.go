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
// A document is one row per owner, period, book and document: in the book of
// purchases the supplier, type and folio tell documents apart, in the book of
// sales the customer, type and folio. Documents without a counterparty are told
// apart by type and folio.
type Registers interface {
	// ImportRegister makes the stored register equal to the snapshot, in one
	// transaction: rows that are new are added, rows that rcv.Diff tells apart
	// from the stored ones are rewritten, rows that the snapshot lacks are kept and
	// marked as gone, rows that were gone and are there again are rewritten without
	// the mark. What the source of the snapshot cannot know of a document is kept of
	// what is stored (see rcv.Merge). A row without a difference is written only if
	// the snapshot adds to what is stored of it (see rcv.Adds), which is no change; all
	// others are not written. A row that is still gone keeps its mark
	// and is not counted again. The summary lines and sources of the snapshot
	// replace those of the import before, its Changes are added to the feed, and one
	// event of kind EventImport is appended, about the owner.
	//
	// Any error of snapshot.Rows, a *rcv.RowError among them, ends the import with
	// that error and nothing written. A document that comes twice is a
	// *DuplicateError, even if it comes in two states; an invalid key, a snapshot
	// without Rows or a row for which CheckDocument says so is ErrInvalid.
	//
	// An import of another environment than the store's is ErrEnvironment, before
	// snapshot.Rows is asked for: see Environments.
	//
	// Imports of one register take turns; the last one wins.
	ImportRegister(ctx context.Context, snapshot Snapshot) (*ImportResult, error)

	// Documents yields the stored documents of one owner that the query selects,
	// ordered by period, book, type, counterparty and folio, RUTs and folios as
	// numbers. A query without owner is ErrInvalid. A row that another program wrote is
	// yielded with what can be read of it: see StoredDocument.Unread. Its place in the
	// order is by its texts as they are stored: a shorter text comes before a longer
	// one, an empty one first, and rows with equal texts are in the order in which they
	// were written.
	Documents(ctx context.Context, query DocumentQuery) iter.Seq2[StoredDocument, error]

	// SummaryLines returns the summary lines of the last import of the register,
	// ordered by the word of the state and the number of the type, those without
	// detail included; lines of one state and type keep their order. A register
	// that was never imported is absent, one without lines has none.
	SummaryLines(ctx context.Context, key rcv.Key) ([]rcv.SummaryLine, error)

	// LastImport returns the last import of the register. A register that was
	// never imported is absent.
	LastImport(ctx context.Context, key rcv.Key) (*Import, error)
}

// Snapshot is a whole register as the SII showed it at one time.
type Snapshot struct {
	Key     rcv.Key
	TakenAt time.Time // when it was taken; the zero time is the store's clock

	// Environment is the SII that it is of: see Environments. The zero value is
	// chile.OtherEnvironment.
	Environment chile.Environment

	// Rows yields every document of the register, in any order. It is ranged over
	// at most once. An error ends the import. While it runs it may use the store,
	// because a download needs the tokens, though not import; it finds the register
	// as it was before.
	Rows iter.Seq2[rcv.Document, error]

	// Lines are the summary lines of all states, or nil if there was no summary.
	// It is called after Rows has ended, because only then a download is complete.
	Lines func() []rcv.SummaryLine

	// Sources are the raw answers or files that the rows came from, in order. It
	// is called after Rows has ended; if nil, there are none.
	Sources func() []Source

	// Raw opens the bytes of a source, which are kept with the import: see Answers.
	// It is called after Sources, once for each in their order; nil, or a nil
	// reader, keeps none. Bytes that do not have the size and hash of the source are
	// ErrInvalid.
	Raw func(source int) (io.ReadCloser, error)

	// Accept, if it is set, is called with what the import is about to write, but for
	// its id: an error ends the import with that error and nothing written. It
	// must not use the store.
	Accept func(Import) error
}

// Source is a raw answer or file, known by its hash.
type Source struct {
	Name   string // operation and state, or the name of a file
	SHA256 string // lower-case hex of the bytes as they came
	Bytes  int64
}

// ImportResult is what ImportRegister did.
type ImportResult struct {
	Import

	// Changes are the differences to what was stored before, in the order of the
	// documents, as the feed keeps them: see the interface Changes. The first import
	// of a register has no Changes, only counts: all that it added is new, and rows
	// of another program are filled in, and marked as gone, without a word more. What
	// appears in a register that was empty at its last
	// import is a change.
	Changes []Change

	// Adopted says that the store had rows from before environments were recorded,
	// and that they are of the environment of this import from now on: see
	// Environments.
	Adopted bool
}

// DocumentQuery selects documents. Owner is required; every other zero value
// selects all. States of documents that are gone are the last ones they had.
type DocumentQuery struct {
	Owner       chile.RUT
	Book        rcv.Book
	From, To    chile.Period // both included; a zero end is open
	States      []rcv.State
	Types       []chile.DocType
	IncludeGone bool // also documents that are in the register no more

	// Counterparty is the other side of the documents. Rows that another program
	// wrote are found if it wrote the RUT as the SII does, 76123456-K.
	Counterparty chile.RUT

	// ReceivedFrom and ReceivedTo bound when the SII received the documents: from
	// ReceivedFrom on, and before ReceivedTo. A zero end is open; if one is not,
	// documents without that time are not selected.
	ReceivedFrom, ReceivedTo time.Time

	// After selects the documents that come after that place in the order of
	// Documents; see StoredDocument.Place. The zero value selects from the beginning.
	// The document of that place need not be selected, nor be in the register any more.
	// Pages that go on after the last place of the page before show every document
	// once, also if imports come between, but for those that an import adds before that
	// place, and rows of another program whose texts an import replaces.
	After Place

	Limit int // at most that many; 0 is no limit
}

// StoredDocument is a document as the store has it. Of a row that another
// program wrote without a period, Key.Period is zero.
type StoredDocument struct {
	Key rcv.Key
	rcv.Document
	Hash   string    // SHA-256 of the canonical values, see rcv.Hash; empty in rows that another program wrote
	GoneAt time.Time // TakenAt of the import that found it gone; zero if it is in the register
	Place  Place     // where it stands in the order of Documents; imports do not look at it

	// Unread are the values of a row that another program wrote which cannot be read
	// as what they should be. Of an amount that is no whole number of pesos the
	// document has the pesos; of all others it has nothing. Who adds amounts up asks
	// Readable first. An import of the register replaces them.
	Unread []Unread
}

// Unread is a value that is not what its column is for: an amount with decimals, or
// a RUT, type, folio, date or month that is none.
type Unread struct {
	Column string // as the table has it: neto, iva, exento, total, folio …
	Text   string // as it is stored
}

// ErrUnread says that a row of another program has a value that cannot be read:
// see StoredDocument.Unread.
var ErrUnread = errors.New("storage: a value that cannot be read")

// Readable returns nil, or an error that is ErrUnread and names the row and each
// value of it that cannot be read.
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

// DuplicateError says that a snapshot has one document twice. Nothing was
// written. A register that moved during the download may do this: take the
// snapshot again.
type DuplicateError struct {
	Key      rcv.Key
	Document chile.DocumentID
}

// KindName is the name of this kind of error, see sii.KindName.
func (e *DuplicateError) KindName() string { return "duplicate_row" }

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("storage: register %s has document %s twice", e.Key, e.Document)
}
