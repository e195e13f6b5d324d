package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
)

// Keeper keeps sessions in a store, sealed, so that other processes can resume
// them, including back ends in Python that share the table. It is safe for
// concurrent use.
type Keeper struct {
	store  storage.Sessions
	sealer seal.Sealer
}

// NewKeeper returns a Keeper. Both arguments are required: cookies are never
// stored in the clear.
func NewKeeper(store storage.Sessions, sealer seal.Sealer) (*Keeper, error) {
	if store == nil || sealer == nil {
		return nil, errors.New("session: a keeper needs a store and a sealer")
	}
	return &Keeper{store: store, sealer: sealer}, nil
}

// owner is sealed with a session, so somebody who can write to the table cannot pass
// off the session of one user as another's.
func owner(userID int64) string { return fmt.Sprintf("sii_sessions/%d", userID) }

// Save stores the current session for a user of the service (0 for none) and
// returns the id with which Load finds it until it expires.
func (k *Keeper) Save(ctx context.Context, userID int64, s *Session) (id int64, expires time.Time, err error) {
	snapshot, err := s.Snapshot()
	if err != nil {
		return 0, time.Time{}, err
	}
	plain, err := snapshot.encode()
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("session: save: %w", err)
	}
	defer clear(plain)
	sealed, err := k.sealer.Seal(ctx, plain, owner(userID))
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("session: save: %w", err)
	}
	id, err = k.store.CreateSession(ctx, storage.Session{UserID: userID, Cookies: sealed, ExpiresAt: snapshot.Expires})
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("session: save: %w", err)
	}
	return id, snapshot.Expires, nil
}

// Load returns the session with that id, if it belongs to that user. A session
// that does not exist, has expired or belongs to another user is absent
// (fs.ErrNotExist). If no available key opens it the error is seal.ErrUnopenable,
// and if it was sealed for another user, seal.ErrWrongOwner. Pass the result to
// Restore, which asks the portal whose session it is. If it has no Holder and you
// know the holder, set it first.
//
// Rows of older back ends open too: cookies as name=value; … that were sealed
// without an owner, or written in the clear because there was no key. For those
// only the column owner_user_id says whose they are.
func (k *Keeper) Load(ctx context.Context, userID, id int64) (*Snapshot, error) {
	row, err := k.store.Session(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("session: load: %w", err)
	}
	if row.UserID != userID {
		return nil, fmt.Errorf("session: load: %w", fs.ErrNotExist)
	}
	plain, err := k.open(ctx, row)
	if err != nil {
		return nil, fmt.Errorf("session: load: %w", err)
	}
	defer clear(plain)
	snapshot, err := ParseSnapshot(plain)
	if err != nil {
		return nil, err
	}
	if snapshot.Expires.IsZero() || row.ExpiresAt.Before(snapshot.Expires) {
		snapshot.Expires = row.ExpiresAt // somebody who can write to the table may shorten a session, but not prolong it
	}
	return snapshot, nil
}

// open opens the content of a row.
func (k *Keeper) open(ctx context.Context, row *storage.Session) ([]byte, error) {
	plain, err := k.sealer.Open(ctx, row.Cookies, owner(row.UserID))
	if err == nil {
		return plain, nil
	}
	if errors.Is(err, seal.ErrWrongOwner) {
		if unowned, unownedErr := k.sealer.Open(ctx, row.Cookies, ""); unownedErr == nil {
			return unowned, nil
		}
		return nil, err
	}
	if looksLikeCookies(row.Cookies) {
		return []byte(row.Cookies), nil
	}
	return nil, err
}

// looksLikeCookies distinguishes cookies in the clear from a sealed text, which
// is one word of base64 and may end in =.
func looksLikeCookies(text string) bool {
	name, value, ok := strings.Cut(text, "=")
	return ok && name != "" && strings.Trim(value, "=") != "" && len(name) < 64
}

// Delete removes a session of that user from the store. It does not log out.
func (k *Keeper) Delete(ctx context.Context, userID, id int64) error {
	row, err := k.store.Session(ctx, id)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("session: delete: %w", err)
	case row.UserID != userID:
		return nil
	}
	if err := k.store.DeleteSession(ctx, id); err != nil {
		return fmt.Errorf("session: delete: %w", err)
	}
	return nil
}

// Purge removes expired sessions, and returns their number.
func (k *Keeper) Purge(ctx context.Context) (int64, error) {
	n, err := k.store.PurgeSessions(ctx)
	if err != nil {
		return n, fmt.Errorf("session: purge: %w", err)
	}
	return n, nil
}

// Resume loads a session and restores it in one step. The holder must be the
// given one, or any if it is zero.
func (k *Keeper) Resume(ctx context.Context, userID, id int64, holder chile.RUT, into *Session) error {
	snapshot, err := k.Load(ctx, userID, id)
	if err != nil {
		return err
	}
	if !holder.IsZero() {
		if !snapshot.Holder.IsZero() && snapshot.Holder != holder {
			return &Error{Op: opRestore, Kind: ErrWrongHolder}
		}
		snapshot.Holder = holder
	}
	return into.Restore(ctx, snapshot)
}
