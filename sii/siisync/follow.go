package siisync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/wait"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// ErrNoVerdict says that an upload had no verdict for as long as a FollowUp
// waits. A person should check it.
var ErrNoVerdict = errors.New("siisync: upload without a verdict")

// FollowUp sets how often an upload is queried until there is a verdict. The waits
// grow, since most uploads are decided within minutes and some take a day. Zero
// fields mean the defaults.
type FollowUp struct {
	// First and Longest bound the wait between two queries, which is half of the
	// time since the first query: one minute and one hour by default.
	First, Longest time.Duration

	// GiveUp is the time after which queries stop: three days by default.
	GiveUp time.Duration

	// Now and Sleep are the clock: the time and a wait that ends with the context.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// Wait returns the wait before the next query, by the time since the first. If ok
// is false, stop.
func (f FollowUp) Wait(since time.Duration) (wait time.Duration, ok bool) {
	f.setDefaults()
	return min(max(since/2, f.First), f.Longest), since < f.GiveUp
}

// Check refuses a negative time and a Longest that is less than First, with
// storage.ErrInvalid. Follow calls it; call it yourself before Wait.
func (f FollowUp) Check() error {
	if err := option.NotNegative("siisync: FollowUp", storage.ErrInvalid, f.First, f.Longest, f.GiveUp); err != nil {
		return err
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

// IsFinal reports whether a verdict is final: accepted, with or without
// objections, or rejected.
func IsFinal(verdict sii.Verdict) bool {
	switch verdict {
	case sii.VerdictAccepted, sii.VerdictObserved, sii.VerdictRejected:
		return true
	}
	return false
}

// Follow queries the state of an upload until there is a verdict, with
// UploadStatus each time, and returns the last answer. It waits out temporary
// failures. The error is ErrNoVerdict, the context's, or a lasting failure. Many
// uploads need many goroutines; a job engine calls UploadStatus itself and waits
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
