package siidoctor

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ofitec/chile/internal/plain"
)

// Diagnosis is what Diagnose found. Its JSON keeps its names. The zero value is
// that of no check, and is not OK.
type Diagnosis struct {
	Environment string    `json:"environment"`
	Time        time.Time `json:"time"` // by the client's clock
	Findings    []Finding `json:"checks"`

	language Language // of String
}

// Finding is what one check found.
type Finding struct {
	Check  string      `json:"check"`          // what was looked at, such as certificate.dates
	Host   string      `json:"host,omitempty"` // of dns and tls
	Status CheckStatus `json:"status"`
	Code   string      `json:"code"` // what is the matter, such as certificate_expired; it does not change between versions
	Detail string      `json:"detail"`
	Advice string      `json:"advice,omitempty"` // what to do; empty if that is nothing

	Milliseconds int64 `json:"ms"` // what it took, by the client's clock
}

// CheckStatus says how a check ended.
type CheckStatus string

// The ends of a check.
const (
	CheckOK      CheckStatus = "ok"
	CheckWarn    CheckStatus = "warn"    // it works, but look at it
	CheckFail    CheckStatus = "fail"    // it does not work
	CheckSkipped CheckStatus = "skipped" // it was not made
)

// Language is one in which a diagnosis may be told.
type Language string

// The languages.
const (
	English Language = "en"
	Spanish Language = "es"
)

// OK reports whether something was checked and nothing failed.
func (d *Diagnosis) OK() bool {
	worst := d.Worst()
	return worst == CheckOK || worst == CheckWarn
}

// Worst returns the worst status of a finding: fail, warn or ok. If no check was
// made it returns skipped.
func (d *Diagnosis) Worst() CheckStatus {
	worst := CheckSkipped
	for i := range d.Findings {
		switch d.Findings[i].Status {
		case CheckSkipped:
		case CheckOK:
			if worst == CheckSkipped {
				worst = CheckOK
			}
		case CheckWarn:
			worst = CheckWarn
		default:
			return CheckFail
		}
	}
	return worst
}

// String tells the findings, a line each, with what to do below it, in the language
// of the options. Codes are the same in all languages.
func (d *Diagnosis) String() string {
	var b strings.Builder
	width := 0
	titles := make([]string, len(d.Findings))
	for i := range d.Findings {
		titles[i] = d.Findings[i].titleIn(d.language)
		width = max(width, utf8.RuneCountInString(titles[i]))
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		fmt.Fprintf(&b, "%-7s  %-*s  %s (%s)\n", statusIn(f.Status, d.language), width, titles[i], f.Detail, f.Code)
		if f.Advice != "" {
			fmt.Fprintf(&b, "%*s→ %s\n", len("skipped")+2+width+2, "", f.Advice)
		}
	}
	return b.String()
}

// title tells one finding from all others.
func (f *Finding) title() string {
	if f.Host == "" {
		return f.Check
	}
	return f.Check + " " + f.Host
}

// maxCause bounds what a finding tells of an error that is not known.
const maxCause = 200

// cut is the text of an error, of what comes from outside, in bounds.
func cut(text string) string { return plain.Cut(strings.Join(strings.Fields(text), " "), maxCause) }
