package option_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/option"
)

type settings []int

type setting func(*settings) error

func add(n int) setting {
	return func(s *settings) error { *s = append(*s, n); return nil }
}

func TestApply(t *testing.T) {
	t.Parallel()
	var s settings
	require.NoError(t, option.Apply("part", &s, []setting{add(1), add(2)}))
	assert.Equal(t, settings{1, 2}, s)

	refusal := errors.New("WithNumber: none")
	err := option.Apply("part", &s, []setting{add(3), func(*settings) error { return refusal }, add(4)})
	require.ErrorIs(t, err, refusal)
	require.EqualError(t, err, "part: WithNumber: none")
	require.EqualError(t, option.Apply("part", &s, []setting{add(5), nil, add(6)}), "part: nil option")
	assert.Equal(t, settings{1, 2, 3, 5}, s, "what comes after one that is refused is not followed")
	require.NoError(t, option.Apply[settings, setting]("part", &s, nil))
}

func TestNotNegative(t *testing.T) {
	t.Parallel()
	kind := errors.New("out of range")
	require.NoError(t, option.NotNegative("Wait", kind, 0, time.Second))
	require.NoError(t, option.NotNegative[int]("Limit", kind))
	err := option.NotNegative("Wait", kind, time.Second, -time.Minute)
	require.ErrorIs(t, err, kind)
	require.EqualError(t, err, "Wait: out of range: -1m0s is negative")
	require.ErrorIs(t, option.NotNegative("Share", kind, -0.5), kind)
}
