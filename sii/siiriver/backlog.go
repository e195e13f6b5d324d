package siiriver

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Backlog counts the jobs of this package, for gauges and for whoever waits until
// all is done.
type Backlog struct {
	Waiting int // for a worker, for their time, or for another attempt
	Running int // with those of workers that were killed
	Dead    int // see Engine.Dead
}

// Backlog looks at the jobs that there are. It reads all of them, which takes
// tens of milliseconds with some 100,000.
func (e *Engine) Backlog(ctx context.Context) (Backlog, error) {
	table := pgx.Identifier{"river_job"}
	if schema := e.client.Schema(); schema != "" {
		table = pgx.Identifier{schema, "river_job"}
	}
	var b Backlog
	err := e.pool.QueryRow(ctx, `SELECT count(*) FILTER (WHERE state IN ('available', 'pending', 'retryable', 'scheduled')),
		count(*) FILTER (WHERE state = 'running'), count(*) FILTER (WHERE state IN ('cancelled', 'discarded'))
		FROM `+table.Sanitize()+` WHERE queue = $1`, Queue).Scan(&b.Waiting, &b.Running, &b.Dead)
	if err != nil {
		return b, fmt.Errorf("siiriver: backlog: %w", err)
	}
	return b, nil
}
