package siisync

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// AlertKind says what an alert is about.
type AlertKind string

// The kinds of alert.
const (
	AlertPending  AlertKind = "pending"  // a pending purchase counts as accepted within days
	AlertClaimed  AlertKind = "claimed"  // the receiver claimed a document
	AlertRejected AlertKind = "rejected" // the SII rejected an upload, some of it, or a document
	AlertObserved AlertKind = "observed" // the SII accepted an upload or a document with objections
	AlertSupplier AlertKind = "supplier" // a supplier seen for the first time
	AlertAmount   AlertKind = "amount"   // far more than every earlier document of the supplier
	AlertSmaller  AlertKind = "smaller"  // a register is smaller than it was

	// Of issuing: see package siiemit.
	AlertStopped   AlertKind = "stopped"   // the SII takes no uploads
	AlertUndecided AlertKind = "undecided" // nobody knows what became of a document
	AlertHeld      AlertKind = "held"      // the SII refused an envelope
	AlertWaiting   AlertKind = "waiting"   // a note waits long for the document that it names
	AlertOldStore  AlertKind = "old_store" // the database is older than what was issued
	AlertStock     AlertKind = "stock"     // folios run out, or expire
	AlertClock     AlertKind = "clock"     // the clock went back
)

// alertTitles are the kinds in Spanish, for users.
var alertTitles = map[AlertKind]string{
	AlertPending: "compra por vencer", AlertClaimed: "documento reclamado", AlertRejected: "rechazo del SII", AlertObserved: "reparos del SII",
	AlertSupplier: "proveedor nuevo", AlertAmount: "monto inusual", AlertSmaller: "registro disminuido",
	AlertStopped: "el SII no recibe envíos", AlertUndecided: "documento sin resultado", AlertHeld: "envío rechazado", AlertWaiting: "nota en espera",
	AlertOldStore: "base de datos antigua", AlertStock: "folios por terminar", AlertClock: "reloj atrasado",
}

// Title returns the kind in Spanish, for users; an unknown kind unchanged.
func (k AlertKind) Title() string {
	if title, ok := alertTitles[k]; ok {
		return title
	}
	return string(k)
}

// Alert is something that a person should check. Text from others, such as names
// and the SII's words, is on one line and without control characters. It may
// contain anything else: escape it where you show it.
type Alert struct {
	// Key makes the alert unique: it is reported once. Two programs that find the
	// same thing use the same key. It has at most 150 characters.
	Key      string           `json:"clave"`
	Kind     AlertKind        `json:"tipo"`
	Owner    chile.RUT        `json:"empresa"`
	Register rcv.Key          `json:"registro,omitzero"`  // the zero value if it concerns none
	Document chile.DocumentID `json:"documento,omitzero"` // the zero value if it concerns none, or many
	TrackID  string           `json:"track_id,omitzero"`  // of an upload
	Deadline chile.Date       `json:"plazo,omitzero"`     // last day to act
	Amount   chile.CLP        `json:"monto,omitzero"`
	Text     string           `json:"texto"` // in Spanish, for users
}

// Notifier delivers alerts to people. It must be safe for concurrent use. Name
// identifies a notifier; each notifier gets an alert once. A name has at most
// 40 characters and should not change.
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

// AlertSettings say what causes an alert. Zero fields mean the defaults.
type AlertSettings struct {
	// DaysLeft is how many days before its last day a pending purchase is reported,
	// once for each: 3 and 1 by default.
	DaysLeft []int

	// Factor and MinHistory define an unusual amount: at least Factor times the
	// largest of at least MinHistory earlier documents of the supplier; 3 and 4 by
	// default.
	Factor     int64
	MinHistory int64

	// MaxEach bounds the alerts of a kind for one import, and the separate alerts for
	// pending purchases with the same last day: 50 by default. The others share one alert.
	MaxEach int

	// MaxAge bounds the age of imports and verdicts that cause alerts: 30 days by
	// default. Older ones cause none, even if they were not checked or delivered
	// before.
	MaxAge time.Duration

	// Timeout bounds each call of a notifier: 30 seconds by default.
	Timeout time.Duration

	// Now is the clock.
	Now func() time.Time
}

