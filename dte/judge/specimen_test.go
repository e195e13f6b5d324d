package judge_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte/judge"
)

// found returns the finding of a code from a check, nil if there is none.
func found(a *judge.Answer, code judge.Code, check judge.Check) *judge.Finding {
	pick := func(list []judge.Finding) *judge.Finding {
		for i := range list {
			if list[i].Code == code && list[i].Check == check {
				return &list[i]
			}
		}
		return nil
	}
	if f := pick(a.Findings); f != nil {
		return f
	}
	for i := range a.Documents {
		if f := pick(a.Documents[i].Findings); f != nil {
			return f
		}
	}
	return nil
}

// Each code has a specimen that gets it, from the check that is meant, and a
// neighbour that does not; without the check nobody gets it, and nothing is
// accepted.
func TestSpecimens(t *testing.T) {
	t.Parallel()
	for _, s := range specimens() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b, w := s.bad(t)
			w.Thorough = true
			a := judge.Envelope(b, w)
			f := found(a, s.code, s.check)
			require.NotNil(t, f, tell(a))
			assert.Equal(t, s.code.Level(), f.Level)
			assert.NotEmpty(t, f.Text())
			assert.NotEmpty(t, f.English())
			assert.NotEmpty(t, f.Spanish())
			assert.Contains(t, s.check.Codes(), s.code)
			assert.False(t, a.Clean())

			w.Checks = slices.DeleteFunc(judge.DefaultChecks(), func(c judge.Check) bool { return c == s.check })
			without := judge.Envelope(b, w)
			assert.Nil(t, found(without, s.code, s.check))
			assert.False(t, without.Accepted(), "a check was left out")

			b, w = s.good(t)
			a = judge.Envelope(b, w)
			assert.Nil(t, found(a, s.code, s.check), tell(a))
			w.Thorough = true
			assert.Nil(t, found(judge.Envelope(b, w), s.code, s.check))
			assert.True(t, a.Accepted(), tell(a))
		})
	}
}

// The table of specimens has each code of each check, and the checks find no
// other codes.
func TestSpecimensAreComplete(t *testing.T) {
	t.Parallel()
	shown := map[judge.Check][]judge.Code{}
	for _, s := range specimens() {
		shown[s.check] = append(shown[s.check], s.code)
	}
	var all []judge.Code
	for _, c := range judge.DefaultChecks() {
		codes := c.Codes()
		slices.Sort(codes)
		slices.Sort(shown[c])
		assert.Equal(t, codes, slices.Compact(shown[c]), "%s", c)
		all = append(all, codes...)
	}
	slices.Sort(all)
	assert.Equal(t, judge.Codes(), slices.Compact(all))
	assert.Nil(t, judge.Check("nothing").Codes())
}
