package siihttp

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// stream is an open GET /events.
type stream struct {
	call   *call
	owner  chile.RUT // whose events are wanted; zero is all that the caller may see
	newest int64     // the end of the feed when the stream began
	seen   int64     // the feed was sent up to there
	rc     *http.ResponseController
	buf    bytes.Buffer
}

// retry is after how long a browser connects again, in milliseconds.
const retry = "retry: 3000\n\n"

// events answers GET /events: server-sent events without a name, whose type stands
// in their JSON. Those of the feed have ids; a caller that gives the last one it
// has seen gets what came after it first, however long ago that is. Without one the
// stream begins with what comes.
func (h *Handler) events(c *call) error {
	s := &stream{call: c, rc: http.NewResponseController(c.w)}
	var err error
	if s.owner, err = c.ownerOrNone(c.param("rut")); err != nil {
		return err
	}
	if err := s.begin(h); err != nil {
		return err
	}
	if err := h.hub.enter(); err != nil {
		return err
	}
	defer h.hub.leave()
	if c.r.Method == http.MethodHead {
		return s.open(h)
	}
	return s.over(s.follow(h))
}

// follow sends what the caller has missed and then what happens. It listens before
// the first sign of life, so that who has seen that misses nothing. If more happens
// than its queue has while it catches up, it begins to listen anew.
func (s *stream) follow(h *Handler) error {
	subscriber, at := h.hub.subscribe(s.newest)
	defer func() { h.hub.unsubscribe(subscriber) }()
	if err := s.open(h); err != nil {
		return err
	}
	for {
		if err := s.readUntil(h, at); err != nil {
			return err
		}
		select {
		case <-subscriber.lost:
			subscriber, at = h.hub.subscribe(s.seen)
		default:
			return s.run(h, subscriber)
		}
	}
}

// begin finds out where the stream begins.
func (s *stream) begin(h *Handler) error {
	text := s.call.r.Header.Get("Last-Event-ID")
	if text == "" {
		text = s.call.param("last_event_id")
	}
	for change, err := range h.config.Store.Changes(s.call.r.Context(), storage.ChangeQuery{Newest: true, Limit: 1}) {
		if err != nil {
			return storeError(err)
		}
		s.newest = change.ID
	}
	s.seen = s.newest
	if text == "" {
		return nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 {
		return invalid(kindInvalidValue, "Last-Event-ID no es el de un evento.")
	}
	s.seen = min(s.newest, id) // an id that the feed has not reached is of another store
	return nil
}

// open sends the head of the answer and a first sign of life.
func (s *stream) open(h *Handler) error {
	s.call.w.Header().Set("X-Accel-Buffering", "no") // nginx would collect events
	if err := s.call.start(http.StatusOK, "text/event-stream; charset=utf-8"); err != nil {
		return err
	}
	s.call.audit(nil)
	s.buf.WriteString(retry)
	return s.ping(h)
}

// readUntil sends what the feed has from where the stream is up to a change.
func (s *stream) readUntil(h *Handler, at int64) error {
	for s.seen < at {
		if h.isClosed() {
			return ErrClosed
		}
		page, err := readFeed(s.call.r.Context(), h.config.Store, storage.ChangeQuery{Owner: s.owner, AfterID: s.seen, Limit: feedPage})
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := s.pass(h, e); err != nil {
				return err
			}
		}
		if len(page) < feedPage {
			s.seen = max(s.seen, at) // what is between is not wanted
		}
	}
	return nil
}

// run sends what happens until the caller goes, is not let in any more, is too slow,
// or the handler closes.
func (s *stream) run(h *Handler, from *subscriber) error {
	heartbeat := time.NewTicker(h.limits.Heartbeat)
	defer heartbeat.Stop()
	for {
		select {
		case e := <-from.events:
			if err := s.pass(h, e); err != nil {
				return err
			}
		case <-heartbeat.C:
			if !s.call.allows(Action{Owner: s.owner}) {
				return errLetOut
			}
			if err := s.ping(h); err != nil {
				return err
			}
		case <-from.lost:
			return errTooSlow
		case <-h.closing:
			return nil
		case <-s.call.r.Context().Done():
			return nil
		}
	}
}

// Why a stream ends.
var (
	errTooSlow = errors.New("siihttp: the reader of a stream was too slow")
	errLetOut  = errors.New("siihttp: the reader of a stream may not read it any more")
)

// over ends a stream. Whoever reads it connects again and goes on where it was, so
// that what ended it is for the log.
func (s *stream) over(err error) error {
	if s.call.status == 0 {
		return err
	}
	if err != nil {
		s.call.h.config.Logger.InfoContext(s.call.r.Context(), "siihttp: a stream ended", "reason", err)
	}
	return nil
}

// pass sends an event, if it is wanted and the caller may see it.
func (s *stream) pass(h *Handler, e *event) error {
	if e.id != 0 {
		if e.id <= s.seen {
			return nil
		}
		s.seen = e.id
	}
	if !s.owner.IsZero() && s.owner != e.owner || !s.call.allows(Action{Owner: e.owner}) {
		return nil
	}
	return s.send(h, e)
}

// ping sends a sign of life. Its id is where the stream is in the feed, so that a
// reader that has seen no change yet misses none when it connects again.
func (s *stream) ping(h *Handler) error {
	e := pingEvent(h.config.Now())
	fmt.Fprintf(&s.buf, "id: %d\n", s.seen)
	return s.send(h, e)
}

// send writes an event to the caller, who has so much time to take it.
func (s *stream) send(h *Handler, e *event) error {
	if e.id != 0 {
		fmt.Fprintf(&s.buf, "id: %d\n", e.id)
	}
	s.buf.WriteString("data: ")
	s.buf.Write(e.data) // JSON of one line
	s.buf.WriteString("\n\n")
	defer s.buf.Reset()
	err := s.rc.SetWriteDeadline(time.Now().Add(h.limits.Write)) //nolint:forbidigo // deadlines of connections are by the clock of the machine
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.call.w.Write(s.buf.Bytes()); err != nil {
		return err
	}
	return s.rc.Flush()
}
