package siisync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// EventAlert is the kind of the events that record deliveries, one per alert and
// notifier.
const EventAlert = "alerta"

// ErrNotifierDown says that a notifier failed several times in a row and is
// skipped for some minutes.
var ErrNotifierDown = errors.New("siisync: notifier is skipped for a while")

// A notifier is skipped after this many consecutive failures, for this long: a
// notifier that hangs must not delay every alert.
const (
	maxFailures = 3
	leftAlone   = 10 * time.Minute
)

// Tell sends alerts of the caller's own to the notifiers, each once: the Key of an alert
// makes it unique. An error is of a notifier or of the store. What was not delivered is
// delivered when Tell is called with it again.
func (a *Alerts) Tell(ctx context.Context, owner chile.RUT, alerts ...Alert) error {
	return a.deliver(ctx, owner, alerts)
}

// deliver sends alerts, in parallel, to the notifiers that have not had them.
func (a *Alerts) deliver(ctx context.Context, owner chile.RUT, alerts []Alert) error {
	if len(alerts) == 0 {
		return nil
	}
	failures := make([]error, len(a.notifiers))
	var group sync.WaitGroup
	for i, n := range a.notifiers {
		group.Go(func() { failures[i] = a.deliverTo(ctx, n, owner, alerts) })
	}
	group.Wait()
	return errors.Join(failures...)
}

func (a *Alerts) deliverTo(ctx context.Context, n Notifier, owner chile.RUT, alerts []Alert) error {
	var failures []error
	for _, alert := range alerts {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(failures, fmt.Errorf("siisync: alerts to %s: %w", n.Name(), context.Cause(ctx)))...)
		}
		key := n.Name() + "|" + alert.Key
		told, err := a.told(ctx, key)
		if err == nil && !told {
			err = a.tell(ctx, n, owner, key, alert)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("siisync: alert %s to %s: %w", alert.Key, n.Name(), err))
		}
		if errors.Is(err, ErrNotifierDown) {
			break
		}
	}
	return errors.Join(failures...)
}

// told reports whether an alert was delivered, by this or another program on the
// same store.
func (a *Alerts) told(ctx context.Context, key string) (bool, error) {
	for _, err := range a.store.Events(ctx, storage.EventQuery{Kind: EventAlert, Key: key, Limit: 1}) {
		return err == nil, err
	}
	return false, nil
}

// tell delivers an alert and records the delivery.
func (a *Alerts) tell(ctx context.Context, n Notifier, owner chile.RUT, key string, alert Alert) error {
	if err := a.available(n); err != nil {
		return err
	}
	detail, err := json.Marshal(alert)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, a.settings.Timeout)
	defer cancel()
	err = n.Notify(limited, alert)
	a.note(n, err != nil && ctx.Err() == nil)
	if err != nil {
		return err
	}
	// It was delivered: a context that ends now must not cause a second delivery.
	_, err = a.store.AppendEvent(context.WithoutCancel(ctx), storage.Event{Kind: EventAlert, Owner: owner, Key: key, Detail: string(detail)})
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func (a *Alerts) available(n Notifier) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.health[n.Name()]
	if h.failures < maxFailures || !a.settings.Now().Before(h.until) {
		return nil
	}
	return ErrNotifierDown
}

// note records a notifier's success or failure.
func (a *Alerts) note(n Notifier, failed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !failed {
		delete(a.health, n.Name())
		return
	}
	h := a.health[n.Name()]
	h.failures++
	h.until = a.settings.Now().Add(leftAlone)
	a.health[n.Name()] = h
}
