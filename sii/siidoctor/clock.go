package siidoctor

import (
	"context"
	"net/http"
	"time"

	"github.com/ofitec/chile"
)

// The tolerances of the clock are our own choice: a token is renewed two minutes
// before its end, and documents are signed with the time to the second.
const (
	clockOff   = 30 * time.Second
	clockWrong = 5 * time.Minute
)

// timeReading is the time in an answer.
type timeReading struct {
	host  string
	ahead time.Duration // of our clock
	give  time.Duration // uncertainty: the round trip, and the second of the header
}

// off returns the minimum error of the clock.
func (r timeReading) off() time.Duration { return max(0, r.ahead.Abs()-r.give) }

// readingOf returns the time in an answer's header Date.
func readingOf(host string, header http.Header, sent, received time.Time) (timeReading, bool) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return timeReading{}, false
	}
	way := received.Sub(sent)
	// The header is cut to the second, so on average it is half a second behind.
	theirs := date.Add(time.Second / 2)
	return timeReading{host: host, ahead: sent.Add(way / 2).Sub(theirs), give: way/2 + time.Second/2}, true
}

// checkClock compares the clock with those of the SII's hosts. If it agrees with
// one of them, the clock is right.
func (d *doctor) checkClock(context.Context) finding {
	var best, worst timeReading
	seen := false
	for _, p := range d.probes {
		if !p.told {
			continue
		}
		if !seen || p.reading.off() < best.off() {
			best = p.reading
		}
		if !seen || p.reading.off() > worst.off() {
			worst = p.reading
		}
		seen = true
	}
	off := best.ahead.Abs().Round(time.Second)
	switch {
	case !seen:
		return found("clock_unknown")
	case best.off() > clockOff && best.ahead > 0:
		return found(clockCode(best)+"_ahead", off)
	case best.off() > clockOff:
		return found(clockCode(best)+"_behind", off)
	case worst.off() > clockOff:
		return found("clock_hosts_disagree", worst.host, worst.ahead.Abs().Round(time.Second))
	}
	return found("clock_right", off)
}

func clockCode(r timeReading) string {
	if r.off() > clockWrong {
		return "clock_wrong"
	}
	return "clock_off"
}

func (d *doctor) checkZone(context.Context) finding {
	return zoneFinding(chile.Santiago(), d.signIn.Now())
}

// zoneFinding compares a zone with Chile's, now and around the year's changes.
func zoneFinding(zone *time.Location, now time.Time) finding {
	for _, at := range append([]time.Time{now}, changesOf(now.Year())...) {
		want := chileOffset(at)
		if _, got := at.In(zone).Zone(); time.Duration(got)*time.Second != want {
			return found("zone_outdated", now.In(zone).Format("-07:00"), now.In(time.FixedZone("", int(chileOffset(now)/time.Second))).Format("-07:00"))
		}
	}
	return found("zone_current", now.In(zone).Format("-07:00"))
}

// changesOf returns times around the changes between summer and winter.
func changesOf(year int) (times []time.Time) {
	for _, change := range []time.Time{winterOf(year), summerOf(year)} {
		times = append(times, change.Add(-time.Minute), change.Add(time.Minute))
	}
	return times
}

// chileOffset returns Chile's offset from UTC since 2023: -3 hours, in winter -4
// (IANA time zone database, rule Chile; decree 224 of 2022 of the Ministry of the
// Interior).
func chileOffset(at time.Time) time.Duration {
	if year := at.UTC().Year(); !at.Before(winterOf(year)) && at.Before(summerOf(year)) {
		return -4 * time.Hour
	}
	return -3 * time.Hour
}

func winterOf(year int) time.Time { return firstSunday(year, time.April, 3) }
func summerOf(year int) time.Time { return firstSunday(year, time.September, 4) }

// firstSunday returns the first Sunday of a month that is not its first day.
func firstSunday(year int, month time.Month, hour int) time.Time {
	day := time.Date(year, month, 2, hour, 0, 0, 0, time.UTC)
	return day.AddDate(0, 0, (7-int(day.Weekday()))%7)
}
