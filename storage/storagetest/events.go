package storagetest

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

func events() []sentence {
	return []sentence{
		{text: "an event comes back with all its fields", test: eventStored, needs: aClock},
		{text: "an event without kind, or with a longer one than fits, is ErrInvalid", test: eventInvalid},
		{text: "of an event about a submission that is not stored, the submission is absent", test: eventWithoutSubmission},
		{text: "events are yielded in the order of their ids", test: eventOrder},
		{text: "a query selects by owner, submission, kind and id", test: eventFilters},
		{text: "a query yields at most as many as its limit", test: eventLimit},
		{text: "an event whose key another of its kind has is fs.ErrExist", test: eventKeys},
		{text: "of many that note a key at once, one does", test: eventKeyAtOnce},
		{text: "the newest first, if the query says so", test: eventNewest},
		{text: "ids grow, also of events that are appended at once", test: eventsAtOnce},
	}
}

func (c *check) appendEvent(event storage.Event) storage.Event {
	c.Helper()
	stored, err := c.store.AppendEvent(c.ctx, event)
	c.ok(err)
	return *stored
}

func (c *check) events(q storage.EventQuery) []storage.Event {
	c.Helper()
	return collect(c, c.store.Events(c.ctx, q))
}

func eventStored(c *check) {
	submission := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1"})
	given := []storage.Event{
		{Kind: strings.Repeat("ñ", 30), SubmissionID: submission.ID, Owner: owner, Detail: `{"glosa":"Envío «1» 'x'"}`, Key: strings.Repeat("ñ", 200)},
		{Kind: "consulta", ID: 1 << 20, CreatedAt: farFuture}, // must be assigned by the store
		{Kind: storage.EventError, Owner: stranger, Detail: strings.Repeat("larga ", 2000)},
	}
	var want []storage.Event
	for i, event := range given {
		stored := c.appendEvent(event)
		if stored.ID == 0 || stored.ID == event.ID {
			c.Errorf("id %d", stored.ID)
		}
		event.ID, event.CreatedAt = stored.ID, noon.Add(time.Duration(i)*time.Second)
		c.equal("appended", stored, event)
		want = append(want, event)
		c.clock.Advance(time.Second)
	}
	c.equal("events", c.events(storage.EventQuery{}), want)
}

func eventInvalid(c *check) {
	for _, kind := range []string{"", strings.Repeat("x", 31)} {
		event, err := c.store.AppendEvent(c.ctx, storage.Event{Kind: kind})
		c.fails("kind "+kind, err, storage.ErrInvalid)
		if event != nil {
			c.Error("an event beside an error")
		}
	}
	_, err := c.store.AppendEvent(c.ctx, storage.Event{Kind: "consulta", Key: strings.Repeat("x", 201)})
	c.fails("key", err, storage.ErrInvalid)
	c.equal("events", len(c.events(storage.EventQuery{})), 0)
}

func eventKeys(c *check) {
	var want []storage.Event
	for _, event := range []storage.Event{
		{Kind: "aviso", Key: "a|1", Owner: owner}, {Kind: "aviso", Key: "a|2"}, {Kind: "otro", Key: "a|1"}, {Kind: "aviso"}, {Kind: "aviso"},
	} {
		want = append(want, c.appendEvent(event))
	}
	for _, who := range []chile.RUT{owner, stranger} {
		event, err := c.store.AppendEvent(c.ctx, storage.Event{Kind: "aviso", Key: "a|1", Owner: who, Detail: "again"})
		c.fails("key", err, fs.ErrExist)
		if event != nil {
			c.Error("an event beside an error")
		}
	}
	c.equal("events", c.events(storage.EventQuery{}), want)
	c.equal("events of a key", c.events(storage.EventQuery{Kind: "aviso", Key: "a|1"}), want[:1])
	c.equal("events of no key", len(c.events(storage.EventQuery{Key: "a|3"})), 0)
}

func eventKeyAtOnce(c *check) {
	const writers, keys = 6, 10
	var noted, refused atomic.Int64
	parallel(writers, func(int) {
		for i := range keys {
			switch _, err := c.store.AppendEvent(c.ctx, storage.Event{Kind: "aviso", Key: fmt.Sprint("key ", i)}); {
			case err == nil:
				noted.Add(1)
			case errors.Is(err, fs.ErrExist):
				refused.Add(1)
			default:
				c.Error(err)
			}
		}
	})
	c.equal("noted", noted.Load(), int64(keys))
	c.equal("refused", refused.Load(), int64(keys*(writers-1)))
	c.equal("events", len(c.events(storage.EventQuery{Kind: "aviso"})), keys)
}

