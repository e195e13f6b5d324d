package siiriver

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/ofitec/chile/sii/siisync"
)

// track queries an upload once, and postpones the job if there is no verdict.
func (e *Engine) track(ctx context.Context, job *river.Job[TrackArgs]) error {
	access, err := e.settings.Fleet.Access(ctx, job.Args.Issuer)
	if err != nil {
		return err
	}
	status, err := access.Syncer.UploadStatus(ctx, job.Args.Issuer, job.Args.TrackID)
	if err != nil {
		return err
	}
	if siisync.IsFinal(status.Verdict) {
		return nil
	}
	wait, ok := e.settings.FollowUp.Wait(time.Since(job.CreatedAt)) //nolint:forbidigo // River's own times are those of machines too
	if !ok {
		return fmt.Errorf("%w: %s of %s: estado %q", siisync.ErrNoVerdict, job.Args.TrackID, job.Args.Issuer, status.Estado)
	}
	return river.JobSnooze(wait)
}
