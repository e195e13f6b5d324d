package siiriver

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// alerts looks for alerts of a company. An import that commits meanwhile queues no
// alerts, because this job is not final. So the job is completed first, and then a
// new import is looked for.
func (e *Engine) alerts(ctx context.Context, job *river.Job[AlertsArgs]) error {
	alerts, owner := e.settings.Alerts, job.Args.Owner
	before, err := alerts.Newest(ctx, owner)
	if err != nil {
		return err
	}
	if err := alerts.Company(ctx, owner); err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, e.pool, func(tx pgx.Tx) error {
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
	if err != nil {
		return fmt.Errorf("siiriver: complete job %d: %w", job.ID, err)
	}
	after, err := alerts.Newest(ctx, owner)
	if err != nil || after == before {
		return err
	}
	return e.Alert(ctx, owner)
}
