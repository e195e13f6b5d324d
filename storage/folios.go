package storage

import (
	"context"
	"iter"
	"time"

	"github.com/ofitec/chile"
)

// Folios keeps the folios that the SII has authorised a company to use (CAF,
// Código de Autorización de Folios), and hands each out once. It is an ability
// beside Storage that a store may have; all stores of this SDK do.
//
// The store reads no CAF file: it is told ranges and days, and keeps the file
// sealed. It takes part in Environments: a CAF belongs to the environment of the
// store.
//
// What is committed here outlives the end of the process and of the machine, so
// far as the database keeps what it has acknowledged. Every method commits by
// itself, never within a transaction of the caller: a program that has a write
// transaction open on the same SQLite file gets ErrBusy, once the busy timeout is
// over.
type Folios interface {
	// PutCAF stores a CAF and returns it as it is stored. The same file again, which
	// has the same digest, is no error: a greater FirstFree is then taken over, and
	// the file is sealed anew, with the key that seals now. Nothing else changes.
	//
	// A CAF that shares folios with another one of its issuer and type is
	// ErrCAFOverlap; the same file with another issuer, type or range is ErrForeignCAF;
	// one of another environment than the store's is ErrEnvironment. A new one with a
	// folio from FirstFree on that is known here, of an orphan or of a key, is stored
	// and held: see HoldCAF. A store that has no key to seal with is ErrNoKey. A CAF without issuer, type, range, authorisation
	// date, digest or file, or whose FirstFree is not of its range or just after it, is
	// ErrInvalid.
	PutCAF(ctx context.Context, caf CAF) (*CAF, error)

	// CAF returns a CAF, without its file. One that was never stored is absent.
	CAF(ctx context.Context, id int64) (*CAF, error)

	// CAFs yields the CAFs that a query selects in the order of their ids, without
	// their files.
	CAFs(ctx context.Context, query CAFQuery) iter.Seq2[CAF, error]

	// CAFFile returns the file of a CAF, opened. It has a private key: it belongs into
	// no log. The error of one that the keys at hand do not open is that of the sealer.
	CAFFile(ctx context.Context, id int64) ([]byte, error)

	// TakeFolio hands out a folio and remembers it, in a transaction of its own that is
	// committed when it returns.
	//
	// A key belongs to its issuer. The same key gives the same folio and the same frozen
	// instant for ever, whatever became of it since, and whatever became of the CAF.
	// Of many that take a folio for one key at once all get the same. The same key with
	// another type or draft is ErrKeyReused, which names the first.
	//
	// A new key gets the next folio of a CAF of its environment, issuer and type that is
	// authorised not after the day, whose last day is before neither the day nor that of
	// the instant in Chile (the stamp is of then), and that has folios left; of several, of the one that was authorised first, and of those of one
	// day of the lowest range. Without any it is ErrNoFolios. If that CAF is held it is
	// ErrFoliosHeld. If the folio is above what is open of a CAF that has a bound, or the
	// request is Bounded and the CAF has none, it is ErrAboveBound. Nothing is changed
	// then, and no other CAF takes its place.
	//
	// A request that replaces another key gets a folio only if that key is stored
	// (else it is absent), its folio is rejected or void (else ErrFolioState), and no
	// third key replaces it (else ErrReplaced).
	//
	// A request of another environment than the store's is ErrEnvironment. One without
	// issuer, type, key, draft hash, day or instant, or with a key of more than 200
	// characters, is ErrInvalid.
	TakeFolio(ctx context.Context, request FolioRequest) (*TakenFolio, error)

	// TakeFolios is TakeFolio for many requests of one environment and issuer, in one
	// transaction: all of them get a folio, in their order, or none does. If folios are
	// missing the *NoFoliosError tells how many of each type and day. Requests of
	// different issuers are ErrInvalid.
	TakeFolios(ctx context.Context, requests []FolioRequest) ([]TakenFolio, error)

	// TakenFolio returns what was taken for a key. A key that was never used is absent.
	TakenFolio(ctx context.Context, issuer chile.RUT, key string) (*TakenFolio, error)

	// FolioOf returns what is known of the folio of a document. A folio that was neither
	// handed out nor skipped is absent.
	FolioOf(ctx context.Context, document chile.DocumentID) (*TakenFolio, error)

	// TakenFolios yields what a query selects in the order of their ids. Of one type
	// that is the order in which they were taken. A query without issuer is ErrInvalid.
	TakenFolios(ctx context.Context, query FolioQuery) iter.Seq2[TakenFolio, error]

	// VoidFolio gives a folio up that will never be used, and keeps it with the reason.
	// It does not return to stock. To void what is void is no error and changes nothing.
	//
	// That is possible as long as its bytes were not handed out: the folio is reserved or
	// signed, and no envelope with its document is pending, under way, or has left. Else
	// it is ErrHandedOut, or ErrFolioState if it is skipped. An envelope that waits to be
	// sent is moved to EnvelopeHeld first, and never goes again. A folio that was not
	// handed out is absent. Without reason it is ErrInvalid.
	VoidFolio(ctx context.Context, id int64, reason string) error

	// HoldCAF has no folio taken from a CAF, by any program, until its folios are
	// skipped: the store was found to be older than what was issued. The first reason
	// stays. Without reason it is ErrInvalid.
	HoldCAF(ctx context.Context, id int64, reason string) error

	// SkipFolios passes over the folios of a CAF that are not taken yet, up to and with
	// the given one, keeps each of them as FolioSkipped with the reason, and ends the
	// hold. The bound of a CAF that has one is raised to the last of them where it is
	// lower, and they count as open. It returns how many were skipped: none if the
	// last of them was passed before. If an orphan has a greater folio of the CAF it is
	// ErrFolioState, which names it. A folio beyond the range, more than 100,000 at once,
	// or no reason, is ErrInvalid.
	SkipFolios(ctx context.Context, id int64, through chile.Folio, reason string) (skipped int64, err error)

	// RaiseBound sets the bound of a CAF to the folio to, if it still is from. 0 is
	// the bound of a CAF that has none. Folios above CAF.Open are not taken from a CAF
	// that has a bound: after RaiseBound a mark outside of the database is raised, then
	// OpenFolios lets them be taken. A bound beyond the range is cut to its end. One that
	// is not greater than from is ErrInvalid.
	RaiseBound(ctx context.Context, id int64, from, to chile.Folio) (raised bool, err error)

	// OpenFolios lets the folios of a CAF be taken up to and with the given one, which
	// is not above its bound, or else it is ErrAboveBound. Where more is open already
	// it changes nothing.
	OpenFolios(ctx context.Context, id int64, through chile.Folio) error

	// Stock returns what a company may still take on a day, one element for each type
	// of which it has a CAF, in the order of their codes.
	Stock(ctx context.Context, issuer chile.RUT, day chile.Date) ([]Stock, error)

	// PutOrphans stores documents that were seen at the SII and that the store does not
	// know: they were issued after the backup that it was restored from. It returns how
	// many are new: one that is stored already keeps its state, and a document whose
	// folio was taken for a key here is none. A CAF that could still hand out the folio
	// of one is held. An orphan without document, or from nowhere, is ErrInvalid.
	PutOrphans(ctx context.Context, orphans []Orphan) (added int, err error)

	// Orphans yields the orphans that a query selects in the order of their ids. A query
	// without issuer is ErrInvalid.
	Orphans(ctx context.Context, query OrphanQuery) iter.Seq2[Orphan, error]

	// AdoptOrphan says that an orphan is the document of that request: its key has the
	// orphan's folio from then on, as FolioAccepted, and no other is taken. To adopt
	// it again with the same request is no error. A key that is taken, or an orphan that
	// was adopted with another key, is ErrKeyReused. A folio that could still be handed
	// out is ErrFolioState: skip it first. An orphan that is not stored is absent.
	AdoptOrphan(ctx context.Context, document chile.DocumentID, request FolioRequest) (*TakenFolio, error)

	// DismissOrphan says that an orphan is nothing that this store will ever be asked to
	// issue. One that was adopted is ErrKeyReused; one that is not stored is absent; no
	// reason is ErrInvalid.
	DismissOrphan(ctx context.Context, document chile.DocumentID, reason string) error
}

