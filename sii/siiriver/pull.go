package siiriver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/riverqueue/river"

	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/storage"
)

// Pulls sets how listings of the portal are downloaded. All fields are
// required.
type Pulls struct {
	// Open resumes the session of a job, as session.Keeper.Resume does. If the
	// session no longer exists (fs.ErrNotExist), the job is cancelled: a person has
	// to log in.
	Open func(ctx context.Context, args PullArgs) (*session.Session, error)

	// Keep stores a downloaded listing. It may be called again for the same job.
	Keep func(ctx context.Context, args PullArgs, listing *pull.Listing) error

	// Leases prevents two workers from using one session at the same time, which
	// the portal does not tolerate. All stores of this SDK implement it.
	Leases storage.Leases
}

func (p *Pulls) check() error {
	if p.Open == nil || p.Keep == nil || p.Leases == nil {
		return fmt.Errorf("%w: pulls need all their fields", storage.ErrInvalid)
	}
	return nil
}

func (a *PullArgs) check() error {
	ok := a.SessionID > 0
	switch a.List {
	case PullRegister:
		ok = ok && !a.Company.IsZero() && a.Period.Valid() && a.Book.Valid() && a.State != ""
	case PullDocuments:
		ok = ok && !a.Company.IsZero() && a.Period.Valid()
	case PullBHE:
		ok = ok && a.Period.Valid()
	case PullMIPYME:
		ok = ok && !a.Company.IsZero()
	default:
		ok = false
	}
	if !ok {
		return fmt.Errorf("siiriver: %w: listing %q lacks required fields", storage.ErrInvalid, a.List)
	}
	return nil
}

// pull downloads a listing with a session that no other job uses meanwhile.
func (e *Engine) pull(ctx context.Context, job *river.Job[PullArgs]) error {
	args, pulls := job.Args, e.settings.Pulls
	if err := args.check(); err != nil {
		return err
	}
	name := fmt.Sprintf("sesion/%d/%d", args.UserID, args.SessionID)
	fence, wait, err := pulls.Leases.AcquireLease(ctx, name, e.settings.JobTimeout+time.Minute)
	if err != nil {
		return fmt.Errorf("siiriver: %w: %w", errLease, err)
	}
	if fence == 0 {
		return river.JobSnooze(min(wait, putOffSession))
	}
	defer pulls.Leases.ReleaseLease(context.WithoutCancel(ctx), name, fence) //nolint:errcheck // it ends by itself
	s, err := pulls.Open(ctx, args)
	if errors.Is(err, fs.ErrNotExist) {
		return forAPerson("session %d: %w", args.SessionID, err)
	}
	if err != nil {
		return err
	}
	listing, err := download(ctx, s, &args)
	if err != nil {
		return err
	}
	return pulls.Keep(ctx, args, listing)
}

var errLease = errors.New("the turn of the session")

// putOffSession is how long a job is postponed while another job uses its
// session.
const putOffSession = 15 * time.Second

func download(ctx context.Context, s *session.Session, args *PullArgs) (*pull.Listing, error) {
	side := pull.Issued
	if args.Received {
		side = pull.Received
	}
	switch args.List {
	case PullRegister:
		return pull.Register(ctx, s, args.key(), args.State)
	case PullDocuments:
		return pull.Documents(ctx, s, args.Company, args.Period, side)
	case PullBHE:
		return pull.BHE(ctx, s, args.Period, side)
	default:
		var query pull.MIPYMEQuery
		if !args.Period.IsZero() {
			query.From, query.To = args.Period.First(), args.Period.Last()
		}
		return pull.MIPYME(ctx, s, args.Company, side, query)
	}
}
