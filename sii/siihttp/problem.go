package siihttp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
)

// Problem is the answer to a failure (RFC 9457). It has no secrets and no details
// of internal failures.
type Problem struct {
	Type     string `json:"type"` // of its kind
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail,omitempty"`   // the SII's own words, if any
	Kind     string `json:"kind"`               // see docs/problems.es.md
	Advice   string `json:"advice,omitempty"`   // what to do
	Code     string `json:"codigo,omitempty"`   // the SII's
	Instance string `json:"instance,omitempty"` // the requested path

	// RetryAfter is the seconds to wait before a retry; 0 if unknown.
	RetryAfter int `json:"reintentar_en,omitempty"`
}

const problemTypes = "https://github.com/ofitec/chile/blob/main/docs/problems.es.md#"

// newProblem returns the problem of a kind.
func newProblem(name, detail string) *Problem {
	k, ok := kindsByName[name]
	if !ok {
		k = kindsByName[kindInternal]
	}
	p := &Problem{Type: problemTypes + k.name, Title: k.title, Status: k.status, Detail: detail, Kind: k.name, Advice: k.advice}
	p.RetryAfter = int(k.retry / time.Second)
	return p
}

// invalidError says what is wrong with a request, in words for the caller.
type invalidError struct {
	kind, detail string
}

func invalid(kind, detail string) error { return &invalidError{kind, detail} }

func (e *invalidError) Error() string { return "siihttp: " + e.kind + ": " + e.detail }

// ProblemOf returns the problem of an error, so that other Engines can report why a
// job failed.
func ProblemOf(err error) *Problem { return problemOf(err) }

func problemOf(err error) *Problem {
	var wrong *invalidError
	var failed *jobError
	var refused *refusal
	var tooLarge *http.MaxBytesError
	var fromSII *sii.Error
	var fromPortal *session.Error
	var challenge *session.ChallengeError
	var twice *storage.DuplicateError
	var gone *siisync.GoneError
	var unread *siisync.UnreadableError
	switch {
	case errors.As(err, &wrong):
		return newProblem(wrong.kind, wrong.detail)
	case errors.As(err, &failed):
		p := *failed.problem
		return &p
	case errors.As(err, &refused):
		if errors.Is(err, ErrUnauthenticated) {
			return newProblem(kindUnauthenticated, "")
		}
		return newProblem(kindDenied, "")
	case errors.As(err, &tooLarge):
		return newProblem(kindTooLarge, "")
	case errors.As(err, &challenge):
		return problemOfChallenge(challenge)
	case errors.As(err, &fromPortal):
		return problemOfPortal(fromPortal)
	case errors.As(err, &fromSII):
		return problemOfSII(fromSII)
	case errors.As(err, &twice): // the register changed during the download
		return newProblem(sii.KindName(sii.ErrIncomplete), "")
	case errors.As(err, &unread):
		return newProblem(kindUnreadable, rowsDetail(unread))
	case errors.As(err, &gone):
		return newProblem(kindGone, fmt.Sprintf("Se marcarían %d de %d documentos como ausentes; el resumen del SII cuenta %d.", gone.Gone, gone.Stored, gone.Promised))
	case errors.Is(err, ErrInterrupted):
		return newProblem(kindInterrupted, "")
	case errors.Is(err, ErrBusy):
		return newProblem(kindBusy, "")
	case errors.Is(err, ErrClosed):
		return newProblem(kindClosing, "")
	}
	return newProblem(plainKind(err), "")
}

// rowsDetail names the first unreadable row, without its content.
func rowsDetail(e *siisync.UnreadableError) string {
	if len(e.Rows) == 0 {
		return ""
	}
	row := e.Rows[0]
	detail := fmt.Sprintf("Filas: %d. La primera es la %d", len(e.Rows)+e.More, row.Line)
	if row.Heading != "" {
		detail += ", campo " + cut(row.Heading)
	}
	return detail + "."
}

// plainKind returns the kind of an error without words for the caller.
func plainKind(err error) string {
	for _, of := range []struct {
		err  error
		kind string
	}{
		{storage.ErrEnvironment, kindEnvironment},
		{siisync.ErrStore, kindStore},
		{seal.ErrUnopenable, kindNoSession},
		{seal.ErrWrongOwner, kindNoSession},
		{pull.ErrLayout, sii.KindName(sii.ErrPortalChanged)},
		{pull.ErrIncomplete, sii.KindName(sii.ErrIncomplete)},
		{pull.ErrUnauthorized, sii.KindName(sii.ErrForbidden)},
		{rcv.ErrUnsorted, kindInternal},
		{storage.ErrInvalid, kindInvalidValue},
		{fs.ErrNotExist, kindNotFound},
	} {
		if errors.Is(err, of.err) {
			return of.kind
		}
	}
	if name := sii.KindName(err); name != "other" {
		return name
	}
	return kindInternal
}

// problemOfSII returns the problem of a failed call to the SII: its own words and
// those of the catalogue.
func problemOfSII(e *sii.Error) *Problem {
	p := newProblem(plainKind(e), e.Glosa)
	code := e.Code()
	if p.Detail == "" {
		p.Detail = code.Meaning.ES
	}
	if code.Advice.ES != "" {
		p.Advice = code.Advice.ES
	}
	if p.Code = e.Estado; p.Code == "" && e.Glosa == "" {
		p.Code = code.Code
	}
	if wait := e.RetryAfter; wait > 0 {
		p.RetryAfter = int((wait + time.Second - 1) / time.Second)
	}
	return p
}

// problemOfPortal returns the problem of a refusal by the portal.
func problemOfPortal(e *session.Error) *Problem {
	for _, k := range portalKinds {
		if errors.Is(e, k.is) {
			p := newProblem(k.name, e.Glosa)
			p.Code = e.Code
			return p
		}
	}
	if e.Err != nil {
		return newProblem(plainKind(e.Err), e.Glosa)
	}
	return newProblem(kindInternal, "")
}

// problemOfChallenge says what a person must do.
func problemOfChallenge(c *session.ChallengeError) *Problem {
	name := kindChallenge
	switch c.Kind {
	case session.WaitingRoom:
		name = kindWaitingRoom
	case session.Firewall:
		name = kindFirewall
	case session.Unknown:
		name = sii.KindName(sii.ErrPortalChanged)
	}
	p := newProblem(name, c.Title)
	p.Code = c.SupportID
	return p
}

// writeProblem answers with a problem.
func writeProblem(w http.ResponseWriter, r *http.Request, p *Problem) {
	p.Instance = pathOf(r)
	body, err := json.Marshal(p)
	if err != nil {
		http.Error(w, http.StatusText(p.Status), p.Status)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/problem+json")
	header.Set("Content-Language", "es")
	if p.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n'))
}

// pathOf returns the requested path, as the caller wrote it.
func pathOf(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if path == "" {
		path = r.URL.EscapedPath()
	}
	return path
}