// CAF is a range of folios of one type that the SII has authorised.
type CAF struct {
	ID          int64 // set by the store
	Environment chile.Environment
	Issuer      chile.RUT
	Type        chile.DocType
	First, Last chile.Folio // RNG, both included
	Authorized  chile.Date  // FA
	LastDay     chile.Date  // the last day of documents with its folios; zero if it has none
	KeyID       int         // IDK, the SII's key that signed it
	Digest      string      // of the file, so that the same file is known again

	// FirstFree is the first folio that nobody has used: another program has used
	// those below it. Zero is First. One above Last says that all are used.
	FirstFree chile.Folio

	// File is the file with its private key. It is given, and never comes back but
	// from Folios.CAFFile.
	File []byte

	// Next is the folio that is taken next, Last+1 if none is left. Set by the store.
	Next chile.Folio

	// Bound is up to which folio a mark outside of the database may be, and Open up to
	// which folios may be taken: see Folios.RaiseBound. Zero if the CAF has no bound.
	// Set by the store.
	Bound, Open chile.Folio

	Held string // why no folio is taken from it; empty if it is not held. Set by the store.

	CreatedAt, UpdatedAt time.Time // set by the store
}

// Left returns how many folios were not taken yet, whether or not they may be.
func (c *CAF) Left() int64 { return int64(c.Last - c.Next + 1) }

// Usable reports whether documents of that day may have its folios.
func (c *CAF) Usable(day chile.Date) bool {
	return c.Authorized.Compare(day) <= 0 && (c.LastDay.IsZero() || c.LastDay.Compare(day) >= 0)
}

// CAFQuery selects CAFs. Every zero value selects all.
type CAFQuery struct {
	Issuer chile.RUT
	Type   chile.DocType

	AfterID int64 // only CAFs with a greater id
	Limit   int   // at most that many; 0 is no limit, a negative one is ErrInvalid
}

