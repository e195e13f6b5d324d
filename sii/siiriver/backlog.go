package siiriver

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Backlog counts the jobs of this package, for gauges and for programs that wait
// until everything is done.
type Backlog struct {
	Waiting int // for a worker, for their time, or for another attempt
	Running int // including those of killed workers
	Dead    int // see Engine.Dead

	// Due is how many of Waiting this Engine may begin now, including untried jobs
	// that are due within Soon. The others wait for a later time, such as a failed
	// job, or are of a kind that this Engine does not process.
	Due int

	// Mine is how many of Running this Engine is processing.
	Mine int
}

// Soon is how far Backlog.Due looks ahead.
const Soon = 10 * time.Second

// Backlog counts the current jobs. It reads all of them: with some 100,000 this
// takes tens of milliseconds.
func (e *Engine) Backlog(ctx context.Context) (Backlog, error) {
	table := pgx.Identifier{"river_job"}
	if schema := e.client.Schema(); schema != "" {
		table = pgx.Identifier{schema, "river_job"}
	}
	var b Backlog
	err := e.pool.QueryRow(ctx, `SELECT count(*) FILTER (WHERE state IN ('available', 'pending', 'retryable', 'scheduled')),
		count(*) FILTER (WHERE state = 'running'), count(*) FILTER (WHERE state IN ('cancelled', 'discarded')),
		count(*) FILTER (WHERE state IN ('available', 'pending', 'retryable', 'scheduled') AND kind = ANY($2)
			AND (scheduled_at <= now() OR attempted_at IS NULL AND scheduled_at <= now() + $3 * interval '1 second')),
		count(*) FILTER (WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $4)
		FROM `+table.Sanitize()+` WHERE queue = $1`, Queue, e.kinds(), Soon.Seconds(), e.client.ID()).
		Scan(&b.Waiting, &b.Running, &b.Dead, &b.Due, &b.Mine)
	if err != nil {
		return b, fmt.Errorf("siiriver: backlog: %w", err)
	}
	return b, nil
}

// kinds are the kinds of jobs that this Engine processes: see addWorkers.
func (e *Engine) kinds() []string {
	kinds := []string{SyncArgs{}.Kind(), TrackArgs{}.Kind(), PlanArgs{}.Kind()}
	if e.settings.Alerts != nil {
		kinds = append(kinds, AlertsArgs{}.Kind())
	}
	if e.settings.Pulls != nil {
		kinds = append(kinds, PullArgs{}.Kind())
	}
	return kinds
}
