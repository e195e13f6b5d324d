package siiriver

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// What follows from a failure follows from what it means, however it is wrapped.
func TestMeaning(t *testing.T) {
	t.Parallel()
	again := time.Duration(0)
	const never = -1
	for name, tt := range map[string]struct {
		err  error
		want time.Duration // never, again, or for how long it is put off
	}{
		"throttled":                   {&sii.Error{Kind: sii.ErrThrottled}, putOffThrottled},
		"throttled, for so long":      {&sii.Error{Kind: sii.ErrThrottled, RetryAfter: 7 * time.Second}, 7 * time.Second},
		"away for a year":             {&sii.Error{Kind: sii.ErrUnavailable, RetryAfter: 365 * 24 * time.Hour}, longestPutOff},
		"out of order":                {&sii.Error{Kind: sii.ErrUnavailable}, again},
		"not authorised":              {&sii.Error{Kind: sii.ErrForbidden}, never},
		"token not accepted":          {&sii.Error{Kind: sii.ErrUnauthorized}, never},
		"invalid":                     {&sii.Error{Kind: sii.ErrInvalidRequest}, never},
		"rejected":                    {&sii.Error{Kind: sii.ErrRejected}, never},
		"changed":                     {&sii.Error{Kind: sii.ErrPortalChanged}, never},
		"no register":                 {&sii.Error{Kind: sii.ErrNoRCV}, never},
		"incomplete":                  {&sii.IncompleteError{}, again},
		"the store, through a client": {&sii.Error{Kind: sii.ErrUnavailable, RetryAfter: time.Hour, Err: siisync.ErrStore}, again},
		"the store":                   {siisync.ErrStore, again},
		"a row":                       {&siisync.UnreadableError{}, never},
		"too many gone":               {&siisync.GoneError{}, never},
		"a unit":                      {storage.ErrInvalid, never},
		"no verdict":                  {siisync.ErrNoVerdict, never},
		"wrong clave":                 {&session.Error{Kind: session.ErrWrongClave}, never},
		"blocked":                     {&session.Error{Kind: session.ErrBlocked}, putOffClave},
		"logged out":                  {&session.Error{Kind: session.ErrLoggedOut}, never},
		"captcha":                     {&session.Error{Kind: session.ErrChallenge}, never},
		"portal out of order":         {&session.Error{Kind: session.ErrUnavailable}, again},
		"notifier":                    {siisync.ErrNotifierDown, putOffNotifier},
		"resolve":                     {errors.New("no certificate yet"), again},
		"a person":                    {forAPerson("x: %w", context.Canceled), never},
	} {
		later, isLasting := meaning(fmt.Errorf("outer: %w", errors.Join(tt.err, errors.New("beside"))))
		assert.Equal(t, tt.want == never, isLasting, name)
		if tt.want != never {
			assert.Equal(t, tt.want, later, name)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	var s Settings
	s.setDefaults()
	e := &Engine{settings: s}
	throttled := &sii.Error{Kind: sii.ErrThrottled}
	young, old := &rivertype.JobRow{CreatedAt: time.Now()}, &rivertype.JobRow{CreatedAt: time.Now().Add(-25 * time.Hour)}
	require.NoError(t, e.judge(t.Context(), young, nil))
	var snooze *rivertype.JobSnoozeError
	require.ErrorAs(t, e.judge(t.Context(), young, throttled), &snooze)
	assert.Equal(t, putOffThrottled, snooze.Duration)
	require.Equal(t, error(throttled), e.judge(t.Context(), old, throttled), "after a day it counts")
	var cancel *rivertype.JobCancelError
	require.ErrorAs(t, e.judge(t.Context(), old, sii.ErrForbidden), &cancel)
	ctx, end := context.WithCancel(t.Context())
	end()
	err := e.judge(ctx, young, sii.ErrForbidden)
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, errors.As(err, &cancel), "what was interrupted is not judged")
}
