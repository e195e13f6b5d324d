package siisync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// AlertKind says what an alert is about.
type AlertKind string

// The kinds of alert.
const (
	AlertPending  AlertKind = "pendiente"   // a purchase is accepted in silence within days
	AlertClaimed  AlertKind = "reclamado"   // the receiver claimed a document
	AlertSupplier AlertKind = "proveedor"   // a supplier of whom nothing was known
	AlertAmount   AlertKind = "monto"       // far more than any document of the supplier before
	AlertSmaller  AlertKind = "disminución" // documents are gone from a register
)

// Alert is something that a person should look at.
type Alert struct {
	// Key names the alert: what was told under a key is not told again.
	Key      string           `json:"clave"`
	Kind     AlertKind        `json:"tipo"`
	Register rcv.Key          `json:"registro"`
	Document chile.DocumentID `json:"documento,omitzero"`
	Deadline chile.Date       `json:"plazo,omitzero"` // last day to act
	Amount   chile.CLP        `json:"monto,omitzero"`
	Text     string           `json:"texto"` // in Spanish, for people
}

// Notifier brings alerts to people. Name tells notifiers apart: each gets an
// alert once.
type Notifier interface {
	Name() string
	Notify(ctx context.Context, alert Alert) error
}

// EventAlert is the kind of the events that tell which alerts were delivered.
const EventAlert = "alerta"

// AlertSettings say what is worth an alert. The zero value is the default.
type AlertSettings struct {
	// DaysLeft are how many days before its last day a pending purchase is told of:
	// 3 and 1 by default.
	DaysLeft []int

	// Factor is how many times the largest of a supplier's earlier documents an
	// unusual amount is, and MinHistory how many there must be: 3 and 4 by default.
	Factor     int64
	MinHistory int

	// Now is the clock.
	Now func() time.Time
}

// Alerts finds what a person should look at and delivers each alert once to each
// notifier. What was delivered is in the trail of events; an alert may come twice
// only if the program is killed between delivering and noting it. It is not for
// many goroutines at once.
type Alerts struct {
	store     Store
	notifiers []Notifier
	settings  AlertSettings
	told      map[chile.RUT]*trail
}

// trail is what is known of the alerts that a company's notifiers had.
type trail struct {
	keys map[string]bool
	last int64 // the event that was read last
}

// NewAlerts returns Alerts over a store.
func NewAlerts(store Store, settings AlertSettings, notifiers ...Notifier) *Alerts {
	if len(settings.DaysLeft) == 0 {
		settings.DaysLeft = []int{3, 1}
	}
	if settings.Factor == 0 {
		settings.Factor = 3
	}
	if settings.MinHistory == 0 {
		settings.MinHistory = 4
	}
	if settings.Now == nil {
		settings.Now = time.Now //nolint:forbidigo // the default of a setting
	}
	return &Alerts{store: store, notifiers: notifiers, settings: settings, told: make(map[chile.RUT]*trail)}
}

// deliver brings alerts to the notifiers that did not have them. A notifier that
// fails is tried again the next time; the others go on.
func (a *Alerts) deliver(ctx context.Context, owner chile.RUT, alerts []Alert) error {
	if len(alerts) == 0 {
		return nil
	}
	told, err := a.delivered(ctx, owner)
	if err != nil {
		return err
	}
	var failures []error
	for _, alert := range alerts {
		for _, n := range a.notifiers {
			key := n.Name() + "|" + alert.Key
			if told[key] {
				continue
			}
			if err := n.Notify(ctx, alert); err != nil {
				failures = append(failures, fmt.Errorf("siisync: alert %s to %s: %w", alert.Key, n.Name(), err))
				continue
			}
			if err := a.note(ctx, owner, key, alert); err != nil {
				return errors.Join(append(failures, err)...)
			}
			told[key] = true
		}
	}
	return errors.Join(failures...)
}

// delivered is an alert as it stands in the trail.
type deliveredAlert struct {
	Key   string `json:"entregada"`
	Alert Alert  `json:"alerta"`
}

func (a *Alerts) note(ctx context.Context, owner chile.RUT, key string, alert Alert) error {
	detail, err := json.Marshal(deliveredAlert{Key: key, Alert: alert})
	if err != nil {
		return err
	}
	_, err = a.store.AppendEvent(ctx, storage.Event{Kind: EventAlert, Owner: owner, Detail: string(detail)})
	return err
}

// delivered returns the keys of what a company's notifiers had, also from other
// programs on the same store.
func (a *Alerts) delivered(ctx context.Context, owner chile.RUT) (map[string]bool, error) {
	told := a.told[owner]
	if told == nil {
		told = &trail{keys: make(map[string]bool)}
		a.told[owner] = told
	}
	for event, err := range a.store.Events(ctx, storage.EventQuery{Owner: owner, Kind: EventAlert, AfterID: told.last}) {
		if err != nil {
			return nil, err
		}
		var d deliveredAlert
		if json.Unmarshal([]byte(event.Detail), &d) == nil {
			told.keys[d.Key] = true
		}
		told.last = event.ID
	}
	return told.keys, nil
}