// FolioRequest asks for a folio.
type FolioRequest struct {
	Environment chile.Environment
	Issuer      chile.RUT
	Type        chile.DocType
	Key         string     // the caller's own name of the document, such as that of an order
	DraftHash   string     // of what is to be issued
	Day         chile.Date // of issue, in Chile
	Instant     time.Time  // frozen: that of stamp and signature

	// Draft is kept with the folio, so that a program that starts anew can go on. The
	// store does not read it. It may be empty.
	Draft []byte

	Replaces string // the key of a document that was rejected; empty if it replaces none
	Bounded  bool   // no folio is taken that is not open: see Folios.RaiseBound
}

// FolioState is what became of a folio. Nothing makes a folio free again.
type FolioState string

// The states of a folio.
const (
	FolioReserved FolioState = "reserved" // taken; its document is not signed
	FolioSigned   FolioState = "signed"   // its document is signed and stored
	FolioSent     FolioState = "sent"     // the SII has received its document, and has not judged it
	FolioAccepted FolioState = "accepted" // the SII has accepted its document, with objections or without
	FolioRejected FolioState = "rejected" // the SII has rejected its document
	FolioVoid     FolioState = "void"     // given up before its document was handed out
	FolioSkipped  FolioState = "skipped"  // passed over: it may have been used after a backup
)

// TakenFolio is a folio that was handed out or skipped.
type TakenFolio struct {
	ID       int64
	Document chile.DocumentID
	CAF      int64 // the id of its CAF; 0 if it was adopted and is of none that is stored

	// Key, DraftHash, Day, Instant, Draft and Replaces are those of the request. A
	// skipped folio has none of them. Draft does not come with Folios.TakenFolios.
	Key       string
	DraftHash string
	Day       chile.Date
	Instant   time.Time
	Draft     []byte
	Replaces  string

	ReplacedBy string // the key that replaces this one; empty if none does

	State  FolioState
	Reason string // why it is void or skipped

	CreatedAt, UpdatedAt time.Time // of its taking, and of its state
}

// FolioQuery selects folios. Issuer is required; every other zero value selects
// all.
type FolioQuery struct {
	Issuer chile.RUT
	Type   chile.DocType
	State  FolioState

	AfterID int64 // only folios with a greater id
	Limit   int   // at most that many; 0 is no limit, a negative one is ErrInvalid
}

// Stock is what is left of the folios of one type on a day.
type Stock struct {
	Type chile.DocType
	Free int64 // may be taken by documents of that day
	Held int64 // of those that are not expired, of CAFs that are held
	Idle int64 // of CAFs that are authorised after the day, or whose last day is before it

	// LastDay is the first last day of a CAF that has some of the Free ones; zero if
	// none of them has one.
	LastDay chile.Date

	// Recent is how many documents of the 30 days up to the day have a folio.
	Recent int64
}

// stockDays is how many days count as recent.
const stockDays = 30

// RecentSince returns the first day of Stock.Recent. Adapters call it.
func RecentSince(day chile.Date) chile.Date { return day.AddDays(1 - stockDays) }

// DaysOfStock returns for how many days the free folios last if as many are taken
// as of late. ok is false if none was taken of late.
func (s *Stock) DaysOfStock() (days int64, ok bool) {
	if s.Recent <= 0 {
		return 0, false
	}
	return s.Free * stockDays / s.Recent, true
}

// DaysLeft returns how many days after the given one free folios can first expire:
// 0 if the given one is the last on which they can be used. ok is false if none can.
func (s *Stock) DaysLeft(day chile.Date) (days int, ok bool) {
	if s.LastDay.IsZero() {
		return 0, false
	}
	return int(s.LastDay.Time().Sub(day.Time()).Round(24*time.Hour) / (24 * time.Hour)), true
}

// OrphanState is what was decided about an orphan.
type OrphanState string

// The states of an orphan.
const (
	OrphanOpen      OrphanState = "open"      // nobody has decided
	OrphanAdopted   OrphanState = "adopted"   // it is the document of a key
	OrphanDismissed OrphanState = "dismissed" // it is none that this store will be asked for
)

// Orphan is a document of the company at the SII that the store does not know.
type Orphan struct {
	ID       int64 // set by the store
	Document chile.DocumentID
	Receiver chile.RUT
	Date     chile.Date
	Total    chile.CLP
	Source   string // where it was seen; required

	State  OrphanState // set by the store
	Key    string      // of the request that adopted it
	Reason string      // why it was dismissed

	CreatedAt, UpdatedAt time.Time // set by the store
}

// OrphanQuery selects orphans. Issuer is required; every other zero value selects
// all.
type OrphanQuery struct {
	Issuer   chile.RUT
	Type     chile.DocType
	Receiver chile.RUT
	Date     chile.Date
	State    OrphanState

	AfterID int64 // only orphans with a greater id
	Limit   int   // at most that many; 0 is no limit, a negative one is ErrInvalid
}
