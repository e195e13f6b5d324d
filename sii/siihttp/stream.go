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
	owner  chile.RUT // the selected company; zero means all that the caller may see
	newest int64     // the end of the feed when the stream began
	seen   int64     // the last sent id of the feed
	rc     *http.ResponseController
	buf    bytes.Buffer
}

// retry is the time before a browser reconnects, in milliseconds.
const retry = "retry: 3000\n\n"

// events answers GET /events: server-sent events without a name, with their type in
// the JSON. Events of the feed have ids. A caller that sends its last id first gets
// everything after it, however old. Without an id, the stream begins with new
// events.
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

// follow sends missed events, then new ones. It subscribes before the first ping,
// so a caller that has seen the ping misses nothing. If the queue overflows
// meanwhile, it subscribes again.
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

// begin finds the first id of the stream.
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
	s.seen = min(s.newest, id) // a later id is from another store
	return nil
}

// open sends the header of the answer and a first ping.
func (s *stream) open(h *Handler) error {
	s.call.w.Header().Set("X-Accel-Buffering", "no") // nginx would buffer events
	if err := s.call.start(http.StatusOK, "text/event-stream; charset=utf-8"); err != nil {
		return err
	}
	s.call.audit(nil)
	s.buf.WriteString(retry)
	return s.ping(h)
}

// readUntil sends the feed from the stream's position up to a change.
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
			s.seen = max(s.seen, at) // the rest was filtered out
		}
	}
	return nil
}

// run sends new events until the caller leaves, loses permission or is too slow, or
// the handler closes.
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

// over ends a stream. The reader reconnects and continues where it was, so the
// reason only goes to the log.
func (s *stream) over(err error) error {
	if s.call.status == 0 {
		return err
	}
	if err != nil {
		s.call.h.config.Logger.InfoContext(s.call.r.Context(), "siihttp: a stream ended", "reason", err)
	}
	return nil
}

// pass sends an event if it is selected and the caller may see it.
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

// ping sends a sign of life. Its id is the stream's position in the feed, so a
// reader that has seen no change yet misses none after a reconnect.
func (s *stream) ping(h *Handler) error {
	e := pingEvent(h.config.Now())
	fmt.Fprintf(&s.buf, "id: %d\n", s.seen)
	return s.send(h, e)
}

// send writes an event to the caller, within a deadline.
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
