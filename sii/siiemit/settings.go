package siiemit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/wait"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// Settings say how documents are sent and followed. The zero value is the default.
type Settings struct {
	// MaxDocuments limits the documents of an envelope: 500 by default, and at most
	// issue.MaxDocuments.
	MaxDocuments int

	// AfterCrash is how long to wait before an upload whose program ended is looked up
	// and repeated: 30 seconds by default.
	AfterCrash time.Duration

	// AfterDuplicate is how long to wait if the SII already had the same bytes and named
	// no track id: 900 seconds by default, as the SII's text asks.
	AfterDuplicate time.Duration

	// Stale is the age after which Resume leaves an unsigned folio to a person: three
	// days by default. The SII objects to documents that arrive later (DTE-1-650).
	Stale time.Duration

	// SecondLook applies to bytes that were sent more than once. A document that the SII
	// still does not have this long after the last upload counts as rejected: one hour by
	// default. Until then the SII may still process an earlier copy.
	SecondLook time.Duration

	// Block is how many folios one raise of a Witness's mark adds, and the least margin
	// of Recover: 50 by default. Ahead is how many of the next folios of a CAF the SII is
	// asked about: 3 by default.
	Block, Ahead int

	// Margin is how many folios Recover skips above the highest known used one. The
	// default is the size of the largest envelope in the store, and at least Block.
	Margin int

	// UnprovedFolios allows folios to be taken although neither a Witness nor the SII
	// shows that the store is up to date.
	UnprovedFolios bool

	// NotesUnasked sends notes without asking the SII for documents of other programs
	// that they name. Notes still wait for documents of this store.
	NotesUnasked bool

	// AskNotes is how often the SII is asked for such a document: once an hour by
	// default. After AlertNotes there is an alert: 24 hours by default.
	AskNotes, AlertNotes time.Duration

	// NoMail disables the request to the SII to repeat its mail with the codes of
	// rejected documents.
	NoMail bool

	// StockDays and LastDays set how many days ahead there is an alert: before the stock
	// of a type ends at its recent pace, and before some of it expires. Both are 10 by
	// default. Each alert is sent once a day.
	StockDays, LastDays int

	// Term is the term of an upload's lease: five minutes by default. The lease is
	// released when the upload ends. If it ends earlier, no harm is done.
	Term time.Duration

	// Retry and LongestRetry bound the wait before an upload is tried again because the
	// SII did not take it or did not answer. By default it is 30 seconds at first, doubles
	// after each try, and ends at 15 minutes.
	Retry, LongestRetry time.Duration

	// Follow says how often the SII is asked for a verdict, and when a person should
	// look. Its clock is that of the Settings.
	Follow siisync.FollowUp

	// Now and Sleep are the clock. Sleep ends early if the context ends.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// check returns storage.ErrInvalid for invalid settings, and sets defaults.
func (s *Settings) check() error {
	err := errors.Join(
		option.NotNegative("siiemit: Settings", storage.ErrInvalid, s.AfterCrash, s.AfterDuplicate, s.Stale, s.SecondLook, s.AskNotes, s.AlertNotes, s.Term, s.Retry, s.LongestRetry),
		option.NotNegative("siiemit: Settings", storage.ErrInvalid, s.MaxDocuments, s.Block, s.Ahead, s.Margin, s.StockDays, s.LastDays))
	if s.MaxDocuments > issue.MaxDocuments {
		err = errors.Join(err, fmt.Errorf("siiemit: Settings: %w: %d documents in an envelope, more than %d", storage.ErrInvalid, s.MaxDocuments, issue.MaxDocuments))
	}
	s.MaxDocuments = cmp.Or(s.MaxDocuments, 500)
	s.AfterCrash = cmp.Or(s.AfterCrash, 30*time.Second)
	s.AfterDuplicate = cmp.Or(s.AfterDuplicate, 900*time.Second)
	s.Stale = cmp.Or(s.Stale, 72*time.Hour)
	s.SecondLook = cmp.Or(s.SecondLook, time.Hour)
	s.Block, s.Ahead = cmp.Or(s.Block, 50), cmp.Or(s.Ahead, 3)
	s.AskNotes, s.AlertNotes = cmp.Or(s.AskNotes, time.Hour), cmp.Or(s.AlertNotes, 24*time.Hour)
	s.StockDays, s.LastDays = cmp.Or(s.StockDays, 10), cmp.Or(s.LastDays, 10)
	s.Term = cmp.Or(s.Term, 5*time.Minute)
	s.Retry = cmp.Or(s.Retry, 30*time.Second)
	s.LongestRetry = cmp.Or(s.LongestRetry, max(15*time.Minute, s.Retry))
	if s.Now == nil {
		s.Now = time.Now //nolint:forbidigo // the default of a setting
	}
	if s.Sleep == nil {
		s.Sleep = wait.For
	}
	return errors.Join(err, s.Follow.Check())
}

// config is what options change.
type config struct {
	settings  Settings
	service   Service
	registers siisync.Registers
	witness   Witness
	keys      dte.Keys
	drafting  issue.Options
	alerts    *siisync.Alerts

	environment chile.Environment
}

// Option changes an Emitter. If it is invalid, New fails.
type Option func(*config) error

// WithSettings sets how documents are sent and followed.
func WithSettings(settings Settings) Option {
	return func(c *config) error {
		c.settings = settings
		return nil
	}
}

// WithWitness adds a mark outside the database that detects a restored store.
func WithWitness(witness Witness) Option {
	return func(c *config) error {
		if witness == nil {
			return errors.New("WithWitness: nil witness")
		}
		c.witness = witness
		return nil
	}
}

// WithAlerts sends alerts to people: about documents without verdict, an SII that takes
// nothing, an old store, or a stock that ends.
func WithAlerts(alerts *siisync.Alerts) Option {
	return func(c *config) error {
		if alerts == nil {
			return errors.New("WithAlerts: nil alerts")
		}
		c.alerts = alerts
		return nil
	}
}

// WithDrafting sets how drafts become documents: the rules, and the reading where
// sources contradict each other. The Emitter itself sets today and the day of the CAF.
func WithDrafting(options issue.Options) Option {
	return func(c *config) error {
		c.drafting = options
		return nil
	}
}

// WithCAFKeys sets the keys that prove CAFs, beside or instead of the SII's: those of a
// fake.
func WithCAFKeys(keys dte.Keys) Option {
	return func(c *config) error {
		if len(keys) == 0 {
			return errors.New("WithCAFKeys: no keys")
		}
		c.keys = keys
		return nil
	}
}

// WithService sends documents through another service than the client's.
func WithService(service Service) Option {
	return func(c *config) error {
		if service == nil {
			return errors.New("WithService: nil service")
		}
		c.service = service
		return nil
	}
}

// WithEnvironment sets the environment of the service that WithService sets. The default
// is the client's environment or, without a client, chile.OtherEnvironment.
func WithEnvironment(of chile.Environment) Option {
	return func(c *config) error {
		if !of.Valid() {
			return fmt.Errorf("WithEnvironment: %q is none of the environments", string(of))
		}
		c.environment = of
		return nil
	}
}

// WithRegisters sets where Recover reads the register of sales, instead of the client.
func WithRegisters(registers siisync.Registers) Option {
	return func(c *config) error {
		if registers == nil {
			return errors.New("WithRegisters: nil registers")
		}
		c.registers = registers
		return nil
	}
}