func eventNewest(c *check) {
	var all []storage.Event
	for range 5 {
		all = append(all, c.appendEvent(storage.Event{Kind: "consulta", Owner: owner}))
		c.appendEvent(storage.Event{Kind: "otro", Owner: owner})
	}
	slices.Reverse(all)
	q := storage.EventQuery{Owner: owner, Kind: "consulta", Newest: true}
	c.equal("events", c.events(q), all)
	q.Limit = 2
	c.equal("the newest", c.events(q), all[:2])
	q.AfterID = all[1].ID
	c.equal("after", c.events(q), all[:1])
}

func eventWithoutSubmission(c *check) {
	submission := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1"})
	_, err := c.store.AppendEvent(c.ctx, storage.Event{Kind: storage.EventTracking, SubmissionID: submission.ID + 1})
	c.absent("submission of an event", err)
	c.equal("events", len(c.events(storage.EventQuery{})), 0)
}

func eventOrder(c *check) {
	var want []storage.Event
	for i := range 12 {
		want = append(want, c.appendEvent(storage.Event{Kind: "consulta", Detail: strings.Repeat("x", 12-i)}))
		if i > 0 && want[i].ID <= want[i-1].ID {
			c.Errorf("id %d after %d", want[i].ID, want[i-1].ID)
		}
	}
	c.equal("events", c.events(storage.EventQuery{}), want)
}

func eventFilters(c *check) {
	first := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "1"})
	second := c.putSubmission(storage.Submission{Issuer: owner, TrackID: "2"})
	var all []storage.Event
	for _, kind := range []string{storage.EventTracking, storage.EventError} {
		for _, who := range []chile.RUT{{}, owner, stranger} {
			for _, submission := range []int64{0, first.ID, second.ID} {
				all = append(all, c.appendEvent(storage.Event{Kind: kind, Owner: who, SubmissionID: submission}))
			}
		}
	}
	for _, test := range []struct {
		query storage.EventQuery
		want  int
	}{
		{storage.EventQuery{}, 18},
		{storage.EventQuery{Owner: owner}, 6},
		{storage.EventQuery{SubmissionID: second.ID}, 6},
		{storage.EventQuery{Kind: storage.EventError}, 9},
		{storage.EventQuery{Kind: storage.EventImport}, 0},
		{storage.EventQuery{AfterID: all[11].ID}, 6},
		{storage.EventQuery{AfterID: all[17].ID}, 0},
		{storage.EventQuery{Owner: stranger, SubmissionID: first.ID, Kind: storage.EventError}, 1},
		{storage.EventQuery{Owner: owner, AfterID: all[3].ID}, 5},
	} {
		var want []storage.Event
		for _, event := range all {
			q := test.query
			if (q.Owner.IsZero() || q.Owner == event.Owner) && (q.SubmissionID == 0 || q.SubmissionID == event.SubmissionID) &&
				(q.Kind == "" || q.Kind == event.Kind) && event.ID > q.AfterID {
				want = append(want, event)
			}
		}
		got := c.events(test.query)
		c.equal("events", got, want)
		c.equal("number of events", len(got), test.want)
	}
}

func eventLimit(c *check) {
	var all []storage.Event
	for i := range 10 {
		who := owner
		if i%2 == 1 {
			who = stranger
		}
		all = append(all, c.appendEvent(storage.Event{Kind: "consulta", Owner: who}))
	}
	c.equal("first", c.events(storage.EventQuery{Limit: 3}), all[:3])
	c.equal("more than there are", c.events(storage.EventQuery{Limit: 11}), all)
	c.equal("of the stranger", c.events(storage.EventQuery{Owner: stranger, Limit: 2}), []storage.Event{all[1], all[3]})
	var pages []storage.Event
	for page := c.events(storage.EventQuery{Limit: 4}); len(page) > 0; {
		pages = append(pages, page...)
		page = c.events(storage.EventQuery{Limit: 4, AfterID: page[len(page)-1].ID})
	}
	c.equal("page by page", pages, all)
}

func eventsAtOnce(c *check) {
	var mu sync.Mutex
	seen := make(map[int64]bool)
	parallel(6, func(int) {
		last := int64(0)
		for range 20 {
			event, err := c.store.AppendEvent(c.ctx, storage.Event{Kind: "consulta", Owner: owner})
			if err != nil {
				c.Error(err)
				return
			}
			if event.ID <= last {
				c.Errorf("id %d after %d", event.ID, last)
			}
			last = event.ID
			mu.Lock()
			seen[last] = true
			mu.Unlock()
		}
	})
	c.equal("ids", len(seen), 120)
	c.equal("events", len(c.events(storage.EventQuery{})), 120)
}
