package siisync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/wait"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// ErrNoVerdict says that an upload had no verdict for longer than a FollowUp asks
// for it. A person should look at it.
var ErrNoVerdict = errors.New("siisync: upload without a verdict")

// FollowUp says how an upload is asked for until there is a verdict: ever less
// often, since most are decided within minutes and some take a day. The zero value
// is the default.
type FollowUp struct {
	// First and Longest are the bounds of the wait between two questions, which is
	// half of the time since the first: one minute and one hour by default.
	First, Longest time.Duration

	// GiveUp is after how long nothing more is asked: three days by default.
	GiveUp time.Duration

	// Now and Sleep are the clock: the time and a wait that ends with the context.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// Wait returns how long to wait for the next question, so long after the first; it
// is not to be asked if ok is false.
func (f FollowUp) Wait(since time.Duration) (wait time.Duration, ok bool) {
	f.setDefaults()
	return min(max(since/2, f.First), f.Longest), since < f.GiveUp
}

// Check refuses, with storage.ErrInvalid, a time that is negative and a Longest that
// is less than First. Follow does so by itself; call it before Wait.
func (f FollowUp) Check() error {
	if min(f.First, f.Longest, f.GiveUp) < 0 {
		return fmt.Errorf("siisync: FollowUp: %w: a time is negative", storage.ErrInvalid)
	}
	f.setDefaults()
	if f.Longest < f.First {
		return fmt.Errorf("siisync: FollowUp: %w: Longest %v is less than First %v", storage.ErrInvalid, f.Longest, f.First)
	}
	return nil
}

func (f *FollowUp) setDefaults() {
	f.First = cmp.Or(f.First, time.Minute)
	f.Longest = cmp.Or(f.Longest, max(time.Hour, f.First))
	f.GiveUp = cmp.Or(f.GiveUp, 72*time.Hour)
	if f.Now == nil {
		f.Now = time.Now //nolint:forbidigo // the default of a setting
	}
	if f.Sleep == nil {
		f.Sleep = wait.For
	}
}

// IsFinal reports whether a verdict stays as it is: accepted, with objections or
// not, or rejected.
func IsFinal(verdict sii.Verdict) bool {
	switch verdict {
	case sii.VerdictAccepted, sii.VerdictObserved, sii.VerdictRejected:
		return true
	}
	return false
}

// Follow asks for the state of an upload until there is a verdict, as UploadStatus
// does each time, and returns the last answer. A failure that may pass is waited
// out. The error is ErrNoVerdict, the context's, or of a failure that stays. Many
// uploads at once are goroutines at once; a job engine asks by itself, and waits
// as FollowUp.Wait says.
func (s *Syncer) Follow(ctx context.Context, issuer chile.RUT, trackID string, how FollowUp) (*sii.UploadStatus, error) {
	if err := how.Check(); err != nil {
		return nil, err
	}
	how.setDefaults()
	began := how.Now()
	for {
		status, err := s.UploadStatus(ctx, issuer, trackID)
		switch {
		case ctx.Err() != nil:
			return status, fmt.Errorf("siisync: follow upload %s: %w", trackID, context.Cause(ctx))
		case err != nil && !passes(err):
			return status, err
		case err == nil && IsFinal(status.Verdict):
			return status, nil
		}
		wait, ok := how.Wait(how.Now().Sub(began))
		if !ok {
			return status, errors.Join(fmt.Errorf("%w: %s of %s", ErrNoVerdict, trackID, issuer), err)
		}
		if err := how.Sleep(ctx, wait); err != nil {
			return status, fmt.Errorf("siisync: follow upload %s: %w", trackID, err)
		}
	}
}
