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

// crew is what one credential has to do in a run, one unit after the other.
type crew struct {
	run        *run
	credential string
	units      []Unit
	access     map[chile.RUT]Access
	refused    map[chile.RUT]error // companies that the credential may not see
	refusals   int                 // of the credential itself, one after the other
	trouble    time.Time           // since when the SII is out of order
	pause      time.Duration       // before the next unit, while it is
	lost       error               // why nothing more is tried with it
}

// maxRefusals is after how many refusals of a credential, one after the other,
// nothing more is tried with it.
const maxRefusals = 3

// The pauses of a credential while the SII is out of order double from the first
// to the longest, so that not all units fail at once.
const (
	firstPause   = time.Second
	longestPause = time.Minute
)

func newCrew(r *run, credential string) *crew {
	return &crew{run: r, credential: credential, access: make(map[chile.RUT]Access), refused: make(map[chile.RUT]error)}
}

// add gives the crew what is due of a company.
func (c *crew) add(access Access, due []Unit) {
	c.units = append(c.units, due...)
	c.access[due[0].Owner] = access
}

// work does all units, the newest months first: what is most likely to have
// moved. Those with a failure that may pass are done once more at the end.
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

// unit does one unit, unless what it needs was refused before.
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

// judge notes what a failure says of the company, of the credential and of the
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
	case errors.Is(err, storage.ErrEnvironment): // of the client's, so for all of its companies
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
// this credential for now.
func isOutOfOrder(err error) bool { return isThrottled(err) || errors.Is(err, sii.ErrUnavailable) }

// passes reports whether a failure may be over by the end of the run.
func passes(err error) bool {
	return isOutOfOrder(err) || errors.Is(err, sii.ErrIncomplete) || errors.Is(err, ErrStore) && !errors.Is(err, errStoreGone)
}
