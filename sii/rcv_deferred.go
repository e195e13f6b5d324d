package sii

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile/internal/redact"
	"github.com/ofitec/chile/rcv"
)

// DeferredError says that the SII did not make the file of a deferred export: it
// gave a reason, or it took longer than DeferredSettings.Timeout. It is
// ErrUnavailable.
type DeferredError struct {
	Key    rcv.Key
	State  rcv.State
	Export rcv.DeferredExport // its last known state
	Waited time.Duration
}

func (e *DeferredError) Error() string {
	text := fmt.Sprintf("sii: deferred export %d of %s %s", e.Export.ID, e.Key, e.State)
	switch {
	case e.Export.Failure != "":
		return text + fmt.Sprintf(" failed: %q", redact.Cut(e.Export.Failure, maxGlosa))
	case e.Export.Failed():
		return text + " is done without a file"
	default:
		return text + fmt.Sprintf(" is %s after %v", redact.Cut(e.Export.Progress, maxEstado), e.Waited)
	}
}

// Is reports whether target is ErrUnavailable.
func (e *DeferredError) Is(target error) bool { return target == ErrUnavailable }

// deferredActions are the accionRecaptcha of requests for an export.
var deferredActions = map[rcv.Book]string{rcv.Purchases: "RCV_DDETCA", rcv.Sales: "RCV_DDETVA"}

// deferredData are the parameters of getCtrlAsync. The portal sends all of them.
type deferredData struct {
	Issuer    string `json:"rutEmisor"`
	IssuerDV  string `json:"dvEmisor"`
	Period    string `json:"ptributario"`
	Type      string `json:"codTipoDoc"`
	Create    bool   `json:"generaCtrl"`
	Book      string `json:"operacion"`
	State     string `json:"estadoContab"`
	Documents int    `json:"totDoc"`
	Action    string `json:"accionRecaptcha"`
	Recaptcha string `json:"tokenRecaptcha"`
}

// deferral is a request for a deferred export.
type deferral struct {
	r *reading
	p *part

	unfit  map[int64]bool // exports that turned out to be the wrong ones
	listed map[int64]bool // exports that existed before the request
}

// deferred reads the rows of a part from a deferred export: a fresh existing
// one, or else a new one.
func (r *reading) deferred(ctx context.Context, p *part) error {
	d := &deferral{r: r, p: p, unfit: make(map[int64]bool)}
	for {
		export, reused, err := d.export(ctx)
		if err != nil {
			return err
		}
		if export, err = d.wait(ctx, export); err == nil {
			err = d.file(ctx, export)
		}
		var failed *DeferredError
		if !reused || !errors.Is(err, rcv.ErrOtherRegister) && !errors.As(err, &failed) {
			return err
		}
		d.unfit[export.ID] = true // and look for another one
	}
}

// export returns a matching export, and requests one if there is none.
func (d *deferral) export(ctx context.Context) (_ *rcv.DeferredExport, reused bool, _ error) {
	list, err := d.list(ctx)
	if err != nil {
		return nil, false, err
	}
	if found := newest(list, d.fresh); found != nil {
		return found, true, nil
	}
	d.listed = make(map[int64]bool, len(list))
	for _, export := range list {
		d.listed[export.ID] = true
	}
	list, err = d.create(ctx)
	if errors.Is(err, ErrUnavailable) { // it may have been made anyway
		if again, listErr := d.list(ctx); listErr == nil {
			if found := newest(again, d.isNew); found != nil {
				return found, false, nil
			}
		}
	}
	if err != nil {
		return nil, false, err
	}
	found := newest(list, d.isNew)
	if found == nil { // the answer may have another one that is still being made, or be empty
		found = newest(list, func(export *rcv.DeferredExport) bool { return d.fits(export) && !export.Ready() && !export.Failed() })
	}
	if found == nil {
		found = &rcv.DeferredExport{Progress: rcv.DeferredCreated, Documents: -1}
	}
	return found, false, nil
}

// newest returns the newest of the exports that are good.
func newest(list []rcv.DeferredExport, good func(*rcv.DeferredExport) bool) (newest *rcv.DeferredExport) {
	for i := range list {
		if export := &list[i]; good(export) && (newest == nil || export.ID > newest.ID) {
			newest = export
		}
	}
	return newest
}

