package storage

import (
	"context"
	"iter"
	"time"

	"github.com/ofitec/chile"
)

// Folios keeps the folios that the SII has authorised a company to use (CAF,
// Código de Autorización de Folios), and hands out each of them once. It is an
// optional ability of a store, beside Storage; all stores of this SDK have it.
//
// The store does not read CAF files: the caller gives it ranges and days, and it
// keeps the file sealed. A CAF belongs to the environment of the store: see
// Environments.
//
// What a method has committed survives a crash of the process and of the machine, if
// the database's disk keeps what it acknowledges. Each method commits its own
// transaction and never joins one of the caller: a program that has a write
// transaction open on the same SQLite file gets ErrBusy after the busy timeout.
type Folios interface {
	// PutCAF stores a CAF and returns the stored one. To put the same file again,
	// one with the same digest, is no error: a greater FirstFree is taken over, and
	// the file is sealed again with the current key. Nothing else changes.
	//
	// A CAF that shares folios with another one of its issuer and type is
	// ErrCAFOverlap. A stored file with another issuer, type or range is ErrForeignCAF.
	// A CAF of another environment than the store's is ErrEnvironment. If an orphan has
	// a folio of a new CAF from its FirstFree on, the CAF is stored and held: see HoldCAF.
	// If the store has no key to seal with, it is ErrNoKey. A CAF without issuer, type,
	// range, authorisation date, digest or file is ErrInvalid, and so is one whose
	// FirstFree is neither in its range nor the folio after it.
	PutCAF(ctx context.Context, caf CAF) (*CAF, error)

	// CAF returns a CAF without its file. A CAF that was never stored is absent.
	CAF(ctx context.Context, id int64) (*CAF, error)

	// CAFs yields the selected CAFs in the order of their ids, without their files.
	CAFs(ctx context.Context, query CAFQuery) iter.Seq2[CAF, error]

	// CAFFile returns the opened file of a CAF. It contains a private key: do not log
	// it. If no key opens it, the error is that of the sealer; a store without a key
	// returns ErrNoKey.
	CAFFile(ctx context.Context, id int64) ([]byte, error)

	// TakeFolio hands out a folio in a transaction of its own, which is committed when
	// it returns.
	//
	// A key belongs to its issuer. The same key always gives the same folio and the
	// same frozen instant, whatever has become of the folio and of its CAF. If several
	// callers take a folio for one key at once, all get the same. The same key with
	// another type or draft hash is ErrKeyReused, which names the first document.
	//
	// A new key gets the next folio of a CAF of its environment, issuer and type. The
	// CAF was authorised on the request's day or before, its last day is that day or
	// later, and it has folios left. Of several CAFs, the one authorised first is used,
	// then the one with the lowest range. Without such a CAF, it is ErrNoFolios. If it is
	// held, it is ErrFoliosHeld. If the CAF has a bound and the folio is not open, or
	// if the request is Bounded and the CAF has no bound, it is ErrAboveBound. In these
	// cases nothing changes, and no other CAF is used instead.
	//
	// A request with Replaces gets a folio only if that key exists (else it is absent),
	// its folio is rejected or void (else it is ErrFolioState), and no other key
	// replaces it already (else it is ErrReplaced).
	//
	// A request of another environment than the store's is ErrEnvironment. One without
	// issuer, type, key, draft hash, day or instant, or with a key of more than 200
	// characters, is ErrInvalid.
	TakeFolio(ctx context.Context, request FolioRequest) (*TakenFolio, error)

	// TakeFolios is TakeFolio for several requests of one environment and issuer, in one
	// transaction: all of them get a folio, in their order, or none does. If folios are
	// missing, the *NoFoliosError says how many of each type and day. Requests of
	// different issuers or environments are ErrInvalid.
	TakeFolios(ctx context.Context, requests []FolioRequest) ([]TakenFolio, error)

	// TakenFolio returns the folio of a key. A key that was never used is absent.
	TakenFolio(ctx context.Context, issuer chile.RUT, key string) (*TakenFolio, error)

	// FolioOf returns the folio of a document. A folio that was neither handed out nor
	// skipped is absent.
	FolioOf(ctx context.Context, document chile.DocumentID) (*TakenFolio, error)

	// TakenFolios yields the selected folios in the order of their ids, which for one
	// CAF is the order in which they were taken. A query without issuer is ErrInvalid.
	TakenFolios(ctx context.Context, query FolioQuery) iter.Seq2[TakenFolio, error]

	// VoidFolio marks a folio as void, with a reason: it will never be used, and it is
	// not handed out again. To void it again is no error and changes nothing.
	//
	// It is possible only before the document was handed out: the folio is reserved or
	// signed, and no envelope with its document is live or has left. Else it is
	// ErrHandedOut; for a skipped folio, it is ErrFolioState. If the document is in a
	// pending envelope, move that to EnvelopeHeld first; it can never be sent afterwards.
	// A folio that was never handed out is absent. A void without reason is ErrInvalid.
	VoidFolio(ctx context.Context, id int64, reason string) error

	// HoldCAF stops every program from taking folios of a CAF until SkipFolios: the
	// store was found to be older than what was issued. The first reason is kept. A
	// hold without reason is ErrInvalid.
	HoldCAF(ctx context.Context, id int64, reason string) error

	// SkipFolios skips the folios of a CAF that are not taken yet, up to and including
	// the given one, and ends the hold. Each is kept as FolioSkipped with the reason. If
	// the CAF has a bound, bound and Open are raised to that folio if they are lower. It
	// returns how many were skipped, 0 if that folio was passed before. If an orphan has a
	// greater folio of the CAF, it is ErrFolioState, which names the orphan. A folio outside the range,
	// more than 100,000 at once, or a missing reason is ErrInvalid.
	SkipFolios(ctx context.Context, id int64, through chile.Folio, reason string) (skipped int64, err error)

	// RaiseBound sets the bound of a CAF to the folio to, if it still is from; 0 means
	// no bound. From a CAF with a bound only folios up to CAF.Open are taken: after
	// RaiseBound the caller raises a mark outside of the database, then OpenFolios. A
	// bound beyond the range is cut to its end. If to is not greater than from, it is
	// ErrInvalid.
	RaiseBound(ctx context.Context, id int64, from, to chile.Folio) (raised bool, err error)

	// OpenFolios lets the folios of a CAF be taken up to and including the given one. A
	// folio above the bound is ErrAboveBound. If more folios are open already, nothing
	// changes.
	OpenFolios(ctx context.Context, id int64, through chile.Folio) error

	// Stock returns how many folios a company may still take on a day: one element for
	// each type that has a CAF, in the order of their codes.
	Stock(ctx context.Context, issuer chile.RUT, day chile.Date) ([]Stock, error)

	// PutOrphans stores documents that are at the SII and unknown to the store: they
	// were issued after the backup that it was restored from. It returns how many are
	// new. A stored orphan keeps its state. A document whose folio was taken for a key
	// is not an orphan. A CAF that could still hand out the folio of an
	// orphan is held. An orphan without document or source is ErrInvalid.
	PutOrphans(ctx context.Context, orphans []Orphan) (added int, err error)

	// Orphans yields the selected orphans in the order of their ids. A query without
	// issuer is ErrInvalid.
	Orphans(ctx context.Context, query OrphanQuery) iter.Seq2[Orphan, error]

	// AdoptOrphan makes an orphan the document of a request: from then on its key has
	// the orphan's folio, as FolioAccepted, and takes no other. To adopt it again with the
	// same request is no error. A key that has another document, or an orphan that was
	// adopted with another key, is ErrKeyReused. A folio that could still be handed out
	// is ErrFolioState: skip it first. An orphan that is not stored is absent.
	AdoptOrphan(ctx context.Context, document chile.DocumentID, request FolioRequest) (*TakenFolio, error)

	// DismissOrphan marks an orphan as a document that no key of this store stands for.
	// An adopted orphan is ErrKeyReused. One that is not stored is absent. A missing
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
	Digest      string      // of the file; it identifies the file

	// FirstFree is the first folio that nobody has used: another program has used
	// those below it. Zero is First. One above Last says that all are used.
	FirstFree chile.Folio

	// File is the file with its private key. The caller sets it for PutCAF; only
	// Folios.CAFFile returns it.
	File []byte

	// Next is the next folio to take, or Last+1 if none is left. Set by the store.
	Next chile.Folio

	// Bound is the highest folio that a mark outside of the database may have. Open is
	// the highest folio that may be taken. See Folios.RaiseBound. Both are zero if the
	// CAF has no bound. Set by the store.
	Bound, Open chile.Folio

	Held string // why no folio is taken from it; empty if it is not held. Set by the store.

	CreatedAt, UpdatedAt time.Time // set by the store
}

