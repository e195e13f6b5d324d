package siisync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// AlertKind says what an alert is about.
type AlertKind string

// The kinds of alert.
const (
	AlertPending  AlertKind = "pending"  // a purchase is accepted in silence within days
	AlertClaimed  AlertKind = "claimed"  // the receiver claimed a document
	AlertRejected AlertKind = "rejected" // the SII rejected an upload, some of it, or a document
	AlertObserved AlertKind = "observed" // the SII accepted an upload or a document with objections
	AlertSupplier AlertKind = "supplier" // a supplier of whom nothing was known
	AlertAmount   AlertKind = "amount"   // far more than any document of the supplier before
	AlertSmaller  AlertKind = "smaller"  // a register is smaller than it was
)

// alertTitles are the kinds in Spanish, for people.
var alertTitles = map[AlertKind]string{
	AlertPending: "compra por vencer", AlertClaimed: "documento reclamado", AlertRejected: "rechazo del SII", AlertObserved: "reparos del SII",
	AlertSupplier: "proveedor nuevo", AlertAmount: "monto inusual", AlertSmaller: "registro disminuido",
}

// Title returns the kind in Spanish, for people; an unknown kind as it is.
func (k AlertKind) Title() string {
	if title, ok := alertTitles[k]; ok {
		return title
	}
	return string(k)
}

// Alert is something that a person should look at. What others wrote, as names
// and the SII's words, is on one line in it, without control characters, and may
// hold anything else: escape it where you show it.
type Alert struct {
	// Key makes the alert unique: it is reported once. Two programs that find the same
	// thing give it the same key. It has at most 150 characters.
	Key      string           `json:"clave"`
	Kind     AlertKind        `json:"tipo"`
	Owner    chile.RUT        `json:"empresa"`
	Register rcv.Key          `json:"registro,omitzero"`  // the zero value if it is about none
	Document chile.DocumentID `json:"documento,omitzero"` // the zero value if it is about none, or about many
	TrackID  string           `json:"track_id,omitzero"`  // of an upload
	Deadline chile.Date       `json:"plazo,omitzero"`     // last day to act
	Amount   chile.CLP        `json:"monto,omitzero"`
	Text     string           `json:"texto"` // in Spanish, for people
}

// Notifier brings alerts to people. It may be called from many goroutines at
// once. Name tells notifiers apart, each of which gets an alert once: it has at
// most 40 characters, and should stay what it is.
type Notifier interface {
	Name() string
	Notify(ctx context.Context, alert Alert) error
}

// AlertStore is the part of a storage.Storage that Alerts use.
type AlertStore interface {
	storage.Registers
	storage.Imports
	storage.Changes
	storage.Counterparties
	storage.Submissions
	storage.Events
}

// AlertSettings say what is worth an alert. The zero value is the default.
type AlertSettings struct {
	// DaysLeft is how many days before its last day a pending purchase is reported,
	// once for each: 3 and 1 by default.
	DaysLeft []int

	// Factor is how many times the largest of a supplier's earlier documents an
	// unusual amount is, and MinHistory how many there must be: 3 and 4 by default.
	Factor     int64
	MinHistory int64

	// MaxEach bounds how many alerts of a kind one import makes, and how many
	// pending purchases of one last day are reported one by one: 50 by default. The others
	// are reported in one alert.
	MaxEach int

	// MaxAge is how old an import or a verdict may be to be told of, be it because
	// alerts were not looked for earlier or because they could not be delivered: 30
	// days by default.
	MaxAge time.Duration

	// Timeout bounds each call of a notifier: 30 seconds by default.
	Timeout time.Duration

	// Now is the clock.
	Now func() time.Time
}

// check refuses settings that cannot be followed.
func (s *AlertSettings) check() error {
	if s.Factor < 0 || s.MinHistory < 0 || s.MaxEach < 0 || s.MaxAge < 0 || s.Timeout < 0 || slices.ContainsFunc(s.DaysLeft, func(days int) bool { return days < 0 }) {
		return errors.New("a setting is negative")
	}
	return nil
}

func (s *AlertSettings) setDefaults() {
	if len(s.DaysLeft) == 0 {
		s.DaysLeft = []int{3, 1}
	}
	if s.Factor <= 0 {
		s.Factor = 3
	}
	if s.MinHistory <= 0 {
		s.MinHistory = 4
	}
	if s.MaxEach <= 0 {
		s.MaxEach = 50
	}
	if s.MaxAge <= 0 {
		s.MaxAge = 30 * 24 * time.Hour
	}
	if s.Timeout <= 0 {
		s.Timeout = 30 * time.Second
	}
	if s.Now == nil {
		s.Now = time.Now //nolint:forbidigo // the default of a setting
	}
}

// Alerts finds what a person should look at and delivers each alert once to each
// notifier. What was found and delivered stands in the trail of events of the
// store, so that nothing is lost or told again after a restart, and a notifier
// that fails is tried again the next time, while the others go on. An alert comes
// twice only if the program is killed between delivering and noting it, or if two
// look at one company at the same time. It may be used from many goroutines at
// once.
type Alerts struct {
	store     AlertStore
	notifiers []Notifier
	settings  AlertSettings

	mu     sync.Mutex
	health map[string]health // by notifier
}

// health is how a notifier does.
type health struct {
	failures int       // one after the other
	until    time.Time // when it is tried again
}

// NewAlerts returns Alerts over a store. No store, settings that are negative, and
// notifiers that are nil, or without a name, with one that is too long or with that
// of another are storage.ErrInvalid.
func NewAlerts(store AlertStore, settings AlertSettings, notifiers ...Notifier) (*Alerts, error) {
	if store == nil {
		return nil, fmt.Errorf("siisync: alerts: %w: nil store", storage.ErrInvalid)
	}
	if err := settings.check(); err != nil {
		return nil, fmt.Errorf("siisync: alerts: %w: %w", storage.ErrInvalid, err)
	}
	settings.setDefaults()
	names := make(map[string]bool)
	for _, n := range notifiers {
		if n == nil {
			return nil, fmt.Errorf("siisync: alerts: %w: nil notifier", storage.ErrInvalid)
		}
		name := n.Name()
		if name == "" || len(name) > 40 || names[name] {
			return nil, fmt.Errorf("siisync: alerts: %w: a notifier has a name of its own, of at most 40 characters, not %q", storage.ErrInvalid, name)
		}
		names[name] = true
	}
	return &Alerts{store: store, notifiers: notifiers, settings: settings, health: make(map[string]health)}, nil
}

// old reports whether something is too old to be told of.
func (a *Alerts) old(t time.Time) bool { return t.Before(a.settings.Now().Add(-a.settings.MaxAge)) }

// maxOutside is how much of a text of others an alert shows, in characters.
const maxOutside = 100

// outside returns what others wrote as one line without control characters and
// such as turn the direction of writing, cut to a length.
func outside(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }), " ")
	if runes := []rune(text); len(runes) > maxOutside {
		text = string(runes[:maxOutside]) + "…"
	}
	return text
}

// describe names a document for people, with what it was bought or sold for unless
// that is the trade.
func describe(book rcv.Book, d *rcv.Document) string {
	text := fmt.Sprintf("%s folio %d de %s por $%s", d.Type, int64(d.Folio), outside(d.Name), d.Total.Format())
	if kind := d.KindIn(book); kind != rcv.KindTrade && kind.String() != "" {
		text += " (" + kind.String() + ")"
	}
	return text
}

// plural returns the number with its noun.
func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
