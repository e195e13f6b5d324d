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
	// MaxDocuments is how many documents an envelope has at most: 500 by default. More
	// than issue.MaxDocuments are not possible.
	MaxDocuments int

	// AfterCrash is how long an upload that was under way when its program ended is left
	// alone before it is looked up and repeated: 30 seconds by default.
	AfterCrash time.Duration

	// AfterDuplicate is how long to wait after the SII has said that it had the same
	// bytes, and not under which track id: 900 seconds by default, which its own text
	// asks for.
	AfterDuplicate time.Duration

	// Stale is how old a folio that was taken and never signed may be before Resume
	// leaves it to a person: three days by default. The SII objects to what arrives later
	// than that (DTE-1-650).
	Stale time.Duration

	// SecondLook is how long after the last upload of an envelope a document that the SII
	// does not have is taken for rejected, if the bytes were sent more than once: one
	// hour by default. Until then an earlier copy may still be in process.
	SecondLook time.Duration

	// Block is by how many folios the mark of a Witness is raised at once, and the least
	// margin of Recover: 50 by default. Ahead is how many of the next folios of a CAF the
	// SII is asked about: 3 by default.
	Block, Ahead int

	// Margin is how many folios Recover skips above the highest that is known to be
	// used. The default is the largest envelope in the store, and at least Block.
	Margin int

	// UnprovedFolios has folios taken although neither a Witness nor the SII says that
	// the store is not an old one.
	UnprovedFolios bool

	// NotesUnasked has notes sent without asking the SII whether it has the documents of
	// other programs that they name. Those of this store are waited for all the same.
	NotesUnasked bool

	// AskNotes is how often the SII is asked for such a document: once an hour by
	// default. AlertNotes is after how long it is an alert: 24 hours by default.
	AskNotes, AlertNotes time.Duration

	// NoMail has the SII not be asked to send the mail with the codes of what it rejected
	// once more.
	NoMail bool

	// StockDays and LastDays are how many days before the end of the stock of a type, at
	// the pace of late, and before the last day of some of it, there is an alert: 10 by
	// default. Both are told once a day.
	StockDays, LastDays int

	// Term is for how long the lease of an upload is taken: five minutes by default. It
	// is given back at once when the upload has ended; if it is lost before, nothing is
	// lost.
	Term time.Duration

	// Retry and LongestRetry bound the wait before an upload is tried again that the SII
	// did not take, or of which no answer came: 30 seconds at first, twice as long after
	// each try, and up to 15 minutes by default.
	Retry, LongestRetry time.Duration

	// Follow says how often the SII is asked for a verdict, and when a person should
	// look. Its clock is that of the Settings.
	Follow siisync.FollowUp

	// Now and Sleep are the clock: the time and a wait that ends with the context.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// check refuses, with storage.ErrInvalid, what cannot be followed, and sets defaults.
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

// Option changes an Emitter. One that cannot be followed makes New fail.
type Option func(*config) error

// WithSettings sets how documents are sent and followed.
func WithSettings(settings Settings) Option {
	return func(c *config) error {
		c.settings = settings
		return nil
	}
}

// WithWitness has a mark outside the database say that the store is not an old one.
func WithWitness(witness Witness) Option {
	return func(c *config) error {
		if witness == nil {
			return errors.New("WithWitness: nil witness")
		}
		c.witness = witness
		return nil
	}
}

// WithAlerts has people told of what they should look at: of documents without
// verdict, of an SII that takes nothing, of a store that is old, of a stock that ends.
func WithAlerts(alerts *siisync.Alerts) Option {
	return func(c *config) error {
		if alerts == nil {
			return errors.New("WithAlerts: nil alerts")
		}
		c.alerts = alerts
		return nil
	}
}

// WithDrafting says how drafts become documents: what is asked of them, and how they
// are read where sources contradict each other. Today and the day of the CAF are the
// Emitter's own.
func WithDrafting(options issue.Options) Option {
	return func(c *config) error {
		c.drafting = options
		return nil
	}
}

// WithCAFKeys sets the keys that prove CAFs, besides or in the place of the SII's:
// those of a fake.
func WithCAFKeys(keys dte.Keys) Option {
	return func(c *config) error {
		if len(keys) == 0 {
			return errors.New("WithCAFKeys: no keys")
		}
		c.keys = keys
		return nil
	}
}

// WithService has documents sent by another service than that of the client.
func WithService(service Service) Option {
	return func(c *config) error {
		if service == nil {
			return errors.New("WithService: nil service")
		}
		c.service = service
		return nil
	}
}

// WithEnvironment says of which SII the service is that WithService gives. The default is
// what the client's environment is and, without a client, chile.OtherEnvironment.
func WithEnvironment(of chile.Environment) Option {
	return func(c *config) error {
		if !of.Valid() {
			return fmt.Errorf("WithEnvironment: %q is none of the environments", string(of))
		}
		c.environment = of
		return nil
	}
}

// WithRegisters has Recover read the register of sales from elsewhere than the client.
func WithRegisters(registers siisync.Registers) Option {
	return func(c *config) error {
		if registers == nil {
			return errors.New("WithRegisters: nil registers")
		}
		c.registers = registers
		return nil
	}
}