// Left returns how many folios are not taken yet, even if they may not be taken.
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
	DraftHash   string     // of the draft
	Day         chile.Date // of issue, in Chile
	Instant     time.Time  // frozen: that of stamp and signature

	// Draft is kept with the folio, so that a restarted program can go on. The store
	// does not read it. It may be empty.
	Draft []byte

	Replaces string // the key of a document that was rejected; empty if it replaces none
	Bounded  bool   // take only an open folio: see Folios.RaiseBound
}

// FolioState is what became of a folio. Nothing makes a folio free again.
type FolioState string

// The states of a folio.
const (
	FolioReserved FolioState = "reserved" // taken; its document is not signed
	FolioSigned   FolioState = "signed"   // its document is signed and stored
	FolioSent     FolioState = "sent"     // the SII has received its document; there is no verdict
	FolioAccepted FolioState = "accepted" // the SII has accepted its document, with objections or without
	FolioRejected FolioState = "rejected" // the SII has rejected its document
	FolioVoid     FolioState = "void"     // given up before its document was handed out
	FolioSkipped  FolioState = "skipped"  // passed over: it may have been used after a backup
)

// TakenFolio is a folio that was handed out or skipped.
type TakenFolio struct {
	ID       int64
	Document chile.DocumentID
	CAF      int64 // the id of its CAF; 0 for an adopted folio whose CAF is not stored

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
	Free int64 // documents of that day may take them
	Held int64 // not expired, but their CAFs are held
	Idle int64 // of CAFs that are authorised after the day, or whose last day is before it

	// LastDay is the earliest last day among the CAFs with Free folios; zero if none
	// has a last day.
	LastDay chile.Date

	// Recent is how many folios were taken for documents of the 30 days up to the day.
	Recent int64
}

// stockDays is how many days count as recent.
const stockDays = 30

// RecentSince returns the first day of Stock.Recent. Adapters call it.
func RecentSince(day chile.Date) chile.Date { return day.AddDays(1 - stockDays) }

// DaysOfStock returns how many days the free folios last at the pace of Recent. ok is
// false if Recent is 0.
func (s *Stock) DaysOfStock() (days int64, ok bool) {
	if s.Recent <= 0 {
		return 0, false
	}
	return s.Free * stockDays / s.Recent, true
}

// DaysLeft returns how many days after the given one the first free folios expire: 0
// if they can be used on that day for the last time. ok is false if none can expire.
func (s *Stock) DaysLeft(day chile.Date) (days int, ok bool) {
	if s.LastDay.IsZero() {
		return 0, false
	}
	return int(s.LastDay.Time().Sub(day.Time()).Round(24*time.Hour) / (24 * time.Hour)), true
}

// OrphanState is the decision about an orphan.
type OrphanState string

// The states of an orphan.
const (
	OrphanOpen      OrphanState = "open"      // not decided yet
	OrphanAdopted   OrphanState = "adopted"   // it is the document of a key
	OrphanDismissed OrphanState = "dismissed" // no key of this store stands for it
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