// check refuses invalid settings.
func (s *AlertSettings) check() error {
	return cmp.Or(
		option.NotNegative("Factor and MinHistory", storage.ErrInvalid, s.Factor, s.MinHistory),
		option.NotNegative("MaxEach", storage.ErrInvalid, s.MaxEach),
		option.NotNegative("MaxAge and Timeout", storage.ErrInvalid, s.MaxAge, s.Timeout),
		option.NotNegative("DaysLeft", storage.ErrInvalid, s.DaysLeft...),
	)
}

func (s *AlertSettings) setDefaults() {
	if len(s.DaysLeft) == 0 {
		s.DaysLeft = []int{3, 1}
	}
	s.Factor = cmp.Or(s.Factor, 3)
	s.MinHistory = cmp.Or(s.MinHistory, 4)
	s.MaxEach = cmp.Or(s.MaxEach, 50)
	s.MaxAge = cmp.Or(s.MaxAge, 30*24*time.Hour)
	s.Timeout = cmp.Or(s.Timeout, 30*time.Second)
	if s.Now == nil {
		s.Now = time.Now //nolint:forbidigo // the default of a setting
	}
}

// Alerts finds what a person should check and delivers each alert once to each
// notifier. Findings and deliveries are recorded in the store's events, so a
// restart loses nothing and repeats nothing. A failing notifier is retried the
// next time, and the others continue. An alert is delivered twice only if the
// program is killed between delivery and its record, or if two programs check one
// company at the same time. It is safe for concurrent use.
type Alerts struct {
	store     AlertStore
	notifiers []Notifier
	settings  AlertSettings

	mu     sync.Mutex
	health map[string]health // by notifier
}

// health is the state of a notifier.
type health struct {
	failures int       // consecutive failures
	until    time.Time // time of the next attempt
}

// NewAlerts returns Alerts over a store. The error is storage.ErrInvalid if the
// store is nil, a setting is negative, or a notifier is nil or has no name, a name
// that is too long, or a name that another has.
func NewAlerts(store AlertStore, settings AlertSettings, notifiers ...Notifier) (*Alerts, error) {
	if store == nil {
		return nil, fmt.Errorf("siisync: alerts: %w: nil store", storage.ErrInvalid)
	}
	if err := settings.check(); err != nil {
		return nil, fmt.Errorf("siisync: alerts: %w", err)
	}
	settings.setDefaults()
	names := make(map[string]bool)
	for _, n := range notifiers {
		if n == nil {
			return nil, fmt.Errorf("siisync: alerts: %w: nil notifier", storage.ErrInvalid)
		}
		name := n.Name()
		if name == "" || len(name) > 40 || names[name] {
			return nil, fmt.Errorf("siisync: alerts: %w: a notifier needs a unique name of at most 40 characters, not %q", storage.ErrInvalid, name)
		}
		names[name] = true
	}
	return &Alerts{store: store, notifiers: notifiers, settings: settings, health: make(map[string]health)}, nil
}

// old reports whether something is too old for an alert.
func (a *Alerts) old(t time.Time) bool { return t.Before(a.settings.Now().Add(-a.settings.MaxAge)) }

// maxOutside bounds the text from others in an alert, in characters.
const maxOutside = 100

// outside returns text from others as one line, cut to a length and without
// control characters and characters that change the writing direction.
func outside(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }), " ")
	if runes := []rune(text); len(runes) > maxOutside {
		text = string(runes[:maxOutside]) + "…"
	}
	return text
}

// describe names a document for users, with the kind of purchase or sale unless it
// is the business itself.
func describe(book rcv.Book, d *rcv.Document) string {
	text := fmt.Sprintf("%s folio %d de %s por $%s", d.Type, int64(d.Folio), outside(d.Name), d.Total.Format())
	if kind := d.KindIn(book); kind != rcv.KindTrade && kind.String() != "" {
		text += " (" + kind.String() + ")"
	}
	return text
}

// plural returns the number with the right form of its noun.
func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
