package siihttp

import (
	"io/fs"
	"net/http"
)

// job answers GET /jobs/{id}. A job that the caller may not see counts as missing.
func (h *Handler) job(c *call) error {
	id := c.r.PathValue("id")
	if err := c.permit(Action{Job: cut(id)}); err != nil {
		return err
	}
	job, err := h.engine.Job(c.r.Context(), id)
	if err != nil {
		return err
	}
	if action := (Action{Owner: job.Owner, Job: id}); c.allows(action) {
		action.Operation = c.route.operation
		c.action = action
		return c.answer(http.StatusOK, job)
	}
	return fs.ErrNotExist
}

// jobs answers GET /jobs: jobs without their units, newest first.
func (h *Handler) jobs(c *call) error {
	owner, err := c.ownerOrNone(c.param("rut"))
	if err != nil {
		return err
	}
	limit, err := c.limit()
	if err != nil {
		return err
	}
	list := []*Job{}
	looked := 0
	for job, err := range h.engine.Jobs(c.r.Context(), owner) {
		if err != nil {
			return err
		}
		if c.allows(Action{Owner: job.Owner, Job: job.ID}) {
			job.Units = nil
			list = append(list, job)
		}
		if looked++; len(list) == limit || looked == maxJobs {
			break
		}
	}
	return c.answer(http.StatusOK, struct {
		Jobs []*Job `json:"trabajos"`
	}{list})
}

// maxJobs bounds the jobs read for one list.
const maxJobs = 1000
