package siisync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// crew does the work of one credential in a run, one unit at a time.
type crew struct {
	run        *run
	credential string
	units      []Unit
	access     map[chile.RUT]Access
	refused    map[chile.RUT]error // companies that the credential may not see
	refusals   int                 // consecutive refusals of the credential itself
	trouble    time.Time           // since when the SII is failing
	pause      time.Duration       // before the next unit, while the SII is failing
	lost       error               // why the credential is no longer used
}

// maxRefusals is the number of consecutive refusals of a credential after which
// it is no longer used.
const maxRefusals = 3

// While the SII is failing, the pauses of a credential double from the first to
// the longest, so that not all units fail at once.
const (
	firstPause   = time.Second
	longestPause = time.Minute
)

func newCrew(r *run, credential string) *crew {
	return &crew{run: r, credential: credential, access: make(map[chile.RUT]Access), refused: make(map[chile.RUT]error)}
}

// add gives the crew the due units of a company.
func (c *crew) add(access Access, due []Unit) {
	c.units = append(c.units, due...)
	c.access[due[0].Owner] = access
}

// work does all units, the newest months first, since those are most likely to
// have changed. Units with a temporary failure are retried once at the end.
func (c *crew) work(ctx context.Context) {
	slices.SortStableFunc(c.units, func(a, b Unit) int { return b.Period.Compare(a.Period) })
	var again []Outcome
	for _, unit := range c.units {
		if ctx.Err() != nil {
			return
		}
		o := c.unit(ctx, unit)
		if o.Status == StatusFailed && passes(o.Err) {
			again = append(again, o)
		} else {
			c.run.send(ctx, o)
		}
	}
	for _, o := range again {
		if ctx.Err() != nil {
			return
		}
		if second := c.unit(ctx, o.Unit); second.Status != StatusNotTried {
			o = second
		}
		c.run.send(ctx, o)
	}
}

// unit does one unit, unless its company or credential was refused before.
func (c *crew) unit(ctx context.Context, unit Unit) Outcome {
	if cause := errors.Join(c.lost, c.refused[unit.Owner]); cause != nil {
		return Outcome{Unit: unit, Status: StatusNotTried, Err: fmt.Errorf("%w: %s: %w", ErrNotTried, unit.Key, cause)}
	}
	if c.pause > 0 && c.run.fleet.sleep(ctx, c.pause) != nil {
		return Outcome{Unit: unit, Status: StatusFailed, Err: context.Cause(ctx)}
	}
	o := c.run.unit(ctx, unit, c.access[unit.Owner])
	if ctx.Err() == nil {
		c.judge(unit, o.Err)
		c.run.judgeStore(o.Err)
	}
	return o
}

// judge records what a failure says about the company, the credential and the
// SII.
func (c *crew) judge(unit Unit, err error) {
	if isOutOfOrder(err) {
		c.pause = min(max(2*c.pause, firstPause), longestPause)
	} else {
		c.trouble, c.pause = time.Time{}, 0
	}
	if !errors.Is(err, sii.ErrUnauthorized) {
		c.refusals = 0
	}
	switch now := c.run.fleet.now(); {
	case errors.Is(err, storage.ErrEnvironment): // the client's environment, so it concerns all its companies
		c.lost = err
	case errors.Is(err, sii.ErrForbidden):
		c.refused[unit.Owner] = err
	case errors.Is(err, sii.ErrUnauthorized):
		if c.refusals++; c.refusals >= maxRefusals {
			c.lost = err
		}
	case isOutOfOrder(err) && c.trouble.IsZero():
		c.trouble = now
	case isOutOfOrder(err) && now.Sub(c.trouble) >= c.run.fleet.patience:
		c.lost = err
	}
}

// isOutOfOrder reports whether a failure says that the SII answers nobody, or not
// this credential at the moment.
func isOutOfOrder(err error) bool { return isThrottled(err) || errors.Is(err, sii.ErrUnavailable) }

// passes reports whether a failure may be over by the end of the run.
func passes(err error) bool {
	return isOutOfOrder(err) || errors.Is(err, sii.ErrIncomplete) || errors.Is(err, ErrStore) && !errors.Is(err, errStoreGone)
}