// fits reports whether the export may be for the register and type.
func (d *deferral) fits(export *rcv.DeferredExport) bool {
	key := d.r.key
	return (export.Owner.IsZero() || export.Owner == key.Owner) && (export.Period.IsZero() || export.Period == key.Period) &&
		(export.Book == "" || export.Book == key.Book) && (d.p.typ == 0 || export.Type == d.p.typ)
}

// fresh reports whether an earlier export is as good as a new one. For most
// states the SII's word is not known: the file itself decides.
func (d *deferral) fresh(export *rcv.DeferredExport) bool {
	state := d.r.state
	oldest := d.r.facade.now().Add(-d.r.facade.deferral.Fresh)
	switch {
	case !d.fits(export), export.Type != d.p.typ, d.unfit[export.ID], export.Failed(),
		export.State != "" && export.State != state, export.State == "" && export.Process != "" && state == rcv.Registro,
		export.Created.Before(oldest), export.Created.Before(d.r.summary.Modified):
		return false
	default:
		return !export.Ready() || export.Documents < 0 || export.Documents == d.p.promised
	}
}

// isNew reports whether an export did not exist before the request.
func (d *deferral) isNew(export *rcv.DeferredExport) bool {
	return d.fits(export) && !d.listed[export.ID]
}

// wait polls an export until its file is there. An export without an id was
// requested but not seen yet.
func (d *deferral) wait(ctx context.Context, export *rcv.DeferredExport) (*rcv.DeferredExport, error) {
	c := d.r.facade
	began, interval := c.now(), c.deferral.Interval
	for {
		d.r.opts.onDeferred(*export)
		waited := c.now().Sub(began)
		switch {
		case export.Ready():
			return export, nil
		case export.Failed(), waited+interval > c.deferral.Timeout:
			return export, &DeferredError{Key: d.r.key, State: d.r.state, Export: *export, Waited: waited}
		}
		ObserveWait(ctx, Wait{Op: opDeferred.name, Reason: WaitDeferred, Duration: interval})
		if err := c.sleep(ctx, interval); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			return export, &Error{Op: opDeferred.name, Err: err}
		}
		interval = min(interval+interval/2, c.deferral.MaxInterval)
		list, err := d.list(ctx)
		switch {
		case errors.Is(err, ErrUnavailable), errors.Is(err, ErrThrottled):
			continue // the export continues anyway
		case err != nil:
			return export, err
		}
		same := func(other *rcv.DeferredExport) bool { return other.ID == export.ID }
		if export.ID == 0 {
			same = d.isNew
		}
		if found := newest(list, same); found != nil {
			export = found
		}
	}
}

// list requests the list of exports.
func (d *deferral) list(ctx context.Context) ([]rcv.DeferredExport, error) {
	data, err := d.data(ctx, opDeferred, false)
	if err != nil {
		return nil, err
	}
	return ask(ctx, d.r.facade, opDeferred, subjectOf(d.r.key, d.r.state, d.p.typ), registerPage, "getCtrlAsync", data, rcv.DecodeDeferred)
}

// create requests a new export, and returns the exports that then exist.
func (d *deferral) create(ctx context.Context) ([]rcv.DeferredExport, error) {
	data, err := d.data(ctx, opDefer, true)
	if err != nil {
		return nil, err
	}
	return ask(ctx, d.r.facade, opDefer, subjectOf(d.r.key, d.r.state, d.p.typ), registerPage, "getCtrlAsync", data, rcv.DecodeDeferred)
}

func (d *deferral) data(ctx context.Context, op operation, create bool) (*deferredData, error) {
	of := newFacadeData(d.r.key, d.r.state)
	if create {
		if err := of.prove(ctx, d.r.facade, op, deferredActions[d.r.key.Book]); err != nil {
			return nil, err
		}
	}
	return &deferredData{
		Issuer: of.Issuer, IssuerDV: of.IssuerDV, Period: of.Period, Type: fmt.Sprint(int(d.p.typ)), Create: create,
		Book: of.Book, State: of.State, Action: of.Action, Recaptcha: of.Recaptcha,
	}, nil
}
