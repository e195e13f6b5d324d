package siitest

import "fmt"

// A Violation is something that a client did and must not do.
type Violation struct {
	Op     Op
	Rule   string // what it is about, such as Accept or SOAPAction
	Detail string
}

// String returns the violation in a line.
func (v Violation) String() string { return fmt.Sprintf("%s: %s: %s", v.Op, v.Rule, v.Detail) }

// Violations returns what clients did wrong, in order.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation(nil), s.violations...)
}

func (s *Server) violate(op Op, rule, detail string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violateLocked(op, rule, detail)
}

// violateLocked is violate while the lock is held.
func (s *Server) violateLocked(op Op, rule, detail string) {
	s.violations = append(s.violations, Violation{Op: op, Rule: rule, Detail: detail})
}
