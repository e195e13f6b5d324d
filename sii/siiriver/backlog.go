package siiriver

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Backlog counts the jobs of this package, for gauges and for a program that waits
// until all is done.
type Backlog struct {
	Waiting int // for a worker, for their time, or for another attempt
	Running int // with those of workers that were killed
	Dead    int // see Engine.Dead

	// Due is how many of Waiting this Engine may begin now, with those that nobody has
	// tried yet and that are due within Soon. The others wait for a later time, as a
	// job that failed does, or are of a kind that this Engine does not work on.
	Due int

	// Mine is how many of Running are at work in this Engine.
	Mine int
}

// Soon is how far Backlog.Due looks ahead.
const Soon = 10 * time.Second

// Backlog looks at the jobs that there are. It reads all of them, which takes
// tens of milliseconds with some 100,000.
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

// kinds are those of the jobs that this Engine works on: see addWorkers.
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
