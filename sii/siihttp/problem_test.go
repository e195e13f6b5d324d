package siihttp_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

func TestProblemsOfErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err    error
		kind   string
		status int
	}{
		{&sii.Error{Kind: sii.ErrUnauthorized}, "unauthorized", 502},
		{&sii.Error{Kind: sii.ErrForbidden}, "forbidden", 502},
		{&sii.Error{Kind: sii.ErrInvalidRequest}, "invalid_request", 422},
		{&sii.Error{Kind: sii.ErrRejected}, "rejected", 502},
		{&sii.Error{Kind: sii.ErrUnavailable}, "unavailable", 503},
		{&sii.Error{Kind: sii.ErrThrottled}, "throttled", 429},
		{&sii.Error{Kind: sii.ErrRecaptcha}, "recaptcha", 502},
		{&sii.Error{Kind: sii.ErrDeferred}, "deferred", 503},
		{&sii.IncompleteError{}, "incomplete", 503},
		{&sii.Error{Kind: sii.ErrPortalChanged}, "portal_changed", 502},
		{&sii.Error{Kind: sii.ErrProtocol}, "protocol", 502},
		{&sii.Error{Kind: sii.ErrNoRCV}, "no_rcv", 501},
		{&session.Error{Kind: session.ErrWrongClave}, "wrong_clave", 422},
		{&session.Error{Kind: session.ErrAlreadyRejected}, "already_rejected", 409},
		{&session.Error{Kind: session.ErrTooManyWrong}, "too_many_wrong", 409},
		{&session.Error{Kind: session.ErrLoggedOut}, "logged_out", 404},
		{&session.ChallengeError{Kind: session.Captcha}, "challenge", 409},
		{&session.ChallengeError{Kind: session.WaitingRoom}, "waiting_room", 503},
		{&session.ChallengeError{Kind: session.Unknown}, "portal_changed", 502},
		{&storage.DuplicateError{}, "incomplete", 503},
		{&siisync.GoneError{}, "gone", 409},
		{&siisync.UnreadableError{Rows: []*rcv.RowError{{Line: 3, Heading: "detMntNeto", Value: "secret", Err: rcv.ErrMissing}}}, "unreadable_row", 502},
		{siisync.ErrStore, "store", 503},
		{storage.ErrInvalid, "invalid_value", 422},
		{fs.ErrNotExist, "not_found", 404},
		{siihttp.ErrInterrupted, "interrupted", 503},
		{siihttp.ErrBusy, "busy", 429},
		{siihttp.ErrClosed, "closing", 503},
		{errors.New("a secret of the service"), "other", 500},
	} {
		p := siihttp.ProblemOf(fmt.Errorf("wrapped: %w", fmt.Errorf("twice: %w", tt.err)))
		assert.Equal(t, tt.kind, p.Kind, "%v", tt.err)
		assert.Equal(t, tt.status, p.Status, "%v", tt.err)
		assert.NotEmpty(t, p.Title)
		assert.Equal(t, "https://github.com/ofitec/chile/blob/main/docs/problems.es.md#"+p.Kind, p.Type)
		assert.NotContains(t, p.Detail+p.Advice, "secret")
	}
}

// The SII's answer is shown in its own words, with the advice of the catalogue.
func TestProblemTellsTheSIIsWords(t *testing.T) {
	t.Parallel()
	p := siihttp.ProblemOf(&sii.Error{Kind: sii.ErrRejected, Estado: "05", Glosa: "Certificado revocado", RetryAfter: 1500e6})
	assert.Equal(t, "Certificado revocado", p.Detail)
	assert.Equal(t, "05", p.Code)
	assert.Equal(t, 2, p.RetryAfter)
	code, ok := sii.FindCode("http", "503")
	assert.True(t, ok)
	assert.NotEmpty(t, code.Advice.ES)
}

func TestRoutesThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	got := s.get("ana", "/nada")
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Equal(t, "not_found", got.problem().Kind)
	assert.Equal(t, base+"/nada", got.problem().Instance)
	got = s.post("ana", "/token", "{}")
	assert.Equal(t, http.StatusMethodNotAllowed, got.status)
	assert.Equal(t, "GET, HEAD", got.header.Get("Allow"))
}
