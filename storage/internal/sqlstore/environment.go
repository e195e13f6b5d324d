package sqlstore

import (
	"cmp"
	"context"
	"database/sql"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Environment implements storage.Environments.
func (s *Store) Environment(ctx context.Context) (environment chile.Environment, err error) {
	err = s.read(ctx, "environment", func(session *session) error {
		o, err := session.origin(ctx)
		if err == nil && o.empty() {
			err = sql.ErrNoRows
		}
		environment = o.environment()
		return err
	})
	return environment, err
}

// mayStore returns why data of that environment may not be stored.
func (s *Store) mayStore(ctx context.Context, what string, of chile.Environment) error {
	return s.wrap(ctx, what, s.onConnection(ctx, func(session *session) error {
		o, err := session.origin(ctx)
		if err == nil {
			_, err = o.join(of)
		}
		return err
	}))
}

// origin is what a store knows about the origin of its rows.
type origin struct {
	imports, submissions chile.Environment // recorded environments of imports, and of submissions or else CAFs; empty if none was recorded
	older                bool              // no import was recorded, but there are rows
}

func (o *origin) environment() chile.Environment { return cmp.Or(o.imports, o.submissions) }

func (o *origin) empty() bool { return o.environment() == "" && !o.older }

// join reports whether data of that environment may be stored, and adopts older
// data.
func (o *origin) join(next chile.Environment) (adopts bool, err error) {
	has := o.environment()
	if o.empty() {
		has = next.Known()
	}
	if _, err := storage.JoinEnvironment(has, next); err != nil || !o.older {
		return false, err
	}
	return storage.JoinEnvironment("", next)
}

// originQuery reads an origin in one consistent read. It is fast because the
// newest import, submission or CAF usually has an environment.
const originQuery = `SELECT (SELECT ambiente FROM sii_rcv_importaciones WHERE ambiente IS NOT NULL ORDER BY id DESC LIMIT 1),
	coalesce((SELECT ambiente FROM sii_envios WHERE ambiente IS NOT NULL ORDER BY id DESC LIMIT 1), (SELECT ambiente FROM sii_cafs ORDER BY id DESC LIMIT 1)),
	CASE WHEN (SELECT ambiente FROM sii_rcv_importaciones WHERE ambiente IS NOT NULL ORDER BY id DESC LIMIT 1) IS NULL
		THEN EXISTS (SELECT 1 FROM sii_rcv_importaciones) OR EXISTS (SELECT 1 FROM sii_rcv_purchases)
			OR EXISTS (SELECT 1 FROM sii_rcv_sales) OR EXISTS (SELECT 1 FROM sii_envios WHERE ambiente IS NULL)
		ELSE 1 = 0 END`

func (s *session) origin(ctx context.Context) (o origin, err error) {
	var imports, submissions textValue
	err = s.queryRow(ctx, originQuery).Scan(&imports, &submissions, &o.older)
	o.imports, o.submissions = chile.Environment(imports), chile.Environment(submissions)
	return o, err
}

// join assigns that environment to the data stored in this transaction. If
// several come at once to a store without an environment, the first decides.
func (s *session) join(ctx context.Context, of chile.Environment) (adopts bool, err error) {
	o, err := s.origin(ctx)
	if err == nil && o.imports == "" && s.dialect.LockRegister != "" {
		if _, err := s.exec(ctx, s.dialect.LockRegister, lockText("ambiente")); err != nil {
			return false, err
		}
		o, err = s.origin(ctx)
	}
	if err != nil {
		return false, err
	}
	return o.join(of)
}

// joinEnvironment assigns the store's environment to the import, and adopts
// data from before environments were recorded.
func (m *merge) joinEnvironment(ctx context.Context) (err error) {
	if m.result.Adopted, err = m.session.join(ctx, m.result.Environment); err != nil || !m.result.Adopted {
		return err
	}
	for _, table := range []string{"sii_rcv_importaciones", "sii_envios"} {
		if _, err := m.session.exec(ctx, "UPDATE "+table+" SET ambiente = ? WHERE ambiente IS NULL", string(m.result.Environment)); err != nil {
			return err
		}
	}
	return nil
}
