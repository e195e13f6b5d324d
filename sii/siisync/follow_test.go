package siisync

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// script answers questions for uploads one after the other; the last stays.
type script struct {
	statuses
	answers []any // a verdict or an error
	asked   []time.Time
	clock   *clock
}

func (s *script) UploadStatus(context.Context, chile.RUT, string) (*sii.UploadStatus, error) {
	s.asked = append(s.asked, s.clock.Now())
	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	if err, ok := answer.(error); ok {
		return nil, err
	}
	verdict, _ := answer.(sii.Verdict)
	return &sii.UploadStatus{Estado: "X", Verdict: verdict}, nil
}

// An upload is asked for ever less often until there is a verdict; what may pass is
// waited out.
func TestFollow(t *testing.T) {
	t.Parallel()
	c := newClock()
	store := memory.New()
	answers := &script{clock: c, answers: []any{
		sii.VerdictSent, &sii.Error{Kind: sii.ErrUnavailable}, sii.VerdictUnknown, sii.VerdictSent, sii.VerdictSent, sii.VerdictObserved,
	}}
	syncer := &Syncer{statuses: answers, store: store}
	status, err := syncer.Follow(t.Context(), owner, "7", FollowUp{Now: c.Now, Sleep: c.Sleep})
	require.NoError(t, err)
	assert.Equal(t, sii.VerdictObserved, status.Verdict)
	var waits []time.Duration
	for i := range answers.asked[1:] {
		waits = append(waits, answers.asked[i+1].Sub(answers.asked[i]))
	}
	assert.Equal(t, []time.Duration{time.Minute, time.Minute, time.Minute, 90 * time.Second, 135 * time.Second}, waits)
	stored, err := store.Submission(t.Context(), owner, "7")
	require.NoError(t, err)
	assert.Equal(t, storage.Observed, stored.State)
	assert.Len(t, events(t, store, storage.EventTracking), 5)
}

func TestFollowEnds(t *testing.T) {
	t.Parallel()
	c := newClock()
	how := FollowUp{Now: c.Now, Sleep: c.Sleep}
	answers := &script{clock: c, answers: []any{sii.VerdictSent}}
	syncer := &Syncer{statuses: answers, store: memory.New()}
	start := c.Now()
	_, err := syncer.Follow(t.Context(), owner, "7", how)
	require.ErrorIs(t, err, ErrNoVerdict)
	assert.InDelta(t, 72, c.Now().Sub(start).Hours(), 1)
	assert.Less(t, len(answers.asked), 100)

	answers.answers = []any{&sii.Error{Kind: sii.ErrForbidden}}
	_, err = syncer.Follow(t.Context(), owner, "7", how)
	require.ErrorIs(t, err, sii.ErrForbidden)

	answers.answers = []any{sii.VerdictSent}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = syncer.Follow(ctx, owner, "7", how)
	require.ErrorIs(t, err, context.Canceled)
}
