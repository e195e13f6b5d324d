package storagetest

import (
	"strings"
	"sync"
	"time"

	"github.com/ofitec/chile/storage"
)

func sessions() []sentence {
	return []sentence{
		{text: "a session that was never created is absent", test: sessionAbsent},
		{text: "a session comes back with all its fields", test: sessionStored, needs: aClock},
		{text: "a session without cookies or expiry is ErrInvalid", test: sessionInvalid},
		{text: "a deleted session is absent", test: sessionDeleted},
		{text: "to delete what is not there is no error", test: sessionDeletedTwice},
		{text: "no two sessions ever have one id", test: sessionIDs},
		{text: "a session has expired from the instant of ExpiresAt on", test: sessionExpires, needs: aClock},
		{text: "PurgeSessions removes the sessions that have expired and says how many", test: sessionsPurged, needs: aClock},
		{text: "sessions may be created and deleted at once", test: sessionsAtOnce},
	}
}

func (c *check) createSession(session storage.Session) int64 {
	c.Helper()
	id, err := c.store.CreateSession(c.ctx, session)
	c.ok(err)
	return id
}

func (c *check) hasNoSession(id int64) {
	c.Helper()
	session, err := c.store.Session(c.ctx, id)
	c.absent("session", err)
	if session != nil {
		c.Error("a session beside an error")
	}
}

func sessionAbsent(c *check) {
	id := c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: farFuture})
	for _, other := range []int64{id + 1, 0, -1} {
		c.hasNoSession(other)
	}
}

func sessionStored(c *check) {
	first := storage.Session{UserID: 7, Cookies: "gAAAAAB" + strings.Repeat("x", 8192), ExpiresAt: noon.Add(time.Hour)}
	second := storage.Session{Cookies: "gAAAAAC", ExpiresAt: noon.Add(time.Hour + 1_999).In(time.FixedZone("", 5*60*60))}
	first.ID = c.createSession(first)
	second.ID = 1 << 20 // must be assigned by the store
	second.CreatedAt = farFuture
	c.clock.Advance(time.Second)
	second.ID = c.createSession(second)
	first.CreatedAt, second.CreatedAt = noon, noon.Add(time.Second)
	second.ExpiresAt = noon.Add(time.Hour + time.Microsecond)
	for _, want := range []storage.Session{first, second} {
		got, err := c.store.Session(c.ctx, want.ID)
		c.ok(err)
		c.equal("session", *got, want)
		got.Cookies = "spoilt"
		got, err = c.store.Session(c.ctx, want.ID)
		c.ok(err)
		c.equal("session", *got, want)
	}
}

func sessionInvalid(c *check) {
	_, err := c.store.CreateSession(c.ctx, storage.Session{ExpiresAt: farFuture})
	c.fails("without cookies", err, storage.ErrInvalid)
	_, err = c.store.CreateSession(c.ctx, storage.Session{Cookies: "sealed"})
	c.fails("without expiry", err, storage.ErrInvalid)
}

func sessionDeleted(c *check) {
	id := c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: farFuture})
	other := c.createSession(storage.Session{Cookies: "other", ExpiresAt: farFuture})
	c.ok(c.store.DeleteSession(c.ctx, id))
	c.hasNoSession(id)
	session, err := c.store.Session(c.ctx, other)
	c.ok(err)
	c.equal("cookies", session.Cookies, "other")
}

func sessionDeletedTwice(c *check) {
	id := c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: farFuture})
	for range 2 {
		c.ok(c.store.DeleteSession(c.ctx, id))
	}
	c.ok(c.store.DeleteSession(c.ctx, -1))
}

// sessionIDs deletes each session before it creates the next: a caller with the
// id of a deleted session must not find another user's.
func sessionIDs(c *check) {
	seen := make(map[int64]bool)
	for range 5 {
		id := c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: farFuture})
		if seen[id] {
			c.Errorf("id %d is given again", id)
		}
		seen[id] = true
		c.ok(c.store.DeleteSession(c.ctx, id))
	}
}

func sessionExpires(c *check) {
	id := c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: noon.Add(time.Hour)})
	c.clock.Advance(time.Hour - time.Microsecond)
	_, err := c.store.Session(c.ctx, id)
	c.ok(err)
	c.clock.Advance(time.Microsecond)
	c.hasNoSession(id)
	c.ok(c.store.DeleteSession(c.ctx, id))
}

func sessionsPurged(c *check) {
	var ids []int64
	for i := range 4 {
		ids = append(ids, c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: noon.Add(time.Duration(i+1) * time.Hour)}))
	}
	purged := func(want int64) {
		c.Helper()
		n, err := c.store.PurgeSessions(c.ctx)
		c.ok(err)
		c.equal("purged", n, want)
	}
	purged(0)
	c.ok(c.store.DeleteSession(c.ctx, ids[0])) // does not count
	c.clock.Advance(3 * time.Hour)             // the third expires at this instant
	purged(2)
	purged(0)
	_, err := c.store.Session(c.ctx, ids[3])
	c.ok(err)
}

func sessionsAtOnce(c *check) {
	var mu sync.Mutex
	seen := make(map[int64]bool)
	parallel(6, func(w int) {
		for range 10 {
			id, err := c.store.CreateSession(c.ctx, storage.Session{UserID: int64(w), Cookies: "sealed", ExpiresAt: farFuture})
			if err != nil {
				c.Error(err)
				return
			}
			session, err := c.store.Session(c.ctx, id)
			if err != nil {
				c.Error(err)
				return
			}
			c.equal("user", session.UserID, int64(w))
			if err := c.store.DeleteSession(c.ctx, id); err != nil {
				c.Error(err)
			}
			mu.Lock()
			seen[id] = true
			mu.Unlock()
		}
	})
	c.equal("ids", len(seen), 60)
}
