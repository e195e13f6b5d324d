package siitest

import (
	"fmt"
	"slices"
)

// A Violation is a forbidden action of a client.
type Violation struct {
	Op     Op
	Rule   string // its subject, such as Accept or SOAPAction
	Detail string
}

// String returns the violation on one line.
func (v Violation) String() string { return fmt.Sprintf("%s: %s: %s", v.Op, v.Rule, v.Detail) }

func (j *journal) violate(op Op, rule, detail string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.violations) == maxRequests {
		return // enough violations are recorded
	}
	j.violations = append(j.violations, Violation{Op: op, Rule: rule, Detail: detail})
}

func (j *journal) violated() []Violation {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.violations)
}
