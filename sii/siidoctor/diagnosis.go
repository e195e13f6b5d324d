package siidoctor

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ofitec/chile/internal/plain"
)

// Diagnosis is the result of Diagnose. Its JSON names are stable. The zero
// value has no checks and is not OK.
type Diagnosis struct {
	Environment string    `json:"environment"`
	Time        time.Time `json:"time"` // by the client's clock
	Findings    []Finding `json:"checks"`

	language Language // of String
}

// Finding is the result of one check.
type Finding struct {
	Check  string      `json:"check"`          // its subject, such as certificate.dates
	Host   string      `json:"host,omitempty"` // for dns and tls
	Status CheckStatus `json:"status"`
	Code   string      `json:"code"` // its cause, such as certificate_expired; stable between versions
	Detail string      `json:"detail"`
	Advice string      `json:"advice,omitempty"` // what to do; empty if nothing

	Milliseconds int64 `json:"ms"` // its duration, by the client's clock
}

// CheckStatus says how a check ended.
type CheckStatus string

// The results of a check.
const (
	CheckOK      CheckStatus = "ok"
	CheckWarn    CheckStatus = "warn"    // it works, but should be examined
	CheckFail    CheckStatus = "fail"    // it does not work
	CheckSkipped CheckStatus = "skipped" // it was skipped
)

// Language is a language of a diagnosis.
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

// Worst returns the worst status of a finding: fail, warn or ok. If there was no
// check, it returns skipped.
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

// String returns the findings, one per line, with advice below them, in the
// language of the options. Codes are the same in all languages.
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

// title identifies a finding.
func (f *Finding) title() string {
	if f.Host == "" {
		return f.Check
	}
	return f.Check + " " + f.Host
}

// maxCause bounds the text of an unknown error in a finding.
const maxCause = 200

// cut bounds the text of an error from outside.
func cut(text string) string { return plain.Cut(strings.Join(strings.Fields(text), " "), maxCause) }
