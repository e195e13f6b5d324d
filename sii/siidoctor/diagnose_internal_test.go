package siidoctor

import (
	"context"
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
)

var verb = regexp.MustCompile(`%[a-z]`)

// Every code has words in both languages with the same facts in the same order, and
// failures have advice.
func TestWordingsAreWhole(t *testing.T) {
	t.Parallel()
	check := func(code string, w wording) {
		assert.Regexp(t, `^[a-z][a-z0-9_]*$`, code)
		assert.NotEmpty(t, w.status, code)
		assert.NotEmpty(t, w.detail.EN, code)
		assert.NotEmpty(t, w.detail.ES, code)
		assert.Equal(t, verb.FindAllString(w.detail.EN, -1), verb.FindAllString(w.detail.ES, -1), code)
		assert.Equal(t, w.advice.EN == "", w.advice.ES == "", code)
		if w.status == CheckFail || w.status == CheckWarn {
			assert.NotEmpty(t, w.advice.EN, code)
		}
	}
	for code, w := range wordings {
		check(code, w)
	}
	parts := 0
	for _, part := range []map[string]wording{generalWordings, certificateWordings, networkWordings, clockWordings, callWordings, issuingWordings, databaseWordings} {
		parts += len(part)
	}
	assert.Len(t, wordings, parts, "no code is in two parts")
}

// kinds are the possible kinds of failed calls.
var kinds = []error{
	sii.ErrUnauthorized, sii.ErrForbidden, sii.ErrInvalidRequest, sii.ErrRejected, sii.ErrUnavailable, sii.ErrThrottled, sii.ErrRecaptcha,
	sii.ErrDeferred, sii.ErrIncomplete, sii.ErrPortalChanged, sii.ErrProtocol, sii.ErrNoRCV, context.DeadlineExceeded, context.Canceled,
}

// For every failure of a call, the words are complete.
func TestFailedCallsHaveWords(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		name := sii.KindName(kind)
		for _, err := range []error{kind, &sii.Error{Op: "seed", Kind: kind}, &sii.Error{Op: "seed", Err: kind}} {
			f := failedCall(lookSeed, err)
			assert.Equal(t, lookSeed+"_"+name, f.code)
			assert.Equal(t, f.status == CheckFail, f.advice != sii.Text{}, name)
			for _, text := range []string{f.detail.EN, f.detail.ES} {
				assert.NotRegexp(t, `^ *\[`, text, name)
			}
		}
	}
	f := failedCall(lookToken, errors.New("100%s"))
	assert.Equal(t, finding{
		"token_other", CheckFail,
		text("Falló. [100%s]", "Failed. [100%s]"),
		text("Informar estas líneas.", "Report these lines."),
	}, f)
}

func TestZone(t *testing.T) {
	t.Parallel()
	summer := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	winter := time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)
	for _, at := range []time.Time{summer, winter} {
		assert.Equal(t, "zone_current", zoneFinding(chile.Santiago(), at).code)
		for name, zone := range map[string]*time.Location{
			"always winter": time.FixedZone("", -4*3600), "always summer": time.FixedZone("", -3*3600), "UTC": time.UTC,
			"other days": location(t, "America/Asuncion"),
		} {
			assert.Equal(t, "zone_outdated", zoneFinding(zone, at).code, name)
		}
	}
	assert.Contains(t, zoneFinding(chile.Santiago(), summer).detail.EN, "UTC-03:00")
	assert.Contains(t, zoneFinding(chile.Santiago(), winter).detail.EN, "UTC-04:00")

	// The rule agrees with the database to the second, year after year.
	for year := 2023; year < 2040; year++ {
		for _, change := range []time.Time{winterOf(year), summerOf(year)} {
			_, before := change.Add(-time.Second).In(chile.Santiago()).Zone()
			_, after := change.In(chile.Santiago()).Zone()
			assert.Equal(t, 3600, max(before, after)-min(before, after), change)
			assert.Equal(t, chileOffset(change), time.Duration(after)*time.Second)
			assert.Equal(t, chileOffset(change.Add(-time.Second)), time.Duration(before)*time.Second)
		}
	}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}
