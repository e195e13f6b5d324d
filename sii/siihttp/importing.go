package siihttp

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/ofitec/chile"
)

// importRequest is the body of POST /rcv/import.
type importRequest struct {
	Year  int        `json:"year"`
	Month int        `json:"month"`
	RUT   string     `json:"rut"`
	Until *monthText `json:"hasta"`
}

type monthText struct {
	Year  int `json:"year"`
	Month int `json:"month"`
}

// importRegisters answers POST /rcv/import: it downloads both books of a month, or
// of a range of months. It waits for a single month, unless the caller prefers not
// to (RFC 7240) or it takes too long; then the answer is the job.
func (h *Handler) importRegisters(c *call) error {
	var body importRequest
	_, wrong := c.body(&body)
	owner, err := c.owner(body.RUT)
	if wrong != nil && !isRefusal(err) {
		return wrong
	}
	if err != nil {
		return err
	}
	order := Order{Owner: owner, Who: h.who(c.r)}
	if order.From, order.To, err = h.monthsOf(&body); err != nil {
		return err
	}
	if body.Until != nil || prefersAsync(c.r) {
		job, err := h.engine.Start(c.r.Context(), order)
		if err != nil {
			return err
		}
		return c.accepted(job)
	}
	return h.importNow(c, order)
}

// monthsOf returns the months to import.
func (h *Handler) monthsOf(body *importRequest) (from, to chile.Period, err error) {
	from = chile.Period{Year: body.Year, Month: time.Month(body.Month)}
	if to = from; body.Until != nil {
		to = chile.Period{Year: body.Until.Year, Month: time.Month(body.Until.Month)}
	}
	if err := h.checkRange(from, to); err != nil {
		return from, to, err
	}
	if to.Compare(chile.PeriodOf(h.config.Now())) > 0 {
		return from, to, invalid(kindInvalidValue, "El mes "+to.String()+" no ha comenzado.")
	}
	return from, to, nil
}

// importNow waits for an import. The import continues if the caller goes away.
func (h *Handler) importNow(c *call, order Order) error {
	ended, stop := h.watchEnds()
	defer stop()
	job, err := h.engine.Start(c.r.Context(), order)
	if err != nil {
		return err
	}
	// The server's deadline is for answers, not for the time of the SII. A writer
	// that cannot change it keeps it.
	rc := http.NewResponseController(c.w)
	_ = rc.SetWriteDeadline(time.Time{})
	defer func() { _ = rc.SetWriteDeadline(time.Now().Add(h.limits.Write)) }() //nolint:forbidigo // deadlines of connections are by the clock of the machine
	ctx, cancel := context.WithTimeout(c.r.Context(), h.limits.Wait)
	defer cancel()
	for !job.State.Ended() {
		if !h.waitForEnd(ctx, ended, job.ID) {
			if c.r.Context().Err() != nil {
				return context.Cause(c.r.Context())
			}
			return c.accepted(job)
		}
		if job, err = h.engine.Job(c.r.Context(), job.ID); err != nil {
			return err
		}
	}
	switch {
	case job.Problem != nil:
		return &jobError{job.Problem}
	case job.State != JobDone || job.Result == nil: // an engine that does not say why
		return &jobError{newProblem(kindInternal, "")}
	}
	return c.answer(http.StatusOK, struct {
		OK     bool         `json:"ok"`
		Period chile.Period `json:"periodo"`
		*JobResult
		Job string `json:"job_id"`
	}{true, order.From, job.Result, job.ID})
}

// watchEnds returns a channel of the ids of ended jobs. An id that does not fit is
// dropped; polling finds the job.
func (h *Handler) watchEnds() (ended <-chan string, stop func()) {
	ids := make(chan string, 16)
	stop = h.engine.Watch(func(u JobUpdate) {
		if u.Job.State.Ended() {
			select {
			case ids <- u.Job.ID:
			default:
			}
		}
	})
	return ids, stop
}

// lookAgain is the time after which a silent job is polled.
const lookAgain = 2 * time.Second

// waitForEnd waits until the job has ended, or may have. It returns false if the
// wait is over.
func (h *Handler) waitForEnd(ctx context.Context, ended <-chan string, id string) bool {
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	for {
		select {
		case other := <-ended:
			if other == id {
				return true
			}
		case <-timer.C:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

// accepted answers with a running job.
func (c *call) accepted(job *Job) error {
	c.action.Job = job.ID
	c.w.Header().Set("Location", "../jobs/"+job.ID)
	if prefersAsync(c.r) {
		c.w.Header().Set("Preference-Applied", "respond-async")
	}
	return c.answer(http.StatusAccepted, job)
}

// prefersAsync reports whether the caller prefers not to wait (RFC 7240).
func prefersAsync(r *http.Request) bool {
	for preference := range strings.SplitSeq(strings.Join(r.Header.Values("Prefer"), ","), ",") {
		token, _, _ := strings.Cut(preference, ";")
		if strings.EqualFold(strings.TrimSpace(token), "respond-async") {
			return true
		}
	}
	return false
}
