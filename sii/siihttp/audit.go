package siihttp

import (
	"context"
	"net"
	"net/http"
	"strings"
)

// audit reports a request once.
func (c *call) audit(problem *Problem) {
	if c.audited || c.h.config.Audit == nil {
		return
	}
	c.audited = true
	record := AuditRecord{
		Who: c.h.who(c.r), Action: c.action, Method: c.r.Method, Time: c.h.config.Now(), Status: c.status,
	}
	if problem != nil {
		record.Kind = problem.Kind
	}
	ctx := context.WithoutCancel(c.r.Context()) // even if the caller has gone
	if err := c.h.config.Audit(ctx, record); err != nil {
		c.h.config.Logger.ErrorContext(ctx, "siihttp: a request was not audited", "operation", record.Action.Operation, "error", err)
	}
}

const maxWho = 200

// who names the caller.
func (h *Handler) who(r *http.Request) string {
	who := h.config.Who(r)
	if len(who) > maxWho {
		who = who[:maxWho]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(who, "\x00", ""), "")
}

// clientOf names the sender of a request: by Settings.Who, or by the address.
func (h *Handler) clientOf(r *http.Request) string {
	if h.config.Who != nil {
		if who := h.who(r); who != "" {
			return "who " + who
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
