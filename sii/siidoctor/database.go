package siidoctor

import (
	"context"
	"strings"
)

func (d *doctor) checkDatabase(ctx context.Context) finding {
	if d.options.Database == nil {
		return found("database_none")
	}
	if err := d.options.Database.Ping(ctx); err != nil {
		return found("database_unreached", cause(err))
	}
	return found("database_reached")
}

func (d *doctor) checkMigrations(ctx context.Context) finding {
	pending, unknown, err := d.options.Database.MigrationState(ctx)
	switch {
	case err != nil:
		return found("migrations_unread", cause(err))
	case len(pending) > 0:
		return found("migrations_pending", strings.Join(pending, ", "))
	case len(unknown) > 0:
		return found("migrations_unknown", strings.Join(unknown, ", "))
	}
	return found("migrations_applied")
}
